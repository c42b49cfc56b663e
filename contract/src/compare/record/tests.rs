use super::*;

fn parse(text: &str) -> Conversation {
    Conversation::parse(text, "a.twin").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn observed(from: &str, answer: &str) -> Conversation {
    parse(&format!("# t\n# recorded from {from}\n\nc> CLIENT ID\nc< 7\n\nc> X\n{answer}\n"))
}

const HAND_WRITTEN: &str =
    "# Should answer\n# Why it should.\n\n# An id.\nc> CLIENT ID\n\n# The thing.\nc> X\n";

fn recorded(existing: Conversation, from: &str, answer: &str) -> Conversation {
    let server = ServerName::of(from);
    record(existing, observed(from, answer), &server).expect("the same requests")
}

#[test]
fn a_handwritten_conversation_gets_the_answers_of_each_server() {
    let mut file = recorded(parse(HAND_WRITTEN), "redis 8.0.2", "c< 1");
    file = recorded(file, "valkey 8.1.1", "c< -ERR no");
    file = recorded(file, "redis 7.0.15", "c< 1");
    file = recorded(file, "valkey 8.0.1", "c< -ERR no");
    insta::assert_snapshot!(file.to_string(), @r#"
# Should answer
# Why it should.
# recorded from redis 7.0.15, redis 8.0.2, valkey 8.0.1, valkey 8.1.1

# An id.
c> CLIENT ID
c< <int>

# The thing.
c> X
c< 1
on valkey-8.0 valkey-8.1
  c< -ERR no
end
"#);
    let again = recorded(file.clone(), "valkey 8.1.1", "c< -ERR no");
    assert_eq!(again.to_string(), file.to_string());
}

#[test]
fn a_server_that_agrees_again_loses_its_variant() {
    let mut file = recorded(parse(HAND_WRITTEN), "redis 8.0.2", "c< 1");
    file = recorded(file, "valkey 8.1.1", "c< 2");
    file = recorded(file, "valkey 8.1.2", "c< 1");
    assert!(file.turns.iter().all(|turn| turn.variants.is_empty()), "{file}");
    assert_eq!(file.recorded_from, ["redis 8.0.2", "valkey 8.1.2"]);
}

#[test]
fn other_servers_keep_their_answers_when_the_default_changes() {
    let mut file = recorded(parse(HAND_WRITTEN), "redis 8.0.2", "c< 1");
    file = recorded(file, "valkey 8.1.1", "c< 1");
    file = recorded(file, "redis 7.0.15", "c< 2");
    file = recorded(file, "redis 8.0.6", "c< 2");
    insta::assert_snapshot!(file.turns[1].to_string(), @r#"
# The thing.
c> X
c< 2
on valkey-8.1
  c< 1
end
"#);
}

#[test]
fn handwritten_masks_and_groups_stay_while_they_fit() {
    let written = "# t\n\nc> CLIENT ID\nc< <any>\n\nc> X\nany order\n  c< \"a\"\n  c< \"b\"\nend\nc< `x<int>`\n";
    let mut file = recorded(parse(written), "redis 8.0.2", "c< \"b\"\nc< \"a\"\nc< \"x5\"");
    assert_eq!(file.turns[0].answer, parse(written).turns[0].answer);
    assert_eq!(file.turns[1].answer, parse(written).turns[1].answer);
    file = recorded(file, "redis 8.0.2", "c< \"c\"\nc< \"x6\"");
    insta::assert_snapshot!(file.turns[1].to_string(), @r#"
c> X
c< "c"
c< `x<int>`
"#);
}

#[test]
fn different_requests_replace_all_turns_or_are_refused() {
    let file = recorded(parse(HAND_WRITTEN), "redis 8.0.2", "c< 1");
    let other = || parse("# t\n# recorded from redis 8.0.3\n\nc> CLIENT ID\nc< 7\n\nc> Y\nc< 2\n");
    let server = ServerName::new("valkey-8.1");
    let refused = record(file.clone(), other(), &server).expect_err("other requests");
    insta::assert_snapshot!(refused.to_string(), @r#"
a.twin:8: the requests to valkey-8.1 differ from the recording; record redis-8.0 first, whose answers are the default
"#);
    let replaced = record(file, other(), &ServerName::default()).expect("new turns");
    insta::assert_snapshot!(replaced.to_string(), @r#"
# Should answer
# Why it should.
# recorded from redis 8.0.3

# An id.
c> CLIENT ID
c< <int>

c> Y
c< 2
"#);
}

#[test]
fn frames_are_assigned_to_the_turns_of_the_recording() {
    let file = "# t\n\nsub> SUBSCRIBE a\nsub< [\"subscribe\" \"a\" 1]\n\npub> PUBLISH a 1\npub< 1\nsub< [\"message\" \"a\" \"1\"]\n\npub> PUBLISH a 2\npub< 1\nsub< [\"message\" \"a\" \"2\"]\n";
    let late = "# t\n\nsub> SUBSCRIBE a\nsub< [\"subscribe\" \"a\" 1]\n\npub> PUBLISH a 1\npub< 1\n\npub> PUBLISH a 2\npub< 1\nsub< [\"message\" \"a\" \"1\"]\nsub< [\"message\" \"a\" \"2\"]\n";
    let kept = record(parse(file), parse(late), &ServerName::default());
    assert_eq!(kept.expect("the same requests").turns, parse(file).turns);
}

#[test]
fn frames_of_a_played_conversation_stay_in_their_turns() {
    let script =
        parse("# t\n# recorded from redis 8.0.2\n\nc> A\nc< +OK\n\nc> B\nc< 1\n\nc> C\nc< +OK\n");
    let mut observed_conversation = script.clone();
    // By its content, each frame would belong to the next or the previous turn.
    for (turn, answer) in observed_conversation.turns.iter_mut().zip(["c< 1", "c< +OK", ""]) {
        turn.answer = parse(&format!("# t\n\n{answer}\n")).turns.pop().unwrap_or_default().answer;
    }
    observed_conversation.recorded_from = vec!["redis 7.0.15".to_owned()];
    let server = ServerName::new("redis-7.0");
    let file = record(script, observed_conversation, &server).expect("the same requests");
    insta::assert_snapshot!(file.to_string(), @r"
# t
# recorded from redis 7.0.15, redis 8.0.2

c> A
c< +OK
on redis-7.0
  c< 1
end

c> B
c< 1
on redis-7.0
  c< +OK
end

c> C
c< +OK
on redis-7.0
end
");
}

#[test]
fn the_name_of_a_fork_is_masked_in_its_answers() {
    let mut file = recorded(parse(HAND_WRITTEN), "redis 8.0.2", "c< -BUSY Redis is busy");
    file = recorded(file, "redict 7.3.6", "c< -BUSY Redict is busy");
    let masked = file.to_string();
    insta::assert_snapshot!(masked, @r"
# Should answer
# Why it should.
# recorded from redict 7.3.6, redis 8.0.2

# An id.
c> CLIENT ID
c< <int>

# The thing.
c> X
c< -BUSY Redis is busy
on redis-7.2
  c< -`BUSY <any> is busy`
end
");
    let again = recorded(file, "redict 7.3.6", "c< -BUSY Redict is busy");
    assert_eq!(again.to_string(), masked);
}

#[test]
fn masks_of_a_fork_are_not_shared_with_other_servers() {
    let mut file = recorded(parse(HAND_WRITTEN), "redis 8.0.2", "c< \"redis\"");
    file = recorded(file, "redict 7.3.6", "c< \"redict\"");
    file = recorded(file, "valkey 8.0.1", "c< \"valkey\"");
    file = recorded(file, "valkey 8.1.1", "c< \"valkey\"");
    insta::assert_snapshot!(file.turns[1].to_string(), @r#"
# The thing.
c> X
c< "redis"
on redis-7.2
  c< `<any>`
end
on valkey-8.0 valkey-8.1
  c< "valkey"
end
"#);
}

#[test]
fn the_first_server_is_the_default_until_the_usual_one_is_asked() {
    let script = parse("# t\n\nc> CLIENT ID\n\nc> X\n");
    let only = recorded(script, "redis 7.2.4", "c< +PONG");
    let asked = "c> CLIENT ID\nc< <int>\n\nc> X\n";
    assert_eq!(only.to_string(), format!("# t\n# recorded from redis 7.2.4\n\n{asked}c< +PONG\n"));
    let both = recorded(only, "redis 8.0.2", "c< +OTHER");
    let variant = "c< +OTHER\non redis-7.2\n  c< +PONG\nend\n";
    assert_eq!(
        both.to_string(),
        format!("# t\n# recorded from redis 7.2.4, redis 8.0.2\n\n{asked}{variant}")
    );
}
