//! The tap, in front of a scripted server.

#![allow(clippy::print_stderr, reason = "the helpers of tests are tests too")]

use std::io::ErrorKind;
use std::net::Shutdown;
use std::time::{Duration, Instant};

use crate::support::{CLOSE, Client, ScriptedServer, UnusedAddress};
use bytes::Bytes;
use twincast::conversation::{ClientAction, Conversation, ServerEvent};
use twincast::tap::fault::Throttle;
use twincast::tap::{Direction, Fault, PlannedFailure, Tap, TapError};
use twincast::wire::ClientInput;
use twincast_embedded::EmbeddedRedis;

const DEADLINE: Duration = Duration::from_secs(10);

/// A conversation in a short form: `alice> PING`, `alice< Simple(b"PONG")`.
fn lines(conversation: &Conversation) -> Vec<String> {
    let mut lines = Vec::new();
    for turn in &conversation.turns {
        lines.push("--".to_owned());
        for client_step in &turn.client_steps {
            let action = match &client_step.action {
                ClientAction::Request(words) => {
                    { words.iter().map(|word| word.escape_ascii().to_string()).collect::<Vec<_>>() }
                        .join(" ")
                }
                other => format!("{other:?}"),
            };
            lines.push(format!("{}> {action}", client_step.connection));
        }
        for server_step in turn.answer.iter().flat_map(|expectation| expectation.steps()) {
            let event = match &server_step.event {
                ServerEvent::Frame(shape) => {
                    let text = format!("{shape:?}");
                    text.trim_start_matches("Exact(").trim_end_matches(')').to_owned()
                }
                other => format!("{other:?}"),
            };
            lines.push(format!("{}< {event}", server_step.connection));
        }
    }
    lines
}

