//! Takes a request from its arrival to its reply: the request is refused, queued, held or run.
//!
//! Reading order: this file, [`receive`] (splits the input into requests), [`admit`] with
//! [`permission`] and [`redirect`] (check whether the client may run the command now), [`run`]
//! (calls the handler), [`transaction`] (`MULTI` to `EXEC`), [`table`] (all handlers).

mod admit;
mod permission;
mod receive;
mod redirect;
mod run;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod transaction;

use crate::commands::{Context, Handlers, connection};
use crate::profile::Profile;
use crate::state::State;
use crate::state::config::Config;
use crate::state::ids::ClientKey;
use crate::time::Timestamp;
use crate::wire::Args;

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

    /// Runs, queues or refuses one request of a client, or holds it until a pause ends.
    fn execute(&mut self, me: ClientKey, args: Args<'_>, now: Timestamp) {
        let Self { state, handlers } = self;
        let was_held = std::mem::take(&mut state.clients[me].was_held);
        let mut ctx = Context { state, handlers, me, now, was_held, in_transaction: false };
        // A server that does not have these as commands detects HTTP before all other checks.
        let is_http =
            args[0].eq_ignore_ascii_case(b"post") || args[0].eq_ignore_ascii_case(b"host:");
        if is_http && ctx.state.catalogue.find(&args[0]).is_none() {
            return connection::close_silently(&mut ctx);
        }
        match admit::admit(&mut ctx, args) {
            Ok(command) if transaction::redirects_exec(&mut ctx, command) => {}
            Ok(command) if ctx.state.holds(me, command, now) => return ctx.state.hold(me),
            Ok(command) if transaction::queues(&ctx, command) => {
                transaction::queue(&mut ctx, command, args);
            }
            Ok(command) => run::run(&mut ctx, command, args),
            Err(error) => transaction::refuse(&mut ctx, args, error),
        }
        ctx.client_mut().command_done();
    }
}
