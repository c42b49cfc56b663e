//! Conversations played on a scripted server.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{CLOSE, ScriptedServer, UnusedAddress};
use twincast::backend::Spec;
use twincast::conversation::{Conversation, ServerName};
use twincast::replay::{Replay, ReplayError};
use twincast::wire::ClientInput;

const CONVERSATION: &str = r#"# Should deliver

sub> SUBSCRIBE news
sub< ["subscribe" "news" 1]

pub> PUBLISH news hi
pub< 1
sub< ["message" "news" "hi"]

pub> QUIT
pub< +OK
pub< closed
"#;

/// The answer to a fence.
const UNKNOWN: &[u8] = b"-ERR unknown command 'FENCE', with args beginning with: \r\n";

fn script(text: &str) -> Conversation {
    Conversation::parse(text, "test.twin").unwrap()
}

async fn play(server: &ScriptedServer, text: &str) -> String {
    let replay = Replay::on(server.address);
    replay.play(&script(text), &ServerName::new("redis-8.0")).await.unwrap().to_string()
}

#[tokio::test]
async fn should_receive_the_answers_of_the_script() {
    assert_eq!(play(&ScriptedServer::redis(), CONVERSATION).await, CONVERSATION);
}

#[tokio::test]
async fn should_record_a_script_without_answers() {
    let without_answers: String = CONVERSATION
        .lines()
        .filter(|line| !line.contains('<'))
        .map(|line| format!("{line}\n"))
        .collect();
    let observed = Replay::on(ScriptedServer::redis().address)
        .record(&script(&without_answers))
        .await
        .unwrap();
    // The answers of one turn are in the order of their connections' names.
    assert_eq!(observed.to_string(), CONVERSATION);
}

#[tokio::test]
async fn should_give_answers_their_places_in_the_script() {
    let server = ScriptedServer::redis();
    let replay = Replay::on(server.address);
    let observed = replay.play(&script(CONVERSATION), &ServerName::new("redis-8.0")).await.unwrap();
    let lines = observed
        .turns
        .iter()
        .flat_map(|turn| &turn.answer)
        .flat_map(|expectation| expectation.steps());
    let places: Vec<String> = lines.map(|server_step| server_step.place.to_string()).collect();
    assert_eq!(
        places,
        ["test.twin:4", "test.twin:7", "test.twin:8", "test.twin:11", "test.twin:12"]
    );
}

const ENDING_KEY: &str = r#"# Should end

c> SET k v PX 20
c< +OK

wait 30ms
c> EXISTS k
c< 0
"#;

#[tokio::test]
async fn should_move_time_where_it_can_be_moved() {
    let backend = Spec::default().start().unwrap();
    let minute = ENDING_KEY.replace("PX 20", "EX 59").replace("30ms", "60s");
    let observed = Replay::of(&*backend).record(&script(&minute)).await.unwrap();
    assert_eq!(observed.to_string(), minute);
}

#[tokio::test]
async fn should_wait_where_time_cannot_be_moved() {
    let backend = Spec::default().start().unwrap();
    let observed = Replay::on(backend.address()).record(&script(ENDING_KEY)).await.unwrap();
    assert_eq!(observed.to_string(), ENDING_KEY);
}

const SLOW_READER: &str = r#"# Should read late

slow> SUBSCRIBE news
slow< ["subscribe" "news" 1]

slow> stop-reading
pub> PUBLISH news "x"*20000000
pub< 1

pub> PUBLISH news last
pub< 1

slow> start-reading
slow< ["message" "news" "x"*20000000]
slow< ["message" "news" "last"]

slow> stop-reading
pub> PUBLISH news unread
pub< 1
"#;

#[tokio::test]
async fn should_read_nothing_for_a_client_that_has_stopped() {
    let backend = Spec::default().start().unwrap();
    let observed = Replay::of(&*backend).record(&script(SLOW_READER)).await.unwrap();
    assert_eq!(observed.to_string(), SLOW_READER);
}

