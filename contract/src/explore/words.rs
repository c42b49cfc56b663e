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
    (
        "index",
        &[b"0", b"1", b"-1", b"2", b"-2", b"3", b"100", b"-100", b"x", b"9223372036854775807"],
    ),
    ("count", &[b"1", b"2", b"0", b"10", b"-1", b"x"]),
    ("integer", &[b"1", b"-1", b"5", b"255", b"-300", b"9223372036854775807", b"x", b"1.5"]),
    ("bit", &[b"0", b"1", b"7", b"8", b"15", b"#1", b"#2", b"100", b"-1", b"x", b"4294967296"]),
    ("width", &[b"u8", b"i8", b"u4", b"i5", b"u1", b"i64", b"u63", b"u64", b"x"]),
    (
        "entry",
        &[
            b"1", b"1-1", b"2", b"2-2", b"3-1", b"5-*", b"0", b"0-0", b"-", b"+", b"$", b"(1-1",
            b"x",
        ],
    ),
    (
        "place",
        &[
            b"0",
            b"1",
            b"2",
            b"5",
            b"9",
            b"100",
            b"4095",
            b"4096",
            b"8388608",
            b"9223372036854775807",
            b"18446744073709551614",
            b"18446744073709551615",
            b"-1",
            b"007",
            b"x",
        ],
    ),
    (
        "number-text",
        &[b"1", b"-7", b"2.5", b"55.1917", b"1e3", b"0x10", b"inf", b"abc", b"aXb", b"", b"9223372036854775807"],
    ),
    ("ring", &[b"1", b"2", b"3", b"5", b"20", b"0", b"x"]),
    (
        "expression",
        &[
            b"a",
            b"^a.*$",
            b"[0-9]+",
            b"^(1|-7|abc)$",
            b"\\d\\.\\d",
            b"x|^$",
            b"[[:alpha:]]{2,3}",
            b"(?i)ABC",
            b"\\bab",
            b"^.{2}$",
            b"(a",
            b"[b-a]",
            b"a**",
            b"(a)\\1",
            b"a*",
            b"",
        ],
    ),
    ("field", &[b"a", b"b", b"c", b"", b"\x00\xff"]),
    ("expiring", &[b"expiring"]),
    ("member", &[b"a", b"b", b"1", b"2", b"ab", b"", b"\x00\xff"]),
    (
        "score",
        &[b"1", b"2", b"-1", b"0.1", b"3.5", b"1e20", b"inf", b"-inf", b"x", b"nan", b"0x10"],
    ),
    (
        "score-bound",
        &[b"1", b"(1", b"2", b"-1", b"3.5", b"(3.5", b"-inf", b"+inf", b"(inf", b"x", b""],
    ),
    ("longitude", &[b"13.361389", b"15.087269", b"0", b"180", b"-180", b"-0.1", b"181", b"x"]),
    ("latitude", &[b"38.115556", b"37.502669", b"0", b"85.05112878", b"-80", b"86", b"nan"]),
    ("length", &[b"200", b"0", b"0.5", b"5000", b"20000", b"-1", b"x"]),
    ("unit", &[b"km", b"m", b"ft", b"mi", b"KM", b"xx"]),
    ("names", &[b"names"]),
    ("name-bound", &[b"-", b"+", b"[a", b"(a", b"[ab", b"(b", b"[1", b"a", b""]),
    ("step", &[b"1", b"0", b"-1", b"5", b"0.5", b"-1e3", b"9223372036854775807", b"inf", b"x"]),
    ("name", &[b"bob", b"a", b"", b"two words", b"\xff", b"-", b"~x~"]),
    // Of two spans, nobody knows which one ends later.
    ("date", &[b"4000000000", b"5000000000", b"1", b"x"]),
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
            b"__sub*",
            b"__keyspace@0__:*",
            b"__keyevent@0__:*",
            b"__keyspace@0__:a",
            b"__keyevent@0__:set",
            b"__keyevent@*__:del",
            b"__redis__:invalidate",
        ],
    ),
    ("tracked", &[b"BCAST", b"OPTIN", b"OPTOUT", b"NOLOOP", b"PREFIX", b"a", b"", b"x"]),
    (
        "script",
        &[
            b"return redis.call('GET', KEYS[1])",
            b"return redis.call('SET', KEYS[1], ARGV[1])",
            b"return {KEYS[1], ARGV[1], #KEYS, #ARGV}",
            b"return redis.pcall('LPUSH', KEYS[1], ARGV[1])",
            b"return redis.call('INCR', KEYS[1]) + 1",
            b"return redis.call('PUBLISH', 'a', ARGV[1] or 'x')",
            b"redis.setresp(3) return redis.call('ZINCRBY', KEYS[1], 1.5, 'a')",
            b"return redis.call('SELECT', 1)",
            b"local r = redis.call('LRANGE', KEYS[1], 0, -1) return #r",
            b"return cjson.encode({ARGV[1], KEYS[1], 1.5})",
            b"error('wrong')",
            b"return redis.error_reply('ERR ' .. tostring(ARGV[1]))",
            b"return nosuch",
            b"no lua",
            b"return 3.7",
            b"#!lua flags=no-writes\nreturn redis.call('SET', KEYS[1], 1)",
            b"return redis.call('DEL', unpack(KEYS))",
        ],
    ),
    // The hashes of the first three of them.
    (
        "script-hash",
        &[
            b"d3c21d0c2b9ca22f82737626a27bcaf5d288f99f",
            b"d8f2fad9f8e86a53d2a6ebd960b33c4972cacc37",
            b"c409b22118a2ba735eedfdba813c9a5a0dfebc85",
            b"0000000000000000000000000000000000000000",
            b"x",
        ],
    ),
    (
        "library",
        &[
            b"#!lua name=one\nredis.register_function('get', function(keys, args) return redis.call('GET', keys[1]) end)",
            b"#!lua name=two\nredis.register_function('set', function(keys, args) return redis.call('SET', keys[1], args[1]) end)",
            b"#!lua name=three\nredis.register_function{function_name='get', flags={'no-writes'}, callback=function(keys) return redis.call('STRLEN', keys[1]) end}",
            b"#!lua name=three\nredis.register_function{function_name='publish', flags={'no-writes'}, callback=function(keys, args) return redis.pcall('PUBLISH', keys[1], args[1]) end}",
            b"#!lua name=two\nno lua",
            b"return 1",
        ],
    ),
    ("function", &[b"get", b"set", b"GET", b"publish", b"nosuch"]),
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
