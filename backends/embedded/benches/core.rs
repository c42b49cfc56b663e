//! The cost of the parts below the event loop: parser, encoder, subscriptions, and a whole round.
//!
//! The bench compiles the server's modules itself, so that they need not be public.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "the bench uses only a part of the server"
)]

#[path = "../src/catalogue/mod.rs"]
mod catalogue;
#[path = "../src/commands/mod.rs"]
mod commands;
#[path = "../src/dispatch/mod.rs"]
mod dispatch;
#[path = "../src/glob.rs"]
mod glob;
#[path = "../src/profile/mod.rs"]
mod profile;
#[path = "../src/regex/mod.rs"]
mod regex;
#[cfg(feature = "scripts")]
#[path = "../src/scripts/mod.rs"]
mod scripts;
#[path = "../src/state/mod.rs"]
mod state;
#[path = "../src/time.rs"]
mod time;
#[path = "../src/wire/mod.rs"]
mod wire;

use std::io::IoSlice;
use std::time::Duration;

use commands::Alone;
use dispatch::Engine;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use profile::Profile;
use state::client::Peer;
use state::config::Config;
use state::ids::ClientKey;
use state::pubsub::{Broadcast, Kind, Message, Name, PubSub};
use time::Timestamp;
use wire::{Limits, Parsed, Protocol, Reply, RequestParser};

fn main() {
    divan::main();
}

/// The number of commands that a client sends at once.
const PIPELINE: usize = 64;

/// A pipeline of `PUBLISH channel` with payloads of this many bytes.
fn pipeline(payload: usize) -> Vec<u8> {
    let payload = "x".repeat(payload);
    let length = payload.len();
    format!("*3\r\n$7\r\nPUBLISH\r\n$7\r\nchannel\r\n${length}\r\n{payload}\r\n")
        .repeat(PIPELINE)
        .into_bytes()
}

const PAYLOADS: [usize; 3] = [64, 1024, 16 * 1024];

/// Parses the requests of a pipeline, and their arguments.
#[divan::bench(args = PAYLOADS)]
fn parse(bencher: Bencher<'_, '_>, payload: usize) {
    let input = pipeline(payload);
    let rules = &Profile::default().behaviour().input;
    let limits = Limits { bulk: u64::MAX, authenticated: true, rules };
    let mut parser = RequestParser::default();
    bencher.counter(ItemsCount::new(PIPELINE)).counter(BytesCount::new(input.len())).bench_local(
        || {
            let (mut done, mut arguments) = (0, 0);
            while let Ok(Parsed::Request { consumed }) =
                parser.next(black_box(&input[done..]), &limits)
            {
                arguments += parser.args(&input[done..]).len();
                done += consumed;
            }
            assert_eq!((done, arguments), (input.len(), 3 * PIPELINE));
        },
    );
}

/// Encodes a round of messages for subscribers of one protocol.
#[divan::bench(args = PAYLOADS)]
fn encode_messages(bencher: Bencher<'_, '_>, payload: usize) {
    let payload = "x".repeat(payload);
    let mut broadcast = Broadcast::default();
    bencher.counter(ItemsCount::new(PIPELINE)).bench_local(|| {
        for _ in 0..PIPELINE {
            let parts: [&[u8]; 3] = [b"message", b"channel", black_box(payload.as_bytes())];
            black_box(Message::new(&parts).frame(Protocol::Resp2, &mut broadcast));
        }
        broadcast.end_round();
    });
}

/// Encodes the replies of a round of publishes.
#[divan::bench]
fn encode_replies(bencher: Bencher<'_, '_>) {
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(PIPELINE)).bench_local(|| {
        out.clear();
        for count in 0..PIPELINE {
            Reply::new(&mut out, Protocol::Resp2).count(black_box(count));
        }
    });
}

/// A hundred thousand channels, each with one subscriber.
fn many_channels() -> (PubSub, Vec<Name>) {
    let names: Vec<Name> =
        (0..100_000).map(|n| Name::from(format!("task:{n}").as_bytes())).collect();
    let mut pubsub = PubSub::default();
    for name in &names {
        pubsub.join(Kind::Channel, name, ClientKey(0));
    }
    (pubsub, names)
}

/// Finds the subscribers of a channel among a hundred thousand channels.
#[divan::bench]
fn listeners(bencher: Bencher<'_, '_>) {
    let (pubsub, names) = many_channels();
    let mut next = names.iter().step_by(7).cycle();
    bencher.counter(ItemsCount::new(PIPELINE)).bench_local(|| {
        for name in next.by_ref().take(PIPELINE) {
            assert_eq!(black_box(pubsub.subscribers(Kind::Channel, name)).len(), 1);
        }
    });
}

