use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::backend::{Backend, BackendError, BackendKind, Identity, Spec, redacted};
use crate::conversation::{Conversation, ServerEvent, Setup, Shape};
use crate::replay::{Replay, ReplayError};
use crate::wire::Frame;

/// Long enough for any answer, and short enough to tell soon that a server hangs.
const PATIENCE: Duration = Duration::from_secs(2);

/// What brings a server back to where it began, once nobody else is connected any more. A server that
/// does not know one of these has nothing to be brought back of it.
const CLEANING: &[&[&str]] = &[
    &["CLIENT", "UNPAUSE"],
    &["FLUSHALL"],
    &["CONFIG", "SET", "notify-keyspace-events", ""],
    &["ACL", "DELUSER", "ann", "bob"],
    &["ACL", "SETUSER", "default", "resetchannels", "allchannels", "+@all"],
    &["ACL", "LOG", "RESET"],
    &["CONFIG", "RESETSTAT"],
];

/// Why there is nothing to explore with.
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

/// One of both servers, in the same state before every conversation.
#[derive(Debug)]
pub struct Side {
    spec: Spec,
    /// The server, and those that some conversations want to be started in another way.
    servers: Vec<(Setup, Arc<dyn Backend>)>,
    /// On which of them is played.
    stage: usize,
    login: Option<Vec<Bytes>>,
}

impl Side {
    /// Starts the server, for nobody else. A server at a URL has its users already: it takes
    /// somebody who says that there are none.
    pub fn start(spec: Spec, is_own: bool) -> Result<Self, ExploreError> {
        let backend = match &spec {
            Spec::Remote(_) if !is_own => {
                return Err(ExploreError::Shared(redacted(&spec.to_string())));
            }
            Spec::Remote(_) => spec.start()?,
            _ => spec.start_own()?,
        };
        Ok(Self { spec, servers: vec![(Setup::default(), backend)], stage: 0, login: None })
    }

    /// Makes every connection begin with this request.
    #[must_use]
    pub fn login(mut self, request: Option<Vec<Bytes>>) -> Self {
        self.login = request;
        self
    }

    /// The server that is played on now.
    pub fn backend(&self) -> &dyn Backend {
        &*self.servers[self.stage].1
    }

    /// Whether the server can be started as a conversation wants it.
    pub(super) fn can_begin_otherwise(&self) -> bool {
        !matches!(self.spec, Spec::Remote(_))
    }

    /// As it was asked for.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Makes it what it was at first, started in this way.
    pub(super) async fn clean(&mut self, setup: &Setup) -> Result<(), ExploreError> {
        let Some(known) = self.servers.iter().position(|(other, _)| other == setup) else {
            self.stage = self.servers.len();
            self.servers.push((setup.clone(), self.start_with(setup)?));
            return Ok(());
        };
        self.stage = known;
        if self.backend().kind() == BackendKind::Embedded {
            self.servers[self.stage].1 = self.start_with(setup)?;
            return Ok(());
        }
        let answers = self.replay().ask(&cleaning()).await;
        if !answers.is_ok_and(|answers| is_clean(&answers)) {
            // The last conversation may have been the end of it, or have shut everybody out.
            self.backend().restart()?;
        }
        Ok(())
    }

    /// Starts one more of them: the first one has said who they are.
    fn start_with(&self, setup: &Setup) -> Result<Arc<dyn Backend>, BackendError> {
        self.spec.start_with(setup, self.servers[0].1.identity())
    }

    /// Plays a conversation, and hears all that is said.
    pub(super) async fn hear(&self, script: &Conversation) -> Result<Conversation, ReplayError> {
        self.replay().record(script).await
    }

    fn address(&self) -> SocketAddr {
        self.backend().address()
    }

    fn replay(&self) -> Replay {
        let replay = Replay::on(self.address()).deadline(PATIENCE);
        match &self.login {
            Some(login) => replay.login(login.clone()),
            None => replay,
        }
    }
}

fn cleaning() -> Vec<Vec<Bytes>> {
    let words = |words: &&[&'static str]| words.iter().copied().map(Bytes::from).collect();
    CLEANING.iter().map(words).collect()
}

/// Whether all was done that the server knows.
fn is_clean(answers: &[ServerEvent]) -> bool {
    let is_refusal = |event: &ServerEvent| match event {
        ServerEvent::Frame(Shape::Exact(Frame::Error(text))) => text.starts_with(b"NO"),
        ServerEvent::Frame(_) => false,
        ServerEvent::Raw(_) | ServerEvent::Closed => true,
    };
    answers.len() == CLEANING.len() && !answers.iter().any(is_refusal)
}
