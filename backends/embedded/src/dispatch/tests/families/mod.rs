//! Transcripts of each family of commands. The replies are those of Redis 8.0, or of the
//! profile that a test names.

mod client;
mod cluster;
mod collections;
mod config;
mod errors;
mod info;
mod introspection;
mod keyspace;
#[cfg(feature = "scripts")]
mod scripts;
mod strings;

use crate::dispatch::tests::harness::TestEngine;
use crate::profile::Profile;
use crate::state::ids::ClientKey;

/// Sends the request of each line and compares the reply, in which `|` stands for a line end. Two
/// or more spaces separate the request from the reply.
#[track_caller]
fn assert_answers(engine: &mut TestEngine, client: ClientKey, transcript: &str) {
    for line in transcript.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (request, expected) = line.split_once("  ").unwrap();
        let reply = engine.request(client, format!("{request}\r\n"));
        assert_eq!(reply.replace("\r\n", "|"), expected.trim_start(), "{request}");
    }
}

/// The same with a new engine and a RESP2 client.
#[track_caller]
fn assert_resp2_answers(transcript: &str) {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    assert_answers(&mut engine, client, transcript);
}

/// The same with a server of this profile.
#[track_caller]
fn assert_answers_of(profile: Profile, transcript: &str) {
    let mut engine = TestEngine::with_profile(profile);
    let client = engine.connect();
    assert_answers(&mut engine, client, transcript);
}
