use std::{
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use mio::{Events, Interest, Poll, Token, net::TcpStream};

use super::{
    endpoint::{Connections, TIMEOUT, perform},
    failure::{ConnectionLabel, LoadFailure, Role},
    plan::{Plan, Stream},
};

/// Larger than the bytes in flight to one subscriber, except in the loads with large messages.
const BUFFER: usize = 256 * 1024;

/// The longest time that is measured, in nanoseconds: longer than the timeout.
const LONGEST: u64 = 60_000_000_000;

/// Runs a plan on its connections, from one thread.
///
/// On a machine of two processors, a server with one thread leaves one processor to the driver. One
/// thread needs no locks. It sleeps in the poll and never spins.
pub(super) struct Driver<'a> {
    plan: &'a Plan,
    poll: Poll,
    subscribers: Vec<Subscriber>,
    publishers: Vec<Publisher>,
    buffer: Vec<u8>,
    /// How long messages took, in nanoseconds, if the plan is timed.
    times: Option<Histogram<u64>>,
    timeout: Duration,
    _idle: Option<std::net::TcpStream>,
}

struct Subscriber {
    socket: TcpStream,
    stream: usize,
    received: u64,
}

struct Publisher {
    socket: TcpStream,
    /// Bytes of requests that were queued for sending, and how many of them were sent.
    queued: u64,
    sent: u64,
    /// Bytes of replies.
    received: u64,
    /// Bytes that subscribers of this stream have not received yet.
    in_flight: u64,
    /// When the last batch was written.
    since: Instant,
}

/// The totals of one run.
#[derive(Debug)]
pub(super) struct Totals {
    /// Messages that arrived.
    pub(super) deliveries: u64,
    /// Requests that were answered.
    pub(super) publishes: u64,
    /// From the first request to the last expected byte.
    pub(super) elapsed: Duration,
    /// See [`Flow::timed`](super::load::Flow::timed).
    pub(super) times: Option<Histogram<u64>>,
}

impl<'a> Driver<'a> {
    pub(super) fn new(plan: &'a Plan, connections: Connections) -> Result<Self, LoadFailure> {
        let poll = Poll::new().map_err(LoadFailure::io("make a poll"))?;
        let mut token = 0..;
        let mut watch = |connection: std::net::TcpStream, interest| -> io::Result<TcpStream> {
            connection.set_nonblocking(true)?;
            let mut socket = TcpStream::from_std(connection);
            poll.registry().register(&mut socket, Token(token.next().unwrap_or(0)), interest)?;
            Ok(socket)
        };
        let owners = plan.streams.iter().enumerate();
        let owners = owners.flat_map(|(index, stream)| vec![index; stream.subscribers]);
        let subscribers =
            connections.subscribers.into_iter().zip(owners).map(|(connection, stream)| {
                Ok(Subscriber {
                    socket: watch(connection, Interest::READABLE)?,
                    stream,
                    received: 0,
                })
            });
        let subscribers: io::Result<_> = subscribers.collect();
        let publishers = connections.publishers.into_iter().map(|connection| {
            let socket = watch(connection, Interest::READABLE | Interest::WRITABLE)?;
            Ok(Publisher {
                socket,
                queued: 0,
                sent: 0,
                received: 0,
                in_flight: 0,
                since: Instant::now(),
            })
        });
        let publishers: io::Result<_> = publishers.collect();
        Ok(Self {
            plan,
            subscribers: subscribers.map_err(LoadFailure::io("watch a connection"))?,
            publishers: publishers.map_err(LoadFailure::io("watch a connection"))?,
            poll,
            buffer: vec![0; BUFFER],
            times: None,
            timeout: TIMEOUT,
            _idle: connections.idle,
        })
    }

