//! Shows that a server has dealt with everything it was sent, without asking it on a connection of
//! the conversation.
//!
//! A server serves what has arrived in rounds. The first answer on another connection may be of
//! the very round in which the conversation's requests are served, before their answers are sent;
//! the second answer, to a question that was asked after the first, is of a later one. A large
//! request takes a server as many rounds as it takes to read it.
//!
//! The other connection lives only for this moment, so that no client list ever shows it.

use std::io;
use std::time::Duration;

use crate::conversation::Heard;
use crate::socket::Address;

use super::line::Line;

/// A command that no server knows: it is answered at once, even while clients are paused, and no
/// monitor is shown what was refused.
const QUESTION: &[u8] = b"*1\r\n$5\r\nFENCE\r\n";

/// The least that a server reads of a connection in one round.
const LEAST_READ: usize = 16 * 1024;

/// How often it is put up again where it is torn down.
const ATTEMPTS: usize = 64;

/// Passes once the server has dealt with everything that was sent before, of which it may have read
/// nothing yet: so many bytes. It does not where nobody answers within `patience`: such a server
/// answers nobody.
///
/// What it waits for may tear it down: a CLIENT KILL, or a limit of clients that has not been lifted
/// yet. To be turned away proves nothing, because a server turns away many in one round.
pub(super) async fn pass(server: &Address, patience: Duration, unread: usize) -> bool {
    let rounds = 2 + unread / LEAST_READ;
    for _ in 0..ATTEMPTS {
        let mut line = match Line::connect(server, patience).await {
            Ok(line) => line,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return false,
            // A server that is gone is no deaf one: what it owes is found missing.
            Err(_) => return true,
        };
        let fate = ask(&mut line, rounds).await;
        if fate == Fate::Unanswered {
            return false;
        }
        // Only when the server has closed it too, it is in no list of clients any more.
        line.finish().await;
        if fate == Fate::Held {
            return true;
        }
    }
    true
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
            Some(Heard::Frame(_)) => {}
            Some(_) => return Fate::TornDown,
            None => return Fate::Unanswered,
        }
    }
    Fate::Held
}
