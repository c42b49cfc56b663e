//! Plays a conversation on any server, and records what that server answers.
//!
//! The player sends the steps one after the other, in the order of the file, and waits only for
//! answers that the file expects. A fence shows without waiting that no more answers come; the
//! deadline is for servers that do not answer at all. Where the file lets time pass, the player
//! really waits, or moves the time of a server that can do without.
//!
//! Reading order: [`Replay`], `player` (the steps of a conversation), `connect` and `connection` (one
//! socket), `fence` and `late_answers`, then `side_effects`.

mod connect;
mod connection;
mod error;
mod fence;
mod late_answers;
mod made_values;
mod player;
mod side_effects;

use std::time::Duration;

use bytes::Bytes;

pub use crate::socket::Address;
pub use error::ReplayError;
pub use side_effects::disturbs;

use crate::backend::{Backend, TimeControl};
use crate::conversation::{Conversation, ServerEvent, ServerName};
use player::{Mode, Player};

/// How long an answer may take by default.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// How long a frame may take by default after the server has processed everything: a server that
/// hands messages from task to task may still be sending it.
pub const GRACE: Duration = Duration::from_millis(250);

/// A server to play conversations on.
#[derive(Clone, Debug)]
pub struct Replay {
    server: Address,
    login: Option<Vec<Bytes>>,
    deadline: Duration,
    grace: Duration,
    exclusive: bool,
    time_control: Option<TimeControl>,
}

impl Replay {
    /// Plays conversations on this server.
    pub fn on(server: impl Into<Address>) -> Self {
        Self {
            server: server.into(),
            login: None,
            deadline: DEADLINE,
            grace: GRACE,
            exclusive: false,
            time_control: None,
        }
    }

    /// Plays conversations on this backend. If its time can be moved, time passes only where a
    /// conversation with such a step says so, and nobody waits.
    pub fn of(backend: &dyn Backend) -> Self {
        Self { time_control: backend.time_control(), ..Self::on(backend.address()) }
    }

    /// Sends this request first on every connection. It is not part of the conversation.
    #[must_use]
    pub fn login(mut self, request: Vec<Bytes>) -> Self {
        self.login = Some(request);
        self
    }

    /// Sets how long an answer may take.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets how long a frame may take after the server has processed everything.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Declares that the server is not used afterwards, so that connections may be closed with a
    /// reset.
    #[must_use]
    pub fn exclusive(mut self) -> Self {
        self.exclusive = true;
        self
    }

    /// Plays a conversation, and waits for the answers that it expects from a server of this name.
    ///
    /// The result has the turns and places of the script, and is ready to be compared with it.
    pub async fn play(
        &self,
        script: &Conversation,
        server: &ServerName,
    ) -> Result<Conversation, ReplayError> {
        Player::new(self, Mode::Expect(server)).play(script).await
    }

    /// Plays a conversation without answers, and records all that come. Each turn ends when a fence
    /// was passed and nothing is left to read.
    pub async fn record(&self, script: &Conversation) -> Result<Conversation, ReplayError> {
        Player::new(self, Mode::Record).play(script).await
    }

    /// Sends requests on a separate connection, and returns the answers.
    pub async fn ask(&self, requests: &[Vec<Bytes>]) -> Result<Vec<ServerEvent>, ReplayError> {
        Player::new(self, Mode::Record).ask(requests).await
    }
}
