//! The cost of finding the patterns that match a channel: with the index, and by a scan of them
//! all.

use std::sync::Arc;

use divan::{Bencher, black_box};

use state::ids::ClientKey;
use state::patterns::Patterns;

/// The modules of the server that patterns need: the keys of clients, and the type of a name.
#[path = "../src/state"]
mod state {
    #[expect(dead_code, reason = "the bench needs only the keys of clients")]
    #[path = "ids.rs"]
    pub(crate) mod ids;
    #[expect(dead_code, reason = "unit tests are not run here")]
    #[path = "pubsub/patterns/mod.rs"]
    pub(crate) mod patterns;
    #[expect(dead_code, reason = "the bench needs only the type of a name")]
    #[path = "pubsub/subscribers.rs"]
    pub(crate) mod subscribers;
}
#[expect(dead_code, reason = "unit tests are not run here")]
#[path = "../src/glob.rs"]
mod glob;

fn main() {
    divan::main();
}

const COUNTS: [usize; 4] = [1, 100, 1_000, 10_000];

/// A family of patterns: its name, its `n`th member, and a channel that member 0 matches.
type Family = (&'static str, fn(usize) -> String, &'static str);

const FAMILIES: [Family; 9] = [
    ("workflow:<id>:*", |n| format!("workflow:{n:05}:*"), "workflow:00000:created"),
    ("task:<id>:*", |n| format!("task:{n}:*"), "task:0:progress"),
    ("long:shared:prefix:<id>:*", |n| format!("{SHARED}{n}:*"), "long:shared:prefix:of:all:0:x"),
    ("*:created<id>", |n| format!("*:created{n}"), "workflow:77:created0"),
    ("user:?:x<id>", |n| format!("user:?:x{n}"), "user:7:x0"),
    ("*:<id>:*", |n| format!("*:{n:05}:*"), "workflow:00000:created"),
    ("five shapes", five_shapes, "workflow:0:x"),
    ("all lengths", |n| format!("{}*{}{n}", run("k", n), run("e", n / 20)), "kkkkkkkkk:eeee0"),
    (
        "*a?…*, the worst",
        |n| format!("*a{}*", "?*".repeat(n / 100) + &"?".repeat(n % 100)),
        "banana",
    ),
];

const SHARED: &str = "long:shared:prefix:of:all:";

fn run(letter: &str, length: usize) -> String {
    letter.repeat(length % 20)
}

fn five_shapes(n: usize) -> String {
    match n % 5 {
        0 => format!("workflow:{n}:*"),
        1 => format!("task:{n}:*"),
        2 => format!("*:created{n}"),
        3 => format!("user:?:x{n}"),
        _ => format!("channel:{n}"),
    }
}

fn names(family: &str, count: usize) -> (Vec<Arc<[u8]>>, &'static [u8]) {
    let (_, pattern, channel) =
        FAMILIES.iter().find(|(name, ..)| *name == family).expect("a known family");
    ((0..count).map(|n| pattern(n).into_bytes().into()).collect(), channel.as_bytes())
}

fn families() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().map(|(name, ..)| *name)
}

/// Finds the patterns as `PUBLISH` does, with the index.
#[divan::bench(args = families(), consts = COUNTS)]
fn matching<const COUNT: usize>(bencher: Bencher<'_, '_>, family: &str) {
    let (names, channel) = names(family, COUNT);
    let mut patterns = Patterns::default();
    for name in &names {
        patterns.join(name, ClientKey(0));
    }
    bencher.bench_local(|| patterns.matching(black_box(channel), usize::MAX).count());
}

/// Finds the same patterns without the index.
#[divan::bench(args = families(), consts = COUNTS)]
fn scan<const COUNT: usize>(bencher: Bencher<'_, '_>, family: &str) {
    let (names, channel) = names(family, COUNT);
    bencher.bench_local(|| {
        names.iter().filter(|name| glob::matches(name, black_box(channel))).count()
    });
}

/// Subscribes to ten thousand patterns, and unsubscribes from them.
#[divan::bench(args = families())]
fn join_and_leave(bencher: Bencher<'_, '_>, family: &str) {
    let (names, _) = names(family, 10_000);
    bencher.bench_local(|| {
        let mut patterns = Patterns::default();
        for name in &names {
            patterns.join(name, ClientKey(0));
        }
        for name in &names {
            patterns.leave(name, ClientKey(0));
        }
        patterns
    });
}
