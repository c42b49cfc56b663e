use super::*;
use crate::conversation::{ClientAction, Conversation};

#[test]
fn should_make_the_same_conversation_from_the_same_seed() {
    for nth in 1..50 {
        assert_eq!(generate(Seed::from(7), nth), generate(Seed::from(7), nth));
        assert_ne!(generate(Seed::from(7), nth).turns, generate(Seed::from(8), nth).turns);
        assert_ne!(generate(Seed::from(7), nth).turns, generate(Seed::from(7), nth + 1).turns);
    }
}

#[test]
fn should_make_comparable_conversations_that_parse() {
    for nth in 1..500 {
        let script = generate(Seed::from(1), nth);
        let text = script.to_string();
        assert_eq!(Conversation::parse(&text, "t").unwrap(), script, "{text}");
        assert!(comparable::is_comparable(&script), "{text}");
        assert!(!script.turns.is_empty());
    }
}

#[test]
fn should_send_nothing_after_a_close() {
    for nth in 1..500 {
        let script = generate(Seed::from(2), nth);
        for name in script.connections() {
            let actions: Vec<_> =
                script.client_steps_of(&name).map(|(_, client_step)| &client_step.action).collect();
            let end = actions
                .iter()
                .position(|action| matches!(action, ClientAction::Close | ClientAction::HalfClose));
            assert!(end.is_none_or(|end| end + 1 == actions.len()), "{script}");
        }
    }
}

/// Whether a conversation has these commands in this order, on any connections. A command is given
/// by its name and some of its arguments.
fn shows(words: &[&[&str]], script: &Conversation) -> bool {
    let mut actions = script
        .turns
        .iter()
        .flat_map(|turn| &turn.client_steps)
        .map(|client_step| &client_step.action);
    words.iter().all(|words| {
        actions.any(|action| {
            matches!(action, ClientAction::Request(request) if request.first().is_some_and(|name| name == words[0])
                && words.iter().all(|word| request.iter().any(|action| action == word)))
        })
    })
}

#[test]
fn should_keep_only_steps_that_the_difference_needs() {
    let fault: &[&[&str]] = &[&["SUBSCRIBE"], &["PUBLISH", "ab"]];
    let mut found = 0;
    for nth in 1..600 {
        let script = generate(Seed::from(3), nth);
        if !shows(fault, &script) {
            continue;
        }
        found += 1;
        let smallest = shrink(script, 10_000, |script| shows(fault, script));
        assert_eq!(smallest.turns.len(), 2, "{smallest}");
        let text: Vec<String> = smallest.to_string().lines().skip(2).map(str::to_owned).collect();
        assert_eq!(text, ["a> SUBSCRIBE", "", "a> PUBLISH ab"], "{smallest}");
    }
    assert!(found > 5, "{found}");
}

#[test]
fn should_stop_when_no_attempts_are_left() {
    let script = generate(Seed::from(3), 1);
    let mut tried = 0;
    let smallest = shrink(script.clone(), 5, |_| {
        tried += 1;
        false
    });
    assert_eq!((smallest, tried), (script, 5));
}
