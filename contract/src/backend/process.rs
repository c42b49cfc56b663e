use std::{
    net::SocketAddr,
    path::Path,
    sync::{Mutex, PoisonError},
};

use super::start_options::StartOptions;
use super::{Backend, BackendError, BackendKind, Capabilities, Identity};
use crate::socket::Address;

/// A server binary, started for one user.
#[derive(Debug)]
pub(super) struct Process {
    server: Mutex<twincast_redis::Process>,
    address: SocketAddr,
    url: String,
    identity: Identity,
}

impl Process {
    pub(super) fn start(path: Option<&Path>, start: StartOptions) -> Result<Self, BackendError> {
        let StartOptions { options, nodes, ready } = start;
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
        let (address, url) = (server.addr(), server.url());
        let identity = Identity::ask(&url).map_err(|answer| BackendError::CannotIdentify {
            kind: BackendKind::Process,
            answer,
        })?;
        Ok(Self { server: Mutex::new(server), address, url, identity })
    }
}

impl Backend for Process {
    fn kind(&self) -> BackendKind {
        BackendKind::Process
    }

    fn address(&self) -> Address {
        self.address.into()
    }

    fn url(&self) -> String {
        self.url.clone()
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reference: self.identity.is_real(), exclusive: true }
    }

    fn restart(&self) -> Result<(), BackendError> {
        Ok(self.server.lock().unwrap_or_else(PoisonError::into_inner).restart()?)
    }
}