    /// Sets a shorter timeout, for tests in which bytes are missing on purpose.
    #[cfg(test)]
    pub(super) fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Publishes for this long, and returns when everything has arrived.
    pub(super) fn run(&mut self, span: Duration) -> Result<Totals, LoadFailure> {
        self.times = if self.plan.timed { Histogram::new_with_max(LONGEST, 3).ok() } else { None };
        let before = self.totals();
        let start = Instant::now();
        let mut events = Events::with_capacity(1024);
        for index in 0..self.publishers.len() {
            self.publish(index)?;
        }
        loop {
            self.wait(&mut events)?;
            if events.is_empty() {
                return Err(self.missing());
            }
            for event in &events {
                let Token(index) = event.token();
                let ended = event.is_read_closed();
                match index.checked_sub(self.subscribers.len()) {
                    None => self.read_subscriber(index, ended)?,
                    Some(index) => self.read_publisher(index, ended)?,
                }
            }
            let elapsed = start.elapsed();
            if elapsed < span {
                for index in 0..self.publishers.len() {
                    if self.may_publish(index) {
                        self.publish(index)?;
                    }
                }
            } else if self.is_complete() {
                let after = self.totals();
                return Ok(Totals {
                    deliveries: after.0 - before.0,
                    publishes: after.1 - before.1,
                    elapsed,
                    times: self.times.take(),
                });
            }
        }
    }

    /// Waits for the next events. Signals do not extend the timeout.
    fn wait(&mut self, events: &mut Events) -> Result<(), LoadFailure> {
        let since = Instant::now();
        loop {
            let left = self.timeout.saturating_sub(since.elapsed());
            match self.poll.poll(events, Some(left)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                polled => return polled.map_err(LoadFailure::io("poll")),
            }
        }
    }

    /// Unsubscribes every subscriber. The confirmation must be the next frame that it receives: a
    /// repeated message would come before it.
    pub(super) fn unsubscribe(self) -> Result<(), LoadFailure> {
        drop(self.publishers);
        for subscriber in self.subscribers {
            let mut connection = std::net::TcpStream::from(subscriber.socket);
            connection.set_nonblocking(false).map_err(LoadFailure::io("prepare a connection"))?;
            perform(&mut connection, &self.plan.streams[subscriber.stream].unsubscribe)?;
        }
        Ok(())
    }

    /// Sends the next batch of requests.
    fn publish(&mut self, index: usize) -> Result<(), LoadFailure> {
        let (publisher, stream) = (&mut self.publishers[index], &self.plan.streams[index]);
        publisher.queued += stream.pipeline * stream.requests.unit();
        publisher.in_flight +=
            stream.pipeline * stream.deliveries.unit() * stream.subscribers as u64;
        publisher.since = Instant::now();
        publisher.send(stream)
    }

    /// Whether the last batch was answered, and at most the deliveries of one batch are in flight.
    /// This keeps a server busy without filling its buffers. A timed message is the only one in
    /// flight, also with a server that answers before it delivers.
    fn may_publish(&self, index: usize) -> bool {
        let (publisher, stream) = (&self.publishers[index], &self.plan.streams[index]);
        let batch = stream.pipeline * stream.deliveries.unit() * stream.subscribers as u64;
        let limit = if self.plan.timed { 0 } else { batch };
        publisher.is_answered(stream) && publisher.in_flight <= limit
    }

    /// Reads and checks the messages of a subscriber.
    fn read_subscriber(&mut self, index: usize, ended: bool) -> Result<(), LoadFailure> {
        let connection = ConnectionLabel {
            role: Role::Subscriber,
            number: index + 1,
            of: self.subscribers.len(),
        };
        let subscriber = &mut self.subscribers[index];
        let stream = &self.plan.streams[subscriber.stream];
        let publisher = &mut self.publishers[subscriber.stream];
        let unit = stream.deliveries.unit();
        read(&mut subscriber.socket, &mut self.buffer, ended, |bytes| {
            let received = subscriber.received;
            if bytes.is_empty() {
                return Err(LoadFailure::Closed { connection, received: received / unit });
            }
            stream
                .deliveries
                .check(received, bytes)
                .map_err(|mismatch| LoadFailure::Mismatched { connection, mismatch })?;
            subscriber.received += bytes.len() as u64;
            publisher.in_flight = publisher.in_flight.saturating_sub(bytes.len() as u64);
            if let Some(times) = &mut self.times
                && subscriber.received.is_multiple_of(unit)
            {
                times.saturating_record(publisher.since.elapsed().as_nanos() as u64);
            }
            Ok(())
        })
    }

