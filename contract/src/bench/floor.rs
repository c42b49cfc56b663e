use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::mpsc,
    thread::{Scope, ScopedJoinHandle},
};

use mio::{Events, Interest, Poll, Token};

use super::{
    cpu::Cpu,
    endpoint::{Connections, Endpoint},
    failure::LoadFailure,
    plan::{Exchange, Plan, Stream},
};

/// A thread in place of a server: it counts the bytes of requests and writes prepared bytes
/// straight into the sockets. Its figures are the limit that the system and the load generator set.
#[derive(Debug)]
pub(super) struct Floor<'scope> {
    /// The processor time of the thread, which has no process of its own.
    pub(super) cpu: Option<Cpu>,
    thread: ScopedJoinHandle<'scope, io::Result<()>>,
}

/// The server's ends of a publisher's connection and of its subscribers' connections.
struct Channel<'a> {
    stream: &'a Stream,
    requests: mio::net::TcpStream,
    subscribers: Vec<TcpStream>,
    /// Bytes of requests that have arrived.
    received: u64,
    /// Requests that were served.
    served: u64,
}

impl<'scope> Floor<'scope> {
    /// Makes the connections of this plan, and starts the thread that serves them. The thread ends
    /// when the publishers have closed.
    pub(super) fn start<'env>(
        scope: &'scope Scope<'scope, 'env>,
        plan: &'env Plan,
    ) -> Result<(Self, Connections), LoadFailure> {
        let made = || -> io::Result<_> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            let mut connections =
                Connections { subscribers: Vec::new(), publishers: Vec::new(), idle: None };
            let mut channels = Vec::new();
            for stream in &plan.streams {
                let mut subscribers = Vec::new();
                for _ in 0..stream.subscribers {
                    let (near, far) = pair(&listener)?;
                    connections.subscribers.push(near);
                    subscribers.push(far);
                }
                let (near, far) = pair(&listener)?;
                connections.publishers.push(near);
                far.set_nonblocking(true)?;
                let requests = mio::net::TcpStream::from_std(far);
                channels.push(Channel { stream, requests, subscribers, received: 0, served: 0 });
            }
            Ok((connections, channels))
        };
        let (connections, channels) = made().map_err(LoadFailure::io("make connections"))?;
        Ok((Self::spawn(scope, || serve(channels)), connections))
    }

    /// Starts a thread that accepts one connection after the other, answers one request on each,
    /// and closes after the client. A client that sends nothing ends the thread.
    pub(super) fn accept_and_answer<'env>(
        scope: &'scope Scope<'scope, 'env>,
        exchange: &'env Exchange,
    ) -> Result<(Self, Endpoint), LoadFailure> {
        let made = || -> io::Result<_> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            Ok((Endpoint::new(listener.local_addr()?), listener))
        };
        let (endpoint, listener) = made().map_err(LoadFailure::io("listen"))?;
        Ok((Self::spawn(scope, move || answer_all(&listener, exchange)), endpoint))
    }

    fn spawn(
        scope: &'scope Scope<'scope, '_>,
        work: impl FnOnce() -> io::Result<()> + Send + 'scope,
    ) -> Self {
        let (sender, cpu) = mpsc::sync_channel(1);
        let thread = scope.spawn(move || {
            // The receiver is gone only if the run is over.
            let _ = sender.send(Cpu::of_this_thread());
            work()
        });
        Self { cpu: cpu.recv().ok().flatten(), thread }
    }

    /// Waits for the thread, whose connections the driver has closed.
    pub(super) fn join(self) -> Result<(), LoadFailure> {
        let served = self.thread.join().unwrap_or_else(|_| Err(io::Error::other("it panicked")));
        served.map_err(LoadFailure::io("write straight into the sockets"))
    }
}

/// Both ends of a new connection. One thread can make them, because connecting needs no accept.
fn pair(listener: &TcpListener) -> io::Result<(TcpStream, TcpStream)> {
    let near = TcpStream::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    Ok((near, far))
}

fn answer_all(listener: &TcpListener, exchange: &Exchange) -> io::Result<()> {
    let mut request = vec![0; exchange.request.len()];
    loop {
        let (mut stream, _) = listener.accept()?;
        if stream.read(&mut request)? == 0 {
            return Ok(());
        }
        stream.write_all(&exchange.answer)?;
        while stream.read(&mut request)? > 0 {}
    }
}

fn serve(mut channels: Vec<Channel<'_>>) -> io::Result<()> {
    let mut poll = Poll::new()?;
    for (index, channel) in channels.iter_mut().enumerate() {
        poll.registry().register(&mut channel.requests, Token(index), Interest::READABLE)?;
    }
    let mut open = channels.len();
    let mut events = Events::with_capacity(64);
    let mut buffer = vec![0; 64 * 1024];
    while open > 0 {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            polled => polled?,
        }
        for event in &events {
            let Token(index) = event.token();
            if !channels[index].serve(&mut buffer)? {
                open -= 1;
            }
        }
    }
    Ok(())
}

impl Channel<'_> {
    /// Serves the requests that have arrived; `false` if the publisher has closed.
    fn serve(&mut self, buffer: &mut [u8]) -> io::Result<bool> {
        loop {
            match self.requests.read(buffer) {
                Ok(0) => return Ok(false),
                Ok(length) => self.received += length as u64,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error),
            }
            let complete = self.received / self.stream.requests.unit();
            let unit = self.stream.deliveries.unit();
            let (from, to) = (self.served * unit, complete * unit);
            for subscriber in &mut self.subscribers {
                let mut at = from;
                while at < to {
                    at += subscriber.write(self.stream.deliveries.slice(at, to - at))? as u64;
                }
            }
            let unit = self.stream.replies.unit();
            let (mut at, to) = (self.served * unit, complete * unit);
            while at < to {
                at += self.requests.write(self.stream.replies.slice(at, to - at))? as u64;
            }
            self.served = complete;
        }
    }
}
