use std::{env, path::Path};

use rstest::Context;
use twincast::{
    backend::{BackendError, Spec},
    scene::{Case, Client, Failure, Scene},
};

use crate::own_server;
use crate::profile::{self, profile};

/// The server and the kind of client that a case runs on.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    server: Server,
    client: Client,
}

#[derive(Clone, Copy, Debug)]
enum Server {
    Embedded,
    Redis,
}

impl Target {
    /// A new embedded server for every case, and `redis::aio::PubSub`.
    pub const EMBEDDED_RESP2: Self = Self::embedded(Client::Resp2);
    /// The embedded server and the blocking `redis::PubSub`.
    pub const EMBEDDED_RESP2_BLOCKING: Self = Self::embedded(Client::Resp2Blocking);
    /// The embedded server and a multiplexed connection with pushes.
    pub const EMBEDDED_RESP3: Self = Self::embedded(Client::Resp3);
    /// The real server that the environment names, else the shared container of this run, and
    /// `redis::aio::PubSub`.
    pub const REDIS_RESP2: Self = Self::redis(Client::Resp2);
    /// The real server and the blocking `redis::PubSub`.
    pub const REDIS_RESP2_BLOCKING: Self = Self::redis(Client::Resp2Blocking);
    /// The real server and a multiplexed connection with pushes.
    pub const REDIS_RESP3: Self = Self::redis(Client::Resp3);

    const fn embedded(client: Client) -> Self {
        Self { server: Server::Embedded, client }
    }

    const fn redis(client: Client) -> Self {
        Self { server: Server::Redis, client }
    }

    /// Opens the scene of a case.
    pub fn open(self, context: &Context) -> Result<Scene, Failure> {
        Scene::open(self.case(context), self.spec().and_then(|spec| spec.start()))
    }

    /// Opens the scene of a case that must not share its server.
    pub fn open_own(self, context: &Context) -> Result<Scene, Failure> {
        let server = self.spec().and_then(|spec| match self.server {
            Server::Embedded => spec.start_exclusive(),
            Server::Redis => own_server::start(&spec),
        });
        Scene::open(self.case(context), server)
    }

    fn spec(self) -> Result<Spec, BackendError> {
        match self.server {
            Server::Embedded => profile().map(Spec::Embedded),
            Server::Redis => Ok(Spec::reference()),
        }
    }

    fn case(self, context: &Context) -> Case {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(1);
        // `cases::patterns::should_…`: the program, the file, and the module of the rows.
        let subject = context.module.split("::").nth(1).unwrap_or_default();
        Case {
            subject: subject.to_owned(),
            name: context.name.to_owned(),
            client: self.client,
            root: root.unwrap_or(Path::new("/")).to_owned(),
            recordings: "tests/recordings".into(),
            rerun: self.rerun(subject, context),
        }
    }

    /// The command that repeats this case only, on the same server.
    fn rerun(self, subject: &str, context: &Context) -> String {
        let test = format!(
            "{subject}::{}::case_{}_{}",
            context.name,
            context.case.map_or(0, |row| row + 1),
            context.description.unwrap_or_default(),
        );
        if let Server::Embedded = self.server {
            return format!("{}just test-embedded {test}", profile::assignment());
        }
        match Spec::reference() {
            // The URL is not printed, for it may contain a password.
            Spec::Remote(_) => format!("just test-url \"$TWINCAST_REDIS_URL\" {test}"),
            Spec::Process(Some(path)) => format!(
                "TWINCAST_REDIS_SERVER={} cargo test --package twincast-tests --features redis \
                 --test cases -- {test}",
                path.display()
            ),
            _ => match env::var("TWINCAST_REDIS_IMAGE") {
                Ok(image) => format!("TWINCAST_REDIS_IMAGE={image} just test-all {test}"),
                Err(_) => format!("just test-all {test}"),
            },
        }
    }
}