    /// Reads and checks a publisher's replies, and sends the rest of its requests.
    fn read_publisher(&mut self, index: usize, ended: bool) -> Result<(), LoadFailure> {
        let connection =
            ConnectionLabel { role: Role::Publisher, number: index + 1, of: self.publishers.len() };
        let (publisher, stream) = (&mut self.publishers[index], &self.plan.streams[index]);
        let unit = stream.replies.unit();
        read(&mut publisher.socket, &mut self.buffer, ended, |bytes| {
            if bytes.is_empty() {
                return Err(LoadFailure::Closed {
                    connection,
                    received: publisher.received / unit,
                });
            }
            stream
                .replies
                .check(publisher.received, bytes)
                .map_err(|mismatch| LoadFailure::Mismatched { connection, mismatch })?;
            publisher.received += bytes.len() as u64;
            Ok(())
        })?;
        publisher.send(stream)
    }

    /// The messages and the replies that have arrived so far.
    fn totals(&self) -> (u64, u64) {
        let deliveries = self.subscribers.iter().map(|subscriber| {
            subscriber.received / self.plan.streams[subscriber.stream].deliveries.unit()
        });
        let replies = self.publishers.iter().zip(&self.plan.streams);
        (deliveries.sum(), replies.map(|(one, stream)| one.received / stream.replies.unit()).sum())
    }

    fn is_complete(&self) -> bool {
        let mut pairs = self.publishers.iter().zip(&self.plan.streams);
        pairs.all(|(publisher, stream)| publisher.in_flight == 0 && publisher.is_answered(stream))
    }

    /// The first connection that did not receive everything.
    fn missing(&self) -> LoadFailure {
        let failure = |role, index: usize, of, units: u64, unit: u64, received: u64| {
            let connection = ConnectionLabel { role, number: index + 1, of };
            let bytes = (units * unit).saturating_sub(received);
            let failure = LoadFailure::Missing {
                connection,
                received: received / unit,
                expected: units,
                bytes,
                timeout: self.timeout,
            };
            (bytes > 0).then_some(failure)
        };
        let requested =
            |index: usize| self.publishers[index].queued / self.plan.streams[index].requests.unit();
        let subscribers = self.subscribers.iter().enumerate().find_map(|(index, one)| {
            let (of, unit) =
                (self.subscribers.len(), self.plan.streams[one.stream].deliveries.unit());
            failure(Role::Subscriber, index, of, requested(one.stream), unit, one.received)
        });
        let publishers = || {
            self.publishers.iter().enumerate().find_map(|(index, one)| {
                let (of, unit) = (self.publishers.len(), self.plan.streams[index].replies.unit());
                failure(Role::Publisher, index, of, requested(index), unit, one.received)
            })
        };
        let silent = || LoadFailure::io("wait for the server")(io::ErrorKind::TimedOut.into());
        subscribers.or_else(publishers).unwrap_or_else(silent)
    }
}

impl Publisher {
    fn is_answered(&self, stream: &Stream) -> bool {
        self.queued / stream.requests.unit() == self.received / stream.replies.unit()
    }

    fn send(&mut self, stream: &Stream) -> Result<(), LoadFailure> {
        while self.sent < self.queued {
            let bytes = stream.requests.slice(self.sent, self.queued - self.sent);
            match self.socket.write(bytes) {
                Ok(length) => self.sent += length as u64,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(LoadFailure::io("send a request")(error)),
            }
        }
        Ok(())
    }
}

/// Reads the available bytes. A read that does not fill the buffer is the last one, because one
/// more would cost a system call. If the server has closed the connection, the reads go on to its
/// end.
fn read(
    socket: &mut TcpStream,
    buffer: &mut [u8],
    ended: bool,
    mut take: impl FnMut(&[u8]) -> Result<(), LoadFailure>,
) -> Result<(), LoadFailure> {
    loop {
        match socket.read(buffer) {
            Ok(0) => return take(&[]),
            Ok(length) => {
                take(&buffer[..length])?;
                if length < buffer.len() && !ended {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(LoadFailure::io("read deliveries")(error)),
        }
    }
}
