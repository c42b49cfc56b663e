//! Shows that a server has dealt with everything it was sent, without asking it on a connection of
//! the conversation.
//!
//! A server serves what has arrived in rounds. The first answer on another connection may be of the
//! very round in which the conversation's requests are served, before their answers are sent; the
//! second answer, to a question that was asked after the first, is of a later one. Who is closed
//! then may be closed behind that answer, and before the third. A large request takes a server as
//! many rounds as it takes to read it.
//!
//! No client list may show the other connection: where somebody could ask for one, it lives only
//! for this moment. Elsewhere it may stay, because a system remembers each one for minutes.

use std::io;
use std::time::Duration;

use crate::conversation::{Conversation, ServerEvent};
use crate::socket::Address;

use super::connection::Connection;
use super::side_effects::takes_census;

/// A command that no server knows: it is answered at once, even while clients are paused, and no
/// monitor is shown what was refused.
const PROBE: &[u8] = b"*1\r\n$5\r\nFENCE\r\n";

/// The least that a server reads of a connection in one round.
const MIN_READ: usize = 16 * 1024;

/// How often a new connection is made for the probe if the server closes it.
const MAX_ATTEMPTS: usize = 64;

/// Probes a server on a connection of its own.
#[derive(Default)]
pub(super) struct Fence {
    /// The connection, if it is kept between two probes.
    connection: Option<Connection>,
    is_kept: bool,
}

impl Fence {
    /// A fence for this conversation.
    pub(super) fn for_script(script: &Conversation) -> Self {
        Self { connection: None, is_kept: !takes_census(script) }
    }

    /// Returns `true` once the server has processed everything that was sent before. It may have
    /// read none of the last `unread` bytes yet. Returns `false` if the server does not answer the
    /// probe within `timeout`.
    ///
    /// The requests that it waits for may close its connection: a CLIENT KILL, or a limit of
    /// clients that is not lifted yet. A refused connection proves nothing, as a server refuses
    /// many in one round.
    pub(super) async fn pass(
        &mut self,
        server: &Address,
        timeout: Duration,
        unread: usize,
    ) -> bool {
        let count = 3 + unread / MIN_READ;
        for _ in 0..MAX_ATTEMPTS {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => match Connection::connect(server, timeout).await {
                    Ok(connection) => connection,
                    Err(error) if error.kind() == io::ErrorKind::TimedOut => return false,
                    // The server is gone, not unresponsive: the comparison finds its answers
                    // missing.
                    Err(_) => return true,
                },
            };
            match probe(&mut connection, count).await {
                ProbeOutcome::Unanswered => return false,
                ProbeOutcome::Answered if self.is_kept => self.connection = Some(connection),
                // Only when the server has closed it too, it is in no list of clients any more.
                ProbeOutcome::Closed => {
                    connection.finish().await;
                    continue;
                }
                ProbeOutcome::Answered => drop(connection.finish().await),
            }
            return true;
        }
        true
    }

    /// Closes the connection. On a server that is not `exclusive`, waits until the server has
    /// closed it too: the next conversation may list the clients.
    pub(super) async fn close(&mut self, exclusive: bool) {
        match self.connection.take() {
            Some(connection) if exclusive => drop(connection.reset()),
            Some(connection) => drop(connection.finish().await),
            None => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ProbeOutcome {
    Answered,
    Closed,
    Unanswered,
}

/// Sends the probe `count` times, each after the answer to the one before.
async fn probe(connection: &mut Connection, count: usize) -> ProbeOutcome {
    for _ in 0..count {
        connection.send(PROBE).await;
        match connection.next().await {
            // Any answer will do.
            Some(ServerEvent::Frame(_)) => {}
            Some(_) => return ProbeOutcome::Closed,
            None => return ProbeOutcome::Unanswered,
        }
    }
    ProbeOutcome::Answered
}
