//! `MONITOR`: clients that see every command.

use std::borrow::Cow;
use std::io::Write;

use super::State;
use crate::catalogue::{Command, Flags};
use crate::profile::SilentQuit;
use crate::state::client::{Client, Peer};
use crate::state::ids::ClientKey;
use crate::time::Timestamp;
use crate::wire::Args;

/// Monitors see this in place of a password.
pub(super) const REDACTED: &[u8] = b"(redacted)";

impl State {
    /// Makes a client a monitor; false if it was one already.
    pub(crate) fn monitor(&mut self, key: ClientKey) -> bool {
        let monitors = &mut self.clients[key].session.is_monitor;
        if std::mem::replace(monitors, true) {
            return false;
        }
        self.monitors.push(key);
        true
    }

    /// The opposite of [`State::monitor`].
    pub(crate) fn stop_monitoring(&mut self, key: ClientKey) {
        if std::mem::take(&mut self.clients[key].session.is_monitor) {
            self.monitors.retain(|monitor| *monitor != key);
        }
    }

    /// Shows a command that has run to all monitors, except for administrative and hidden commands.
    pub(crate) fn feed_monitors(
        &mut self,
        client: ClientKey,
        command: &Command,
        args: Args<'_>,
        now: Timestamp,
    ) {
        if command.flags().contains(Flags::ADMIN)
            || self.profile.is_hidden_from_monitors(command.name)
        {
            return;
        }
        let line = self::line(
            &self.clients[client],
            command,
            args,
            now,
            self.profile.monitor_escapes_quotes,
        );
        let closes_quitters = self.profile.silent_quit == SilentQuit::CloseOnMessageOrMonitor;
        for monitor in self.monitors.clone() {
            // A monitor with suppressed replies is shown nothing, so this does not close it.
            if closes_quitters && !self.clients[monitor].session.is_silent() {
                self.clients.close_silent_quitter(monitor);
            }
            if !self.clients[monitor].accepts_output() {
                continue;
            }
            self.reply_to(monitor).raw(&line);
            self.limit_output(monitor, now);
        }
    }
}

/// The line for one command: `+1700000000.000000 [0 127.0.0.1:4242] "PING" "hi"`
fn line(
    client: &Client,
    command: &Command,
    args: Args<'_>,
    now: Timestamp,
    escapes_quotes: bool,
) -> Vec<u8> {
    let address: Cow<'_, str> = match &client.peer {
        Peer::Tcp { .. } => client.peer.remote().into(),
        Peer::Unix(path) => format!("unix:{}", path.display()).into(),
        Peer::Script => "lua".into(),
    };
    let (seconds, micros) = (now.since_epoch().as_secs(), now.since_epoch().subsec_micros());
    let database = client.session.database;
    let mut line = Vec::new();
    // Writing into memory does not fail.
    _ = write!(line, "+{seconds}.{micros:06} [{database} {address}]");
    for (index, word) in args.iter().enumerate() {
        line.extend_from_slice(b" \"");
        let shown = if is_secret(command, args, index) { REDACTED } else { word };
        escape(shown, escapes_quotes, &mut line);
        line.push(b'"');
    }
    line.extend_from_slice(b"\r\n");
    line
}

/// Whether this argument is a user name or password of `AUTH` or `HELLO … AUTH`.
pub(super) fn is_secret(command: &Command, args: Args<'_>, index: usize) -> bool {
    match command.name {
        "auth" => index > 0 && args.len() <= 3,
        "hello" => is_secret_of_hello(args, index),
        _ => false,
    }
}

/// `HELLO` hides the credentials that it could parse. Parsing stops at an unknown version, at an
/// unknown option, and at an option that lacks arguments.
fn is_secret_of_hello(args: Args<'_>, index: usize) -> bool {
    if !matches!(args.get(1), Some(b"2" | b"3")) {
        return false;
    }
    let mut place = 2;
    while let Some(option) = args.get(place) {
        let words = match option.to_ascii_lowercase().as_slice() {
            b"auth" => 2,
            b"setname" => 1,
            _ => return false,
        };
        let last = place + words;
        if last >= args.len() {
            return false;
        }
        if words == 2 && (place + 1..=last).contains(&index) {
            return true;
        }
        place = last + 1;
    }
    false
}

fn escape(word: &[u8], quotes: bool, line: &mut Vec<u8>) {
    for &byte in word {
        match byte {
            b'"' | b'\\' if quotes => line.extend_from_slice(&[b'\\', byte]),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            b'\t' => line.extend_from_slice(b"\\t"),
            0x07 => line.extend_from_slice(b"\\a"),
            0x08 => line.extend_from_slice(b"\\b"),
            b' '..=b'~' => line.push(byte),
            // Writing into memory does not fail.
            _ => _ = write!(line, "\\x{byte:02x}"),
        }
    }
}
