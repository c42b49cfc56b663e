//! One connected client: its session, its input and its output.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::catalogue::Command;
use crate::state::output_buffer::OutputBuffer;
use crate::state::session::Session;
use crate::time::Timestamp;
use crate::wire::RequestParser;

/// The two ends of a connection.
#[derive(Clone, Debug)]
pub(crate) enum Peer {
    /// TCP: the client's address and ours.
    Tcp { remote: SocketAddr, local: SocketAddr },
    /// A Unix socket: its path stands for both ends.
    Unix(PathBuf),
}

impl Peer {
    /// As `CLIENT LIST` prints it after `addr=`.
    pub(crate) fn remote(&self) -> String {
        match self {
            Self::Tcp { remote, .. } => remote.to_string(),
            Self::Unix(path) => format!("{}:0", path.display()),
        }
    }

    /// As `CLIENT LIST` prints it after `laddr=`.
    pub(crate) fn local(&self) -> String {
        match self {
            Self::Tcp { local, .. } => local.to_string(),
            Self::Unix(path) => format!("{}:0", path.display()),
        }
    }
}

/// How a connection comes to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseMode {
    /// When the command that it is giving has been answered: it killed itself.
    AfterCommand,
    /// When everything that it is owed has been written: `QUIT`, an error in the protocol.
    AfterOutput,
    /// After one more attempt to write: the client has closed its side.
    AfterOneWrite,
    /// At once, and what has not been written never will be: killed, or too slow.
    Now,
}

/// One client of the server.
#[derive(Debug)]
pub(crate) struct Client {
    /// The number that `CLIENT ID` answers; never given twice.
    pub(crate) id: u64,
    pub(crate) peer: Peer,
    /// The file descriptor, which `CLIENT LIST` shows.
    pub(crate) fd: i32,
    pub(crate) connected: Timestamp,
    /// When it last sent something.
    pub(crate) active: Timestamp,
    pub(crate) last_command: Option<&'static Command>,
    pub(crate) session: Session,
    pub(crate) output: OutputBuffer,
    /// The beginning of a request whose rest has not come yet.
    pub(crate) input: Vec<u8>,
    pub(crate) parser: RequestParser,
    /// Its next request waits for the end of a pause.
    pub(crate) is_held: bool,
    /// That request has waited, and goes on now.
    pub(crate) was_held: bool,
    /// Set once; from then on nothing is read from it.
    pub(crate) close_mode: Option<CloseMode>,
    /// Whether the rim has been told that there is something to write or to close.
    pub(crate) marked: bool,
}

impl Client {
    pub(crate) fn new(id: u64, peer: Peer, fd: i32, session: Session, now: Timestamp) -> Self {
        Self {
            id,
            peer,
            fd,
            connected: now,
            active: now,
            last_command: None,
            session,
            output: OutputBuffer::default(),
            input: Vec::new(),
            parser: RequestParser::default(),
            is_held: false,
            was_held: false,
            close_mode: None,
            marked: false,
        }
    }

    /// One command has been answered. `CLIENT CACHING` was about it, or about the transaction that it
    /// has ended, unless it was a `CLIENT` itself.
    pub(crate) fn command_done(&mut self) {
        self.session.command_done();
        if let Some(tracking) = &mut self.session.tracking
            && self.session.transaction.is_none()
            && self.last_command.is_none_or(|command| command.container() != "client")
        {
            tracking.caching_override = false;
        }
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.close_mode.is_some()
    }

    /// Whether it is still there for others: also who has said QUIT, until its connection is closed.
    pub(crate) fn is_present(&self) -> bool {
        !matches!(self.close_mode, Some(CloseMode::AfterOneWrite | CloseMode::Now))
    }

    /// Whether replies and messages are still written to it. If not, it may still be counted as a
    /// receiver, until its connection is closed.
    pub(crate) fn accepts_output(&self) -> bool {
        matches!(self.close_mode, None | Some(CloseMode::AfterCommand))
    }
}