#[test]
fn should_record_a_conversation_of_two_clients() {
    let tap = Tap::start(ScriptedServer::redis().address).unwrap();
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    let mut bob = Client::connect(tap.listen("bob").unwrap());
    alice.send("SUBSCRIBE news").expect("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
    bob.send("PUBLISH news hi").expect(":1\r\n");
    alice.expect("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n");
    bob.send("QUIT").expect("+OK\r\n");
    assert_eq!(bob.read_to_end(), b"");
    drop((alice, bob));

    let conversation = tap.finish_blocking(DEADLINE).unwrap();
    assert_eq!(
        lines(&conversation),
        [
            "--",
            "alice> SUBSCRIBE news",
            "alice< Array([Bulk(b\"subscribe\"), Bulk(b\"news\"), Integer(1)]",
            "--",
            "bob> PUBLISH news hi",
            "alice< Array([Bulk(b\"message\"), Bulk(b\"news\"), Bulk(b\"hi\")]",
            "bob< Integer(1",
            "--",
            "bob> QUIT",
            "bob< Simple(b\"OK\"",
            "bob< Closed",
            "--",
            "alice> Close",
        ]
    );
}

#[test]
fn should_number_the_connections_of_a_name_and_follow_a_restart() {
    let first = ScriptedServer::start(|me, _| vec![(me, b"+first\r\n".to_vec())]);
    let second = ScriptedServer::start(|me, _| vec![(me, b"+second\r\n".to_vec())]);
    let tap = Tap::start(first.address).unwrap();
    let port = tap.listen("alice").unwrap();
    assert_eq!(tap.listen("alice").unwrap(), port, "a name has one port");
    Client::connect(port).send("WHO").expect("+first\r\n");
    tap.redirect(second.address);
    Client::connect(port).send("WHO").expect("+second\r\n");

    let lines = lines(&tap.finish_blocking(DEADLINE).unwrap());
    assert!(lines.contains(&"alice> WHO".to_owned()), "{lines:?}");
    assert!(lines.contains(&"alice#2< Simple(b\"second\"".to_owned()), "{lines:?}");
}

#[test]
fn should_put_a_late_message_in_the_turn_of_its_publish() {
    // This server answers the publisher at once, and delivers at the next request.
    let mut pending: Vec<(usize, Vec<u8>)> = Vec::new();
    let server = ScriptedServer::start(move |me, input| {
        let ClientInput::Request(words) = input else { return Vec::new() };
        let mut replies = std::mem::take(&mut pending);
        if words[0] == "PUBLISH" {
            let payload = String::from_utf8(words[2].to_vec()).unwrap();
            let frame = format!("*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\n{payload}\r\n");
            pending.push((0, frame.into_bytes()));
        }
        replies.push((me, b":1\r\n".to_vec()));
        replies
    });
    let tap = Tap::start(server.address).unwrap();
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    alice.send("SUBSCRIBE x").expect(":1\r\n");
    let mut bob = Client::connect(tap.listen("bob").unwrap());
    for request in ["PUBLISH x 1", "PUBLISH x 2", "PING"] {
        bob.send(request).expect(":1\r\n");
    }
    alice.expect("*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\n1\r\n");
    alice.expect("*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\n2\r\n");
    drop((alice, bob));

    let lines = lines(&tap.finish_blocking(DEADLINE).unwrap());
    let line = |text: &str| lines.iter().position(|line| line == text).unwrap();
    assert_eq!(line("alice< Array([Bulk(b\"message\"), Bulk(b\"x\"), Bulk(b\"1\")]"), 5);
    assert_eq!(line("bob> PUBLISH x 2"), 8);
    assert_eq!(line("alice< Array([Bulk(b\"message\"), Bulk(b\"x\"), Bulk(b\"2\")]"), 9);
}

#[test]
fn should_strip_a_prefix_from_requests_and_frames() {
    let tap = Tap::start(ScriptedServer::redis().address).unwrap().strip("run7:");
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    alice.send("SUBSCRIBE run7:a").expect("*3\r\n$9\r\nsubscribe\r\n$6\r\nrun7:a\r\n:1\r\n");
    drop(alice);
    let lines = lines(&tap.finish_blocking(DEADLINE).unwrap());
    assert_eq!(lines[1], "alice> SUBSCRIBE a");
    assert_eq!(lines[2], "alice< Array([Bulk(b\"subscribe\"), Bulk(b\"a\"), Integer(1)]");
}

#[test]
fn should_name_the_clients_that_are_still_connected() {
    let tap = Tap::start(ScriptedServer::redis().address).unwrap();
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    alice.send("PING").expect("+PONG\r\n");
    let error = tap.finish_blocking(Duration::from_millis(50)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a connection is still open 50ms after the conversation: alice; drop the clients before \
         finishing the tap"
    );
}

#[test]
fn should_pass_a_half_close_through() {
    // The server answers when its client has closed its sending half.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let tap = Tap::start(listener.local_addr().unwrap()).unwrap();
    let server = std::thread::spawn(move || {
        let mut stream = Client(listener.accept().unwrap().0);
        let heard = stream.read_to_end();
        std::io::Write::write_all(&mut stream.0, b"+BYE\r\n").unwrap();
        heard
    });
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    alice.send("PING").0.shutdown(Shutdown::Write).unwrap();
    assert_eq!(alice.read_to_end(), b"+BYE\r\n");
    assert_eq!(server.join().unwrap(), b"*1\r\n$4\r\nPING\r\n");
    drop(alice);
    let lines = lines(&tap.finish_blocking(DEADLINE).unwrap());
    assert_eq!(
        lines,
        ["--", "alice> PING", "alice> HalfClose", "alice< Simple(b\"BYE\"", "alice< Closed"]
    );
}

#[test]
fn should_record_a_greeting_and_a_close_without_a_request() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let tap = Tap::start(listener.local_addr().unwrap()).unwrap();
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        std::io::Write::write_all(&mut stream, b"-ERR full\r\n").unwrap();
    });
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    assert_eq!(alice.read_to_end(), b"-ERR full\r\n");
    drop(alice);
    let lines = lines(&tap.finish_blocking(DEADLINE).unwrap());
    assert_eq!(lines, ["--", "alice> Open", "alice< Error(b\"ERR full\"", "alice< Closed"]);
}

