//! A scripted server, and a client without a parser.

pub(crate) mod program;

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::thread;

use bytes::{Bytes, BytesMut};
use socket2::{Domain, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::{LocalSet, spawn_local};
use twincast::wire::{ClientInput, decode_request};

/// The replies of a scripted server to a request: the bytes for each connection. Connections are
/// counted from 0 in the order in which they were made, and [`CLOSE`] closes one.
pub(crate) type Replies = Vec<(usize, Vec<u8>)>;

/// Closes a connection, in place of bytes.
pub(crate) const CLOSE: &[u8] = b"";

/// A server that answers as a test tells it. Like Redis, it has one thread, and serves the requests
/// of all connections in the order of their arrival.
pub(crate) struct ScriptedServer {
    pub(crate) address: SocketAddr,
}

struct State<F> {
    senders: Vec<mpsc::UnboundedSender<Vec<u8>>>,
    script: F,
}

impl ScriptedServer {
    /// Starts a server. `script` gets each request and its connection, and returns the replies.
    pub(crate) fn start(
        script: impl FnMut(usize, ClientInput) -> Replies + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            LocalSet::new().block_on(&runtime, accept(listener, script));
        });
        Self { address }
    }

    /// Starts a server that calls itself Redis 8.0.2 and knows PING, ECHO, SUBSCRIBE, PSUBSCRIBE,
    /// UNSUBSCRIBE, PUBLISH and QUIT, in RESP2. All patterns count as `*`.
    pub(crate) fn redis() -> Self {
        Self::redis_with_hook(|| ())
    }

    /// Starts [`ScriptedServer::redis`] with a hook that runs before every answer.
    pub(crate) fn redis_with_hook(mut before: impl FnMut() + Send + 'static) -> Self {
        let mut subscribed: Vec<(usize, Bytes, bool)> = Vec::new();
        Self::start(move |me, input| {
            before();
            let ClientInput::Request(words) = input else {
                return vec![(me, b"-ERR inline\r\n".to_vec())];
            };
            let rest = words.get(1..).unwrap_or_default();
            let count = |all: &[(usize, Bytes, bool)]| all.iter().filter(|s| s.0 == me).count();
            match &words[0][..] {
                b"PING" if count(&subscribed) > 0 => vec![(me, reply(&["pong", ""], None))],
                b"PING" => vec![(me, b"+PONG\r\n".to_vec())],
                b"ECHO" => vec![(me, bulk(&rest[0]))],
                b"INFO" => vec![(me, bulk(b"# Server\r\nredis_version:8.0.2\r\n"))],
                b"QUIT" => vec![(me, b"+OK\r\n".to_vec()), (me, CLOSE.to_vec())],
                b"SUBSCRIBE" | b"PSUBSCRIBE" => {
                    let pattern = words[0][0] == b'P';
                    let kind = String::from_utf8(words[0].to_ascii_lowercase()).unwrap();
                    let mut out = Vec::new();
                    for name in rest {
                        subscribed.push((me, name.clone(), pattern));
                        let name = std::str::from_utf8(name).unwrap();
                        out.extend(reply(&[&kind, name], Some(count(&subscribed))));
                    }
                    vec![(me, out)]
                }
                b"UNSUBSCRIBE" => {
                    subscribed.retain(|s| !(s.0 == me && s.1 == rest[0]));
                    let name = std::str::from_utf8(&rest[0]).unwrap();
                    vec![(me, reply(&["unsubscribe", name], Some(count(&subscribed))))]
                }
                b"PUBLISH" => {
                    let mut replies = Vec::new();
                    for (client, name, pattern) in &subscribed {
                        let message = match pattern {
                            false if *name == rest[0] => aggregate(&[b"message", name, &rest[1]]),
                            true if !rest[0].is_empty() => {
                                aggregate(&[b"pmessage", name, &rest[0], &rest[1]])
                            }
                            _ => continue,
                        };
                        replies.push((*client, message));
                    }
                    replies.push((me, format!(":{}\r\n", replies.len()).into_bytes()));
                    replies
                }
                _ => vec![(me, b"-ERR unknown command\r\n".to_vec())],
            }
        })
    }
}

