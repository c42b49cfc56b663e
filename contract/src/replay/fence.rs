//! Shows that a server has dealt with everything it was sent, without asking it on a connection of
//! the conversation.
//!
//! A server serves what has arrived in rounds. The first answer on another connection may be of
//! the very round in which the conversation's requests are served, before their answers are sent;
//! the second answer, to a question that was asked after the first, is of a later one. Who is closed
//! then may be closed behind that answer, and before the third. A large request takes a server as many
//! rounds as it takes to read it.
//!
//! No client list may show the other connection: where somebody could ask for one, it lives only
//! for this moment. Elsewhere it may stay, because a system remembers each one for minutes.

use std::io;
use std::time::Duration;

use crate::conversation::{Conversation, ServerEvent};
use crate::socket::Address;

use super::line::Line;
use super::manners::takes_census;

/// A command that no server knows: it is answered at once, even while clients are paused, and no
/// monitor is shown what was refused.
const QUESTION: &[u8] = b"*1\r\n$5\r\nFENCE\r\n";

/// The least that a server reads of a connection in one round.
const LEAST_READ: usize = 16 * 1024;

/// How often it is put up again where it is torn down.
const ATTEMPTS: usize = 64;

/// A question at a time to a server, on a connection of its own.
#[derive(Default)]
pub(super) struct Fence {
    /// The connection, where it may stay.
    line: Option<Line>,
    stays: bool,
}

impl Fence {
    /// One that is put up beside this conversation.
    pub(super) fn beside(script: &Conversation) -> Self {
        Self { line: None, stays: !takes_census(script) }
    }

    /// Passes once the server has dealt with everything that was sent before, of which it may have
    /// read nothing yet: so many bytes. It does not where nobody answers within `patience`: such a
    /// server answers nobody.
    ///
    /// What it waits for may tear it down: a CLIENT KILL, or a limit of clients that has not been
    /// lifted yet. To be turned away proves nothing, because a server turns away many in one round.
    pub(super) async fn pass(
        &mut self,
        server: &Address,
        patience: Duration,
        unread: usize,
    ) -> bool {
        let rounds = 3 + unread / LEAST_READ;
        for _ in 0..ATTEMPTS {
            let mut line = match self.line.take() {
                Some(line) => line,
                None => match Line::connect(server, patience).await {
                    Ok(line) => line,
                    Err(error) if error.kind() == io::ErrorKind::TimedOut => return false,
                    // A server that is gone is no deaf one: what it owes is found missing.
                    Err(_) => return true,
                },
            };
            match ask(&mut line, rounds).await {
                Fate::Unanswered => return false,
                Fate::Held if self.stays => self.line = Some(line),
                // Only when the server has closed it too, it is in no list of clients any more.
                Fate::TornDown => {
                    line.finish().await;
                    continue;
                }
                Fate::Held => drop(line.finish().await),
            }
            return true;
        }
        true
    }

    /// Takes the connection away. Unless it is `alone`, waits until the server has done so too: the
    /// next conversation may ask for a list.
    pub(super) async fn take_down(&mut self, alone: bool) {
        match self.line.take() {
            Some(line) if alone => drop(line.reset()),
            Some(line) => drop(line.finish().await),
            None => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Held,
    TornDown,
    Unanswered,
}

/// What becomes of the connection over so many answers.
async fn ask(line: &mut Line, rounds: usize) -> Fate {
    for _ in 0..rounds {
        line.send(QUESTION).await;
        match line.next().await {
            // Any answer will do: the server has been reached.
            Some(ServerEvent::Frame(_)) => {}
            Some(_) => return Fate::TornDown,
            None => return Fate::Unanswered,
        }
    }
    Fate::Held
}
