use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::backend::{Backend, BackendError, BackendKind, Identity, Spec, redacted};
use crate::conversation::{Conversation, ServerEvent, Setup, Shape};
use crate::replay::{Replay, ReplayError};
use crate::wire::Frame;

/// Long enough for any answer, and short enough to notice soon that a server hangs.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Requests that reset a server, once no other client is connected. If a server does not know one
/// of them, it has no such state.
const RESET_COMMANDS: &[&[&str]] = &[
    &["CLIENT", "UNPAUSE"],
    &["FLUSHALL"],
    &["SCRIPT", "FLUSH"],
    &["FUNCTION", "FLUSH"],
    &["CONFIG", "SET", "notify-keyspace-events", ""],
    &["ACL", "DELUSER", "ann", "bob"],
    &["ACL", "SETUSER", "default", "resetchannels", "allchannels", "+@all"],
    &["ACL", "LOG", "RESET"],
    &["CONFIG", "RESETSTAT"],
    // A request whose bytes were changed can make a user of any name.
    &["ACL", "USERS"],
];

/// Why exploring is not possible.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// A server could not be started or reached.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// A conversation could not be played.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The reference is not a real server.
    #[error(
        "cannot compare with {0}: it is not a real server; name a Redis or Valkey with --reference \
         (container[:IMAGE], process[:PATH] or redis://host:port)"
    )]
    NoReference(Identity),
    /// The runtime that plays conversations could not be started.
    #[error("cannot start the runtime that plays conversations: {0}")]
    Runtime(std::io::Error),
    /// The server may have other users.
    #[error(
        "exploring changes the keys, settings and clients of {0}: if it has no other users, pass --own"
    )]
    Shared(String),
}

/// One of the two servers that are compared. It is reset before every conversation.
#[derive(Debug)]
pub struct Server {
    spec: Spec,
    /// The server, and one more for each setup that a conversation needed.
    servers: Vec<(Setup, Arc<dyn Backend>)>,
    /// The index of the server in use.
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

    /// The server in use.
    pub fn backend(&self) -> &dyn Backend {
        &*self.servers[self.current].1
    }

    /// Whether the server can be started with the setup of a conversation.
    pub(super) fn can_start_with_setup(&self) -> bool {
        !matches!(self.spec, Spec::Remote(_))
    }

    /// The server as the user named it.
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
            // The last conversation may have stopped the server, or locked out all clients.
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

    fn replay(&self) -> Replay {
        let replay = Replay::of(self.backend()).deadline(TIMEOUT);
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

/// Whether the server executed every reset request that it knows, and has no users but the default.
fn is_reset(answers: &[ServerEvent]) -> bool {
    let is_refusal = |event: &ServerEvent| match event {
        ServerEvent::Frame(Shape::Exact(Frame::Error(text))) => text.starts_with(b"NO"),
        ServerEvent::Frame(_) => false,
        ServerEvent::Raw(_) | ServerEvent::Closed => true,
    };
    let has_other_users = matches!(answers.last(),
        Some(ServerEvent::Frame(Shape::Exact(Frame::Array(users)))) if users.len() > 1);
    answers.len() == RESET_COMMANDS.len() && !answers.iter().any(is_refusal) && !has_other_users
}
