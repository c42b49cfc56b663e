//! Shows that a server has dealt with everything it was sent, without asking it on a connection of
//! the conversation.
//!
//! A server serves what has arrived in rounds. The first answer on another connection may be of
//! the very round in which the conversation's requests are served, before their answers are sent;
//! the second answer, to a question that was asked after the first, is of a later one. A large
//! request takes a server as many rounds as it takes to read it.
//!
//! The other connection lives only for this moment, so that no client list ever shows it.

use std::time::Duration;

use crate::conversation::Heard;
use crate::socket::Address;

use super::line::Line;

/// The least that a server reads of a connection in one round.
const LEAST_READ: usize = 16 * 1024;

/// Passes once the server has dealt with everything that was sent before, of which it may have read
/// nothing yet: so many bytes. A server that does not let it pass is not waited for longer than
/// `patience`; what is missing then is found out where it is owed.
pub(super) async fn pass(server: &Address, patience: Duration, unread: usize) {
    let Ok(mut line) = Line::connect(server, patience).await else { return };
    for _ in 0..2 + unread / LEAST_READ {
        line.send(b"*1\r\n$4\r\nPING\r\n").await;
        // Any answer will do: a server that wants a password first has been reached all the same.
        if !matches!(line.next().await, Some(Heard::Frame(_))) {
            return;
        }
    }
    // Only when the server has closed it too, it is in no list of clients any more.
    line.finish().await;
}