#[tokio::test]
async fn should_wait_once_for_missing_answers() {
    let server = ScriptedServer::start(|me, input| match input {
        ClientInput::Request(words) if words[0] == "PING" => vec![(me, b"+PONG\r\n".to_vec())],
        ClientInput::Request(words) if words[0] == "FENCE" => vec![(me, UNKNOWN.to_vec())],
        _ => Vec::new(),
    });
    let grace = Duration::from_millis(500);
    let replay = Replay::on(server.address).grace(grace);
    let start = Instant::now();
    let text = "# Should\n\na> GET x\na< $-1\n\na> GET y\na< $-1\n\na> GET z\na< $-1\n\na> PING\na< +PONG\n";
    let observed = replay.play(&script(text), &ServerName::new("redis-8.0")).await.unwrap();
    let observed = observed.to_string();
    assert_eq!(observed, "# Should\n\na> GET x\n\na> GET y\n\na> GET z\n\na> PING\na< +PONG\n");
    // One wait comes before the fence and one after it. Waits for all three answers would be six.
    assert!(start.elapsed() < 6 * grace, "{:?}", start.elapsed());
}

#[tokio::test]
async fn should_not_wait_for_the_deadline_after_the_fence() {
    let server = ScriptedServer::start(|me, input| match input {
        ClientInput::Request(words) if words[0] == "FENCE" => vec![(me, UNKNOWN.to_vec())],
        _ => Vec::new(),
    });
    let replay = Replay::on(server.address).deadline(Duration::from_secs(60));
    let text = "# Should\n\na> GET x\na< $-1\n";
    let start = Instant::now();
    let observed = replay.play(&script(text), &ServerName::new("redis-8.0")).await.unwrap();
    assert_eq!(observed.to_string(), "# Should\n\na> GET x\n");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test]
async fn should_report_a_server_that_answers_no_client() {
    let server = ScriptedServer::start(|_, _| Vec::new());
    let text = "# Should\n\na> PING\na< +PONG\n\nb> PING\nb< +PONG\n\na> PING\na< +PONG\n";
    let replay =
        Replay::on(server.address).deadline(Duration::from_millis(50)).grace(Duration::ZERO);
    for outcome in [
        replay.play(&script(text), &ServerName::new("redis-8.0")).await,
        replay.record(&script(text)).await,
    ] {
        assert!(matches!(outcome, Err(ReplayError::Unresponsive { .. })), "{outcome:?}");
        let error = outcome.unwrap_err().to_string();
        assert!(error.starts_with("test.twin:"), "{error}");
        assert!(error.ends_with("has not answered for 0.05 s"), "{error}");
    }
}

#[tokio::test]
async fn should_receive_a_late_answer_after_a_fence() {
    let mut fences = 0;
    let server = ScriptedServer::start(move |me, input| {
        let ClientInput::Request(words) = input else { return Vec::new() };
        if words[0] != "FENCE" {
            return Vec::new();
        }
        fences += 1;
        let mut replies = vec![(me, UNKNOWN.to_vec())];
        if fences == 2 {
            replies.push((0, b"$-1\r\n".to_vec()));
        }
        replies
    });
    let replay = Replay::on(server.address).grace(Duration::from_secs(1));
    let text = "# Should\n\na> GET x\na< $-1\n";
    let observed = replay.play(&script(text), &ServerName::new("redis-8.0")).await.unwrap();
    assert_eq!(observed.to_string(), text);
}

#[tokio::test]
async fn should_put_an_unexpected_frame_in_its_turn() {
    let server = ScriptedServer::start(|me, _| vec![(me, b"+PONG\r\n+MORE\r\n".to_vec())]);
    let observed = play(&server, "# Should\n\na> PING\na< +PONG\n\na> PING\na< +PONG\n").await;
    assert_eq!(
        observed,
        "# Should\n\na> PING\na< +PONG\na< +MORE\n\na> PING\na< +PONG\na< +MORE\n"
    );
}