#[test]
fn should_not_count_connections_that_the_server_refuses() {
    let unused = UnusedAddress::new();
    let tap = Tap::start(unused.address).unwrap();
    let port = tap.listen("alice").unwrap();
    assert_eq!(Client::connect(port).read_to_end(), b"");
    tap.redirect(ScriptedServer::redis().address);
    Client::connect(port).send("PING").expect("+PONG\r\n");
    let lines = lines(&tap.finish_blocking(DEADLINE).unwrap());
    assert_eq!(lines[1], "alice> PING");
}

#[tokio::test]
async fn should_finish_for_async_callers() {
    let tap = Tap::start(ScriptedServer::redis().address).unwrap();
    Client::connect(tap.listen("alice").unwrap()).send("PING").expect("+PONG\r\n");
    assert_eq!(lines(&tap.finish(DEADLINE).await.unwrap())[1], "alice> PING");
}

#[test]
fn should_carry_16_mib_and_100_000_frames_without_delay() {
    let server = EmbeddedRedis::start().unwrap();
    let tap = Tap::start(server.addr()).unwrap();
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    let payload: Bytes = (0..16 << 20).map(|index| (index % 251) as u8).collect();
    let start = Instant::now();
    alice.send_words(&["ECHO".into(), payload.clone()]);
    alice.expect(format!("${}\r\n", payload.len())).expect(&payload).expect("\r\n");
    let large = start.elapsed();
    let mut out = bytes::BytesMut::new();
    (0..100_000).for_each(|_| twincast::wire::encode_request(&["PING".into()], &mut out));
    let mut writer = alice.0.try_clone().unwrap();
    let sender = std::thread::spawn(move || std::io::Write::write_all(&mut writer, &out).unwrap());
    alice.expect(b"+PONG\r\n".repeat(100_000));
    sender.join().unwrap();
    eprintln!("16 MiB both ways: {large:?}; 100,000 frames: {:?}", start.elapsed() - large);
    drop(alice);
    let start = Instant::now();
    let conversation = tap.finish_blocking(DEADLINE).unwrap();
    eprintln!("decoded in {:?}", start.elapsed());
    let received = conversation.turns.iter().map(|turn| turn.answer.len()).sum::<usize>();
    assert_eq!(received, 100_001);
}

/// Alice subscribes to `*` and `news`, bob publishes four messages, and alice unsubscribes from
/// `news` and pings. Returns the answers.
fn session(faults: &[(&str, Fault)]) -> Vec<String> {
    let tap = Tap::start(ScriptedServer::redis().address).unwrap();
    for (connection, fault) in faults {
        tap.inject(connection, *fault);
    }
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    let mut bob = Client::connect(tap.listen("bob").unwrap());
    alice.send("PSUBSCRIBE *").send("SUBSCRIBE news");
    // When this is answered, the server has processed everything before it.
    alice.send("ECHO ready");
    alice.read_until(b"ready\r\n");
    for index in 1..=4 {
        bob.send(&format!("PUBLISH news {index}"));
        let mut count = [0; 4];
        std::io::Read::read_exact(&mut bob.0, &mut count).unwrap();
    }
    bob.send_words(&["PUBLISH".into(), "".into(), "void".into()]).expect(":");
    alice.send("UNSUBSCRIBE news").send("PING").send("QUIT");
    alice.read_to_end();
    drop((alice, bob));
    let lines = lines(&tap.finish_blocking(DEADLINE).unwrap());
    lines.into_iter().filter(|line| line.contains('<')).map(|line| short(&line)).collect()
}

/// `alice< message news 1`
fn short(line: &str) -> String {
    let (name, frame) = line.split_once("< ").unwrap();
    let words: Vec<&str> = frame
        .split(['(', ')', ',', '[', ']', '"', ' '])
        .filter(|word| {
            !word.is_empty() && !["Array", "Bulk", "Integer", "Simple", "b"].contains(word)
        })
        .collect();
    format!("{name}< {}", words.join(" "))
}

