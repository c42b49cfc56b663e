use std::net::SocketAddr;

use twincast_embedded::{EmbeddedRedis, Profile};

use super::{Backend, BackendError, Identity, Kind, Powers};

/// The server inside this process. It is the one that is judged, and never the judge.
#[derive(Debug)]
pub(super) struct Embedded {
    server: EmbeddedRedis,
    identity: Identity,
}

impl Embedded {
    pub(super) fn start(profile: Profile) -> Result<Self, BackendError> {
        let server = EmbeddedRedis::builder().profile(profile).start()?;
        Ok(Self { server, identity: profile.into() })
    }
}

impl Backend for Embedded {
    fn kind(&self) -> Kind {
        Kind::Embedded
    }

    fn address(&self) -> SocketAddr {
        self.server.addr()
    }

    fn url(&self) -> String {
        self.server.url()
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn powers(&self) -> Powers {
        Powers { reference: false, own: true }
    }

    fn restart(&self) -> Result<(), BackendError> {
        Ok(self.server.restart()?)
    }
}
