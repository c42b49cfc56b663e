use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::mpsc,
    thread::{Scope, ScopedJoinHandle},
};

use mio::{Events, Interest, Poll, Token};

use super::{
    cpu::Cpu,
    fault::Fault,
    plan::{Plan, Script, Stream},
    site::{Lines, Site},
};

/// No server: a thread that counts the bytes of requests and writes prepared bytes straight into
/// the sockets. It shows what the system and the load generator allow, and how far a server is from
/// it.
#[derive(Debug)]
pub(super) struct Floor<'scope> {
    /// The thread's own, for it is no process.
    pub(super) cpu: Option<Cpu>,
    thread: ScopedJoinHandle<'scope, io::Result<()>>,
}

/// A publisher's other end, and those of its subscribers.
struct Channel<'a> {
    stream: &'a Stream,
    requests: mio::net::TcpStream,
    subscribers: Vec<TcpStream>,
    /// Bytes of requests that came.
    received: u64,
    /// Requests that were served.
    served: u64,
}

impl<'scope> Floor<'scope> {
    /// The connections of this plan, and the thread at their other ends. It ends when the
    /// publishers do.
    pub(super) fn start<'env>(
        scope: &'scope Scope<'scope, 'env>,
        plan: &'env Plan,
    ) -> Result<(Self, Lines), Fault> {
        let made = || -> io::Result<_> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            let mut lines = Lines { subscribers: Vec::new(), publishers: Vec::new(), idle: None };
            let mut channels = Vec::new();
            for stream in &plan.streams {
                let mut subscribers = Vec::new();
                for _ in 0..stream.subscribers {
                    let (near, far) = pair(&listener)?;
                    lines.subscribers.push(near);
                    subscribers.push(far);
                }
                let (near, far) = pair(&listener)?;
                lines.publishers.push(near);
                far.set_nonblocking(true)?;
                let requests = mio::net::TcpStream::from_std(far);
                channels.push(Channel { stream, requests, subscribers, received: 0, served: 0 });
            }
            Ok((lines, channels))
        };
        let (lines, channels) = made().map_err(Fault::io("make connections"))?;
        Ok((Self::spawn(scope, || serve(channels)), lines))
    }

    /// A thread that takes one connection after the other, gives this answer to this request, and
    /// closes after its client. It ends with a client that says nothing.
    pub(super) fn greet<'env>(
        scope: &'scope Scope<'scope, 'env>,
        script: &'env Script,
    ) -> Result<(Self, Site), Fault> {
        let made = || -> io::Result<_> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            Ok((Site::new(listener.local_addr()?), listener))
        };
        let (site, listener) = made().map_err(Fault::io("listen"))?;
        Ok((Self::spawn(scope, move || greet_all(&listener, script)), site))
    }

    fn spawn(
        scope: &'scope Scope<'scope, '_>,
        work: impl FnOnce() -> io::Result<()> + Send + 'scope,
    ) -> Self {
        let (sender, cpu) = mpsc::sync_channel(1);
        let thread = scope.spawn(move || {
            // Nobody waits for it only if the run is over.
            let _ = sender.send(Cpu::of_this_thread());
            work()
        });
        Self { cpu: cpu.recv().ok().flatten(), thread }
    }

    /// Waits for the thread, whose connections the driver has closed.
    pub(super) fn join(self) -> Result<(), Fault> {
        let served = self.thread.join().unwrap_or_else(|_| Err(io::Error::other("it panicked")));
        served.map_err(Fault::io("write straight into the sockets"))
    }
}

/// Both ends of a new connection. The backlog accepts, so one thread can make them.
fn pair(listener: &TcpListener) -> io::Result<(TcpStream, TcpStream)> {
    let near = TcpStream::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    Ok((near, far))
}

fn greet_all(listener: &TcpListener, script: &Script) -> io::Result<()> {
    let mut request = vec![0; script.request.len()];
    loop {
        let (mut stream, _) = listener.accept()?;
        if stream.read(&mut request)? == 0 {
            return Ok(());
        }
        stream.write_all(&script.answer)?;
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
    /// Serves the requests that are there; `false` at their end.
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
                    at += subscriber.write(self.stream.deliveries.run(at, to - at))? as u64;
                }
            }
            let unit = self.stream.replies.unit();
            let (mut at, to) = (self.served * unit, complete * unit);
            while at < to {
                at += self.requests.write(self.stream.replies.run(at, to - at))? as u64;
            }
            self.served = complete;
        }
    }
}
