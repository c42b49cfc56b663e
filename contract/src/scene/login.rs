use bytes::Bytes;

use crate::conversation::{Conversation, Expect, Name, Said, Turn};

/// Takes the login out of what was said: a password belongs into no recording and no report, and
/// on which server a scenario has to log in is not its subject.
pub(super) fn without_login(mut said: Conversation) -> Conversation {
    for name in said.connections() {
        let turns = said.turns.iter_mut();
        let Some(turn) = turns.into_iter().find(|turn| speaks(turn, &name)) else { continue };
        let Some(at) = turn.says.iter().position(|say| say.connection == name) else { continue };
        let Said::Request(words) = &mut turn.says[at].said else { continue };
        if is(words, 0, "HELLO") && is(words, 2, "AUTH") {
            // HELLO 3 AUTH user password …
            words.drain(2..words.len().min(5));
        } else if is(words, 0, "AUTH") {
            turn.says.remove(at);
            let answer = turn.answer.iter().position(|step| heard_by(step, &name));
            answer.map(|at| turn.answer.remove(at));
        }
    }
    said.turns.retain(|turn| !turn.says.is_empty() || !turn.answer.is_empty());
    said
}

fn speaks(turn: &Turn, name: &Name) -> bool {
    turn.says.iter().any(|say| say.connection == *name)
}

fn heard_by(step: &Expect, name: &Name) -> bool {
    step.hears().iter().any(|hear| hear.connection == *name)
}

fn is(words: &[Bytes], at: usize, word: &str) -> bool {
    words.get(at).is_some_and(|said| said.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::resp2(
        "# T\n\na> AUTH user secret\na< +OK\n\nb> AUTH secret\nb< +OK\n\na> PING AUTH\na< \"AUTH\"\n",
        "# T\n\na> PING AUTH\na< \"AUTH\"\n"
    )]
    #[case::resp3(
        "# T\n\na> HELLO 3 AUTH default secret\na< {\"proto\": 3}\n",
        "# T\n\na> HELLO 3\na< {\"proto\": 3}\n"
    )]
    #[case::none(
        "# T\n\na> HELLO 3\na< {\"proto\": 3}\n",
        "# T\n\na> HELLO 3\na< {\"proto\": 3}\n"
    )]
    fn should_take_out_the_login_alone(#[case] said: &str, #[case] left: &str) {
        let parse = |text| Conversation::parse(text, "text").unwrap();
        assert_eq!(without_login(parse(said)), parse(left));
    }
}
