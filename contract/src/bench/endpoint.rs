use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use bytes::{Bytes, BytesMut};

use super::{
    failure::{LoadFailure, excerpt},
    plan::{Exchange, Plan, request},
};
use crate::wire::{Decoder, Frame};

/// How long to wait for the next bytes: far longer than a busy server pauses, and short enough to
/// tell a lost message from a slow run.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);

/// The address of a server, and its login.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) address: SocketAddr,
    /// An AUTH request, for a server with a password.
    pub(super) auth: Option<Exchange>,
}

/// The connections of a plan, with all subscriptions made.
#[derive(Debug)]
pub(super) struct Connections {
    /// In the order of the plan's streams.
    pub(super) subscribers: Vec<TcpStream>,
    /// One for each of the plan's streams.
    pub(super) publishers: Vec<TcpStream>,
    /// The connection with the idle subscriptions.
    pub(super) idle: Option<TcpStream>,
}

impl Endpoint {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { address, auth: None }
    }

    /// Logs in with this password, and as this user if one is named.
    pub(super) fn with_password(mut self, user: Option<&str>, password: &str) -> Self {
        let words = ["AUTH"].into_iter().chain(user).chain([password]);
        let request = request(words.map(|word| Bytes::copy_from_slice(word.as_bytes())));
        self.auth = Some(Exchange { request, answer: b"+OK\r\n".to_vec() });
        self
    }

    /// Opens a connection and logs in.
    pub(super) fn connect(&self) -> Result<TcpStream, LoadFailure> {
        let mut stream = TcpStream::connect(self.address).map_err(LoadFailure::io("connect"))?;
        stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(TIMEOUT)))
            .map_err(LoadFailure::io("prepare a connection"))?;
        if let Some(auth) = &self.auth {
            perform(&mut stream, auth)?;
        }
        Ok(stream)
    }

    /// Opens every connection of this plan.
    pub(super) fn connect_all(&self, plan: &Plan) -> Result<Connections, LoadFailure> {
        let idle = match plan.idle.as_slice() {
            [] => None,
            exchanges => {
                let mut stream = self.connect()?;
                exchanges.iter().try_for_each(|exchange| perform(&mut stream, exchange))?;
                Some(stream)
            }
        };
        let mut subscribers = Vec::new();
        for stream in &plan.streams {
            for _ in 0..stream.subscribers {
                let mut connection = self.connect()?;
                if plan.resp3 {
                    hello_3(&mut connection)?;
                }
                perform(&mut connection, &stream.subscribe)?;
                subscribers.push(connection);
            }
        }
        let publishers = plan.streams.iter().map(|_| self.connect()).collect::<Result<_, _>>()?;
        Ok(Connections { subscribers, publishers, idle })
    }
}

/// Sends a request, and checks its answer byte for byte.
pub(super) fn perform(stream: &mut TcpStream, exchange: &Exchange) -> Result<(), LoadFailure> {
    stream.write_all(&exchange.request).map_err(LoadFailure::io("send a request"))?;
    let mut answer = vec![0; exchange.answer.len()];
    let mut length = 0;
    while length < answer.len() && exchange.answer.starts_with(&answer[..length]) {
        match read_some(stream, &mut answer[length..])? {
            0 => break,
            more => length += more,
        }
    }
    answer.truncate(length);
    if answer == exchange.answer {
        return Ok(());
    }
    Err(LoadFailure::Answered {
        request: excerpt(&exchange.request),
        answer: excerpt(&answer),
        expected: excerpt(&exchange.answer),
    })
}

/// Reads the available bytes. A signal, such as a stop of this process, does not end the read.
fn read_some(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<usize, LoadFailure> {
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return read.map_err(LoadFailure::io("read an answer")),
        }
    }
}

/// Switches to RESP3. Servers differ in their answer, so any map is accepted.
fn hello_3(stream: &mut TcpStream) -> Result<(), LoadFailure> {
    let request = request(["HELLO".into(), "3".into()]);
    stream.write_all(&request).map_err(LoadFailure::io("send a request"))?;
    let (mut decoder, mut buffer, mut chunk) = (Decoder::new(), BytesMut::new(), [0; 4096]);
    loop {
        let length = read_some(stream, &mut chunk)?;
        buffer.extend_from_slice(&chunk[..length]);
        let so_far = excerpt(&buffer);
        match decoder.decode(&mut buffer) {
            Ok(Some(decoded)) if matches!(decoded.frame, Frame::Map(_)) => return Ok(()),
            Ok(None) if length > 0 => {}
            _ => {
                let expected = "a map".to_owned();
                return Err(LoadFailure::Answered {
                    request: excerpt(&request),
                    answer: so_far,
                    expected,
                });
            }
        }
    }
}
