//! A fence: proof that a server has processed everything it was sent, without a request on a
//! connection of the conversation. The proof is a few probes on another connection.
//!
//! A server processes requests in rounds of its event loop. The answer to the first probe may
//! belong to the round of the conversation's requests, whose answers are not sent yet. The second
//! probe is sent after that answer, so its own answer belongs to a later round. A client that is
//! closed in that round may be closed after the second answer, but before the third. A large
//! request takes as many rounds as the server needs to read it.
//!
//! The conversation must not notice the other connection. If it could, for example in a client
//! list, the connection is closed after each fence. Otherwise it is kept, because the system
//! remembers each closed connection for minutes.

use std::io;
use std::time::Duration;

use crate::conversation::{Conversation, ServerEvent};
use crate::socket::Address;

use super::connection::Connection;
use super::side_effects::may_notice_a_client;

/// A command that no server knows. It is answered at once, even while clients are paused, and
/// monitors do not see it.
const PROBE: &[u8] = b"*1\r\n$5\r\nFENCE\r\n";

/// How many bytes a server reads from a connection in one round at least.
const MIN_READ: usize = 16 * 1024;

/// How many connections a fence tries if the server keeps closing them.
const MAX_ATTEMPTS: usize = 64;

/// Probes a server on a connection of its own.
#[derive(Default)]
pub(super) struct Fence {
    /// The connection, if it is kept between two fences.
    connection: Option<Connection>,
    is_kept: bool,
}

impl Fence {
    /// A fence for this conversation.
    pub(super) fn for_script(script: &Conversation) -> Self {
        Self { connection: None, is_kept: !may_notice_a_client(script) }
    }

    /// Returns `true` once the server has processed everything that was sent before. `unread` is
    /// how many of these bytes it may not have read yet. Returns `false` if the server does not
    /// answer a probe within `timeout`.
    ///
    /// The server may close the fence's own connection: after a CLIENT KILL, or because a limit of
    /// clients is not lifted yet. A refused connection proves nothing, because a server refuses
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
                // A client list shows it until the server has closed it too.
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
            // Any answer is enough.
            Some(ServerEvent::Frame(_)) => {}
            Some(_) => return ProbeOutcome::Closed,
            None => return ProbeOutcome::Unanswered,
        }
    }
    ProbeOutcome::Answered
}