/// Subscribes a client to one of a hundred thousand channels, and unsubscribes it.
#[divan::bench]
fn join_and_leave(bencher: Bencher<'_, '_>) {
    let (mut pubsub, names) = many_channels();
    let mut next = names.iter().step_by(7).cycle();
    bencher.bench_local(|| {
        if let Some(name) = next.next() {
            pubsub.join(Kind::Channel, name, ClientKey(1));
            pubsub.leave(Kind::Channel, name, ClientKey(1));
        }
    });
}

/// Unsubscribes one of many subscribers of a channel, and subscribes it again.
#[divan::bench(args = [10, 1_000, 100_000])]
fn leave_a_crowd(bencher: Bencher<'_, '_>, listeners: usize) {
    let mut pubsub = PubSub::default();
    let name = Name::from(&b"channel"[..]);
    (0..listeners).for_each(|client| pubsub.join(Kind::Channel, &name, ClientKey(client)));
    let mut client = 0;
    bencher.bench_local(|| {
        pubsub.leave(Kind::Channel, &name, ClientKey(client));
        pubsub.join(Kind::Channel, &name, ClientKey(client));
        client = (client + 1) % listeners;
    });
}

/// An engine with a publisher and the subscribers of its channel.
struct Round {
    engine: Engine,
    now: Timestamp,
    publisher: ClientKey,
    marked: Vec<ClientKey>,
}

impl Round {
    fn of(subscribers: usize, elsewhere: usize) -> Self {
        let now = Timestamp::from_unix(Duration::from_secs(1_700_000_000));
        let config = Config { max_clients: usize::MAX, ..Config::default() };
        let mut engine = Engine::new(Profile::default(), config, now);
        let mut connect =
            || engine.state.connect(Peer::Unix("/bench".into()), 3, now).expect("no client limit");
        let publisher = connect();
        let keys: Vec<_> = (0..subscribers).map(|_| connect()).collect();
        let other = connect();
        for key in keys {
            engine.with(&mut Alone).receive(key, b"SUBSCRIBE channel\r\n", now);
        }
        for n in 0..elsewhere {
            engine.with(&mut Alone).receive(
                other,
                format!("SUBSCRIBE elsewhere:{n}\r\n").as_bytes(),
                now,
            );
        }
        let mut round = Self { engine, now, publisher, marked: Vec::new() };
        round.flush();
        round
    }

    /// Writes all output, as to sockets that are never full, and returns its length.
    fn flush(&mut self) -> usize {
        let mut written = 0;
        self.engine.state.take_marked(&mut self.marked);
        for key in &self.marked {
            let output = &self.engine.state.clients[*key].output;
            let mut slices = [IoSlice::new(&[]); 64];
            let used = output.slices(&self.engine.state.broadcast, &mut slices);
            let length = slices[..used].iter().map(|slice| slice.len()).sum();
            self.engine.state.output_written(*key, black_box(length), self.now);
            written += length;
        }
        self.engine.state.end_round(&self.marked);
        self.marked.clear();
        written
    }
}

/// A pipeline of publishes, from the publisher's bytes to the bytes for the subscribers' sockets.
#[divan::bench(args = [0, 1, 10, 100, 1_000, 10_000])]
fn publish(bencher: Bencher<'_, '_>, subscribers: usize) {
    let mut round = Round::of(subscribers, 0);
    let input = pipeline(64);
    bencher.counter(ItemsCount::new(PIPELINE * subscribers.max(1))).bench_local(|| {
        round.engine.with(&mut Alone).receive(round.publisher, black_box(&input), round.now);
        assert!(round.flush() >= PIPELINE * (4 + subscribers * 90));
    });
}

/// The same for one subscriber, while there are many subscriptions to other channels.
#[divan::bench(args = [0, 1_000, 100_000])]
fn publish_beside(bencher: Bencher<'_, '_>, elsewhere: usize) {
    let mut round = Round::of(1, elsewhere);
    let input = pipeline(64);
    bencher.counter(ItemsCount::new(PIPELINE)).bench_local(|| {
        round.engine.with(&mut Alone).receive(round.publisher, black_box(&input), round.now);
        assert!(round.flush() >= PIPELINE * 94);
    });
}
