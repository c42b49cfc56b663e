use std::sync::Arc;

use super::{CallSite, own_servers, profile, reference};
use crate::{
    backend::{Backend, BackendError, Spec},
    scene::{Case, Client, Failure, Scene, Verdict, read_recording},
};

/// The server and the kind of client that a case runs on: a row of a template.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    server: Server,
    client: Client,
    /// No other case may use the server.
    is_own: bool,
    /// The template has several clients, so recordings name theirs.
    has_clients: bool,
}

#[derive(Clone, Copy, Debug)]
enum Server {
    Embedded,
    Redis,
}

impl Target {
    /// A new embedded server for every case.
    pub const EMBEDDED: Self = Self::new(Server::Embedded);
    /// The same, for cases that may do anything to it.
    pub const EMBEDDED_OWN: Self = Self { is_own: true, ..Self::EMBEDDED };
    /// The embedded server and `redis::aio::PubSub`.
    pub const EMBEDDED_RESP2: Self = Self::EMBEDDED.with(Client::Resp2);
    /// The embedded server and the blocking `redis::PubSub`.
    pub const EMBEDDED_RESP2_BLOCKING: Self = Self::EMBEDDED.with(Client::Resp2Blocking);
    /// The embedded server and a multiplexed connection with pushes.
    pub const EMBEDDED_RESP3: Self = Self::EMBEDDED.with(Client::Resp3);
    /// The real server that the environment names, else the shared container of this run.
    pub const REDIS: Self = Self::new(Server::Redis);
    /// A real server that no other case uses.
    pub const REDIS_OWN: Self = Self { is_own: true, ..Self::REDIS };
    /// The real server and `redis::aio::PubSub`.
    pub const REDIS_RESP2: Self = Self::REDIS.with(Client::Resp2);
    /// The real server and the blocking `redis::PubSub`.
    pub const REDIS_RESP2_BLOCKING: Self = Self::REDIS.with(Client::Resp2Blocking);
    /// The real server and a multiplexed connection with pushes.
    pub const REDIS_RESP3: Self = Self::REDIS.with(Client::Resp3);

    const fn new(server: Server) -> Self {
        Self { server, client: Client::Resp2, is_own: false, has_clients: false }
    }

    const fn with(self, client: Client) -> Self {
        Self { client, has_clients: true, ..self }
    }

    /// Runs an async case, on a tokio runtime with one thread.
    pub fn run<F: Future<Output = Verdict>>(
        self,
        site: &CallSite,
        case: impl FnOnce(Scene) -> F,
    ) -> Result<(), Failure> {
        self.run_blocking(site, |scene| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(case(scene))
        })
    }

    /// Runs a case that is not async.
    pub fn run_blocking(
        self,
        site: &CallSite,
        case: impl FnOnce(Scene) -> Verdict,
    ) -> Result<(), Failure> {
        let (named, server) = self.prepare(site);
        Scene::play(named, server, case)
    }

    /// The case and its server.
    fn prepare(self, site: &CallSite) -> (Case, Result<Arc<dyn Backend>, BackendError>) {
        let mut case = Case {
            subject: site.subject(),
            name: site.function.to_owned(),
            client: self.client,
            names_client: self.has_clients,
            root: site.root(),
            recordings: site.recordings(),
            place: format!("{}:{}", site.file, site.line),
            rerun: site.rerun(matches!(self.server, Server::Redis)),
            record: site.record(),
        };
        let server = self.spec(&case).and_then(|spec| match (self.server, self.is_own) {
            (Server::Embedded, true) => spec.start_exclusive(),
            (Server::Redis, true) => own_servers::start(&spec),
            (_, false) => spec.start(),
        });
        let assignment = match (self.server, &server) {
            (Server::Embedded, Ok(server)) => profile::assignment(server.identity()),
            (Server::Embedded, Err(_)) => String::new(),
            (Server::Redis, _) => reference::assignment(),
        };
        case.rerun.insert_str(0, &assignment);
        (case, server)
    }

    fn spec(self, case: &Case) -> Result<Spec, BackendError> {
        match self.server {
            Server::Embedded => {
                let recording = read_recording(case).ok().flatten();
                profile::profile(recording.as_ref()).map(Spec::Embedded)
            }
            Server::Redis => Ok(reference::reference()),
        }
    }
}
