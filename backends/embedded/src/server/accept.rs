//! New connections.

use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::sleep;

use super::rim::Rim;
use super::socket::{Reader, Writer, split_tcp, split_unix};
use crate::client::Peer;
use crate::wire::{Protocol, Reply};

/// How long to pause when the system has no file descriptor left: accepting again at once would spin.
const OUT_OF_FILES: Duration = Duration::from_millis(10);

pub(super) async fn accept_tcp(rim: Rc<Rim>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, remote)) => welcome_tcp(&rim, stream, remote),
            Err(error) => pause(&error).await,
        }
    }
}

pub(super) async fn accept_unix(rim: Rc<Rim>, listener: UnixListener, path: PathBuf) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => welcome_unix(&rim, stream, path.clone()),
            Err(error) => pause(&error).await,
        }
    }
}

async fn pause(error: &io::Error) {
    if error.kind() != io::ErrorKind::ConnectionAborted {
        sleep(OUT_OF_FILES).await;
    }
}

fn welcome_tcp(rim: &Rc<Rim>, stream: TcpStream, remote: SocketAddr) {
    // Without this, two commands in two packets wait 40 ms for each other. It fails, like the next
    // line, only on a connection that is gone already.
    let _ = stream.set_nodelay(true);
    let Ok(local) = stream.local_addr() else { return };
    let fd = stream.as_raw_fd();
    let (reader, writer) = split_tcp(stream);
    rim.welcome(Peer::Tcp { remote, local }, fd, reader, writer);
}

fn welcome_unix(rim: &Rc<Rim>, stream: UnixStream, path: PathBuf) {
    let fd = stream.as_raw_fd();
    let (reader, writer) = split_unix(stream);
    rim.welcome(Peer::Unix(path), fd, reader, writer);
}

impl Rim {
    fn welcome(self: &Rc<Self>, peer: Peer, fd: i32, reader: Reader, writer: Writer) {
        if self.refusing.get() {
            return;
        }
        let admission = self.world.borrow_mut().connect(peer, fd, self.clock.now());
        match admission {
            Ok(key) => self.converse(key, reader, writer),
            Err(refusal) => {
                let mut line = Vec::new();
                Reply::new(&mut line, Protocol::Resp2).error(&refusal);
                // A fresh socket takes a line; if not, the client has left.
                let _ = writer.try_write(&[io::IoSlice::new(&line)]);
            }
        }
    }
}
