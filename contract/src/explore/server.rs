use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::backend::{Backend, BackendError, BackendKind, Identity, Spec, redacted};
use crate::conversation::{Conversation, ServerEvent, Setup, Shape};
use crate::replay::{Replay, ReplayError};
use crate::wire::Frame;

/// Long enough for any answer, and short enough to notice soon that a server hangs.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Requests that reset a server, once no other client is connected. A server that does not know one
/// of them has no such state.
const RESET_COMMANDS: &[&[&str]] = &[
    &["CLIENT", "UNPAUSE"],
    &["FLUSHALL"],
    &["CONFIG", "SET", "notify-keyspace-events", ""],
    &["ACL", "DELUSER", "ann", "bob"],
    &["ACL", "SETUSER", "default", "resetchannels", "allchannels", "+@all"],
    &["ACL", "LOG", "RESET"],
    &["CONFIG", "RESETSTAT"],
];

/// Why exploring is not possible.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// The server cannot be had.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The server cannot be played on.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The reference is none.
    #[error(
        "{0}, is no reference: name a real Redis or Valkey with --reference \
         (container[:IMAGE], process[:PATH] or redis://host:port)"
    )]
    NoReference(Identity),
    /// There is no runtime to play with.
    #[error("cannot play: {0}")]
    Runtime(std::io::Error),
    /// Somebody else may use the server.
    #[error(
        "exploring changes keys, settings and clients of {0}: if nobody else uses it, say so with --own"
    )]
    Shared(String),
}

/// One of the two servers that are compared. It is reset before every conversation.
#[derive(Debug)]
pub struct Server {
    spec: Spec,
    /// The server, and those that were started with the setup of some conversation.
    servers: Vec<(Setup, Arc<dyn Backend>)>,
    /// The index of the one that is played on.
    current: usize,
    login: Option<Vec<Bytes>>,
}

impl Server {
    /// Starts the server for exclusive use. A server at a URL may have other users: the caller must
    /// say with `is_own` that there are none.
    pub fn start(spec: Spec, is_own: bool) -> Result<Self, ExploreError> {
        let backend = match &spec {
            Spec::Remote(_) if !is_own => {
                return Err(ExploreError::Shared(redacted(&spec.to_string())));
            }
            Spec::Remote(_) => spec.start()?,
            _ => spec.start_exclusive()?,
        };
        Ok(Self { spec, servers: vec![(Setup::default(), backend)], current: 0, login: None })
    }

    /// Makes every connection begin with this request.
    #[must_use]
    pub fn login(mut self, request: Option<Vec<Bytes>>) -> Self {
        self.login = request;
        self
    }

    /// The server that is played on now.
    pub fn backend(&self) -> &dyn Backend {
        &*self.servers[self.current].1
    }

    /// Whether the server can be started as a conversation wants it.
    pub(super) fn can_start_with_setup(&self) -> bool {
        !matches!(self.spec, Spec::Remote(_))
    }

    /// As it was asked for.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Resets the server, or starts one with this setup.
    pub(super) async fn reset(&mut self, setup: &Setup) -> Result<(), ExploreError> {
        let Some(known) = self.servers.iter().position(|(other, _)| other == setup) else {
            self.current = self.servers.len();
            self.servers.push((setup.clone(), self.start_with(setup)?));
            return Ok(());
        };
        self.current = known;
        if self.backend().kind() == BackendKind::Embedded {
            self.servers[self.current].1 = self.start_with(setup)?;
            return Ok(());
        }
        let answers = self.replay().ask(&reset_requests()).await;
        if !answers.is_ok_and(|answers| is_reset(&answers)) {
            // The last conversation may have been the end of it, or have shut everybody out.
            self.backend().restart()?;
        }
        Ok(())
    }

    /// Starts one more server, of the same version as the first.
    fn start_with(&self, setup: &Setup) -> Result<Arc<dyn Backend>, BackendError> {
        self.spec.start_with(setup, self.servers[0].1.identity())
    }

    /// Plays a conversation, and records all answers.
    pub(super) async fn record(&self, script: &Conversation) -> Result<Conversation, ReplayError> {
        self.replay().record(script).await
    }

    fn address(&self) -> SocketAddr {
        self.backend().address()
    }

    fn replay(&self) -> Replay {
        let replay = Replay::on(self.address()).deadline(TIMEOUT);
        match &self.login {
            Some(login) => replay.login(login.clone()),
            None => replay,
        }
    }
}

fn reset_requests() -> Vec<Vec<Bytes>> {
    let words = |words: &&[&'static str]| words.iter().copied().map(Bytes::from).collect();
    RESET_COMMANDS.iter().map(words).collect()
}

/// Whether the server executed every reset request that it knows.
fn is_reset(answers: &[ServerEvent]) -> bool {
    let is_refusal = |event: &ServerEvent| match event {
        ServerEvent::Frame(Shape::Exact(Frame::Error(text))) => text.starts_with(b"NO"),
        ServerEvent::Frame(_) => false,
        ServerEvent::Raw(_) | ServerEvent::Closed => true,
    };
    answers.len() == RESET_COMMANDS.len() && !answers.iter().any(is_refusal)
}
