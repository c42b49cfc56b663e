use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn patterns<'p>(names: impl IntoIterator<Item = &'p [u8]>) -> Patterns {
    let mut patterns = Patterns::default();
    for (at, name) in names.into_iter().enumerate() {
        let name = patterns.shared(name);
        patterns.join(&name, ClientKey(at));
    }
    patterns
}

fn matching<'p>(patterns: &'p Patterns, channel: &'p [u8]) -> Vec<&'p [u8]> {
    patterns.matching(channel, glob::MAX_STARS).map(|(pattern, _)| &**pattern).collect()
}

/// The numbers of indexes, of patterns in them, and of locations.
fn sizes(patterns: &Patterns) -> [usize; 3] {
    let indexed = patterns.indexes.values().map(BTreeMap::len).sum();
    [patterns.indexes.len(), indexed, patterns.locations.len()]
}

#[test]
fn should_find_by_head_tail_and_inside() {
    let names: [&[u8]; 8] = [
        b"*:created",
        b"workflow:*",
        b"workflow:1:created",
        b"work*:?:*created",
        b"*:1:*",
        b"*",
        b"[^x]*",
        b"task:*",
    ];
    assert_eq!(matching(&patterns(names), b"workflow:1:created"), names[..7]);
}

#[test]
fn should_list_the_oldest_first_in_every_shape() {
    let mut names: [&[u8]; 5] = [b"a*", b"*", b"*b", b"ab", b"?b"];
    assert_eq!(matching(&patterns(names), b"ab"), names);
    names.reverse();
    assert_eq!(matching(&patterns(names), b"ab"), names);
}

#[test]
fn should_match_an_escaped_byte_literally() {
    let names: [&[u8]; 4] = [br"\*a*", br"*a\?", br"[\]]\[*", br"a\"];
    let patterns = patterns(names);
    assert_eq!(matching(&patterns, b"*ab"), [names[0]]);
    assert_eq!(matching(&patterns, b"ba?"), [names[1]]);
    assert_eq!(matching(&patterns, b"][x"), [names[2]]);
    assert_eq!(matching(&patterns, br"a\"), [names[3]]);
}

#[test]
fn should_find_a_pattern_once_if_the_channel_has_its_bytes_twice() {
    let names: Vec<_> = (0..100).map(|at| format!("*a{}*", "?".repeat(at))).collect();
    let patterns = patterns(names.iter().map(String::as_bytes));
    assert_eq!(matching(&patterns, b"-aaa").len(), 3);
}

#[test]
fn should_match_the_empty_channel_with_the_empty_pattern_only() {
    let patterns = patterns([b"".as_slice(), b"*", b"a"]);
    assert_eq!(matching(&patterns, b""), [b""]);
}

#[rstest]
#[case::head(|id| format!("task:{id}:*"), b"task:142:done")]
#[case::tail(|id| format!("*:task{id}"), b"done:task142")]
#[case::both_ends(|id| format!("{}:*:{}", id / 10, id % 10), b"14:task:2")]
#[case::inside(|id| format!("?*:{id}:*"), b"task:142:done")]
#[case::no_wildcard(|id| format!("task:{id}"), b"task:142")]
fn should_examine_only_patterns_with_the_literal_bytes(
    #[case] name: fn(usize) -> String,
    #[case] channel: &[u8],
) {
    let names: Vec<_> = (100..1000).map(name).collect();
    let patterns = patterns(names.iter().map(String::as_bytes));
    let examined: Vec<_> = patterns
        .indexes
        .iter()
        .filter_map(|(shape, index)| Some((index, shape.split(channel)?)))
        .flat_map(|(index, split)| {
            let wanted: Vec<_> = split.fingerprints().collect();
            index.keys().filter(move |(fingerprint, _)| wanted.contains(fingerprint))
        })
        .collect();
    assert_eq!(examined.len(), 1);
}

#[test]
fn should_free_all_entries_after_the_last_subscriber() {
    let mut patterns = Patterns::default();
    let names: Vec<_> = (0..10_000).map(|id| format!("{}*:{id}", "x".repeat(id % 7))).collect();
    for client in [ClientKey(1), ClientKey(2)] {
        for name in &names {
            let name = patterns.shared(name.as_bytes());
            patterns.join(&name, client);
        }
    }
    // Tails of two to five bytes, and heads of zero to six.
    assert_eq!(sizes(&patterns), [28, 10_000, 10_000]);
    for name in &names {
        patterns.leave(name.as_bytes(), ClientKey(1));
    }
    assert_eq!(sizes(&patterns), [28, 10_000, 10_000]);
    for name in &names {
        patterns.leave(name.as_bytes(), ClientKey(2));
        patterns.leave(name.as_bytes(), ClientKey(2));
    }
    assert_eq!(sizes(&patterns), [0, 0, 0]);
}

/// Names of few different bytes, most of them special in globs, so that names often match.
fn name() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(&b"aab*?[]^-\\\xff"[..]), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn should_match_the_same_patterns_as_a_scan(
        names in prop::collection::vec((name(), any::<bool>()), 0..300),
        channels in prop::collection::vec(name(), 1..20),
    ) {
        let mut patterns = Patterns::default();
        let mut scanned: Vec<&[u8]> = Vec::new();
        for (name, joins) in &names {
            scanned.retain(|other| *other != name);
            if !patterns.subscribers(name).is_empty() {
                patterns.leave(name, ClientKey(0));
            }
            if *joins {
                patterns.join(&name.as_slice().into(), ClientKey(0));
                scanned.push(name);
            }
        }
        for channel in &channels {
            let expected: Vec<_> =
                scanned.iter().copied().filter(|name| glob::matches(name, channel)).collect();
            prop_assert_eq!(matching(&patterns, channel), expected);
        }
        prop_assert_eq!(patterns.len(), scanned.len());
    }
}
