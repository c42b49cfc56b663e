use bytes::Bytes;

use super::row::Group;
use crate::conversation::ClientAction;

/// A rough model of one client's state. It makes useful steps more likely, and may be wrong.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ClientModel {
    resp3: bool,
    subscribed: bool,
    in_transaction: bool,
    /// The client sends nothing more.
    pub(super) closed: bool,
}

impl ClientModel {
    /// The factor for the weight of a row of the vocabulary, in eighths.
    pub(super) fn weight(self, group: Group, action: &ClientAction) -> u32 {
        let first = match action {
            ClientAction::Request(words) => words.first().map_or(&b""[..], |word| word),
            _ => b"",
        };
        match group {
            // Most transactions should be complete.
            _ if self.in_transaction && first == b"EXEC" => 24,
            Group::Transactions
                if !self.in_transaction && matches!(first, b"EXEC" | b"DISCARD") =>
            {
                1
            }
            Group::Channels | Group::Patterns | Group::Shards | Group::Disconnects => 8,
            _ if matches!(first, b"PING" | b"RESET") => 8,
            // The server would refuse all other commands.
            _ if self.subscribed && !self.resp3 => 1,
            _ => 8,
        }
    }

    /// Updates the model with a step of the client.
    pub(super) fn observe(&mut self, group: Group, action: &ClientAction) {
        match action {
            ClientAction::Open
            | ClientAction::RequestWithIds(_)
            | ClientAction::StopReading
            | ClientAction::StartReading => {}
            ClientAction::Close | ClientAction::HalfClose => self.closed = true,
            ClientAction::Raw(_) => self.closed |= group == Group::Malformed,
            ClientAction::Request(words) => self.observe_request(words),
        }
    }

    fn observe_request(&mut self, words: &[Bytes]) {
        let Some(first) = words.first() else { return };
        match &first.to_ascii_uppercase()[..] {
            b"SUBSCRIBE" | b"PSUBSCRIBE" | b"SSUBSCRIBE" => self.subscribed = true,
            b"UNSUBSCRIBE" | b"PUNSUBSCRIBE" | b"SUNSUBSCRIBE" if words.len() == 1 => {
                self.subscribed = false;
            }
            b"MULTI" => self.in_transaction = true,
            b"EXEC" | b"DISCARD" => self.in_transaction = false,
            b"HELLO" => self.resp3 = words.get(1).is_some_and(|version| version == "3"),
            b"RESET" if words.len() == 1 => *self = Self::default(),
            b"QUIT" => self.closed = true,
            _ => {}
        }
    }
}
