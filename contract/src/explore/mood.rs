use bytes::Bytes;

use super::vocabulary::Group;
use crate::conversation::ClientAction;

/// What a connection is about to do, as far as its client can guess. It steers what is said next,
/// so that conversations get somewhere; nothing depends on its being right.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mood {
    resp3: bool,
    listening: bool,
    queuing: bool,
    /// It has said its last word.
    pub(super) over: bool,
}

impl Mood {
    /// How much more or less likely it says this than the table has it, in eighths.
    pub(super) fn eighths(self, group: Group, action: &ClientAction) -> u32 {
        let first = match action {
            ClientAction::Request(words) => words.first().map_or(&b""[..], |word| word),
            _ => b"",
        };
        match group {
            // Nobody says half of a transaction on purpose.
            _ if self.queuing && first == b"EXEC" => 24,
            Group::Transactions if !self.queuing && matches!(first, b"EXEC" | b"DISCARD") => 1,
            Group::Channels | Group::Patterns | Group::Shards | Group::Endings => 8,
            _ if matches!(first, b"PING" | b"RESET") => 8,
            // Everything else would only be refused.
            _ if self.listening && !self.resp3 => 1,
            _ => 8,
        }
    }

    /// Takes note of what was said.
    pub(super) fn notice(&mut self, group: Group, action: &ClientAction) {
        match action {
            ClientAction::Open | ClientAction::RequestWithIds(_) => {}
            ClientAction::Close | ClientAction::HalfClose => self.over = true,
            ClientAction::Raw(_) => self.over |= group == Group::Malformed,
            ClientAction::Request(words) => self.notice_request(words),
        }
    }

    fn notice_request(&mut self, words: &[Bytes]) {
        let Some(first) = words.first() else { return };
        match &first.to_ascii_uppercase()[..] {
            b"SUBSCRIBE" | b"PSUBSCRIBE" | b"SSUBSCRIBE" => self.listening = true,
            b"UNSUBSCRIBE" | b"PUNSUBSCRIBE" | b"SUNSUBSCRIBE" if words.len() == 1 => {
                self.listening = false;
            }
            b"MULTI" => self.queuing = true,
            b"EXEC" | b"DISCARD" => self.queuing = false,
            b"HELLO" => self.resp3 = words.get(1).is_some_and(|version| version == "3"),
            b"RESET" if words.len() == 1 => *self = Self::default(),
            b"QUIT" => self.over = true,
            _ => {}
        }
    }
}
