//! What the parts of the core cost, without sockets: parser, encoder, hub, and a whole round.
//!
//! The server's own modules are compiled into the bench as they are, so that nothing of them has to
//! be public for it.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "a bench uses a part of the server only"
)]

#[path = "../src/access/mod.rs"]
mod access;
#[path = "../src/client.rs"]
mod client;
#[path = "../src/cluster/mod.rs"]
mod cluster;
#[path = "../src/command/mod.rs"]
mod command;
#[path = "../src/config/mod.rs"]
mod config;
#[path = "../src/glob.rs"]
mod glob;
#[path = "../src/hub/mod.rs"]
mod hub;
#[path = "../src/keyspace.rs"]
mod keyspace;
#[path = "../src/moment.rs"]
mod moment;
#[path = "../src/outbox.rs"]
mod outbox;
#[path = "../src/profile/mod.rs"]
mod profile;
#[path = "../src/session/mod.rs"]
mod session;
#[path = "../src/wire/mod.rs"]
mod wire;
#[path = "../src/world/mod.rs"]
mod world;

use std::io::IoSlice;
use std::time::Duration;

use client::{ClientKey, Peer};
use config::Config;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use hub::{Broadcast, Hub, Kind, Message, Name};
use moment::Moment;
use profile::Profile;
use wire::{Limits, Parsed, Protocol, Reply, RequestParser};
use world::World;

fn main() {
    divan::main();
}

/// How many commands a client of the benches sends at once.
const PIPELINE: usize = 64;

/// `PUBLISH channel` with a payload of so many bytes, as often as a pipeline holds.
fn pipeline(payload: usize) -> Vec<u8> {
    let payload = "x".repeat(payload);
    let length = payload.len();
    format!("*3\r\n$7\r\nPUBLISH\r\n$7\r\nchannel\r\n${length}\r\n{payload}\r\n")
        .repeat(PIPELINE)
        .into_bytes()
}

const PAYLOADS: [usize; 3] = [64, 1024, 16 * 1024];

/// Finds the requests of a pipeline, and their words.
#[divan::bench(args = PAYLOADS)]
fn parse(bencher: Bencher<'_, '_>, payload: usize) {
    let input = pipeline(payload);
    let rules = &Profile::default().traits().input;
    let limits = Limits { bulk: u64::MAX, authenticated: true, rules };
    let mut parser = RequestParser::default();
    bencher.counter(ItemsCount::new(PIPELINE)).counter(BytesCount::new(input.len())).bench_local(
        || {
            let (mut done, mut words) = (0, 0);
            while let Ok(Parsed::Request { consumed }) =
                parser.next(black_box(&input[done..]), &limits)
            {
                words += parser.args(&input[done..]).len();
                done += consumed;
            }
            assert_eq!((done, words), (input.len(), 3 * PIPELINE));
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

/// A hundred thousand channels, each with one listener.
fn crowded() -> (Hub, Vec<Name>) {
    let names: Vec<Name> =
        (0..100_000).map(|n| Name::from(format!("task:{n}").as_bytes())).collect();
    let mut hub = Hub::default();
    for name in &names {
        hub.join(Kind::Channel, name, ClientKey(0));
    }
    (hub, names)
}

/// Finds the listeners of a channel among a hundred thousand.
#[divan::bench]
fn listeners(bencher: Bencher<'_, '_>) {
    let (hub, names) = crowded();
    let mut next = names.iter().step_by(7).cycle();
    bencher.counter(ItemsCount::new(PIPELINE)).bench_local(|| {
        for name in next.by_ref().take(PIPELINE) {
            assert_eq!(black_box(hub.listeners(Kind::Channel, name)).len(), 1);
        }
    });
}

/// Subscribes one more to a channel of a hundred thousand, and lets it go.
#[divan::bench]
fn join_and_leave(bencher: Bencher<'_, '_>) {
    let (mut hub, names) = crowded();
    let mut next = names.iter().step_by(7).cycle();
    bencher.bench_local(|| {
        if let Some(name) = next.next() {
            hub.join(Kind::Channel, name, ClientKey(1));
            hub.leave(Kind::Channel, name, ClientKey(1));
        }
    });
}

/// Lets the first of so many listeners of one channel go, and come again.
#[divan::bench(args = [10, 1_000, 100_000])]
fn leave_a_crowd(bencher: Bencher<'_, '_>, listeners: usize) {
    let mut hub = Hub::default();
    let name = Name::from(&b"channel"[..]);
    (0..listeners).for_each(|client| hub.join(Kind::Channel, &name, ClientKey(client)));
    let mut client = 0;
    bencher.bench_local(|| {
        hub.leave(Kind::Channel, &name, ClientKey(client));
        hub.join(Kind::Channel, &name, ClientKey(client));
        client = (client + 1) % listeners;
    });
}

/// A world, a publisher in it, and so many subscribers of its channel.
struct Round {
    world: World,
    now: Moment,
    publisher: ClientKey,
    marked: Vec<ClientKey>,
}

impl Round {
    fn of(subscribers: usize, elsewhere: usize) -> Self {
        let now = Moment::from_unix(Duration::from_secs(1_700_000_000));
        let config = Config { max_clients: usize::MAX, ..Config::default() };
        let mut world = World::new(Profile::default(), config, now);
        let mut enter = || world.connect(Peer::Unix("/bench".into()), 3, now).expect("room");
        let publisher = enter();
        let keys: Vec<_> = (0..subscribers).map(|_| enter()).collect();
        let other = enter();
        for key in keys {
            world.receive(key, b"SUBSCRIBE channel\r\n", now);
        }
        for n in 0..elsewhere {
            world.receive(other, format!("SUBSCRIBE elsewhere:{n}\r\n").as_bytes(), now);
        }
        let mut round = Self { world, now, publisher, marked: Vec::new() };
        round.flush();
        round
    }

    /// Takes what everybody is owed, as sockets do that are never full.
    fn flush(&mut self) -> usize {
        let mut taken = 0;
        self.world.take_marked(&mut self.marked);
        for key in &self.marked {
            let outbox = &self.world.clients[*key].outbox;
            let mut slices = [IoSlice::new(&[]); 64];
            let used = outbox.slices(&self.world.broadcast, &mut slices);
            let length = slices[..used].iter().map(|slice| slice.len()).sum();
            self.world.wrote(*key, black_box(length), self.now);
            taken += length;
        }
        self.world.end_round(&self.marked);
        self.marked.clear();
        taken
    }
}

/// A pipeline of publishes, from the bytes of the publisher to what the subscribers' sockets are
/// given.
#[divan::bench(args = [0, 1, 10, 100, 1_000, 10_000])]
fn publish(bencher: Bencher<'_, '_>, subscribers: usize) {
    let mut round = Round::of(subscribers, 0);
    let input = pipeline(64);
    bencher.counter(ItemsCount::new(PIPELINE * subscribers.max(1))).bench_local(|| {
        round.world.receive(round.publisher, black_box(&input), round.now);
        assert!(round.flush() >= PIPELINE * (4 + subscribers * 90));
    });
}

/// The same for one subscriber, beside so many subscriptions of other channels.
#[divan::bench(args = [0, 1_000, 100_000])]
fn publish_beside(bencher: Bencher<'_, '_>, elsewhere: usize) {
    let mut round = Round::of(1, elsewhere);
    let input = pipeline(64);
    bencher.counter(ItemsCount::new(PIPELINE)).bench_local(|| {
        round.world.receive(round.publisher, black_box(&input), round.now);
        assert!(round.flush() >= PIPELINE * 94);
    });
}
