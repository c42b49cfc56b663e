use std::sync::LazyLock;

use super::row::{Group, Row, row};
use super::{arrays, collections, scripts, values};
use crate::conversation::{ClientAction, Conversation};

/// All requests that clients may send. Requests without comparable answers are left out: those that
/// block or stop a server, and those that show times, memory or random values.
const ROWS: &[Row] = &[
    row(60, Group::Channels, "SUBSCRIBE <channel>+"),
    row(25, Group::Channels, "UNSUBSCRIBE <channel>+"),
    row(10, Group::Channels, "UNSUBSCRIBE"),
    row(50, Group::Patterns, "PSUBSCRIBE <pattern>+"),
    row(20, Group::Patterns, "PUNSUBSCRIBE <pattern>+"),
    row(8, Group::Patterns, "PUNSUBSCRIBE"),
    row(30, Group::Shards, "SSUBSCRIBE <channel>+"),
    row(12, Group::Shards, "SUNSUBSCRIBE <channel>+"),
    row(6, Group::Shards, "SUNSUBSCRIBE"),
    row(25, Group::Shards, "SPUBLISH <channel> <payload>"),
    row(110, Group::Publishing, "PUBLISH <channel> <payload>"),
    row(8, Group::PubSubQueries, "PUBSUB CHANNELS <pattern>?"),
    row(8, Group::PubSubQueries, "PUBSUB NUMSUB <channel>*"),
    row(6, Group::PubSubQueries, "PUBSUB NUMPAT"),
    row(5, Group::PubSubQueries, "PUBSUB SHARDCHANNELS <pattern>?"),
    row(5, Group::PubSubQueries, "PUBSUB SHARDNUMSUB <channel>*"),
    row(1, Group::PubSubQueries, "PUBSUB HELP"),
    row(2, Group::PubSubQueries, "PUBSUB <odd>*"),
    row(30, Group::Transactions, "MULTI"),
    row(25, Group::Transactions, "EXEC"),
    row(8, Group::Transactions, "DISCARD"),
    row(12, Group::Transactions, "WATCH <key>+"),
    row(4, Group::Transactions, "UNWATCH"),
    row(20, Group::Protocol, "HELLO <protocol>"),
    row(3, Group::Protocol, "HELLO"),
    row(4, Group::Protocol, "HELLO <protocol> SETNAME <name>"),
    row(3, Group::Protocol, "HELLO <protocol> AUTH <user> <password>"),
    row(2, Group::Protocol, "HELLO <protocol> AUTH <user> <password> SETNAME <name>"),
    row(2, Group::Protocol, "HELLO <protocol> <odd>+"),
    row(12, Group::Protocol, "RESET"),
    row(25, Group::Connection, "PING"),
    row(12, Group::Connection, "PING <payload>"),
    row(8, Group::Connection, "ECHO <payload>"),
    row(8, Group::Connection, "SELECT <database>"),
    row(5, Group::Connection, "AUTH <password>"),
    row(5, Group::Connection, "AUTH <user> <password>"),
    row(3, Group::Connection, "<odd>+"),
    row(5, Group::Clients, "CLIENT ID"),
    row(6, Group::Clients, "CLIENT SETNAME <name>"),
    row(6, Group::Clients, "CLIENT GETNAME"),
    row(4, Group::Clients, "CLIENT SETINFO LIB-NAME|LIB-VER|lib-name <name>"),
    row(8, Group::Clients, "CLIENT LIST"),
    row(5, Group::Clients, "CLIENT LIST TYPE <type>"),
    row(2, Group::Clients, "CLIENT LIST ID <number>+"),
    row(5, Group::Clients, "CLIENT INFO"),
    row(2, Group::Clients, "CLIENT NO-EVICT ON|OFF|maybe"),
    row(2, Group::Clients, "CLIENT NO-TOUCH ON|OFF|maybe"),
    row(2, Group::Clients, "CLIENT <odd>*"),
    row(10, Group::Kills, "CLIENT KILL TYPE <type>"),
    row(6, Group::Kills, "CLIENT KILL TYPE <type> SKIPME yes|no|perhaps"),
    row(3, Group::Kills, "CLIENT KILL USER <user>"),
    row(3, Group::Kills, "CLIENT KILL SKIPME yes|no"),
    row(3, Group::Kills, "CLIENT KILL ID <number>"),
    row(2, Group::Kills, "CLIENT KILL ADDR|LADDR 127.0.0.1:1"),
    row(2, Group::Kills, "CLIENT KILL 127.0.0.1:1"),
    row(2, Group::Kills, "CLIENT KILL <odd>+"),
    row(8, Group::ClientReply, "CLIENT REPLY OFF"),
    row(8, Group::ClientReply, "CLIENT REPLY SKIP"),
    row(10, Group::ClientReply, "CLIENT REPLY ON"),
    row(1, Group::ClientReply, "CLIENT REPLY <odd>"),
    row(14, Group::Keys, "SET <key> <value>"),
    row(12, Group::Keys, "GET <key>"),
    row(6, Group::Keys, "DEL|UNLINK <key>+"),
    row(4, Group::Keys, "EXISTS <key>+"),
    row(3, Group::Keys, "TYPE <key>"),
    row(2, Group::Keys, "KEYS <pattern>"),
    row(2, Group::Keys, "DBSIZE"),
    row(2, Group::Keys, "FLUSHALL|FLUSHDB"),
    row(2, Group::Keys, "SET <key> <value> NX|XX|GET|KEEPTTL"),
    row(1, Group::Keys, "SET <key> <value> <odd>+"),
    row(5, Group::Keys, "SET <key> <value> IFEQ|IFNE <value>"),
    row(3, Group::Keys, "SET <key> <value> IFDEQ|IFDNE <digest>"),
    row(2, Group::Keys, "SET <key> <value> IFEQ|IFNE <value> GET|NX|XX|KEEPTTL"),
    row(4, Group::Keys, "DELEX <key>"),
    row(4, Group::Keys, "DELEX <key> IFEQ|IFNE|ifeq|FOO <value>"),
    row(3, Group::Keys, "DELEX <key> IFDEQ|IFDNE <digest>"),
    row(1, Group::Keys, "DELEX <key> <odd>+"),
    row(3, Group::Keys, "DELIFEQ <key> <value>"),
    row(4, Group::Keys, "DIGEST <key>"),
    row(4, Group::Keys, "MSETEX 1 <key> <value>"),
    row(4, Group::Keys, "MSETEX 2 <key> <value> <key> <value> NX|XX|KEEPTTL"),
    row(1, Group::Keys, "MSETEX <number> <key> <value> <odd>?"),
    row(5, Group::Keys, "INCREX <key>"),
    row(4, Group::Keys, "INCREX <key> BYINT|BYFLOAT|LBOUND|UBOUND <step>"),
    row(
        3,
        Group::Keys,
        "INCREX <key> BYINT|BYFLOAT <step> LBOUND|UBOUND <step> SATURATE|ENX|PERSIST",
    ),
    row(1, Group::Keys, "INCREX <key> <odd>+"),
    row(8, Group::Expiries, "EXPIRE|PEXPIRE <key> <span>"),
    row(4, Group::Expiries, "EXPIRE|PEXPIRE <key> <span> NX|XX"),
    row(4, Group::Expiries, "EXPIREAT <key> <date> NX|XX|GT|LT"),
    row(4, Group::Expiries, "SET <key> <value> EX|PX <span>"),
    row(2, Group::Expiries, "SET <key> <value> EX|PX <span> NX|XX|GET|KEEPTTL"),
    row(4, Group::Expiries, "PERSIST|TTL|PTTL <key>"),
    row(3, Group::Expiries, "MSETEX 1 <key> <value> EX|PX <span>"),
    row(3, Group::Expiries, "SET <key> <value> PX|EX <span> IFEQ|IFNE <value>"),
    row(4, Group::Expiries, "INCREX <key> EX|PX|PXAT <span>"),
    row(2, Group::Expiries, "INCREX <key> EX|PX <span> ENX|PERSIST"),
    row(20, Group::KeyspaceEvents, "CONFIG SET notify-keyspace-events <classes>"),
    row(20, Group::KeyspaceEvents, "PSUBSCRIBE <event-channel>+"),
    row(6, Group::KeyspaceEvents, "SUBSCRIBE <event-channel>+"),
    row(4, Group::KeyspaceEvents, "PUNSUBSCRIBE|UNSUBSCRIBE <event-channel>+"),
    row(2, Group::KeyspaceEvents, "PUBLISH <event-channel> <payload>"),
    row(1, Group::KeyspaceEvents, "CONFIG GET notify-keyspace-events"),
    row(8, Group::Tracking, "CLIENT TRACKING ON"),
    row(6, Group::Tracking, "CLIENT TRACKING ON BCAST"),
    row(4, Group::Tracking, "CLIENT TRACKING ON BCAST PREFIX <key>"),
    row(2, Group::Tracking, "CLIENT TRACKING ON BCAST PREFIX <key> PREFIX <key> NOLOOP"),
    row(6, Group::Tracking, "CLIENT TRACKING ON OPTIN|OPTOUT|NOLOOP"),
    row(2, Group::Tracking, "CLIENT TRACKING ON|OFF <tracked>+"),
    row(2, Group::Tracking, "CLIENT TRACKING ON REDIRECT <number>"),
    row(5, Group::Tracking, "CLIENT TRACKING OFF"),
    row(6, Group::Tracking, "CLIENT CACHING YES|NO"),
    row(1, Group::Tracking, "CLIENT CACHING <odd>"),
    row(4, Group::Tracking, "CLIENT TRACKINGINFO"),
    row(2, Group::Tracking, "CLIENT GETREDIR"),
    row(12, Group::Tracking, "HELLO 3"),
    row(14, Group::Acl, "ACL SETUSER <test-user> on nopass <rule>+"),
    row(8, Group::Acl, "ACL SETUSER <test-user> on >secret +@all ~* <rule>*"),
    row(10, Group::Acl, "ACL SETUSER <test-user> <rule>*"),
    row(6, Group::Acl, "ACL SETUSER default <default-user-rule>+"),
    row(5, Group::Acl, "ACL DELUSER <test-user>+"),
    row(1, Group::Acl, "ACL DELUSER <user>*"),
    row(12, Group::Acl, "AUTH <test-user> secret"),
    row(5, Group::Acl, "HELLO <protocol> AUTH <test-user> secret"),
    row(5, Group::Acl, "ACL WHOAMI"),
    row(4, Group::Acl, "ACL GETUSER <user>"),
    row(3, Group::Acl, "ACL LIST|USERS"),
    row(4, Group::Acl, "ACL DRYRUN <user> <command> <channel>*"),
    row(3, Group::Acl, "ACL DRYRUN <test-user> PUBLISH|SPUBLISH <channel> <payload>"),
    row(4, Group::Acl, "ACL LOG"),
    row(2, Group::Acl, "ACL LOG RESET|0|1|2|-1"),
    row(2, Group::Acl, "ACL CAT <category>"),
    row(1, Group::Acl, "ACL <odd>*"),
    row(10, Group::Pauses, "CLIENT PAUSE <pause> WRITE"),
    row(1, Group::Pauses, "CLIENT PAUSE x|-1 WRITE"),
    row(10, Group::Pauses, "CLIENT UNPAUSE"),
    row(8, Group::Monitors, "MONITOR"),
    row(4, Group::Slots, "CLUSTER KEYSLOT <channel>"),
    row(3, Group::Slots, "CLUSTER COUNTKEYSINSLOT <slot>"),
    row(3, Group::Slots, "CLUSTER GETKEYSINSLOT <slot> <number>"),
    row(2, Group::Slots, "CLUSTER MYID|SLOTS"),
    row(1, Group::Slots, "CLUSTER <odd>*"),
    row(3, Group::Slots, "ASKING|READONLY|READWRITE"),
    row(2, Group::Slots, "CLUSTER SLOT-STATS SLOTSRANGE <slot> <slot>"),
    row(2, Group::Slots, "CLUSTER SLOT-STATS ORDERBY key-count LIMIT <slot> ASC|DESC"),
    row(1, Group::Slots, "CLUSTER SLOT-STATS <odd>*"),
    row(1, Group::Slots, "CLUSTER MIGRATION STATUS|CANCEL ALL|ID|x <odd>?"),
    row(1, Group::Slots, "CLUSTER SYNCSLOTS <odd>*"),
    row(1, Group::Slots, "TRIMSLOTS RANGES <number> <slot> <slot>"),
    row(2, Group::Introspection, "COMMAND INFO <command>+"),
    row(2, Group::Introspection, "COMMAND GETKEYS <command> <key>*"),
    row(1, Group::Introspection, "COMMAND GETKEYSANDFLAGS <command> <key>*"),
    row(1, Group::Introspection, "COMMAND <odd>*"),
    row(2, Group::Introspection, "CONFIG GET <parameter>+"),
    row(1, Group::Introspection, "CONFIG <odd>*"),
    row(4, Group::Malformed, r#"raw "*-1\r\n""#),
    row(4, Group::Malformed, r#"raw "*0\r\n""#),
    row(4, Group::Malformed, r#"raw "\r\n""#),
    row(2, Group::Malformed, r#"raw "*1\r\nPING\r\n""#),
    row(2, Group::Malformed, r#"raw "*1\r\n$-1\r\n""#),
    row(2, Group::Malformed, r#"raw "*2\r\n$4\r\nECHO\r\n$01\r\nx\r\n""#),
    row(2, Group::Malformed, r#"raw "*x\r\n""#),
    row(2, Group::Malformed, r#"raw "PING \"x\r\n""#),
    row(2, Group::Malformed, r#"raw "PING 'x'y\r\n""#),
    row(2, Group::Malformed, r#"raw "GET / HTTP/1.1\r\nHost: x\r\n\r\n""#),
    row(2, Group::Malformed, r#"raw "*3\r\n$7\r\nPUBLISH\r\n""#),
    row(10, Group::Disconnects, "QUIT"),
    row(10, Group::Disconnects, "close"),
    row(5, Group::Disconnects, "half-close"),
    row(2, Group::Disconnects, "stop-reading"),
    row(6, Group::Disconnects, "start-reading"),
];

fn all() -> impl Iterator<Item = &'static Row> {
    let rows = [ROWS, values::ROWS, collections::ROWS, arrays::ROWS, scripts::ROWS];
    rows.into_iter().flatten()
}

/// The rows, each with its parsed request.
pub(super) static VOCABULARY: LazyLock<Vec<(&'static Row, ClientAction)>> = LazyLock::new(|| {
    let action = |row: &'static Row| {
        let text = format!("# A row\n\na> {}\n", row.words);
        let conversation = Conversation::parse(&text, row.words).ok()?;
        Some((row, conversation.turns.first()?.client_steps.first()?.action.clone()))
    };
    all().filter_map(action).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::words::{Words, placeholder};

    #[test]
    fn every_row_parses_and_names_known_words() {
        assert_eq!(VOCABULARY.len(), all().count(), "a row does not parse");
        for (row, action) in VOCABULARY.iter() {
            let ClientAction::Request(words) = action else { continue };
            for (class, _) in words.iter().filter_map(|word| placeholder(word)) {
                assert!(Words::knows(class), "{class} in {}", row.words);
            }
        }
    }

    #[test]
    fn every_group_has_a_row() {
        for group in Group::ALL {
            assert!(all().any(|row| row.group == group && row.weight > 0), "{group:?}");
        }
    }
}
