//! The context of a command, and the tables of handlers.

use std::time::Duration;

use super::Outcome;
use crate::catalogue::{Catalogue, Command};
use crate::state::State;
use crate::state::access::User;
use crate::state::client::Client;
use crate::state::ids::ClientKey;
use crate::time::Timestamp;
use crate::wire::{Args, Reply};

/// All that a handler is given: the whole state, the client that sent the command, and the time.
pub(crate) struct Context<'s> {
    pub(crate) state: &'s mut State,
    /// The commands that this server can run.
    pub(crate) handlers: &'static Handlers,
    pub(crate) outside: &'s mut dyn Outside,
    /// The client that sent the command.
    pub(crate) me: ClientKey,
    /// The client that sent the request; it differs from `me` if a script runs the command.
    pub(crate) caller: ClientKey,
    pub(crate) now: Timestamp,
    /// Whether a pause has held the command.
    pub(crate) was_held: bool,
    /// Whether `EXEC` runs the command.
    pub(crate) in_transaction: bool,
    pub(crate) attempt: Attempt,
    /// How long the commands took. All but `DEBUG SLEEP` take no time.
    pub(crate) took: Duration,
    /// The bytes of the request, where large requests are logged.
    pub(crate) request_len: usize,
    /// How many bytes the client was sent before its request.
    pub(crate) received: u64,
    /// The only key that a waiting client may be served from, on some servers.
    pub(crate) changed_key: Option<&'s [u8]>,
}

/// The surroundings of the engine: sockets and real time. A script that runs for long looks there.
pub(crate) trait Outside {
    /// How the running script stands. It asks once in a while; `is_first` says that it begins to.
    fn standing(&mut self, is_first: bool, limit_in_millis: i64) -> Standing;

    /// Serves the clients while a script runs, except for the one that runs it. `receive` takes the
    /// bytes that arrived from a client.
    fn serve(&mut self, state: &mut State, runs_script: ClientKey, receive: &mut Receive<'_>);

    /// Lets time pass, and nothing else happen.
    fn sleep(&mut self, time: Duration);
}

/// Takes bytes from a client.
pub(crate) type Receive<'r> = dyn FnMut(&mut State, ClientKey, &[u8]) + 'r;

/// How a running script stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    InTime,
    /// It has run for longer than the limit, so other clients must not wait for it.
    Late,
    /// The server ends.
    Over,
}

/// No surroundings: nobody waits for a script.
pub(crate) struct Alone;

impl Outside for Alone {
    fn standing(&mut self, _: bool, _: i64) -> Standing {
        Standing::InTime
    }

    fn serve(&mut self, _: &mut State, _: ClientKey, _: &mut Receive<'_>) {}

    fn sleep(&mut self, _: Duration) {}
}

/// Whether a command runs for the first time, or again for a client that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    First,
    Again,
    /// It ran again, and the client still waits.
    InVain,
}

impl Context<'_> {
    /// The client that sent the command.
    pub(crate) fn client(&self) -> &Client {
        &self.state.clients[self.me]
    }

    pub(crate) fn client_mut(&mut self) -> &mut Client {
        &mut self.state.clients[self.me]
    }

    /// The user that the client is logged in as.
    pub(crate) fn user(&self) -> &User {
        self.state.access.user(self.client().session.user)
    }

    /// The writer of the reply. Under `CLIENT REPLY OFF` it discards everything.
    pub(crate) fn reply(&mut self) -> Reply<'_> {
        self.state.reply_to(self.me)
    }

    /// The writer of subscription confirmations, which `CLIENT REPLY OFF` does not discard.
    pub(crate) fn confirm(&mut self) -> Reply<'_> {
        self.state.reply_always(self.me)
    }

    /// Replies with the lines of a HELP text.
    pub(crate) fn reply_help(&mut self, help: &str) {
        let lines = help.lines().count();
        let mut reply = self.deferred_array(lines);
        for line in help.lines() {
            reply.simple(line);
        }
    }

    /// Marks the reply as one that the server begins before it knows the number of items.
    pub(crate) fn defer_length(&mut self, items: usize) {
        let client = self.client_mut();
        match items {
            _ if client.session.is_silent() => {}
            0 => client.output.begin_empty_reply(),
            _ => client.output.skips_uncharged = true,
        }
    }

    /// Marks the reply that was written in the same way.
    #[cfg(feature = "scripts")]
    pub(crate) fn length_was_deferred(&mut self, items: usize) {
        let client = self.client_mut();
        match items {
            _ if client.session.is_silent() => {}
            0 => client.output.end_empty_reply(),
            _ => client.output.skips_uncharged = true,
        }
    }

    /// Begins an array whose length is deferred (see [`Self::defer_length`]).
    pub(crate) fn deferred_array(&mut self, items: usize) -> Reply<'_> {
        self.defer_length(items);
        let mut reply = self.reply();
        reply.deferred_len().array(items);
        reply
    }
}

/// Runs one command.
pub(crate) type Handler = fn(&mut Context<'_>, Args<'_>) -> Outcome;

/// The handlers of one family, by full command name.
pub(crate) type Family = &'static [(&'static str, Handler)];

/// The handlers of one server's commands. A command without a handler is not implemented.
#[derive(Debug)]
pub(crate) struct Handlers(Box<[Option<Handler>]>);

impl Handlers {
    /// Attaches the handlers of all families to the commands of a server. Handlers of commands that
    /// the server does not have are left out.
    pub(crate) fn attach(catalogue: &Catalogue, families: &[Family]) -> Self {
        let mut handlers = vec![None; catalogue.len()];
        for (name, handler) in families.iter().copied().flatten() {
            if let Some(command) = catalogue.find_full(name.as_bytes()) {
                handlers[command.place] = Some(*handler);
            }
        }
        Self(handlers.into())
    }

    #[inline]
    pub(crate) fn of(&self, command: &Command) -> Option<Handler> {
        self.0[command.place]
    }

    /// Whether this server can run a command, or at least one of its subcommands.
    #[inline]
    pub(crate) fn has(&self, command: &Command, catalogue: &Catalogue) -> bool {
        let mut subcommands = catalogue.subcommands(command).iter();
        self.of(command).is_some() || subcommands.any(|command| self.of(command).is_some())
    }
}
