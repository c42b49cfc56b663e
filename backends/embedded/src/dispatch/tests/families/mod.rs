//! What the families answer, as transcripts; the answers are those of Redis 8.0.

mod client;
mod cluster;
mod config;
mod errors;
mod info;
mod introspection;
mod keyspace;

use crate::dispatch::tests::harness::TestEngine;
use crate::state::ids::ClientKey;

/// Says each line's request and compares the answer, in which `|` stands for a line's end.
/// Two blanks and more stand between them.
#[track_caller]
fn assert_answers(engine: &mut TestEngine, client: ClientKey, transcript: &str) {
    for line in transcript.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (request, answer) = line.split_once("  ").unwrap();
        let heard = engine.request(client, format!("{request}\r\n"));
        assert_eq!(heard.replace("\r\n", "|"), answer.trim_start(), "{request}");
    }
}

/// The same, in a world of its own.
#[track_caller]
fn assert_resp2_answers(transcript: &str) {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    assert_answers(&mut engine, client, transcript);
}