fn alice(lines: &[String]) -> Vec<&str> {
    lines.iter().filter_map(|line| line.strip_prefix("alice< ")).collect()
}

const UNCHANGED: [&str; 15] = [
    "psubscribe * 1",
    "subscribe news 2",
    "ready",
    "pmessage * news 1",
    "message news 1",
    "pmessage * news 2",
    "message news 2",
    "pmessage * news 3",
    "message news 3",
    "pmessage * news 4",
    "message news 4",
    "unsubscribe news 1",
    "pong",
    "OK",
    "Closed",
];

#[test]
fn should_change_nothing_without_a_fault() {
    assert_eq!(alice(&session(&[])), UNCHANGED);
}

#[test]
fn should_lose_repeat_and_reorder_messages() {
    let lost = session(&[("alice", Fault::DropEvery(4))]);
    assert_eq!(alice(&lost).iter().filter(|line| line.contains("message")).count(), 6);
    assert!(!alice(&lost).contains(&"message news 2") && !alice(&lost).contains(&"message news 4"));

    let twice = session(&[("alice", Fault::Duplicate(2))]);
    assert_eq!(alice(&twice)[4..6], ["message news 1", "message news 1"]);

    let swapped = session(&[("alice", Fault::Swap(2))]);
    assert_eq!(alice(&swapped)[4..6], ["pmessage * news 2", "message news 1"]);
}

#[test]
fn should_deliver_messages_without_a_subscription() {
    let late = session(&[("alice", Fault::MessageAfterUnsubscribe)]);
    assert_eq!(alice(&late)[11..13], ["unsubscribe news 1", "message news 4"]);

    let unexpected = session(&[("alice", Fault::UnexpectedMessage)]);
    // Other messages take another path, and may arrive later.
    let voids = alice(&unexpected).iter().filter(|line| **line == "pmessage * void").count();
    assert_eq!((voids, unexpected.len()), (1, session(&[]).len() + 1));
}

#[test]
fn should_drop_and_delay_confirmations_and_change_counts() {
    let dropped = session(&[("alice", Fault::DropConfirmation(2))]);
    assert_eq!(alice(&dropped)[..2], ["psubscribe * 1", "ready"]);

    let late = session(&[("alice", Fault::DelayConfirmation(2))]);
    assert_eq!(alice(&late)[2..4], ["pmessage * news 1", "subscribe news 2"]);

    let counts = session(&[("bob", Fault::WrongCount(5))]);
    assert_eq!(counts.iter().filter(|line| *line == "bob< 7").count(), 4);
}

#[test]
fn should_let_a_pong_overtake_and_close_and_cut_streams() {
    let mut overtaken = session(&[("alice", Fault::PongOvertakes(8))]);
    overtaken.retain(|line| line.starts_with("alice"));
    assert_eq!(alice(&overtaken)[10..13], ["pong", "message news 4", "unsubscribe news 1"]);

    let closed = session(&[("alice", Fault::CloseAfter(3))]);
    assert_eq!(alice(&closed), ["psubscribe * 1", "subscribe news 2", "ready", "Closed"]);

    let cut = session(&[("alice", Fault::Cut(Direction::Answers, 35))]);
    assert_eq!(alice(&cut).len(), 3, "{cut:?}");
    assert_eq!(alice(&cut)[0], "psubscribe * 1");
    assert_eq!(alice(&cut)[2], "Closed");
}

#[test]
fn should_not_change_the_content_of_split_and_slow_streams() {
    let throttle = Throttle { chunk: 3, pause: Duration::from_micros(100) };
    for fault in [
        Fault::Split(Direction::Answers),
        Fault::Split(Direction::Requests),
        Fault::Slow(Direction::Answers, throttle),
        Fault::Slow(Direction::Requests, throttle),
    ] {
        assert!(fault.is_harmless());
        assert_eq!(alice(&session(&[("alice", fault)])), UNCHANGED, "{fault}");
    }
}

