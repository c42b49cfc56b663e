//! One connected client: its session, its input and its output.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::catalogue::Command;
use crate::state::blocked::Wait;
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
    /// No connection: the commands of scripts come from this client. Nobody sees it.
    Script,
}

impl Peer {
    /// The client's end, as `CLIENT LIST` prints it after `addr=`.
    pub(crate) fn remote(&self) -> String {
        match self {
            Self::Tcp { remote, .. } => remote.to_string(),
            Self::Unix(path) => format!("{}:0", path.display()),
            Self::Script => String::new(),
        }
    }

    /// Whether the client is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Tcp { remote, .. } => remote.ip().is_loopback(),
            Self::Unix(_) | Self::Script => true,
        }
    }

    /// The server's end, as `CLIENT LIST` prints it after `laddr=`.
    pub(crate) fn local(&self) -> String {
        match self {
            Self::Tcp { local, .. } => local.to_string(),
            Self::Unix(path) => format!("{}:0", path.display()),
            Self::Script => String::new(),
        }
    }
}

/// When a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseMode {
    /// After the reply to the current command: the client killed itself.
    AfterCommand,
    /// After all its output has been written: `QUIT`, or a protocol error.
    AfterOutput,
    /// After one more attempt to write: the client closed its side.
    AfterOneWrite,
    /// At once, and its unsent output is dropped: the client was killed, or is too slow.
    Now,
}

/// One client of the server.
#[derive(Debug)]
pub(crate) struct Client {
    /// The reply to `CLIENT ID`; never reused.
    pub(crate) id: u64,
    pub(crate) peer: Peer,
    /// The file descriptor, which `CLIENT LIST` shows.
    pub(crate) fd: i32,
    pub(crate) connected: Timestamp,
    /// When it last sent input, or its socket last took output.
    pub(crate) active: Timestamp,
    pub(crate) last_command: Option<&'static Command>,
    pub(crate) session: Session,
    pub(crate) output: OutputBuffer,
    /// The beginning of a request that has not arrived completely.
    pub(crate) input: Vec<u8>,
    pub(crate) parser: RequestParser,
    /// The keys or the time that the client waits for, after a command that blocks.
    pub(crate) wait: Option<Box<Wait>>,
    /// Its next request waits for the end of a pause.
    pub(crate) is_held: bool,
    /// That request waited, and runs now.
    pub(crate) was_held: bool,
    /// Once this is set, nothing more is read from the client.
    pub(crate) close_mode: Option<CloseMode>,
    /// How many bytes its output had received when a slot was last charged for them.
    pub(crate) charged_output: u64,
    /// Whether the event loop already knows that the client has output or must be closed.
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
            wait: None,
            is_held: false,
            was_held: false,
            close_mode: None,
            charged_output: 0,
            marked: false,
        }
    }

    /// Ends a command. `CLIENT CACHING` applies to one command or transaction; other `CLIENT`
    /// commands do not use it up.
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

    /// Whether other clients still see it. A client that sent `QUIT` is seen until its connection
    /// is closed.
    pub(crate) fn is_present(&self) -> bool {
        !matches!(self.close_mode, Some(CloseMode::AfterOneWrite | CloseMode::Now))
            && !matches!(self.peer, Peer::Script)
    }

    /// Whether replies and messages are still written to it. If not, `PUBLISH` may still count it
    /// as a receiver until its connection is closed.
    pub(crate) fn accepts_output(&self) -> bool {
        matches!(self.close_mode, None | Some(CloseMode::AfterCommand))
    }
}
