use proptest::prelude::*;

use super::arbitrary::conversation;
use super::*;

fn parse(text: &str) -> Conversation {
    Conversation::parse(text, "test.twin").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

proptest! {
    #[test]
    fn printed_conversations_parse_back(original in conversation()) {
        let text = original.to_string();
        let back = parse(&text);
        prop_assert_eq!(&back, &original, "\n{}", text);
        prop_assert_eq!(back.to_string(), text);
    }

    #[test]
    fn edited_conversations_are_refused_or_print_canonically(text in edited(EVERYTHING)) {
        if let Ok(conversation) = Conversation::parse(&text, "test.twin") {
            let canonical = conversation.to_string();
            prop_assert_eq!(parse(&canonical).to_string(), canonical);
        }
    }

    #[test]
    fn the_parser_never_panics(text in "# t\n\n([a-z]{1,3}[<>] ?[\\PC]{0,20}\n|on x\n|any order\n|end\n|# x\n|\n){0,6}") {
        if let Ok(conversation) = Conversation::parse(&text, "test.twin") {
            let canonical = conversation.to_string();
            prop_assert_eq!(parse(&canonical).to_string(), canonical);
        }
    }
}

const EVERYTHING: &str = include_str!("everything.twin");

/// Some lines of a text, with a few characters replaced by others that mean something.
fn edited(text: &'static str) -> impl Strategy<Value = String> {
    let lines: Vec<&str> = text.lines().collect();
    let lines = proptest::sample::subsequence(lines.clone(), 0..=lines.len());
    let characters: Vec<char> = "\"'`\\<>[]{}()|*~#:+-_ \n0x9aé\u{0}".chars().collect();
    let edit = (any::<proptest::sample::Index>(), proptest::sample::select(characters), 0..3_usize);
    (lines, proptest::collection::vec(edit, 0..4)).prop_map(|(lines, edits)| {
        let mut text: Vec<char> = format!("# t\n\n{}\n", lines.join("\n")).chars().collect();
        for (at, character, length) in edits {
            let at = at.index(text.len());
            text.splice(at..text.len().min(at + length), [character]);
        }
        text.into_iter().collect()
    })
}

#[test]
fn canonical_text_prints_unchanged() {
    assert_eq!(parse(EVERYTHING).to_string(), EVERYTHING);
}

#[test]
fn every_step_knows_its_line() {
    let conversation = Conversation::parse(EVERYTHING, "a/b.twin").expect("a conversation");
    for turn in &conversation.turns {
        for client_step in &turn.client_steps {
            let place = &client_step.place;
            let line = EVERYTHING.lines().nth(place.line as usize - 1).unwrap_or_default();
            assert_eq!((line.trim(), &*place.file), (&*client_step.to_string(), "a/b.twin"));
        }
        for server_step in turn.answer.iter().flat_map(Expectation::steps) {
            let line =
                EVERYTHING.lines().nth(server_step.place.line as usize - 1).unwrap_or_default();
            assert_eq!(line.trim(), server_step.to_string());
        }
    }
}

#[test]
fn other_layouts_are_read_and_printed_canonically() {
    let loose = "\n# Title\n  sub>   PSUBSCRIBE  'a*'\nsub<[ 'x'   1 ]\npub> PUBLISH a \"b\"\npub< 1\non valkey-8.1\npub< 2\nend";
    insta::assert_snapshot!(parse(loose).to_string(), @r#"
# Title

sub> PSUBSCRIBE a*
sub< ["x" 1]

pub> PUBLISH a b
pub< 1
on valkey-8.1
  pub< 2
end
"#);
}

#[test]
fn parse_errors_name_the_place_and_what_was_expected() {
    let turn = |line: &str| format!("# t\n\n{line}\n");
    let errors = [
        String::new(),
        "sub> PING\n".to_owned(),
        turn("hello"),
        turn("1sub> PING"),
        turn("with cluster-enabled"),
        turn("with slots 0-16384 here"),
        turn("with slots 9-8 here"),
        turn("with slots 8-9 there"),
        turn("with slots 8-9 at 10.0.0.1"),
        turn("with slots 8-9 here now"),
        turn("with maxclients 5 6"),
        turn("sub> PING\nwith maxclients 5"),
        turn("wait 5"),
        turn("wait 0ms"),
        turn("wait 61s"),
        turn("sub> PING\non a\nwait 1s\nend"),
        turn("sub>"),
        turn("sub> PUBLISH a \"b"),
        turn("sub> PUBLISH a \"b\"c"),
        turn("sub> PUBLISH a don't"),
        turn("sub> PUBLISH a \"\\q\""),
        turn("sub> PUBLISH a \"\\x1\""),
        turn("sub> PUBLISH a \"x\"*"),
        turn("pub> CLIENT KILL ID <id of 1>"),
        turn("pub> CLIENT KILL ID <id of sub"),
        turn("sub> PUBLISH a \"xxxxxxxxxx\"*99999999999"),
        turn("sub< hello"),
        turn("sub< [1 2"),
        turn("sub< 007"),
        turn("sub< 1 2"),
        turn("sub< {\"a\" 1}"),
        turn("sub< `id=<number>`"),
        turn("sub< |{\"a\": <int>} 1"),
        turn(&format!("sub< {}", "[".repeat(200))),
        turn("sub> PING\non \nend"),
        turn("sub> PING\non a a\nend"),
        turn("sub> PING\non a\nsub> PING\nend"),
        turn("sub> PING\non a\n\nend"),
        turn("sub> PING\non a\nend\nsub< 1"),
        turn("any order\nsub< 1"),
        turn("end"),
    ];
    let messages: Vec<String> = errors
        .iter()
        .map(|text| match Conversation::parse(text, "x.twin") {
            Err(error) => error.to_string(),
            Ok(parsed) => format!("accepted: {parsed:?}"),
        })
        .collect();
    insta::assert_snapshot!(messages.join("\n"), @r#"
x.twin:1:1: expected a title: `# Should …`, found the end of the line
x.twin:1:1: expected a title: `# Should …`, found `sub> PING`
x.twin:3:1: expected `name> request`, `name< value`, `wait 1s`, `any order`, `any names`, `on server …` or `# …`, found `hello`
x.twin:3:1: expected `name> request`, `name< value`, `wait 1s`, `any order`, `any names`, `on server …` or `# …`, found `1sub> PING`
x.twin:3:6: expected a parameter and its value, or `slots 0-99 here`, or `slots 0-99 at host:port`, found `cluster-enabled`
x.twin:3:12: expected slots from 0 to 16383, `5` or `0-99`, found `0-16384 here`
x.twin:3:12: expected slots from 0 to 16383, `5` or `0-99`, found `9-8 here`
x.twin:3:16: expected `here`, or `at host:port`, found `there`
x.twin:3:16: expected `here`, or `at host:port`, found `at 10.0.0.1`
x.twin:3:16: expected `here`, or `at host:port`, found `here now`
x.twin:3:19: expected the end of the line after the setting, found `6`
x.twin:4:1: expected `with …` above the first turn and its remark, found `with maxclients 5`
x.twin:3:6: expected a time from 1ms to 60s, in whole units: `1500ms` or `2s`, found `5`
x.twin:3:6: expected a time from 1ms to 60s, in whole units: `1500ms` or `2s`, found `0ms`
x.twin:3:6: expected a time from 1ms to 60s, in whole units: `1500ms` or `2s`, found `61s`
x.twin:5:1: expected `name< value` or `end` within the block, found `wait 1s`
x.twin:3:5: expected a request, raw "…", open, stop-reading, start-reading, half-close or close, found the end of the line
x.twin:3:18: expected the closing quote of the string, found the end of the line
x.twin:3:19: expected a space after the quoted word, found `c`
x.twin:3:19: expected quotes around a word that has non-ASCII characters or one of " ' ` \, found `'t`
x.twin:3:18: expected one of the escapes \r \n \t \\ \xHH or the quote itself, found `q"`
x.twin:3:18: expected one of the escapes \r \n \t \\ \xHH or the quote itself, found `x1"`
x.twin:3:20: expected a repetition count, as a decimal number, found the end of the line
x.twin:3:28: expected a connection's name and `>`, found `1>`
x.twin:3:28: expected a connection's name and `>`, found `sub`
x.twin:3:40: expected a string of at most 536870912 bytes, found the end of the line
x.twin:3:6: expected a value: "text", 1, +OK, -ERR …, [ ], >[ ], { }, <int> …, found `hello`
x.twin:3:10: expected a value or `]`, found the end of the line
x.twin:3:6: expected a 64-bit integer, no leading zeros, found `007`
x.twin:3:8: expected the end of the line after the value, found `2`
x.twin:3:10: expected `:` and the value of this key, found ` 1}`
x.twin:3:10: expected <int>, <version>, <address>, <hash>, <any> or \<, found `<number>``
x.twin:3:8: expected an attribute without masks, found `"a": <int>} 1`
x.twin:3:135: expected at most 128 levels of nesting, found `[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…`
x.twin:4:1: expected `name> request`, `name< value`, `wait 1s`, `any order`, `any names`, `on server …` or `# …`, found `on`
x.twin:4:6: expected server names, each in only one variant of a turn: `on redis-7.0 …`, found `a`
x.twin:5:1: expected `name< value` or `end` within the block, found `sub> PING`
x.twin:5:1: expected `end` before the blank line, found the end of the line
x.twin:6:7: expected the default answer above the variants, found the end of the line
x.twin:4:1: expected `end` of the block, found the end of the file
x.twin:3:1: expected `name> request`, `name< value`, `wait 1s`, `any order`, `any names`, `on server …` or `# …`, found `end`
"#);
}

#[test]
fn a_large_repetitive_payload_prints_as_a_short_line() {
    let payload = [&b"{\"id\":1,\"fill\":\""[..], &b"streaming".repeat(2 << 20), b"\"}"].concat();
    let action = ClientAction::Request(vec!["PUBLISH".into(), "a".into(), payload.into()]);
    let client_step = ClientStep { connection: Name::new("pub"), place: Place::default(), action };
    let turns = vec![Turn { client_steps: vec![client_step], ..Turn::default() }];
    let conversation = Conversation { title: "Large".to_owned(), turns, ..Default::default() };
    let text = conversation.to_string();
    assert!(text.len() < 100, "{}", text.len());
    assert_eq!(parse(&text), conversation);
}