#[test]
fn should_flip_one_bit_and_turn_pushes_into_arrays() {
    let server = ScriptedServer::start(|me, input| match input {
        ClientInput::Request(words) => {
            let payload = String::from_utf8(words[1].to_vec()).unwrap();
            let frame =
                format!(">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n${}\r\n{payload}\r\n", payload.len());
            vec![(me, frame.into_bytes()), (me, CLOSE.to_vec())]
        }
        ClientInput::Raw(_) => Vec::new(),
    });
    let tap = Tap::start(server.address).unwrap();
    tap.inject("alice", Fault::FlipBit { byte: 5 }).inject("alice", Fault::PushAsArray);
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    alice.send("ECHO aaaaaaaa").expect("*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$8\r\naaaaa`aa\r\n");
}

#[test]
fn should_stall_without_a_close() {
    let tap = Tap::start(ScriptedServer::redis().address).unwrap();
    tap.inject("alice", Fault::Stall(Direction::Answers, 3));
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    alice.send("PING").expect("+PO");
    alice.0.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let error = std::io::Read::read(&mut alice.0, &mut [0]).unwrap_err();
    // A stop of this process may end the read before the timeout.
    let kinds = [ErrorKind::WouldBlock, ErrorKind::TimedOut, ErrorKind::Interrupted];
    assert!(kinds.contains(&error.kind()), "{error}");
    drop(alice);
    let lines = lines(&tap.finish_blocking(DEADLINE).unwrap());
    assert_eq!(lines[1..3], ["alice> PING", "alice< Raw(b\"+PO\")"]);
}

#[test]
fn should_answer_planned_failures_in_the_place_of_the_server() {
    let server = EmbeddedRedis::start().unwrap();
    let tap = Tap::start(server.addr()).unwrap();
    let error = tap.fail_next("alice", PlannedFailure::new(None, "ERR no")).unwrap_err();
    assert!(matches!(error, TapError::UnknownName(_)), "{error}");

    let mut alice = Client::connect(tap.listen("alice").unwrap());
    alice.send("PING").expect("+PONG\r\n");
    tap.fail_next("alice", PlannedFailure::new(Some("Client|SetName"), "ERR a\r\nb")).unwrap();
    tap.fail_next("alice", PlannedFailure::new(None, "OOM full")).unwrap();
    let bytes = b"GET a\r\n*3\r\n$6\r\nCLIENT\r\n$7\r\nsetname\r\n$1\r\nx\r\n*2\r\n$6\r\nCLIENT\r\n$7\r\nGETNAME\r\nPI";
    std::io::Write::write_all(&mut alice.0, bytes).unwrap();
    alice.expect("-OOM full\r\n-ERR a  b\r\n$-1\r\n");
    std::io::Write::write_all(&mut alice.0, b"NG\r\n").unwrap();
    alice.expect("+PONG\r\n");
    tap.check_failures().unwrap();
    tap.fail_next("alice", PlannedFailure::new(Some("SET"), "ERR no")).unwrap();
    let error = tap.check_failures().unwrap_err().to_string();
    assert_eq!(
        error,
        "no request of alice met the planned error \"ERR no\", which waits for SET; make the request, \
         or do not plan its failure"
    );
}

#[test]
fn should_pass_a_reset_through() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let tap = Tap::start(listener.local_addr().unwrap()).unwrap();
    let mut alice = Client::connect(tap.listen("alice").unwrap());
    let mut server = Client(listener.accept().unwrap().0);
    alice.send("PING");
    server.expect("*1\r\n$4\r\nPING\r\n");
    std::io::Write::write_all(&mut server.0, b"+PONG\r\n").unwrap();
    let mut byte = [0];
    std::io::Read::read_exact(&mut alice.0, &mut byte).unwrap();
    // A close with unread bytes sends a reset.
    drop(alice);
    let error = std::io::Read::read(&mut server.0, &mut byte).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    let outcome = tap.finish_blocking(DEADLINE);
    assert!(!matches!(outcome, Err(TapError::Lossy { .. })), "{outcome:?}");
}
