use std::{
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use mio::{Events, Interest, Poll, Token, net::TcpStream};

use super::{
    fault::{Fault, Role, Who},
    plan::{Plan, Stream},
    site::{Lines, PATIENCE, exchange},
};

/// Larger than what a subscriber is owed at once in all loads but those of large messages.
const BUFFER: usize = 256 * 1024;

/// What is timed takes less, in nanoseconds: longer than our patience.
const LONGEST: u64 = 60_000_000_000;

/// Plays a plan on its connections, from one thread.
///
/// One thread, because a server of one thread on a machine of two processors leaves one to us; and
/// because what one thread does on its own needs no locks. It sleeps in the poll, never spins.
pub(super) struct Driver<'a> {
    plan: &'a Plan,
    poll: Poll,
    subscribers: Vec<Subscriber>,
    publishers: Vec<Publisher>,
    buffer: Vec<u8>,
    /// How long messages took, in nanoseconds, if the plan asks for it.
    times: Option<Histogram<u64>>,
    patience: Duration,
    _idle: Option<std::net::TcpStream>,
}

struct Subscriber {
    socket: TcpStream,
    stream: usize,
    received: u64,
}

struct Publisher {
    socket: TcpStream,
    /// Bytes of requests that were to be sent, and of those that were.
    asked: u64,
    sent: u64,
    /// Bytes of replies.
    received: u64,
    /// Bytes that subscribers of this stream are still owed.
    owed: u64,
    /// When the last batch was written.
    since: Instant,
}

/// What one run did.
#[derive(Debug)]
pub(super) struct Tally {
    /// Messages that arrived.
    pub(super) deliveries: u64,
    /// Requests that were answered.
    pub(super) publishes: u64,
    /// From the first request to the last byte that was owed.
    pub(super) elapsed: Duration,
    /// See [`Flow::timed`](super::load::Flow::timed).
    pub(super) times: Option<Histogram<u64>>,
}

impl<'a> Driver<'a> {
    pub(super) fn new(plan: &'a Plan, lines: Lines) -> Result<Self, Fault> {
        let poll = Poll::new().map_err(Fault::io("make a poll"))?;
        let mut token = 0..;
        let mut watch = |line: std::net::TcpStream, interest| -> io::Result<TcpStream> {
            line.set_nonblocking(true)?;
            let mut socket = TcpStream::from_std(line);
            poll.registry().register(&mut socket, Token(token.next().unwrap_or(0)), interest)?;
            Ok(socket)
        };
        let owners = plan.streams.iter().enumerate();
        let owners = owners.flat_map(|(index, stream)| vec![index; stream.subscribers]);
        let subscribers = lines.subscribers.into_iter().zip(owners).map(|(line, stream)| {
            Ok(Subscriber { socket: watch(line, Interest::READABLE)?, stream, received: 0 })
        });
        let subscribers: io::Result<_> = subscribers.collect();
        let publishers = lines.publishers.into_iter().map(|line| {
            let socket = watch(line, Interest::READABLE | Interest::WRITABLE)?;
            Ok(Publisher { socket, asked: 0, sent: 0, received: 0, owed: 0, since: Instant::now() })
        });
        let publishers: io::Result<_> = publishers.collect();
        Ok(Self {
            plan,
            subscribers: subscribers.map_err(Fault::io("watch a connection"))?,
            publishers: publishers.map_err(Fault::io("watch a connection"))?,
            poll,
            buffer: vec![0; BUFFER],
            times: None,
            patience: PATIENCE,
            _idle: lines.idle,
        })
    }