#[tokio::test]
async fn should_receive_a_late_frame_and_an_early_close() {
    let mut input = 0;
    let server = ScriptedServer::start(move |me, _| {
        input += 1;
        match input {
            1 => vec![(me, b"+ONE\r\n".to_vec())],
            // This is the closing fence. The script expects none of these frames.
            2 => vec![(0, b"+TWO\r\n".to_vec()), (0, CLOSE.to_vec()), (me, b"+PONG\r\n".to_vec())],
            _ => vec![(me, b"+PONG\r\n".to_vec())],
        }
    });
    let observed = play(&server, "# Should\n\na> PING\na< +ONE\n").await;
    assert_eq!(observed, "# Should\n\na> PING\na< +ONE\na< +TWO\na< closed\n");
}

#[tokio::test]
async fn should_send_and_receive_raw_bytes() {
    let server = ScriptedServer::start(|me, input| match input {
        ClientInput::Raw(_) => {
            vec![(me, b"HTTP".to_vec()), (me, b"/1.1\n".to_vec()), (me, CLOSE.to_vec())]
        }
        ClientInput::Request(_) => vec![(me, b"+PONG\r\n".to_vec())],
    });
    let text = "# Should\n\na> raw \"GET /\\r\\n\"\na< raw \"HTTP/1.1\\n\"\na< closed\n";
    assert_eq!(play(&server, text).await, text);
}

#[tokio::test]
async fn should_let_the_server_see_a_close_before_the_next_step() {
    let text = r#"# Should

sub> SUBSCRIBE news
sub< ["subscribe" "news" 1]

sub> close
pub> PUBLISH news hi
pub< 0
"#;
    let server = twincast_embedded::EmbeddedRedis::start().unwrap();
    let replay = Replay::on(server.addr());
    // A program that is being started holds all sockets of this process for a moment.
    let over = Arc::new(AtomicBool::new(false));
    let programs = [(); 3].map(|()| {
        let over = Arc::clone(&over);
        thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                Command::new("true").status().unwrap();
            }
        })
    });
    let mut observed = Vec::new();
    for _ in 0..100 {
        observed.push(replay.play(&script(text), &ServerName::new("redis-8.0")).await.unwrap());
    }
    over.store(true, Ordering::Relaxed);
    programs.into_iter().for_each(|program| program.join().unwrap());
    observed.iter().for_each(|observed| assert_eq!(observed.to_string(), text));
}

#[tokio::test]
async fn should_close_without_a_reset_on_a_shared_server() {
    for exclusive in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let replay = Replay::on(listener.local_addr().unwrap());
        let replay = if exclusive { replay.exclusive() } else { replay };
        // The connections of the client and of the fence.
        let server = thread::spawn(move || {
            let connections = [(); 2].map(|()| listener.accept().unwrap().0);
            connections.map(|connection| thread::spawn(move || closes_cleanly(connection)))
        });
        let ping = script("# Should\n\na> PING\na< +PONG\n");
        replay.play(&ping, &ServerName::new("redis-8.0")).await.unwrap();
        let ends = server.join().unwrap().map(|end| end.join().unwrap());
        assert_eq!(ends, [!exclusive; 2]);
    }
}

/// Answers all requests in the same way. Returns whether the client closes without a reset.
fn closes_cleanly(mut connection: TcpStream) -> bool {
    loop {
        match connection.read(&mut [0; 64]) {
            Ok(0) => return true,
            Ok(_) => connection.write_all(b"+PONG\r\n").unwrap(),
            Err(_) => return false,
        }
    }
}

#[tokio::test]
async fn should_name_the_step_that_fails() {
    let unused = UnusedAddress::new();
    let outcome = Replay::on(unused.address).record(&script(CONVERSATION)).await;
    assert!(matches!(&outcome, Err(ReplayError::Connect { .. })), "{outcome:?}");
    assert!(
        outcome.unwrap_err().to_string().starts_with("test.twin:3: sub cannot connect to redis://")
    );

    let text = "# Should\n\na> close\n\na> PING\na< +PONG\n";
    let outcome = Replay::on(ScriptedServer::redis().address).record(&script(text)).await;
    assert!(matches!(outcome, Err(ReplayError::Closed { .. })), "{outcome:?}");
}

