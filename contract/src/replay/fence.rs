//! Shows that a server has dealt with everything it was sent, without asking it on a connection of
//! the conversation.
//!
//! A server serves what has arrived in rounds. The first answer on another connection may be of
//! the very round in which the conversation's requests are served, before their answers are sent;
//! the second answer, to a question that was asked after the first, is of a later one.
//!
//! The other connection lives only for this moment, so that no client list ever shows it.

use std::time::Duration;

use crate::conversation::Heard;
use crate::socket::Address;

use super::line::Line;

/// Passes once the server has dealt with everything that was sent before. A server that does not
/// let it pass is not waited for longer than `patience`; what is missing then is found out where
/// it is owed.
pub(super) async fn pass(server: &Address, patience: Duration) {
    let Ok(mut line) = Line::connect(server, patience).await else { return };
    for _ in 0..2 {
        line.send(b"*1\r\n$4\r\nPING\r\n").await;
        // Any answer will do: a server that wants a password first has been reached all the same.
        if !matches!(line.next().await, Some(Heard::Frame(_))) {
            return;
        }
    }
}
