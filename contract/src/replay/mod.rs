//! Plays a conversation on any server, and records what that server answers.
//!
//! Steps are played one after the other, in the order of the file. Only answers that the file
//! expects are waited for. A fence shows that nothing more comes, without waiting: the deadline is
//! for servers that do not answer at all.

mod connection;
mod error;
mod fence;
mod player;
mod side_effects;

use std::time::Duration;

use bytes::Bytes;

pub use crate::socket::Address;
pub use error::ReplayError;
pub use side_effects::disturbs;

use crate::conversation::{Conversation, ServerEvent, ServerName};
use player::{Mode, Player};

/// How long an answer may take unless said otherwise.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// How long a frame may take after the server has shown that it has dealt with everything, unless
/// said otherwise: one that hands messages from task to task may have it on its way.
pub const GRACE: Duration = Duration::from_millis(250);

/// A server to play conversations on.
#[derive(Clone, Debug)]
pub struct Replay {
    server: Address,
    login: Option<Vec<Bytes>>,
    deadline: Duration,
    grace: Duration,
    exclusive: bool,
}

impl Replay {
    /// On this server.
    pub fn on(server: impl Into<Address>) -> Self {
        Self {
            server: server.into(),
            login: None,
            deadline: DEADLINE,
            grace: GRACE,
            exclusive: false,
        }
    }

    /// Makes every connection begin with this request, which is no part of the conversation.
    #[must_use]
    pub fn login(mut self, request: Vec<Bytes>) -> Self {
        self.login = Some(request);
        self
    }

    /// Waits no longer than this for an answer.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Waits no longer than this for a frame from a server that has dealt with everything.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Says that nobody uses the server afterwards, so that connections may be closed with a reset.
    #[must_use]
    pub fn exclusive(mut self) -> Self {
        self.exclusive = true;
        self
    }

    /// Plays a conversation whose answers are known: those that a server of this name gives.
    ///
    /// The result has the turns and the places of the script, and is ready to be compared with it.
    pub async fn play(
        &self,
        script: &Conversation,
        server: &ServerName,
    ) -> Result<Conversation, ReplayError> {
        Player::new(self, Mode::Expect(server)).play(script).await
    }

    /// Plays a conversation without answers, and records all that come: each turn ends when a fence
    /// has been passed and nothing is left to read.
    pub async fn record(&self, script: &Conversation) -> Result<Conversation, ReplayError> {
        Player::new(self, Mode::Record).play(script).await
    }

    /// Sends requests on a connection of their own, and returns the answers.
    pub async fn ask(&self, requests: &[Vec<Bytes>]) -> Result<Vec<ServerEvent>, ReplayError> {
        Player::new(self, Mode::Record).ask(requests).await
    }
}
