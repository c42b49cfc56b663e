//! Plays a conversation on any server, and hears what that server says.
//!
//! Steps are taken one after the other, as they stand in the file. Nothing is waited for that the
//! file does not promise. That something never comes is shown by a fence, not by waiting: the
//! deadline is for servers that do not answer at all.

mod error;
mod fence;
mod line;
mod manners;
mod stage;

use std::time::Duration;

use bytes::Bytes;

pub use crate::socket::Address;
pub use error::ReplayError;
pub use manners::disturbs;

use crate::conversation::{Conversation, ServerEvent, ServerName};
use stage::{Ears, Stage};

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
    alone: bool,
}

impl Replay {
    /// On this server.
    pub fn on(server: impl Into<Address>) -> Self {
        Self { server: server.into(), login: None, deadline: DEADLINE, grace: GRACE, alone: false }
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

    /// Says that nobody will use this server behind it, so that it may notice later who leaves.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Plays a conversation whose answers are known: those that a server of this name gives.
    ///
    /// What is heard has the turns and the places of the script, and is ready to be compared
    /// with it.
    pub async fn play(
        &self,
        script: &Conversation,
        server: &ServerName,
    ) -> Result<Conversation, ReplayError> {
        Stage::new(self, Ears::Expecting(server)).perform(script).await
    }

    /// Plays a conversation whose answers nobody knows yet, and hears them all: each turn ends
    /// when a fence has been passed and nothing is left to be read.
    pub async fn listen(&self, script: &Conversation) -> Result<Conversation, ReplayError> {
        Stage::new(self, Ears::Open).perform(script).await
    }

    /// Asks on a connection that is closed again when this is over, and hears what is answered.
    pub async fn ask(&self, requests: &[Vec<Bytes>]) -> Result<Vec<ServerEvent>, ReplayError> {
        Stage::new(self, Ears::Open).ask(requests).await
    }
}
