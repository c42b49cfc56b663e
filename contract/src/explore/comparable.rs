use std::collections::HashMap;

use bytes::{Bytes, BytesMut};

use crate::conversation::{Conversation, Name, Said, Say};
use crate::wire::{Asked, decode_request};

/// Whether a conversation asks for nothing that the reference itself answers now so and now
/// otherwise, beyond what a comparison can leave open.
pub(super) fn is_comparable(script: &Conversation) -> bool {
    let mut talk = Talk::default();
    script.turns.iter().all(|turn| {
        talk.turn();
        turn.says.iter().all(|say| talk.takes(say))
    })
}

/// What has been said, as far as it decides what may be said next.
#[derive(Clone, Debug, Default)]
pub(super) struct Talk {
    /// Who has begun a transaction, and whether it notices other clients.
    queuing: HashMap<Name, Option<bool>>,
    is_underway: bool,
}

impl Talk {
    /// Everything that was said has been answered.
    pub(super) fn turn(&mut self) {
        self.is_underway = false;
    }

    /// Takes note of a step, unless it cannot be compared here.
    pub(super) fn takes(&mut self, say: &Say) -> bool {
        let queuing = self.queuing.entry(say.connection.clone()).or_default();
        let may = commands(&say.said).iter().all(|words| {
            let is = |at: usize, word: &str| {
                words.get(at).is_some_and(|it: &Bytes| it.eq_ignore_ascii_case(word.as_bytes()))
            };
            let leaves_all = ["UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE"]
                .iter()
                .any(|word| is(0, word) && words.len() == 1);
            // Within the array of EXEC, names would have an order of chance and no group, and what
            // may be answered with nothing would leave a place to others.
            let silent = is(0, "AUTH") || is(0, "HELLO") && words.len() > 2;
            if queuing.is_some() && (leaves_all || silent || is(0, "CLIENT") && is(1, "REPLY")) {
                return false;
            }
            // What a kill takes from its victim, who is in a list, whether a wrong password is
            // answered, and what an HTTP request gets to hear depend on what is on its way.
            let notices_clients = is(0, "CLIENT") && (is(1, "KILL") || is(1, "LIST"));
            let mut wants_quiet = notices_clients || silent || is(0, "POST") || is(0, "HOST:");
            if is(0, "MULTI") {
                *queuing = queuing.or(Some(false));
            } else if is(0, "EXEC") || is(0, "DISCARD") || is(0, "RESET") {
                wants_quiet |= *queuing == Some(true);
                *queuing = None;
            } else if let Some(notices) = queuing {
                *notices |= wants_quiet;
            }
            // The answer is all commands that a build has, in its own words.
            let lists_all = is(0, "COMMAND")
                && (words.len() == 1
                    || is(1, "LIST")
                    || is(1, "DOCS")
                    || is(1, "INFO") && words.len() == 2);
            !(lists_all || wants_quiet && self.is_underway)
        });
        self.is_underway = true;
        may
    }
}

/// The commands in what is said, a malformed one included as far as it can be read.
fn commands(said: &Said) -> Vec<Vec<Bytes>> {
    match said {
        Said::Request(_) | Said::About(_) => said.words().into_iter().map(Into::into).collect(),
        Said::Raw(bytes) => {
            let mut buffer = BytesMut::from(&bytes[..]);
            let mut commands = Vec::new();
            while let Some(asked) = decode_request(&mut buffer) {
                commands.push(match asked {
                    Asked::Request(words) => words,
                    Asked::Raw(line) => line
                        .split(u8::is_ascii_whitespace)
                        .filter(|word| !word.is_empty())
                        .map(Bytes::copy_from_slice)
                        .collect(),
                });
            }
            commands
        }
        Said::Open | Said::HalfClose | Said::Close => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a> SUBSCRIBE x y\na> UNSUBSCRIBE", true)]
    #[case("a> MULTI\na> UNSUBSCRIBE x\na> EXEC\na> UNSUBSCRIBE", true)]
    #[case("a> MULTI\nb> UNSUBSCRIBE", true)]
    #[case("a> MULTI\n\na> UNSUBSCRIBE", false)]
    #[case("a> MULTI\na> raw \"punsubscribe\\r\\n\"", false)]
    #[case("a> CLIENT KILL TYPE pubsub\na> PING", true)]
    #[case("a> PING\n\na> CLIENT KILL TYPE pubsub", true)]
    #[case("a> PING\na> CLIENT KILL TYPE pubsub", false)]
    #[case("a> PING\na> hello 3 auth x y", false)]
    #[case("a> PING\na> HELLO 3", true)]
    #[case("a> COMMAND", false)]
    #[case("a> MULTI\na> PING\na> EXEC", true)]
    #[case("a> MULTI\n\na> CLIENT LIST\n\na> EXEC", true)]
    #[case("a> MULTI\n\na> CLIENT LIST\na> EXEC", false)]
    fn should_know_what_the_reference_does_not_promise(#[case] says: &str, #[case] may: bool) {
        let script = Conversation::parse(&format!("# Should\n\n{says}\n"), "t").unwrap();
        assert_eq!(is_comparable(&script), may, "{says}");
    }
}
