use bytes::Bytes;

use crate::conversation::{ClientAction, Conversation, Expectation, Name, Turn};

/// Removes the login from a conversation: recordings and reports must not contain a password, and
/// must not depend on whether a server requires one.
pub(super) fn without_login(mut conversation: Conversation) -> Conversation {
    for name in conversation.connections() {
        let turns = conversation.turns.iter_mut();
        let Some(turn) = turns.into_iter().find(|turn| sends(turn, &name)) else { continue };
        let Some(at) =
            turn.client_steps.iter().position(|client_step| client_step.connection == name)
        else {
            continue;
        };
        let ClientAction::Request(words) = &mut turn.client_steps[at].action else { continue };
        if is(words, 0, "HELLO") && is(words, 2, "AUTH") {
            // HELLO 3 AUTH user password …
            words.drain(2..words.len().min(5));
        } else if is(words, 0, "AUTH") {
            turn.client_steps.remove(at);
            let answer = turn.answer.iter().position(|step| is_from(step, &name));
            answer.map(|at| turn.answer.remove(at));
        }
    }
    conversation.turns.retain(|turn| !turn.client_steps.is_empty() || !turn.answer.is_empty());
    conversation
}

fn sends(turn: &Turn, name: &Name) -> bool {
    turn.client_steps.iter().any(|client_step| client_step.connection == *name)
}

fn is_from(step: &Expectation, name: &Name) -> bool {
    step.steps().iter().any(|server_step| server_step.connection == *name)
}

fn is(words: &[Bytes], at: usize, word: &str) -> bool {
    words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
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
    fn should_remove_the_login_only(#[case] conversation: &str, #[case] left: &str) {
        let parse = |text| Conversation::parse(text, "text").unwrap();
        assert_eq!(without_login(parse(conversation)), parse(left));
    }
}