    /// Waits less long for what is owed, where it is known not to come.
    #[cfg(test)]
    pub(super) fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Publishes for this long, and returns when everything has arrived.
    pub(super) fn run(&mut self, span: Duration) -> Result<Tally, Fault> {
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
                    None => self.hear(index, ended)?,
                    Some(index) => self.attend(index, ended)?,
                }
            }
            let elapsed = start.elapsed();
            if elapsed < span {
                for index in 0..self.publishers.len() {
                    if self.may_go_on(index) {
                        self.publish(index)?;
                    }
                }
            } else if self.is_settled() {
                let after = self.totals();
                return Ok(Tally {
                    deliveries: after.0 - before.0,
                    publishes: after.1 - before.1,
                    elapsed,
                    times: self.times.take(),
                });
            }
        }
    }

    /// Waits for what comes next; nothing has come once the patience is spent, however often a stop
    /// or a signal interrupts it.
    fn wait(&mut self, events: &mut Events) -> Result<(), Fault> {
        let since = Instant::now();
        loop {
            let left = self.patience.saturating_sub(since.elapsed());
            match self.poll.poll(events, Some(left)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                polled => return polled.map_err(Fault::io("poll")),
            }
        }
    }

    /// Lets every subscriber leave. The server's word for it must be the next that it hears: what
    /// was delivered once too often comes before it, and shows.
    pub(super) fn leave(self) -> Result<(), Fault> {
        drop(self.publishers);
        for subscriber in self.subscribers {
            let mut line = std::net::TcpStream::from(subscriber.socket);
            line.set_nonblocking(false).map_err(Fault::io("prepare a connection"))?;
            exchange(&mut line, &self.plan.streams[subscriber.stream].leave)?;
        }
        Ok(())
    }

    /// Asks for the next batch.
    fn publish(&mut self, index: usize) -> Result<(), Fault> {
        let (publisher, stream) = (&mut self.publishers[index], &self.plan.streams[index]);
        publisher.asked += stream.pipeline * stream.requests.unit();
        publisher.owed += stream.pipeline * stream.deliveries.unit() * stream.subscribers as u64;
        publisher.since = Instant::now();
        publisher.send(stream)
    }

    /// The last batch was answered, and of what it gave to deliver at most as much is on its way:
    /// a server is kept busy, and its buffers cannot grow without end. What is timed is on its way
    /// alone, also to a server that answers first.
    fn may_go_on(&self, index: usize) -> bool {
        let (publisher, stream) = (&self.publishers[index], &self.plan.streams[index]);
        let batch = stream.pipeline * stream.deliveries.unit() * stream.subscribers as u64;
        let most = if self.plan.timed { 0 } else { batch };
        publisher.is_answered(stream) && publisher.owed <= most
    }

    /// Reads what a subscriber was sent.
    fn hear(&mut self, index: usize, ended: bool) -> Result<(), Fault> {
        let who = Who { role: Role::Subscriber, number: index + 1, of: self.subscribers.len() };
        let subscriber = &mut self.subscribers[index];
        let stream = &self.plan.streams[subscriber.stream];
        let publisher = &mut self.publishers[subscriber.stream];
        let unit = stream.deliveries.unit();
        read(&mut subscriber.socket, &mut self.buffer, ended, |bytes| {
            let received = subscriber.received;
            if bytes.is_empty() {
                return Err(Fault::Closed { who, received: received / unit });
            }
            stream
                .deliveries
                .check(received, bytes)
                .map_err(|departure| Fault::Departed { who, departure })?;
            subscriber.received += bytes.len() as u64;
            publisher.owed = publisher.owed.saturating_sub(bytes.len() as u64);
            if let Some(times) = &mut self.times
                && subscriber.received.is_multiple_of(unit)
            {
                times.saturating_record(publisher.since.elapsed().as_nanos() as u64);
            }
            Ok(())
        })
    }

    /// Reads a publisher's replies, and writes what did not fit before.
    fn attend(&mut self, index: usize, ended: bool) -> Result<(), Fault> {
        let who = Who { role: Role::Publisher, number: index + 1, of: self.publishers.len() };
        let (publisher, stream) = (&mut self.publishers[index], &self.plan.streams[index]);
        let unit = stream.replies.unit();
        read(&mut publisher.socket, &mut self.buffer, ended, |bytes| {
            if bytes.is_empty() {
                return Err(Fault::Closed { who, received: publisher.received / unit });
            }
            stream
                .replies
                .check(publisher.received, bytes)
                .map_err(|departure| Fault::Departed { who, departure })?;
            publisher.received += bytes.len() as u64;
            Ok(())
        })?;
        publisher.send(stream)
    }

    /// Messages and replies that have arrived so far.
    fn totals(&self) -> (u64, u64) {
        let deliveries = self.subscribers.iter().map(|subscriber| {
            subscriber.received / self.plan.streams[subscriber.stream].deliveries.unit()
        });
        let replies = self.publishers.iter().zip(&self.plan.streams);
        (deliveries.sum(), replies.map(|(one, stream)| one.received / stream.replies.unit()).sum())
    }

    fn is_settled(&self) -> bool {
        let mut pairs = self.publishers.iter().zip(&self.plan.streams);
        pairs.all(|(publisher, stream)| publisher.owed == 0 && publisher.is_answered(stream))
    }

    /// Who has waited in vain: the first of them.
    fn missing(&self) -> Fault {
        let fault = |role, index: usize, of, units: u64, unit: u64, received: u64| {
            let who = Who { role, number: index + 1, of };
            let bytes = (units * unit).saturating_sub(received);
            let fault = Fault::Missing {
                who,
                received: received / unit,
                owed: units,
                bytes,
                patience: self.patience,
            };
            (bytes > 0).then_some(fault)
        };
        let asked =
            |index: usize| self.publishers[index].asked / self.plan.streams[index].requests.unit();
        let subscribers = self.subscribers.iter().enumerate().find_map(|(index, one)| {
            let (of, unit) =
                (self.subscribers.len(), self.plan.streams[one.stream].deliveries.unit());
            fault(Role::Subscriber, index, of, asked(one.stream), unit, one.received)
        });
        let publishers = || {
            self.publishers.iter().enumerate().find_map(|(index, one)| {
                let (of, unit) = (self.publishers.len(), self.plan.streams[index].replies.unit());
                fault(Role::Publisher, index, of, asked(index), unit, one.received)
            })
        };
        let silent = || Fault::io("wait for the server")(io::ErrorKind::TimedOut.into());
        subscribers.or_else(publishers).unwrap_or_else(silent)
    }
}

impl Publisher {
    fn is_answered(&self, stream: &Stream) -> bool {
        self.asked / stream.requests.unit() == self.received / stream.replies.unit()
    }

    fn send(&mut self, stream: &Stream) -> Result<(), Fault> {
        while self.sent < self.asked {
            let bytes = stream.requests.run(self.sent, self.asked - self.sent);
            match self.socket.write(bytes) {
                Ok(length) => self.sent += length as u64,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(Fault::io("send a request")(error)),
            }
        }
        Ok(())
    }
}

/// Reads what is there. A read that does not fill the buffer was the last one: asking once more
/// would cost as much as reading; unless the other side has ended, which only a read tells.
fn read(
    socket: &mut TcpStream,
    buffer: &mut [u8],
    ended: bool,
    mut take: impl FnMut(&[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
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
            Err(error) => return Err(Fault::io("read what was delivered")(error)),
        }
    }
}
