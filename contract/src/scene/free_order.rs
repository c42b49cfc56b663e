//! Connections of one name whose order is free: a pool, or tasks that race each other.
//!
//! Which connection serves which request, and in which order, differs from run to run. What is
//! promised stays: every request, with its answer.

use crate::compare::Varying;
use crate::conversation::{
    ClientAction, ClientStep, Conversation, Expectation, Name, ServerEvent, Turn,
};

/// Commands with which a client prepares a new connection. How many connections there are is free.
const HANDSHAKE: [&str; 5] = ["HELLO", "AUTH", "CLIENT", "SELECT", "READONLY"];

/// Puts everything that the connections of this name said and were answered behind the rest of the
/// conversation, as one connection in a fixed order.
///
/// Connections that subscribe are left as they are: their order matters.
pub(super) fn settle(
    conversation: &mut Conversation,
    name: &Name,
    reason: &str,
    varying: &Varying,
) {
    let again = format!("{name}#");
    let members: Vec<Name> = conversation
        .connections()
        .into_iter()
        .filter(|it| it == name || it.as_str().starts_with(&again))
        .collect();
    let mut units = Vec::new();
    for member in members {
        if let Some(exchanges) = exchanges(conversation, &member) {
            take_out(conversation, &member);
            units.extend(group(exchanges, name));
        }
    }
    // The names of varying values depend on the order, so the order must not depend on the values.
    units.sort_by_cached_key(|turn| {
        let mut alone = Conversation { turns: vec![turn.clone()], ..Conversation::default() };
        varying.bind(&mut alone);
        (!is_handshake(turn), alone.to_string())
    });
    units.dedup_by(|one, other| is_handshake(one) && is_handshake(other) && one == other);
    if let Some(first) = units.first_mut() {
        first.remark = vec![format!("The order of {name} is free, because {reason}.")];
    }
    conversation.turns.retain(|turn| !turn.client_steps.is_empty() || !turn.answer.is_empty());
    conversation.turns.extend(units);
}

/// A request and its answer.
type Exchange = (ClientStep, Option<Expectation>);

/// `None` if some answer does not belong to one request, as on connections that subscribe.
fn exchanges(conversation: &Conversation, member: &Name) -> Option<Vec<Exchange>> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut answered = 0;
    for turn in &conversation.turns {
        let own = turn.client_steps.iter().filter(|it| it.connection == *member);
        exchanges.extend(own.cloned().map(|step| (step, None)));
        for expectation in &turn.answer {
            let [server_step] = expectation.steps() else { return None };
            if server_step.connection != *member {
                continue;
            }
            if !matches!(server_step.event, ServerEvent::Frame(_)) {
                continue;
            }
            let (request, answer) = exchanges.get_mut(answered)?;
            if subscribes(request) {
                return None;
            }
            *answer = Some(expectation.clone());
            answered += 1;
        }
    }
    Some(exchanges)
}

fn take_out(conversation: &mut Conversation, member: &Name) {
    for turn in &mut conversation.turns {
        turn.client_steps.retain(|it| it.connection != *member);
        turn.answer.retain(|it| it.steps().iter().all(|step| step.connection != *member));
    }
}

/// The exchanges as turns: the handshake is one, a transaction is one, and every other request.
fn group(exchanges: Vec<Exchange>, name: &Name) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut inside = false;
    for (mut step, answer) in exchanges {
        step.connection = name.clone();
        let joins = inside || turns.last().is_some_and(is_handshake) && is_preparation(&step);
        inside = is_command(&step, "MULTI")
            || inside && !is_command(&step, "EXEC") && !is_command(&step, "DISCARD");
        if !joins {
            turns.push(Turn::default());
        }
        let Some(turn) = turns.last_mut() else { continue };
        turn.client_steps.push(step);
        if let Some(Expectation::One(mut server_step)) = answer {
            server_step.connection = name.clone();
            turn.answer.push(Expectation::One(server_step));
        }
    }
    turns
}

fn is_handshake(turn: &Turn) -> bool {
    turn.client_steps.iter().all(is_preparation)
}

fn is_preparation(step: &ClientStep) -> bool {
    HANDSHAKE.iter().any(|command| is_command(step, command))
}

fn subscribes(step: &ClientStep) -> bool {
    ["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "MONITOR"].iter().any(|it| is_command(step, it))
}

fn is_command(step: &ClientStep, command: &str) -> bool {
    matches!(&step.action, ClientAction::Request(words)
        if words.first().is_some_and(|word| word.eq_ignore_ascii_case(command.as_bytes())))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn settled(text: &str) -> String {
        let mut conversation = Conversation::parse(text, "t").unwrap();
        let varying = Varying::at(Duration::from_secs(1_796_000_000));
        settle(&mut conversation, &Name::new("pool"), "tasks race", &varying);
        varying.bind(&mut conversation);
        conversation.to_string()
    }

    #[test]
    fn should_not_depend_on_which_connection_serves_which_request() {
        let (one, two) =
            ("67e55044-10b1-426f-9247-bb680e5fe0c1", "67e55044-10b1-426f-9247-bb680e5fe0c2");
        let first = format!(
            "# T\n\npool> SELECT 1\npool< +OK\n\nbus> PING\nbus< +PONG\n\n\
             pool> SET b {one}\npool> GET b\npool< +OK\npool< \"{one}\"\n\n\
             pool#2> SELECT 1\npool#2< +OK\n\npool#2> MULTI\npool#2> INCR a\npool#2> EXEC\n\
             pool#2< +OK\npool#2< +QUEUED\npool#2< [1]\n"
        );
        let second = format!(
            "# T\n\npool> SELECT 1\npool< +OK\n\npool> MULTI\npool> INCR a\npool> EXEC\n\
             pool< +OK\npool< +QUEUED\npool< [1]\n\npool> SET b {two}\npool< +OK\n\n\
             pool> GET b\npool< \"{two}\"\n\nbus> PING\nbus< +PONG\n"
        );
        let expected = "# T\n\nbus> PING\nbus< +PONG\n\n\
            # The order of pool is free, because tasks race.\npool> SELECT 1\npool< +OK\n\n\
            pool> GET b\npool< \"<uuid 1>\"\n\n\
            pool> MULTI\npool> INCR a\npool> EXEC\npool< +OK\npool< +QUEUED\npool< [1]\n\n\
            pool> SET b \"<uuid 1>\"\npool< +OK\n";
        assert_eq!(settled(&first), expected);
        assert_eq!(settled(&second), expected);
    }

    #[test]
    fn should_keep_a_wrong_answer_and_a_subscriber() {
        let text = "# T\n\npool> GET b\npool< \"wrong\"\n\npool#2> SUBSCRIBE a\npool#2< [\"subscribe\" \"a\" 1]\n";
        let settled = settled(text);
        assert!(settled.contains("pool> GET b\npool< \"wrong\""), "{settled}");
        assert!(settled.contains("pool#2> SUBSCRIBE a\npool#2< ["), "{settled}");
    }
}
