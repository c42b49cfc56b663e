//! Takes a request from its arrival to its reply: the request is refused, queued, held or run.
//!
//! Reading order: this file, [`receive`] (splits the input into requests), [`admit`] with
//! [`permission`] and [`redirect`] (check whether the client may run the command now), [`run`]
//! (calls the handler), [`transaction`] (`MULTI` to `EXEC`), [`waiting`] (runs the requests of
//! blocked clients again), [`direct`] (runs requests of the handle), [`table`] (all handlers).

mod admit;
mod direct;
mod permission;
mod receive;
mod redirect;
mod run;
#[cfg(feature = "scripts")]
mod scripts;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod transaction;
mod waiting;

use std::time::Duration;

use crate::catalogue::{Command, Flags};
use crate::commands::{Attempt, Context, Handlers, Outside, connection};
use crate::profile::Profile;
use crate::state::config::Config;
use crate::state::ids::ClientKey;
use crate::state::{Paused, State};
use crate::time::Timestamp;
use crate::wire::Args;
#[cfg(feature = "scripts")]
use scripts::may_write;

/// One server without its sockets: bytes in, bytes out. It runs one command at a time.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) state: State,
    handlers: &'static Handlers,
}

impl Engine {
    /// Reads what all servers of a profile share. The caller of a start does this, not the server's
    /// thread: a child that is forked right after a start could otherwise inherit it half done.
    pub(crate) fn prepare(profile: Profile) {
        table::handlers(profile);
    }

    pub(crate) fn new(profile: Profile, config: Config, now: Timestamp) -> Self {
        Self { state: State::new(profile, config, now), handlers: table::handlers(profile) }
    }

    /// The same engine with its surroundings, so that clients can be served while a script runs.
    pub(crate) fn with<'a>(&'a mut self, outside: &'a mut dyn Outside) -> Dispatcher<'a> {
        Dispatcher { state: &mut self.state, handlers: self.handlers, outside }
    }
}

/// Takes requests from their arrival to their replies.
pub(crate) struct Dispatcher<'s> {
    state: &'s mut State,
    handlers: &'static Handlers,
    outside: &'s mut dyn Outside,
}

impl Dispatcher<'_> {
    /// Runs, queues or refuses one request of a client, or holds it until a pause ends. Returns how
    /// long that took.
    fn execute(
        &mut self,
        me: ClientKey,
        args: Args<'_>,
        is_inline: bool,
        now: Timestamp,
    ) -> Duration {
        let Self { state, handlers, outside } = self;
        let was_held = std::mem::take(&mut state.clients[me].was_held);
        let request_len = run::logged_len(state.profile, args);
        let received = state.clients[me].output.received();
        let mut ctx = Context {
            state,
            handlers,
            outside: &mut **outside,
            me,
            caller: me,
            now,
            was_held,
            in_transaction: false,
            attempt: Attempt::First,
            took: Duration::ZERO,
            request_len,
            received,
            changed_key: None,
        };
        // A server that does not have these as commands detects HTTP before all other checks.
        let is_http =
            args[0].eq_ignore_ascii_case(b"post") || args[0].eq_ignore_ascii_case(b"host:");
        if is_http && ctx.state.catalogue.find(&args[0]).is_none() {
            connection::close_silently(&mut ctx);
            return Duration::ZERO;
        }
        match admit::admit(&mut ctx, args, may_write) {
            Ok(command) if transaction::redirects_exec(&mut ctx, command) => {}
            Ok(command) if must_wait(&ctx, command, args) => {
                ctx.state.set_current_slot(None);
                ctx.state.hold(me);
                return Duration::ZERO;
            }
            Ok(command) if transaction::queues(&ctx, command) => {
                transaction::queue(&mut ctx, command, args);
            }
            Ok(command) => run::run(&mut ctx, command, args),
            Err(error) => transaction::refuse(&mut ctx, args, error),
        }
        if ctx.state.cluster.is_some() {
            let is_exec = args[0].eq_ignore_ascii_case(b"exec");
            ctx.state.count_request(is_exec, args.encoded_len(is_inline));
        }
        // The command of a client that waits is not done.
        if ctx.client().wait.is_none() {
            ctx.client_mut().command_done();
        }
        ctx.took
    }
}

/// Whether a command must wait until a pause is over. A transaction waits for each of its commands.
fn must_wait(ctx: &Context<'_>, command: &Command, args: Args<'_>) -> bool {
    let Some((paused, _)) = ctx.state.paused(ctx.now) else { return false };
    let writes = |command: &Command, args: Args<'_>| may_write(ctx, command, args);
    let transaction = ctx.client().session.transaction.as_ref();
    match (paused, transaction.filter(|_| command.name == "exec")) {
        (Paused::Everything, _) => !command.flags().contains(Flags::NOT_PAUSED),
        (Paused::Writes, None) => writes(command, args),
        (Paused::Writes, Some(open)) => {
            open.queued().iter().any(|(command, request)| writes(command, request.args()))
        }
    }
}

/// Only scripts say in their text what they do.
#[cfg(not(feature = "scripts"))]
fn may_write(_ctx: &Context<'_>, command: &Command, _args: Args<'_>) -> bool {
    command.may_write()
}
