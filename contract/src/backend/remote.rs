use twincast_redis::RemoteAddr;

use super::{Backend, BackendError, BackendKind, Capabilities, Identity};
use crate::socket::Address;

/// A server that the user runs. It is never flushed, configured or stopped.
#[derive(Debug)]
pub(super) struct Remote {
    server: twincast_redis::Remote,
    identity: Identity,
}

impl Remote {
    pub(super) fn connect(url: &str) -> Result<Self, BackendError> {
        let server = twincast_redis::Remote::connect(url)?;
        let identity = Identity::ask(server.url())
            .map_err(|answer| BackendError::CannotIdentify { kind: BackendKind::Remote, answer })?;
        Ok(Self { server, identity })
    }
}

impl Backend for Remote {
    fn kind(&self) -> BackendKind {
        BackendKind::Remote
    }

    fn address(&self) -> Address {
        match self.server.addr() {
            RemoteAddr::Tcp(address) => (*address).into(),
            RemoteAddr::Unix(path) => path.clone().into(),
        }
    }

    fn url(&self) -> String {
        self.server.url().to_owned()
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reference: self.identity.is_real(), exclusive: false }
    }
}