/// An address without a listener, for as long as this lives.
pub(crate) struct UnusedAddress {
    pub(crate) address: SocketAddr,
    /// Bound but not listening. Another program could take a free port.
    _socket: Socket,
}

impl UnusedAddress {
    pub(crate) fn new() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        let address = socket.local_addr().unwrap().as_socket().unwrap();
        Self { address, _socket: socket }
    }
}

async fn accept(
    listener: TcpListener,
    script: impl FnMut(usize, ClientInput) -> Replies + 'static,
) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let state = Rc::new(RefCell::new(State { senders: Vec::new(), script }));
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).unwrap();
        let (sender, receiver) = mpsc::unbounded_channel();
        let index = state.borrow().senders.len();
        state.borrow_mut().senders.push(sender);
        spawn_local(serve(stream, index, receiver, Rc::clone(&state)));
    }
}

async fn serve<F: FnMut(usize, ClientInput) -> Replies>(
    mut stream: tokio::net::TcpStream,
    index: usize,
    mut receiver: mpsc::UnboundedReceiver<Vec<u8>>,
    state: Rc<RefCell<State<F>>>,
) {
    let mut buffer = BytesMut::new();
    loop {
        buffer.reserve(64 * 1024);
        tokio::select! {
            biased;
            Some(bytes) = receiver.recv() => {
                if bytes == CLOSE {
                    // A program that is being started holds this socket too, so a drop is not
                    // enough.
                    let _ = stream.shutdown().await;
                    return;
                }
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            read = stream.read_buf(&mut buffer) => {
                if !matches!(read, Ok(1..)) {
                    return;
                }
                while let Some(input) = decode_request(&mut buffer) {
                    let State { senders, script } = &mut *state.borrow_mut();
                    for (to, bytes) in script(index, input) {
                        // A closed connection has no receiver.
                        let _ = senders[to].send(bytes);
                    }
                }
            }
        }
    }
}

fn bulk(bytes: &[u8]) -> Vec<u8> {
    [format!("${}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

fn aggregate(items: &[&[u8]]) -> Vec<u8> {
    let mut out = format!("*{}\r\n", items.len()).into_bytes();
    items.iter().for_each(|item| out.extend(bulk(item)));
    out
}

fn reply(items: &[&str], count: Option<usize>) -> Vec<u8> {
    let size = items.len() + usize::from(count.is_some());
    let mut out = format!("*{size}\r\n").into_bytes();
    items.iter().for_each(|item| out.extend(bulk(item.as_bytes())));
    out.extend(count.map(|count| format!(":{count}\r\n")).unwrap_or_default().as_bytes());
    out
}

/// A blocking client that sends words and reads exactly the expected bytes.
pub(crate) struct Client(pub TcpStream);

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(10))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    pub(crate) fn send(&mut self, words: &str) -> &mut Self {
        let words: Vec<Bytes> =
            words.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect();
        self.send_words(&words)
    }

    pub(crate) fn send_words(&mut self, words: &[Bytes]) -> &mut Self {
        let mut out = BytesMut::new();
        twincast::wire::encode_request(words, &mut out);
        // If the server has closed, the next read shows it.
        let _ = self.0.write_all(&out);
        self
    }

    /// Reads as many bytes as these, and asserts that they are equal.
    #[track_caller]
    pub(crate) fn expect(&mut self, expected: impl AsRef<[u8]>) -> &mut Self {
        let expected = expected.as_ref();
        let mut received = vec![0; expected.len()];
        self.0.read_exact(&mut received).unwrap();
        assert!(
            received == expected,
            "received {} instead of {}",
            received[..received.len().min(200)].escape_ascii(),
            expected[..expected.len().min(200)].escape_ascii()
        );
        self
    }

    /// Reads until these bytes have arrived, or to the end of the stream.
    pub(crate) fn read_until(&mut self, last: &[u8]) {
        let mut received = Vec::new();
        let mut byte = [0];
        // Unlike `read`, this goes on after a stop of the process.
        while !received.ends_with(last) && self.0.read_exact(&mut byte).is_ok() {
            received.extend(byte);
        }
    }

    /// Reads to the end of the stream; a reset is an end too.
    pub(crate) fn read_to_end(&mut self) -> Vec<u8> {
        let mut received = Vec::new();
        let _ = self.0.read_to_end(&mut received);
        received
    }
}
