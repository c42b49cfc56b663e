//! Runs the requests of waiting clients again when a key has changed, and resumes clients.

use std::time::Duration;

use super::{Dispatcher, admit, run};
use crate::commands::{Attempt, Context};
use crate::state::command_log::Cost;
use crate::state::ids::ClientKey;
use crate::time::Timestamp;

impl Dispatcher<'_> {
    /// Serves the clients that wait for changed keys: key by key in the order of the changes, and
    /// client by client in the order of their arrival. Serving a client can change further keys.
    #[inline]
    pub(super) fn serve_waiting(&mut self, now: Timestamp) {
        while self.state.blocked.has_changes() {
            for (database, key) in self.state.blocked.take_changed() {
                for client in self.state.blocked.waiting_for(database, &key) {
                    if self.state.is_ready(client, database, &key, now) {
                        self.retry(client, &key, now);
                    }
                }
            }
        }
    }

    /// Runs the request of a waiting client again. If there is nothing for it, it keeps its place.
    fn retry(&mut self, me: ClientKey, changed: &[u8], now: Timestamp) {
        let Self { state, handlers, outside } = self;
        let Some(wait) = &mut state.clients[me].wait else { return };
        let request = std::mem::take(&mut wait.request);
        let request_len = run::logged_len(state.profile, request.args());
        let received = state.clients[me].output.received();
        state.current_client = Some(me);
        let changed_key = state.profile.serves_the_changed_key.then_some(changed);
        let mut ctx = Context {
            state,
            handlers,
            outside: &mut **outside,
            me,
            caller: me,
            now,
            was_held: false,
            in_transaction: false,
            attempt: Attempt::Again,
            took: Duration::ZERO,
            request_len,
            received,
            changed_key,
        };
        let command = admit::find(&ctx, request.args());
        if ctx.state.debug.keeps_expired
            && let Ok(command) = command
        {
            ctx.expire_keys_of(command, request.args());
        }
        let result = command.clone().and_then(|command| {
            let Some(handler) = handlers.of(command) else { return Ok(()) };
            handler(&mut ctx, request.args()).inspect_err(|_| {
                ctx.state.stats.calls[command.place].failed += 1;
            })
        });
        let is_served = ctx.attempt != Attempt::InVain;
        if let Err(error) = result {
            self.state.reply_error(me, &error);
        }
        if is_served {
            let reply = self.state.clients[me].output.received().saturating_sub(received);
            let cost = Cost { request: request_len, reply, ..Cost::default() };
            if let Ok(command) = command {
                self.state.log_command(me, command, request.args(), cost, now);
            }
            self.state.stop_waiting(me);
            self.state.resume_client(me);
        } else if let Some(wait) = &mut self.state.clients[me].wait {
            wait.request = request;
        }
        self.state.finish_command(me, now);
    }

    /// Does what is due by now: see [`State::next_due`](crate::state::State::next_due).
    pub(crate) fn run_due(&mut self, now: Timestamp) {
        self.state.run_due(now);
        self.resume(now);
    }

    /// Resumes the clients that a pause held, if it is over, and those that wait no longer.
    fn resume(&mut self, now: Timestamp) {
        for key in self.state.end_pause(now) {
            self.receive_rest(key, 0, now);
        }
        self.serve_waiting(now);
        loop {
            let resumed = self.state.blocked.take_resumed();
            if resumed.is_empty() {
                return;
            }
            for key in resumed {
                self.receive_rest(key, 0, now);
            }
        }
    }
}
