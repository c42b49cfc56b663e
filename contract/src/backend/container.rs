use std::sync::{Mutex, PoisonError};

use twincast_redis::container::{Container, Image};

use super::start_options::StartOptions;
use super::{Backend, BackendError, BackendKind, Capabilities, Identity};
use crate::socket::Address;

/// A file that the server of an official image may write.
const NODES: &str = "/data/nodes.conf";

/// A socket in the folder in which the server runs. Recorded servers have one, and `INFO` lists it.
const SOCKET: &str = "redis.sock";

/// A server in a container: shared by all cases of this run, or exclusive.
#[derive(Debug)]
pub(super) struct ContainerBackend {
    container: Mutex<Container>,
    identity: Identity,
    is_exclusive: bool,
}

impl ContainerBackend {
    /// The container that all cases of this run share, of the image that `TWINCAST_REDIS_IMAGE`
    /// names. If `image` is given, an exclusive container of that image instead.
    pub(super) fn shared(image: Option<&str>) -> Result<Self, BackendError> {
        match image {
            None => Self::from_container(Container::shared()?, false),
            Some(_) => Self::exclusive(image, StartOptions::default()),
        }
    }

    pub(super) fn exclusive(
        image: Option<&str>,
        start: StartOptions,
    ) -> Result<Self, BackendError> {
        let StartOptions { options, nodes, ready } = start;
        let mut builder = Container::builder().option("unixsocket", SOCKET);
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
        Self::from_container(builder.start()?, true)
    }

    fn from_container(container: Container, is_exclusive: bool) -> Result<Self, BackendError> {
        let identity = Identity::ask(&container.url()).map_err(|answer| {
            BackendError::CannotIdentify { kind: BackendKind::Container, answer }
        })?;
        Ok(Self { container: Mutex::new(container), identity, is_exclusive })
    }

    fn with_container<T>(&self, work: impl FnOnce(&mut Container) -> T) -> T {
        work(&mut self.container.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Backend for ContainerBackend {
    fn kind(&self) -> BackendKind {
        BackendKind::Container
    }

    fn address(&self) -> Address {
        self.with_container(|container| container.addr()).into()
    }

    fn url(&self) -> String {
        self.with_container(|container| container.url())
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reference: self.identity.is_real(), exclusive: self.is_exclusive }
    }

    fn restart(&self) -> Result<(), BackendError> {
        Ok(self.with_container(Container::restart)?)
    }
}
