use super::{assert_answers, assert_resp2_answers};
use crate::dispatch::tests::harness::TestEngine;

#[test]
fn info_replies_with_arity_flags_and_key_specs() {
    let spec = "~1|%3|$5|flags|~2|+RO|+access|$12|begin_search|%2|$4|type|$5|index|$4|spec|%1|$5|\
                index|:1|$9|find_keys|%2|$4|type|$5|range|$4|spec|%3|$7|lastkey|:0|$7|keystep|:1|\
                $5|limit|:0|";
    let mut engine = TestEngine::new();
    let client = engine.connect_resp3();
    let transcript = format!(
        "
        COMMAND INFO get            *1|*10|$3|get|:2|~2|+readonly|+fast|:1|:1|:1|~3|+@read|+@string|+@fast|~0|{spec}~0|
        COMMAND INFO nosuch migrate    *2|_|_|
        "
    );
    assert_answers(&mut engine, client, &transcript);
}

#[test]
fn count_info_and_list_cover_the_implemented_commands() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    let catalogue = engine.engine.state.catalogue;
    let commands = catalogue.listed().filter(|command| !command.is_subcommand());
    let count = commands.filter(|it| engine.engine.handlers.has(it, catalogue)).count();
    assert_eq!(engine.request(client, "COMMAND COUNT\r\n"), format!(":{count}\r\n"));
    for everything in ["COMMAND", "COMMAND INFO"] {
        let reply = engine.request(client, format!("{everything}\r\n"));
        assert!(reply.starts_with(&format!("*{count}\r\n")), "{everything}");
    }
    // The list has the subcommands too.
    let all = catalogue.listed().filter(|it| engine.engine.handlers.has(it, catalogue)).count();
    assert!(engine.request(client, "COMMAND LIST\r\n").starts_with(&format!("*{all}\r\n")));
}

#[test]
fn docs_replies_with_summaries_and_subcommands() {
    let mut engine = TestEngine::new();
    let client = engine.connect_resp3();
    assert_answers(
        &mut engine,
        client,
        "
        COMMAND DOCS nosuch         %0|
        COMMAND DOCS QUIT           %1|$4|quit|%7|$7|summary|$20|Ends the connection.|$5|since|$5|1.0.0|$5|group|$10|connection|$10|complexity|$4|O(1)|$9|doc_flags|~1|+deprecated|$16|deprecated_since|$5|7.2.0|$11|replaced_by|$27|just closing the connection|
        ",
    );
    let arguments = "$9\r\narguments\r\n*1\r\n%4\r\n$4\r\nname\r\n$7\r\nchannel\r\n$4\r\ntype\r\n$6\r\nstring\r\n\
                     $12\r\ndisplay_text\r\n$7\r\nchannel\r\n$5\r\nflags\r\n~1\r\n+multiple\r\n";
    assert!(engine.request(client, "COMMAND DOCS subscribe\r\n").ends_with(arguments));
    let reply = engine.request(client, "COMMAND DOCS pubsub\r\n");
    assert!(reply.contains("$11\r\nsubcommands\r\n%6\r\n$15\r\npubsub|channels\r\n%5\r\n"));
}

#[test]
fn list_filters_by_category_and_pattern() {
    assert_resp2_answers(
        "
        COMMAND LIST FILTERBY ACLCAT transaction  *5|$7|discard|$4|exec|$5|multi|$7|unwatch|$5|watch|
        COMMAND LIST FILTERBY pattern CONFIG|?ET  *2|$10|config|get|$10|config|set|
        COMMAND LIST FILTERBY PATTERN nosuch*     *0|
        COMMAND LIST FILTERBY ACLCAT nosuch       *0|
        COMMAND LIST FILTERBY MODULE vectorset    *0|
        COMMAND LIST FILTERBY FOO x               -ERR syntax error|
        COMMAND LIST FILTERBY                     -ERR syntax error|
        ",
    );
}

#[test]
fn getkeys_finds_the_keys() {
    assert_resp2_answers(
        "
        COMMAND GETKEYS get a       *1|$1|a|
        COMMAND GETKEYS SET a b EX  *1|$1|a|
        COMMAND GETKEYS watch a b   *2|$1|a|$1|b|
        COMMAND GETKEYS get         -ERR Invalid number of arguments specified for command|
        COMMAND GETKEYS nosuch a    -ERR Invalid command specified|
        COMMAND GETKEYS config foo  -ERR Invalid command specified|
        COMMAND GETKEYS config get x  -ERR The command has no key arguments|
        COMMAND GETKEYS spublish a b  -ERR The command has no key arguments|
        COMMAND GETKEYSANDFLAGS del a b  *2|*2|$1|a|*2|+RM|+delete|*2|$1|b|*2|+RM|+delete|
        COMMAND GETKEYSANDFLAGS set a b  *1|*2|$1|a|*2|+OW|+update|
        COMMAND GETKEYSANDFLAGS set a b GET  *1|*2|$1|a|*3|+RW|+access|+update|
        ",
    );
}
