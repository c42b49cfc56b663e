//! Behaviour that only real sockets show: half-closed connections, large messages, slow readers.

mod raw;

use std::net::Shutdown;

use raw::{DEADLINE, Raw};
use twincast_embedded::EmbeddedRedis;

#[test]
fn should_answer_requests_before_a_half_close() {
    let redis = EmbeddedRedis::start().unwrap();
    let mut client = Raw::connect(&redis);
    client.send("PING\r\nECHO last\r\n");
    client.0.shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.read_to_end(), "+PONG\r\n$4\r\nlast\r\n");
}

#[test]
fn should_close_after_the_reply_to_quit() {
    let redis = EmbeddedRedis::start().unwrap();
    let mut client = Raw::connect(&redis);
    client.send("PING\r\nQUIT\r\nPING\r\n");
    assert_eq!(client.read_to_end(), "+PONG\r\n+OK\r\n");
}

#[test]
fn should_deliver_large_messages_to_readers_of_any_speed() {
    let redis = EmbeddedRedis::start().unwrap();
    let payload = "x".repeat(8 * 1024 * 1024);
    let mut readers: Vec<_> = (0..3).map(|_| Raw::connect(&redis)).collect();
    for reader in &mut readers {
        reader.send("SUBSCRIBE c\r\n");
    }
    redis.wait_for_subscribers("c", 3, DEADLINE).unwrap();
    assert_eq!(redis.publish("c", &payload), 3);
    assert_eq!(redis.publish("c", "end"), 3);
    let expected = format!(
        "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n\
         *3\r\n$7\r\nmessage\r\n$1\r\nc\r\n${}\r\n{payload}\r\n\
         *3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\nend\r\n",
        payload.len(),
    );
    // In reverse order, because no reader waits for another.
    for reader in readers.iter_mut().rev() {
        assert!(reader.read(expected.len()) == expected);
    }
}

#[test]
fn should_close_a_subscriber_that_does_not_read_and_serve_the_others() {
    let redis = EmbeddedRedis::start().unwrap();
    let mut slow = Raw::connect(&redis);
    slow.send("SUBSCRIBE c\r\n");
    redis.wait_for_subscribers("c", 1, DEADLINE).unwrap();
    let payload = "x".repeat(1024 * 1024);
    let mut publisher = Raw::connect(&redis);
    let publish = format!("*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$1048576\r\n{payload}\r\n");
    let delivered = (0..100).take_while(|_| publisher.request(&publish, 4) == ":1\r\n").count();
    assert!((32..60).contains(&delivered), "{delivered}");
    assert_eq!(redis.subscribers("c"), 0);
    let received = slow.read_to_end();
    assert!(received.len() < delivered * payload.len());
}

#[test]
fn should_send_replies_larger_than_a_socket_buffer() {
    let redis = EmbeddedRedis::start().unwrap();
    let value = "x".repeat(60_000);
    // All requests are in the first read of a new connection.
    let mut client = Raw::connect(&redis);
    client.send(
        format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$60000\r\n{value}\r\n") + &"GET k\r\n".repeat(500),
    );
    client.0.shutdown(Shutdown::Write).unwrap();
    let answer = format!("$60000\r\n{value}\r\n");
    // As in Redis, a client that half-closes gets only the replies that fit into one more write.
    let received = client.read_to_end();
    assert!(received.starts_with("+OK\r\n") && received[5..].starts_with(&answer));

    let mut client = Raw::connect(&redis);
    client.send("GET k\r\n".repeat(500));
    assert!(client.read(500 * answer.len()) == answer.repeat(500));
    assert_eq!(client.request("PING\r\n", 7), "+PONG\r\n");
}

#[test]
fn should_answer_a_pipeline_while_it_arrives() {
    let redis = EmbeddedRedis::start().unwrap();
    let mut client = Raw::connect(&redis);
    let pipeline = "PING\r\n".repeat(50_000);
    let answers = "+PONG\r\n".repeat(50_000);
    std::thread::scope(|scope| {
        let mut sender = client.0.try_clone().unwrap();
        scope.spawn(move || std::io::Write::write_all(&mut sender, pipeline.as_bytes()).unwrap());
        assert!(client.read(answers.len()) == answers);
    });
}
