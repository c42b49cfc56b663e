use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use crate::bench::{
    cyclic_stream::CyclicStream,
    driver::{Driver, Totals},
    endpoint::Endpoint,
    failure::{ConnectionLabel, LoadFailure, Role},
    load::Flow,
    plan::{Exchange, Plan},
};

/// One publisher and three subscribers. All faults are in the first write.
const FLOW: Flow = Flow { subscribers: 3, pipeline: 8, ..Flow::PLAIN };

/// Changes a unit before the server sends it.
type Alter = fn(Expected, &[u8]) -> Vec<u8>;

/// A unit that the client expects from the server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The message with this number, to the subscriber with this number, both from 0.
    Message(u64, usize),
    /// The reply to this request.
    Reply(u64),
    /// The bytes before the last confirmation to this subscriber: none.
    End(usize),
}

/// Serves the one stream of this plan until it ends or the client closes.
fn serve(listener: &TcpListener, plan: &Plan, alter: Alter) -> std::io::Result<()> {
    let stream = &plan.streams[0];
    let answer = |socket: &mut TcpStream, before: &[u8], exchange: &Exchange| {
        socket.read_exact(&mut vec![0; exchange.request.len()])?;
        socket.write_all(before)?;
        socket.write_all(&exchange.answer)
    };
    let unit = |cyclic: &CyclicStream, number| {
        cyclic.slice(number * cyclic.unit(), cyclic.unit()).to_vec()
    };

    let mut subscribers = Vec::new();
    for _ in 0..stream.subscribers {
        let mut socket = listener.accept()?.0;
        answer(&mut socket, b"", &stream.subscribe)?;
        subscribers.push(socket);
    }
    let mut publisher = listener.accept()?.0;
    let mut request = vec![0; stream.requests.unit() as usize];
    let mut number = 0;
    while publisher.read_exact(&mut request).is_ok() {
        assert_eq!(request, unit(&stream.requests, number));
        let message = unit(&stream.deliveries, number);
        for (index, subscriber) in subscribers.iter_mut().enumerate() {
            let message = alter(Expected::Message(number, index), &message);
            if message == b"close" {
                subscriber.shutdown(Shutdown::Both)?;
            } else {
                // A closed subscriber cannot be written to.
                let _ = subscriber.write_all(&message);
            }
        }
        publisher.write_all(&alter(Expected::Reply(number), &unit(&stream.replies, number)))?;
        number += 1;
    }
    for (index, subscriber) in subscribers.iter_mut().enumerate() {
        answer(subscriber, &alter(Expected::End(index), b""), &stream.unsubscribe)?;
    }
    Ok(())
}

/// Runs the load generator on such a server.
fn load(alter: Alter) -> Result<Totals, LoadFailure> {
    let plan = Plan::new(&FLOW, "test:");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = Endpoint::new(listener.local_addr().unwrap());
    thread::scope(|scope| {
        let plan = &plan;
        scope.spawn(move || {
            // A client that has found a fault closes its connections early.
            let _ = serve(&listener, plan, alter);
        });
        let driver = Driver::new(plan, endpoint.connect_all(plan)?)?;
        let mut driver = driver.with_timeout(Duration::from_millis(300));
        let totals = driver.run(Duration::from_millis(5))?;
        driver.unsubscribe()?;
        Ok(totals)
    })
}

fn subscriber(number: usize) -> ConnectionLabel {
    ConnectionLabel { role: Role::Subscriber, number, of: 3 }
}

#[test]
fn should_count_every_delivery_of_a_correct_server() {
    let totals = load(|_, unit| unit.to_vec()).unwrap();
    assert!(totals.publishes >= 8);
    assert_eq!(totals.deliveries, 3 * totals.publishes);
}

#[test]
fn should_catch_one_lost_message() {
    let failure = load(|expected, unit| match expected {
        Expected::Message(4, 1) => Vec::new(),
        _ => unit.to_vec(),
    });
    let failure = failure.unwrap_err();
    assert!(
        matches!(failure, LoadFailure::Mismatched { connection, .. } if connection == subscriber(2)),
        "{failure}"
    );
    assert_eq!(
        failure.to_string(),
        "subscriber 2 of 3 received unexpected bytes: \
         number 6 arrived in place of number 5, which was lost or overtaken"
    );
}

#[test]
fn should_catch_a_lost_message_without_a_later_one() {
    let failure = load(|expected, unit| match expected {
        Expected::Message(1.., 2) => Vec::new(),
        _ => unit.to_vec(),
    });
    let LoadFailure::Missing { connection, received, expected, .. } = failure.unwrap_err() else {
        panic!()
    };
    assert_eq!((connection, received), (subscriber(3), 1));
    assert!(expected >= 8);
}

#[test]
fn should_catch_a_repeated_message() {
    let failure = load(|expected, unit| match expected {
        Expected::Message(3, 0) => unit.repeat(2),
        _ => unit.to_vec(),
    });
    let LoadFailure::Mismatched { connection, mismatch } = failure.unwrap_err() else { panic!() };
    assert_eq!((connection, mismatch.number, mismatch.instead), (subscriber(1), 4, Some(3)));
}

#[test]
fn should_catch_one_message_too_many_at_the_end() {
    let failure = load(|expected, unit| match expected {
        Expected::End(1) => b"*3\r\n$7\r\nmessage\r\n".to_vec(),
        _ => unit.to_vec(),
    });
    let LoadFailure::Answered { request, answer, .. } = failure.unwrap_err() else { panic!() };
    assert!(request.contains("UNSUBSCRIBE"), "{request}");
    assert!(answer.contains("message"), "{answer}");
}

#[test]
fn should_catch_one_wrong_byte() {
    let failure = load(|expected, unit| match expected {
        Expected::Message(0, 0) => {
            unit.iter().map(|&byte| if byte == b'.' { b',' } else { byte }).collect()
        }
        _ => unit.to_vec(),
    });
    let LoadFailure::Mismatched { mismatch, .. } = failure.unwrap_err() else { panic!() };
    assert_eq!((mismatch.number, mismatch.instead), (0, None));
}

#[test]
fn should_catch_a_wrong_count_of_receivers() {
    let failure = load(|expected, unit| match expected {
        Expected::Reply(1) => b":2\r\n".to_vec(),
        _ => unit.to_vec(),
    });
    assert_eq!(
        failure.unwrap_err().to_string(),
        "publisher 1 of 1 received unexpected bytes: \
         number 2 is ':2\\r\\n' instead of ':3\\r\\n'"
    );
}

#[test]
fn should_catch_a_missing_reply() {
    let failure = load(|expected, unit| match expected {
        Expected::Reply(7) => Vec::new(),
        _ => unit.to_vec(),
    });
    let LoadFailure::Missing { connection, received: 7, expected: 8, .. } = failure.unwrap_err()
    else {
        panic!()
    };
    assert_eq!(connection.role, Role::Publisher);
}

#[test]
fn should_catch_a_closed_connection() {
    let failure = load(|expected, unit| match expected {
        Expected::Message(2, 2) => b"close".to_vec(),
        _ => unit.to_vec(),
    });
    let LoadFailure::Closed { connection, received } = failure.unwrap_err() else { panic!() };
    assert_eq!((connection, received), (subscriber(3), 2));
}
