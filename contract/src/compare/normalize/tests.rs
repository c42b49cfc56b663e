use rstest::rstest;

use super::*;
use crate::compare::compare;
use crate::conversation::ServerName;

const OBSERVED: &str = include_str!("observed.twin");

#[test]
fn only_parts_that_vary_are_masked() {
    let mut conversation = Conversation::parse(OBSERVED, "t").expect("a conversation");
    normalize(&mut conversation);
    insta::assert_snapshot!(conversation.to_string(), @r#"
# Answers of Redis 8.0 as they were received, with many parts that vary from run to run

c> HELLO 3
c< {"server": "redis" "version": `<version>` "proto": 3 "id": <int> "mode": "standalone" "role": "master" "modules": <any>}

c> HELLO 2
c< ["server" "redis" "version" `<version>` "proto" 2 "id" <int> "mode" "standalone" "role" "master" "modules" <any>]

c> client id
c> PING
c> LASTSAVE
c< <int>
c< +PONG
c< <int>

c> raw "CLIENT ID\r\n"
c< <int>

c> CLIENT INFO
c< =`txt:id=<positive> addr=<address> laddr=<address> fd=<positive> name=me age=<int> idle=<int> flags=N db=0 sub=1 redir=-1 resp=3 lib-name= lib-ver=<any> io-thread=<int>\n`

c> INFO clients
c< `# Clients\r\nconnected_clients:1\r\ncluster_connections:<int>\r\npubsub_clients:2\r\nrun_id:<hash>\r\n`

c> INFO commandstats
c< any`# Commandstats\r\ncmdstat_get:calls=2,usec=<any>,usec_per_call=<any>,rejected_calls=1,failed_calls=0\r\ncmdstat_info:calls=1,usec=<any>,usec_per_call=<any>,rejected_calls=0,failed_calls=0\r\n`

c> INFO errorstats
c< `# Errorstats\r\nerrorstat_ERR:<any>\r\nerrorstat_WRONGTYPE:count=1\r\n`

c> TIME
c< [`<int>` `<int>`]

c> ACL LOG 1
c< [["count" 1 "object" "AUTH" "age-seconds" <any> "client-info" `id=<positive>` "entry-id" <int> "timestamp-created" <int>]]

c> COMMAND DOCS quit
c< ["quit" ["summary" `<any>` "since" "1.0.0" "group" "connection" "complexity" `<any>`]]

c> ACL CAT transaction
c< any["discard" "exec" "multi"]

c> PUBSUB CHANNELS
c< any["a" "b" "c"]

c> CONFIG GET max*
c< any["maxclients": "100" "maxmemory": "0"]

c> CONFIG GET timeout
c< {"timeout": "0"}

c> MULTI
c> CLIENT ID
c> PING
c> EXEC
c< +OK
c< +QUEUED
c< +QUEUED
c< [<int> +PONG]

pub> PUBLISH ab x
c< ["message" "ab" "x"]
any order
  c< ["pmessage" "a*" "ab" "x"]
  c< ["pmessage" "*b" "ab" "x"]
end
c< ["pmessage" "a*" "ab" "x"]
pub< 3

c> UNSUBSCRIBE a
c> UNSUBSCRIBE
c> PING
c< ["unsubscribe" "a" 3]
any names
  c< ["unsubscribe" "c" 2]
  c< ["unsubscribe" "b" 1]
end
c< +PONG

c> PUNSUBSCRIBE
c< ["punsubscribe" $-1 0]

c> SUBSCRIBE
c> CLIENT ID
c< -ERR wrong number of arguments for 'subscribe' command
c< <int>

m> MONITOR
m< +OK
m< +`<int>.<int> [0 <address>] "PUBLISH" "a" "b"`
m< +`<int>.<int> [0 lua] "PUBLISH" "a" "b"`
"#);
}

#[test]
fn normalized_answers_still_fit() {
    let observed = Conversation::parse(OBSERVED, "t").expect("a conversation");
    let mut kept = observed.clone();
    normalize(&mut kept);
    let server = ServerName::new("redis-8.0");
    assert_eq!(crate::compare::compare(&kept, &observed, &server), []);
    let mut twice = kept.clone();
    normalize(&mut twice);
    assert_eq!(twice, kept, "normalizing again changes nothing");
}

#[test]
fn a_rule_applies_to_requests_with_its_words() {
    let rule = |text: &str| {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        RULES.iter().find(|rule| rule.applies_to(&words)).map(|rule| rule.request)
    };
    assert_eq!(rule("Client Id"), Some("CLIENT ID"));
    assert_eq!(rule("CLIENT GETNAME"), None);
    assert_eq!(rule("COMMAND"), Some("COMMAND $"));
    assert_eq!(rule("COMMAND INFO get"), None);
    assert_eq!(rule("COMMAND DOCS get"), Some("COMMAND DOCS ?"));
    assert_eq!(rule("ACL CAT"), None);
    assert_eq!(rule("ACL CAT pubsub"), Some("ACL CAT ?"));
    assert_eq!(rule("PUBSUB CHANNELS a*"), Some("PUBSUB CHANNELS"));
}

/// Asserts that after these requests the answers to CLIENT ID and UNSUBSCRIBE are still recognised.
#[track_caller]
fn assert_recognises_later_answers(requests: &str) {
    let text = format!(
        "# Should\n\n{requests}\n\nc> CLIENT ID\nc< 7\n\nc> SUBSCRIBE x y\nc> UNSUBSCRIBE\n\
         c< [\"subscribe\" \"x\" 1]\nc< [\"subscribe\" \"y\" 2]\n\
         c< [\"unsubscribe\" \"y\" 1]\nc< [\"unsubscribe\" \"x\" 0]\n"
    );
    let mut conversation = Conversation::parse(&text, "t").expect("a conversation");
    normalize(&mut conversation);
    let normalized = conversation.to_string();
    assert!(normalized.contains("c> CLIENT ID\nc< <int>\n"), "{normalized}");
    assert!(normalized.contains("any names\n  c< [\"unsubscribe\" \"y\" 1]"), "{normalized}");
}

#[test]
fn a_request_without_an_answer_does_not_take_the_next_answer() {
    assert_recognises_later_answers(
        "c> CLIENT REPLY OFF\nc> GET x\n\nc> PING\n\nc> CLIENT REPLY ON\nc< +OK",
    );
    assert_recognises_later_answers("c> CLIENT REPLY SKIP\nc> GET x");
    assert_recognises_later_answers("c> CLIENT REPLY SKIP\nc> CLIENT REPLY SKIP\nc> GET x");
    assert_recognises_later_answers("c> CLIENT REPLY SKIP\nc> CLIENT REPLY ON\nc< +OK");
    assert_recognises_later_answers("c> CLIENT REPLY OFF\nc> GET x\nc> RESET\nc< +RESET");
    assert_recognises_later_answers(
        "c> CLIENT REPLY OFF\nc> SUBSCRIBE s\nc< [\"subscribe\" \"s\" 1]\n\nc> RESET x\n\n\
         c> UNSUBSCRIBE\nc< [\"unsubscribe\" \"s\" 0]\n\nc> CLIENT REPLY ON\nc< +OK",
    );
    assert_recognises_later_answers(
        "c> CLIENT REPLY SKIP\nc> MULTI\n\nc> PING\nc< +QUEUED\n\nc> EXEC\nc< [+PONG]",
    );
    assert_recognises_later_answers(
        "c> MULTI\nc> CLIENT REPLY SKIP\nc> DISCARD\nc< +OK\nc< +QUEUED\nc< +OK",
    );
    assert_recognises_later_answers("c> CLIENT REPLY SKIP\nc> RESET");
    assert_recognises_later_answers("c> CLIENT REPLY SKIP\nc> RESET\nc> RESET\nc< +RESET");
    assert_recognises_later_answers(
        "c> CLIENT REPLY OFF\nc> SUBSCRIBE s\nc< [\"subscribe\" \"s\" 1]\n\nc> CLIENT REPLY ON\n\n\
         c> UNSUBSCRIBE\nc< [\"unsubscribe\" \"s\" 0]\n\nc> CLIENT REPLY ON\nc< +OK",
    );
    assert_recognises_later_answers("c> MONITOR\nc< +OK\n\nc> MONITOR\n\nc> PING\nc< +PONG");
    assert_recognises_later_answers(
        "c> CLIENT REPLY SKIP\nc> SSUBSCRIBE s\nc< [\"ssubscribe\" \"s\" 1]",
    );
    assert_recognises_later_answers("c> CLIENT REPLY MAYBE\nc< -ERR syntax error");
    assert_recognises_later_answers(
        "c> MONITOR\nc< +OK\n\nc> CLIENT REPLY SKIP\nc> MONITOR\nc> PING\nc< +PONG",
    );
    assert_recognises_later_answers(
        "c> CLIENT REPLY SKIP\nc> SUBSCRIBE\nc> SUBSCRIBE s\nc< [\"subscribe\" \"s\" 1]",
    );
    assert_recognises_later_answers(
        "c> CLIENT REPLY SKIP\nc> PING\nc> CLIENT REPLY\n\
         c< -ERR wrong number of arguments for 'client|reply' command",
    );
    assert_recognises_later_answers(
        "c> CLIENT REPLY SKIP\nc> PING\nc> GET x\n\
         c< -NOPERM User x has no permissions to run the 'get' command",
    );
}

#[test]
fn a_request_in_pieces_is_one_request() {
    assert_recognises_later_answers(
        "c> raw \"*1\\r\\n$4\\r\\nPI\"\n\nc> raw \"NG\\r\\n\"\nc< +PONG",
    );
}

#[test]
fn each_unsubscribe_without_names_has_its_own_confirmations() {
    let none = "c> SUNSUBSCRIBE\nc< [\"sunsubscribe\" $-1 0]";
    assert_recognises_later_answers(&format!("{none}\n\n{none}"));
    let one = "c> UNSUBSCRIBE\nc< [\"unsubscribe\" \"a\" 0]";
    assert_recognises_later_answers(&format!(
        "c> SUBSCRIBE a\nc< [\"subscribe\" \"a\" 1]\n\n{one}\n\nc> PING\nc< +PONG"
    ));
}

#[test]
fn answers_after_the_array_of_exec_are_masked_too() {
    let mut conversation = Conversation::parse(
        "# Should\n\nc> MULTI\nc> SUBSCRIBE a b\nc> CLIENT ID\nc> PING\nc> EXEC\n\
         c< +OK\nc< +QUEUED\nc< +QUEUED\nc< +QUEUED\n\
         c< [[\"subscribe\" \"a\" 1] [\"subscribe\" \"b\" 2] 7]\nc< +PONG\n\nc> CLIENT ID\nc< 7\n",
        "t",
    )
    .expect("a conversation");
    normalize(&mut conversation);
    let normalized = conversation.to_string();
    assert!(
        normalized.contains("[[\"subscribe\" \"a\" 1] [\"subscribe\" \"b\" 2] <int>]\n"),
        "{normalized}"
    );
    assert!(normalized.ends_with("c> CLIENT ID\nc< <int>\n"), "{normalized}");
}

/// The answer to CLIENT LIST with these clients, in RESP3.
fn list_of(order: &[usize]) -> Conversation {
    let lines: String = order.iter().map(|id| format!("id={id} name=n{id} redir=-1\\n")).collect();
    let text = format!("# Should\n\nc> CLIENT LIST\nc< =\"txt:{lines}\"\n");
    Conversation::parse(&text, "t").expect("a conversation")
}

#[rstest]
#[case(&[1, 2, 3, 4], &[4, 1, 2, 3], false)]
#[case(&[1, 2, 3, 4, 5], &[5, 1, 2, 3, 4], true)]
#[case(&[9, 10, 11, 2, 3, 4], &[2, 3, 4, 9, 10, 11], true)]
fn the_order_of_many_clients_is_not_compared(
    #[case] order: &[usize],
    #[case] later: &[usize],
    #[case] is_open: bool,
) {
    let (mut one, mut other) = (list_of(order), list_of(later));
    let raw = other.clone();
    normalize(&mut one);
    normalize(&mut other);
    let server = ServerName::new("redis-8.0");
    assert_eq!(compare(&one, &raw, &server).is_empty(), is_open);
    // Equal lists give equal recordings, whatever their order.
    assert_eq!(one == other, is_open);
}
