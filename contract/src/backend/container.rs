use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use twincast_redis::container::{Container, Image};

use super::nodes::Start;
use super::{Backend, BackendError, BackendKind, Identity, Powers};

/// Where the server of an official image may write.
const NODES: &str = "/data/nodes.conf";

/// A server in a container: the one of this run, or one for a single user.
#[derive(Debug)]
pub(super) struct Contained {
    container: Mutex<Container>,
    identity: Identity,
    is_own: bool,
}

impl Contained {
    /// The container of this run, which `TWINCAST_REDIS_IMAGE` chooses. A user who names an image
    /// gets a container of that image alone.
    pub(super) fn shared(image: Option<&str>) -> Result<Self, BackendError> {
        match image {
            None => Self::hold(Container::shared()?, false),
            Some(_) => Self::own(image, Start::default()),
        }
    }

    pub(super) fn own(image: Option<&str>, start: Start) -> Result<Self, BackendError> {
        let Start { options, nodes, ready } = start;
        let mut builder = Container::builder();
        for (name, value) in options {
            builder = builder.option(name, value);
        }
        if let Some(nodes) = nodes {
            builder = builder.file(NODES, nodes).option("cluster-config-file", NODES);
        }
        if let Some(ready) = ready {
            builder = builder.ready_when(ready);
        }
        if let Some(image) = image {
            let Ok(image) = image.parse::<Image>();
            builder = builder.image(image);
        }
        Self::hold(builder.start()?, true)
    }

    fn hold(container: Container, is_own: bool) -> Result<Self, BackendError> {
        let identity = Identity::ask(&container.url())
            .map_err(|answer| BackendError::Mute { kind: BackendKind::Container, answer })?;
        Ok(Self { container: Mutex::new(container), identity, is_own })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Container) -> T) -> T {
        work(&mut self.container.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Backend for Contained {
    fn kind(&self) -> BackendKind {
        BackendKind::Container
    }

    fn address(&self) -> SocketAddr {
        self.with(|container| container.addr())
    }

    fn url(&self) -> String {
        self.with(|container| container.url())
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn powers(&self) -> Powers {
        Powers { reference: self.identity.is_real(), own: self.is_own }
    }

    fn restart(&self) -> Result<(), BackendError> {
        Ok(self.with(Container::restart)?)
    }
}
