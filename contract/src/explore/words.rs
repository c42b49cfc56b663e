use std::collections::HashMap;

use bytes::Bytes;
use fastrand::Rng;

/// The words that may replace a placeholder in angle brackets. There are few, so that the names of
/// channels, patterns and keys collide.
const WORD_CLASSES: &[(&str, &[&[u8]])] = &[
    (
        "channel",
        &[
            b"a",
            b"b",
            b"ab",
            b"abc",
            b"a:b",
            b"A",
            b"{a}b",
            b"{a}c",
            b"",
            b"*",
            b"a*",
            b"[ab]",
            b"\x00\xff",
            b"\r\n",
        ],
    ),
    (
        "pattern",
        &[
            b"*",
            b"a*",
            b"*b",
            b"?",
            b"a?",
            b"[ab]",
            b"[^a]*",
            b"[a-b]*",
            b"a\\*",
            b"**b",
            b"",
            b"a",
            b"ab",
            b"{a}*",
            b"[a",
            b"\\",
            b"\x00*",
            b"[\x80-\xff]",
            b"*[b-a]",
            b"[]a]",
        ],
    ),
    (
        "payload",
        &[b"x", b"1", b"", b"two words", b"\r\n", b"\x00\xff", b"{\"seq\":1}", b"OK", b"-ERR"],
    ),
    ("key", &[b"a", b"k", b"l", b""]),
    ("value", &[b"x", b"1", b"", b"\x00\r\n"]),
    (
        "digest",
        &[
            b"2d06800538d394c2",
            b"65CD25028F98F158",
            b"0000000000000000",
            b"zzzzzzzzzzzzzzzz",
            b"zz",
        ],
    ),
    ("step", &[b"1", b"0", b"-1", b"5", b"0.5", b"-1e3", b"9223372036854775807", b"inf", b"x"]),
    ("name", &[b"bob", b"a", b"", b"two words", b"\xff", b"-", b"~x~"]),
    ("span", &[b"100", b"100000", b"1000000", b"0", b"-1", b"x", b"9223372036854775807"]),
    (
        "classes",
        &[
            b"KEA", b"KEA", b"K$g", b"Eg", b"AKE", b"Kx", b"KEm", b"KEAmn", b"KEAo", b"KEnoc",
            b"STIVh", b"KEa", b"", b"q",
        ],
    ),
    (
        "event-channel",
        &[
            b"__key*__:*",
            b"__keyspace@0__:*",
            b"__keyevent@0__:*",
            b"__keyspace@0__:a",
            b"__keyevent@0__:set",
            b"__keyevent@*__:del",
            b"__redis__:invalidate",
        ],
    ),
    ("tracked", &[b"BCAST", b"OPTIN", b"OPTOUT", b"NOLOOP", b"PREFIX", b"a", b"", b"x"]),
    ("user", &[b"default", b"nobody", b"", b"ann", b"bob"]),
    ("test-user", TEST_USERS),
    ("password", &[b"secret", b"x", b""]),
    (
        "rule",
        &[
            b"on",
            b"off",
            b"nopass",
            b"resetpass",
            b">secret",
            b"<secret",
            b"reset",
            b"+@all",
            b"-@all",
            b"+@pubsub",
            b"-@pubsub",
            b"+subscribe",
            b"-publish",
            b"-psubscribe",
            b"-client|kill",
            b"+client",
            b"+config|get",
            b"-@dangerous",
            b"+nosuch",
            b"allchannels",
            b"resetchannels",
            b"&*",
            b"&a",
            b"&a*",
            b"&[ab]",
            b"&",
            b"~*",
            b"~a",
            b"%R~k",
            b"%W~k",
            b"resetkeys",
            b"(+get ~a)",
            b"(+publish &a*)",
            b"clearselectors",
        ],
    ),
    ("default-user-rule", DEFAULT_USER_RULES),
    ("category", &[b"pubsub", b"connection", b"transaction", b"nosuch"]),
    ("pause", &[b"100000", b"100000", b"1000000", b"0"]),
    ("slot", &[b"0", b"3300", b"15495", b"7629", b"-1", b"16384", b"x"]),
    ("protocol", &[b"2", b"3", b"3", b"4", b"x", b"03"]),
    ("database", &[b"0", b"1", b"15", b"16", b"-1", b"x", b""]),
    ("number", &[b"0", b"-1", b"99999999", b"x", b""]),
    ("type", &[b"pubsub", b"normal", b"PUBSUB", b"master", b"replica", b"slave", b"other"]),
    ("command", &[b"publish", b"SUBSCRIBE", b"get", b"set", b"client|kill", b"ping", b"nosuch"]),
    ("parameter", &[b"timeout", b"notify-*", b"maxmemory", b"TIMEOUT", b"nosuch", b"databases"]),
    (
        "odd",
        &[b"FOO", b"x", b"", b"help", b"ON", b"ID", b"\r\n", b"7000000", b"TYPE", b"auth", b"list"],
    ),
];

/// Users that conversations create and delete.
pub(super) const TEST_USERS: &[&[u8]] = &[b"ann", b"bob"];

/// Rules for the default user. With any of them, it can still reset the server.
pub(super) const DEFAULT_USER_RULES: &[&[u8]] =
    &[b"resetchannels", b"allchannels", b"&a", b"&a*", b"&*", b"-publish", b"+publish"];

/// The words of one conversation: a few of each class, so that they repeat.
pub(super) struct Words {
    chosen: HashMap<&'static str, Vec<&'static [u8]>>,
}

impl Words {
    pub(super) fn draw(rng: &mut Rng) -> Self {
        let few = |(class, words): &(&'static str, &'static [&'static [u8]])| {
            let count = rng.usize(2..=5).min(words.len());
            let few: Vec<_> = (0..count).filter_map(|_| rng.choice(*words).copied()).collect();
            (*class, few)
        };
        Self { chosen: WORD_CLASSES.iter().map(few).collect() }
    }

    #[cfg(test)]
    pub(super) fn knows(class: &str) -> bool {
        WORD_CLASSES.iter().any(|(name, _)| *name == class)
    }

    /// The words of a row, with its placeholders replaced.
    pub(super) fn fill(&self, words: &[Bytes], rng: &mut Rng) -> Vec<Bytes> {
        let mut filled = Vec::new();
        for word in words {
            let Some((class, times)) = placeholder(word) else {
                filled.push(alternative(word, rng));
                continue;
            };
            let times = match times {
                b'+' => rng.usize(1..=2) * rng.usize(1..=2),
                b'*' => rng.usize(0..=2),
                b'?' => rng.usize(0..=1),
                _ => 1,
            };
            let choices = self.chosen.get(class).map_or(&[][..], Vec::as_slice);
            let drawn = (0..times).filter_map(|_| rng.choice(choices).copied());
            filled.extend(drawn.map(Bytes::from_static));
        }
        filled
    }
}

/// The word class of a placeholder such as `<channel>+`, and the mark that says how many.
pub(super) fn placeholder(word: &[u8]) -> Option<(&str, u8)> {
    let (name, times) = std::str::from_utf8(word).ok()?.strip_prefix('<')?.split_once('>')?;
    Some((name, times.bytes().next().unwrap_or(b' ')))
}

/// One of the alternatives in a word such as `ON|OFF`.
fn alternative(word: &Bytes, rng: &mut Rng) -> Bytes {
    if !word.contains(&b'|') {
        return word.clone();
    }
    let choices: Vec<&[u8]> = word.split(|&byte| byte == b'|').collect();
    rng.choice(&choices).map_or_else(Bytes::new, |choice| word.slice_ref(choice))
}
