use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use crate::bench::{
    cycle::Cycle,
    driver::{Driver, Tally},
    fault::{Fault, Role, Who},
    load::Flow,
    plan::{Plan, Script},
    site::Site,
};

/// One publisher, three subscribers, and all that goes wrong goes wrong in the first write.
const FLOW: Flow = Flow { subscribers: 3, pipeline: 8, ..Flow::PLAIN };

/// What the server makes of a unit that it owes.
type Spoil = fn(Owed, &[u8]) -> Vec<u8>;

/// A unit that the server owes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owed {
    /// Message number so and so, to subscriber number so and so, both from 0.
    Message(u64, usize),
    /// The reply to this request.
    Reply(u64),
    /// What comes before the confirmation of the end, to this subscriber: nothing.
    End(usize),
}

/// Serves the one stream of this plan to its end, or to the client's.
fn serve(listener: &TcpListener, plan: &Plan, spoil: Spoil) -> std::io::Result<()> {
    let stream = &plan.streams[0];
    let answer = |socket: &mut TcpStream, before: &[u8], script: &Script| {
        socket.read_exact(&mut vec![0; script.request.len()])?;
        socket.write_all(before)?;
        socket.write_all(&script.answer)
    };
    let unit = |cycle: &Cycle, number| cycle.run(number * cycle.unit(), cycle.unit()).to_vec();

    let mut subscribers = Vec::new();
    for _ in 0..stream.subscribers {
        let mut socket = listener.accept()?.0;
        answer(&mut socket, b"", &stream.enter)?;
        subscribers.push(socket);
    }
    let mut publisher = listener.accept()?.0;
    let mut request = vec![0; stream.requests.unit() as usize];
    let mut number = 0;
    while publisher.read_exact(&mut request).is_ok() {
        assert_eq!(request, unit(&stream.requests, number));
        let message = unit(&stream.deliveries, number);
        for (index, subscriber) in subscribers.iter_mut().enumerate() {
            let message = spoil(Owed::Message(number, index), &message);
            if message == b"close" {
                subscriber.shutdown(Shutdown::Both)?;
            } else {
                // After that, it is not there to be written to.
                let _ = subscriber.write_all(&message);
            }
        }
        publisher.write_all(&spoil(Owed::Reply(number), &unit(&stream.replies, number)))?;
        number += 1;
    }
    for (index, subscriber) in subscribers.iter_mut().enumerate() {
        answer(subscriber, &spoil(Owed::End(index), b""), &stream.leave)?;
    }
    Ok(())
}

/// What the load generator finds out about that server.
fn load(spoil: Spoil) -> Result<Tally, Fault> {
    let plan = Plan::new(&FLOW, "test:");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = Site::new(listener.local_addr().unwrap());
    thread::scope(|scope| {
        let plan = &plan;
        scope.spawn(move || {
            // The client ends the conversation in the middle when it has seen enough.
            let _ = serve(&listener, plan, spoil);
        });
        let driver = Driver::new(plan, site.prepare(plan)?)?;
        let mut driver = driver.with_patience(Duration::from_millis(300));
        let tally = driver.run(Duration::from_millis(5))?;
        driver.leave()?;
        Ok(tally)
    })
}

fn subscriber(number: usize) -> Who {
    Who { role: Role::Subscriber, number, of: 3 }
}

#[test]
fn should_account_for_every_delivery_of_an_honest_server() {
    let tally = load(|_, unit| unit.to_vec()).unwrap();
    assert!(tally.publishes >= 8);
    assert_eq!(tally.deliveries, 3 * tally.publishes);
}

#[test]
fn should_catch_one_lost_message() {
    let fault = load(|owed, unit| match owed {
        Owed::Message(4, 1) => Vec::new(),
        _ => unit.to_vec(),
    });
    let fault = fault.unwrap_err();
    assert!(matches!(fault, Fault::Departed { who, .. } if who == subscriber(2)), "{fault}");
    assert_eq!(
        fault.to_string(),
        "subscriber 2 of 3 received something else than it was owed: \
         number 5 was lost or overtaken, number 6 came"
    );
}

#[test]
fn should_catch_a_lost_message_that_nothing_follows() {
    let fault = load(|owed, unit| match owed {
        Owed::Message(1.., 2) => Vec::new(),
        _ => unit.to_vec(),
    });
    let Fault::Missing { who, received, owed, .. } = fault.unwrap_err() else { panic!() };
    assert_eq!((who, received), (subscriber(3), 1));
    assert!(owed >= 8);
}

#[test]
fn should_catch_a_repeated_message() {
    let fault = load(|owed, unit| match owed {
        Owed::Message(3, 0) => unit.repeat(2),
        _ => unit.to_vec(),
    });
    let Fault::Departed { who, departure } = fault.unwrap_err() else { panic!() };
    assert_eq!((who, departure.number, departure.instead), (subscriber(1), 4, Some(3)));
}

#[test]
fn should_catch_one_message_too_many_at_the_end() {
    let fault = load(|owed, unit| match owed {
        Owed::End(1) => b"*3\r\n$7\r\nmessage\r\n".to_vec(),
        _ => unit.to_vec(),
    });
    let Fault::Answered { asked, answer, .. } = fault.unwrap_err() else { panic!() };
    assert!(asked.contains("UNSUBSCRIBE"), "{asked}");
    assert!(answer.contains("message"), "{answer}");
}

#[test]
fn should_catch_one_wrong_byte() {
    let fault = load(|owed, unit| match owed {
        Owed::Message(0, 0) => {
            unit.iter().map(|&byte| if byte == b'.' { b',' } else { byte }).collect()
        }
        _ => unit.to_vec(),
    });
    let Fault::Departed { departure, .. } = fault.unwrap_err() else { panic!() };
    assert_eq!((departure.number, departure.instead), (0, None));
}

#[test]
fn should_catch_a_wrong_count_of_receivers() {
    let fault = load(|owed, unit| match owed {
        Owed::Reply(1) => b":2\r\n".to_vec(),
        _ => unit.to_vec(),
    });
    assert_eq!(
        fault.unwrap_err().to_string(),
        "publisher 1 of 1 received something else than it was owed: \
         number 2 was to be ':3\\r\\n' and was ':2\\r\\n'"
    );
}

#[test]
fn should_catch_a_missing_reply() {
    let fault = load(|owed, unit| match owed {
        Owed::Reply(7) => Vec::new(),
        _ => unit.to_vec(),
    });
    let Fault::Missing { who, received: 7, owed: 8, .. } = fault.unwrap_err() else { panic!() };
    assert_eq!(who.role, Role::Publisher);
}

#[test]
fn should_catch_a_closed_connection() {
    let fault = load(|owed, unit| match owed {
        Owed::Message(2, 2) => b"close".to_vec(),
        _ => unit.to_vec(),
    });
    let Fault::Closed { who, received } = fault.unwrap_err() else { panic!() };
    assert_eq!((who, received), (subscriber(3), 2));
}
