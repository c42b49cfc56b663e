//! Random choices, which recordings cannot show: chosen elements are elements, and a
//! scan returns each of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::dispatch::tests::harness::TestEngine;
use crate::state::ids::ClientKey;

/// Creates a collection of 2000 elements, too many for a small encoding.
const FILLS: [(&str, &str); 3] = [("HSET", "v"), ("SADD", ""), ("ZADD", "1")];

fn filled() -> (TestEngine, ClientKey, BTreeSet<String>) {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    let names: BTreeSet<String> = (0..2000).map(|number| format!("m{number:04}")).collect();
    for (command, with) in FILLS {
        for name in &names {
            let words = match command {
                "ZADD" => format!("{with} {name}"),
                _ => format!("{name} {with}"),
            };
            let reply = engine.request(client, format!("{command} {command} {words}\r\n"));
            assert_eq!(reply, ":1\r\n");
        }
    }
    (engine, client, names)
}

/// The bulk strings of a reply.
fn texts(reply: &str) -> Vec<String> {
    let lines: Vec<&str> = reply.split("\r\n").collect();
    let pairs = lines.windows(2).filter(|pair| pair[0].starts_with('$'));
    pairs.map(|pair| pair[1].to_owned()).collect()
}

#[test]
fn chosen_elements_are_elements() {
    let (mut engine, client, names) = filled();
    for command in ["HRANDFIELD HSET", "SRANDMEMBER SADD", "ZRANDMEMBER ZADD"] {
        let mut ask =
            |count: &str| texts(&engine.request(client, format!("{command} {count}\r\n")));
        assert!(names.contains(&ask("")[0]), "{command}");
        let distinct = ask("300");
        assert_eq!(distinct.iter().collect::<BTreeSet<_>>().len(), 300, "{command}");
        let repeated = ask("-5000");
        assert_eq!(repeated.len(), 5000, "{command}");
        assert!(distinct.iter().chain(&repeated).all(|name| names.contains(name)), "{command}");
        assert_eq!(ask("5000").into_iter().collect::<BTreeSet<_>>(), names, "{command}");
    }
}

#[test]
fn popped_members_are_removed() {
    let (mut engine, client, mut names) = filled();
    for popped in texts(&engine.request(client, "SPOP SADD 700\r\n")) {
        assert!(names.remove(&popped), "{popped}");
    }
    let left = texts(&engine.request(client, "SMEMBERS SADD\r\n"));
    assert_eq!((left.len(), left.into_iter().collect::<BTreeSet<_>>()), (1300, names));
}

/// Between two calls, elements are removed and added.
#[test]
fn a_scan_returns_every_element_that_stays() {
    let (mut engine, client, names) = filled();
    for (scan, remove, add) in [
        ("HSCAN HSET", "HDEL HSET", "HSET HSET new"),
        ("SSCAN SADD", "SREM SADD", "SADD SADD new"),
        ("ZSCAN ZADD", "ZREM ZADD", "ZADD ZADD 2 new"),
    ] {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let (mut cursor, mut calls) = ("0".to_owned(), 0);
        loop {
            let reply = texts(&engine.request(client, format!("{scan} {cursor} COUNT 7\r\n")));
            for name in &reply[1..] {
                *seen.entry(name.clone()).or_default() += 1;
            }
            cursor.clone_from(&reply[0]);
            if cursor == "0" {
                break;
            }
            // Every tenth element goes, one a call.
            engine.request(client, format!("{remove} m{:04}\r\n", calls * 10 % 2000));
            engine.request(
                client,
                format!("{add}{calls}{}\r\n", if add.starts_with("HSET") { " v" } else { "" }),
            );
            calls += 1;
        }
        assert!(calls > 200, "{scan}");
        let stays = names.iter().filter(|name| !name.ends_with('0'));
        let missed: Vec<_> = stays.filter(|name| !seen.contains_key(*name)).collect();
        assert!(missed.is_empty(), "{scan} missed {missed:?}");
    }
}
