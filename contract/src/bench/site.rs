use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use bytes::{Bytes, BytesMut};

use super::{
    fault::{Fault, excerpt},
    plan::{Plan, Script, request},
};
use crate::wire::{Decoder, Frame};

/// How long anything may take that is owed at once. Far beyond the longest silence of a server that
/// is busy, and short enough to tell a lost message from a slow run.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Where a server is, and what it wants to hear first.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) address: SocketAddr,
    /// An AUTH request, for a server with a password.
    pub(super) auth: Option<Script>,
}

/// The connections of a plan, ready to flow: whoever is to receive is subscribed.
#[derive(Debug)]
pub(super) struct Lines {
    /// In the order of the plan's streams.
    pub(super) subscribers: Vec<TcpStream>,
    /// One for each of the plan's streams.
    pub(super) publishers: Vec<TcpStream>,
    /// Holds the idle subscriptions.
    pub(super) idle: Option<TcpStream>,
}

impl Site {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { address, auth: None }
    }

    /// With this password, of this user if one is named.
    pub(super) fn with_password(mut self, user: Option<&str>, password: &str) -> Self {
        let words = ["AUTH"].into_iter().chain(user).chain([password]);
        let request = request(words.map(|word| Bytes::copy_from_slice(word.as_bytes())));
        self.auth = Some(Script { request, answer: b"+OK\r\n".to_vec() });
        self
    }

    /// A connection that may speak.
    pub(super) fn connect(&self) -> Result<TcpStream, Fault> {
        let mut stream = TcpStream::connect(self.address).map_err(Fault::io("connect"))?;
        stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(PATIENCE)))
            .map_err(Fault::io("prepare a connection"))?;
        if let Some(auth) = &self.auth {
            exchange(&mut stream, auth)?;
        }
        Ok(stream)
    }

    /// Every connection of this plan.
    pub(super) fn prepare(&self, plan: &Plan) -> Result<Lines, Fault> {
        let idle = match plan.idle.as_slice() {
            [] => None,
            scripts => {
                let mut stream = self.connect()?;
                scripts.iter().try_for_each(|script| exchange(&mut stream, script))?;
                Some(stream)
            }
        };
        let mut subscribers = Vec::new();
        for stream in &plan.streams {
            for _ in 0..stream.subscribers {
                let mut line = self.connect()?;
                if plan.resp3 {
                    hello_3(&mut line)?;
                }
                exchange(&mut line, &stream.enter)?;
                subscribers.push(line);
            }
        }
        let publishers = plan.streams.iter().map(|_| self.connect()).collect::<Result<_, _>>()?;
        Ok(Lines { subscribers, publishers, idle })
    }
}

/// Says a request and hears its answer, byte for byte.
pub(super) fn exchange(stream: &mut TcpStream, script: &Script) -> Result<(), Fault> {
    stream.write_all(&script.request).map_err(Fault::io("send a request"))?;
    let mut answer = vec![0; script.answer.len()];
    let mut length = 0;
    while length < answer.len() && script.answer.starts_with(&answer[..length]) {
        match hear(stream, &mut answer[length..])? {
            0 => break,
            more => length += more,
        }
    }
    answer.truncate(length);
    if answer == script.answer {
        return Ok(());
    }
    Err(Fault::Answered {
        asked: excerpt(&script.request),
        answer: excerpt(&answer),
        expected: excerpt(&script.answer),
    })
}

/// Reads what is there. A program that was stopped and continued in between goes on reading.
fn hear(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<usize, Fault> {
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return read.map_err(Fault::io("read an answer")),
        }
    }
}

/// The one answer that differs from server to server: any map will do.
fn hello_3(stream: &mut TcpStream) -> Result<(), Fault> {
    let asked = request(["HELLO".into(), "3".into()]);
    stream.write_all(&asked).map_err(Fault::io("send a request"))?;
    let (mut decoder, mut buffer, mut chunk) = (Decoder::new(), BytesMut::new(), [0; 4096]);
    loop {
        let length = hear(stream, &mut chunk)?;
        buffer.extend_from_slice(&chunk[..length]);
        let so_far = excerpt(&buffer);
        match decoder.decode(&mut buffer) {
            Ok(Some(decoded)) if matches!(decoded.frame, Frame::Map(_)) => return Ok(()),
            Ok(None) if length > 0 => {}
            _ => {
                let expected = "a map".to_owned();
                return Err(Fault::Answered { asked: excerpt(&asked), answer: so_far, expected });
            }
        }
    }
}