#[tokio::test]
async fn should_log_in_before_the_conversation() {
    let server = ScriptedServer::start(|me, input| match input {
        ClientInput::Request(words) if words[0] == "AUTH" && words[1] == "sesame" => {
            vec![(me, b"+OK\r\n".to_vec())]
        }
        ClientInput::Request(words) if words[0] == "AUTH" => {
            vec![(me, b"-WRONGPASS no\r\n".to_vec())]
        }
        _ => vec![(me, b"+PONG\r\n".to_vec())],
    });
    let text = "# Should\n\na> PING\na< +PONG\n";
    let replay =
        |word: &'static str| Replay::on(server.address).login(vec!["AUTH".into(), word.into()]);
    let observed = replay("sesame").record(&script(text)).await.unwrap();
    assert_eq!(observed.to_string(), text);
    let refused = replay("simsim").record(&script(text)).await.unwrap_err();
    let told = "rejects the login of a: WRONGPASS no; correct the user and the password";
    assert!(refused.to_string().ends_with(told), "{refused}");
}

#[tokio::test]
async fn should_receive_the_beginning_of_an_incomplete_frame() {
    let header = "# Should\n\na> EXEC\na< +OK\na< raw \"*2\\r\\n$3\\r\\none\\r\\n\"\n";
    let server = ScriptedServer::start(|me, input| match input {
        ClientInput::Request(words) if words[0] == "EXEC" => {
            vec![(me, b"+OK\r\n*2\r\n$3\r\none\r\n".to_vec())]
        }
        _ => vec![(me, b"+PONG\r\n".to_vec())],
    });
    // The replay must not wait for either of these.
    let long = Duration::from_secs(60);
    let replay = Replay::on(server.address).deadline(long).grace(long);
    let start = Instant::now();
    let known = replay.play(&script(header), &ServerName::new("redis-8.0")).await.unwrap();
    assert_eq!(known.to_string(), header);
    let observed = replay.record(&script("# Should\n\na> EXEC\n")).await.unwrap();
    assert_eq!(observed.to_string(), header);
    assert!(start.elapsed() < long, "{:?}", start.elapsed());
}

#[tokio::test]
async fn should_receive_the_whole_of_a_large_frame() {
    let payload = "x".repeat(16 << 20);
    let frame = format!("${}\r\n{payload}\r\n", payload.len());
    let server = ScriptedServer::start(move |me, input| match input {
        ClientInput::Request(words) if words[0] == "GET" => vec![(me, frame.clone().into_bytes())],
        _ => vec![(me, b"+PONG\r\n".to_vec())],
    });
    let observed =
        Replay::on(server.address).record(&script("# Should\n\na> GET x\n")).await.unwrap();
    assert_eq!(observed.to_string(), "# Should\n\na> GET x\na< \"x\"*16777216\n");
}

/// A server makes the IDs of entries from its clock.
#[tokio::test]
async fn should_use_values_that_the_server_makes() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let ids = [0, 1].map(|n| format!("{}-{n}", now.as_millis()));
    let mut made = ids.clone().into_iter();
    let server = ScriptedServer::start(move |me, input| {
        let ClientInput::Request(words) = input else { return Vec::new() };
        let bulk = |text: &str| format!("${}\r\n{text}\r\n", text.len()).into_bytes();
        let answer = match &words[0][..] {
            b"XADD" => bulk(&made.next().unwrap()),
            // 1 if the client asks for the ID that was made second.
            b"XDEL" => format!(":{}\r\n", u8::from(words[2] == ids[1])).into_bytes(),
            _ => UNKNOWN.to_vec(),
        };
        vec![(me, answer)]
    });
    let text = "# T\n\na> XADD o * k v\na< \"<entry 1>\"\n\nb> XADD o * k v\nb< \"<entry 2>\"\n\n\
                a> XDEL o \"<entry 2>\"\na< 1\n\na> XDEL o \"<entry 1>\"\na< 0\n";
    assert_eq!(play(&server, text).await, text);
}
