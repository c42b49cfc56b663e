use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::nodes::Start;
use super::{Backend, BackendError, Identity, Kind, Powers};

/// A binary, started for one user alone.
#[derive(Debug)]
pub(super) struct Process {
    server: Mutex<twincast_redis::Process>,
    address: SocketAddr,
    unix_path: PathBuf,
    url: String,
    identity: Identity,
}

impl Process {
    pub(super) fn start(path: Option<&Path>, start: Start) -> Result<Self, BackendError> {
        let Start { options, nodes, ready } = start;
        let mut builder = twincast_redis::Process::builder();
        for (name, value) in options {
            builder = builder.option(name, value);
        }
        if let Some(nodes) = nodes {
            builder = builder.file("nodes.conf", nodes);
        }
        if let Some(ready) = ready {
            builder = builder.ready_when(ready);
        }
        if let Some(path) = path {
            builder = builder.binary(path);
        }
        let server = builder.start()?;
        let (address, unix_path, url) = (server.addr(), server.unix_path(), server.url());
        let identity = Identity::ask(&url)
            .map_err(|answer| BackendError::Mute { kind: Kind::Process, answer })?;
        Ok(Self { server: Mutex::new(server), address, unix_path, url, identity })
    }
}

impl Backend for Process {
    fn kind(&self) -> Kind {
        Kind::Process
    }

    fn address(&self) -> SocketAddr {
        self.address
    }

    fn unix_path(&self) -> Option<PathBuf> {
        Some(self.unix_path.clone())
    }

    fn url(&self) -> String {
        self.url.clone()
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn powers(&self) -> Powers {
        Powers { reference: self.identity.is_real(), own: true }
    }

    fn restart(&self) -> Result<(), BackendError> {
        Ok(self.server.lock().unwrap_or_else(PoisonError::into_inner).restart()?)
    }
}
