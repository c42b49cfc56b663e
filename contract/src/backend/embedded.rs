use std::sync::Arc;

use twincast_embedded::{Cluster, ClusterNode, EmbeddedRedis, Profile};

use super::start_options::{node_id, parameters};
use super::{Backend, BackendError, BackendKind, Capabilities, Identity, TimeControl};
use crate::conversation::{Node, ServerName, Setup};
use crate::socket::Address;

/// How often a real server runs its background tasks. The embedded server has none.
const HZ: &str = "hz";

/// The server inside this process. It is judged, and is never a reference.
#[derive(Debug)]
pub(super) struct Embedded {
    server: Arc<EmbeddedRedis>,
    identity: Identity,
}

impl Embedded {
    pub(super) fn start(profile: Profile, setup: &Setup) -> Result<Self, BackendError> {
        let mut builder = EmbeddedRedis::builder().profile(profile);
        if let Some(cluster) = cluster(setup) {
            builder = builder.cluster(cluster);
        }
        // A real server announces no address until it is told one.
        builder = builder.parameter("cluster-announce-ip", "")?;
        let server = ServerName::new(profile.name());
        for (name, value) in parameters(setup, &server).filter(|(name, _)| *name != HZ) {
            builder = builder.parameter(name, value)?;
        }
        let server = Arc::new(builder.start()?);
        Ok(Self { server, identity: profile.into() })
    }
}

/// The cluster that a setup describes, if it assigns slots.
fn cluster(setup: &Setup) -> Option<Cluster> {
    setup.slots().next()?;
    let others = setup.others();
    let node = |address: &str| {
        let (host, port) = address.rsplit_once(':')?;
        let place = 1 + others.iter().position(|other| *other == address)?;
        Some(ClusterNode { id: node_id(place), host: host.to_owned(), port: port.parse().ok()? })
    };
    let cluster =
        setup.slots().fold(Cluster::empty().id(node_id(0)), |cluster, (range, at)| match at {
            Node::Here => cluster.serve(range),
            Node::At(address) => match node(address) {
                Some(node) => cluster.elsewhere(range, &node),
                None => cluster,
            },
        });
    Some(cluster)
}

impl Backend for Embedded {
    fn kind(&self) -> BackendKind {
        BackendKind::Embedded
    }

    fn address(&self) -> Address {
        self.server.addr().into()
    }

    fn url(&self) -> String {
        self.server.url()
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reference: false, exclusive: true }
    }

    fn time_control(&self) -> Option<TimeControl> {
        Some(TimeControl::of(&self.server))
    }

    fn restart(&self) -> Result<(), BackendError> {
        Ok(self.server.restart()?)
    }
}
