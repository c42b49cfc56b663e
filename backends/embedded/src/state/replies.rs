//! Writers for the replies to commands.

use super::State;
use crate::profile::{Behaviour, SilentQuit};
use crate::state::Clients;
use crate::state::client::{Client, CloseMode};
use crate::state::ids::ClientKey;
use crate::state::keyspace::Value;
use crate::wire::{ErrorReply, Reply};

impl State {
    /// A writer for the reply to a client's command. `CLIENT REPLY OFF` and `SKIP` discard the
    /// reply.
    #[inline]
    pub(crate) fn reply_to(&mut self, key: ClientKey) -> Reply<'_> {
        writer(&mut self.clients, &mut self.discarded, self.profile, key)
    }

    /// The value at a place of a database, and the writer for the reply to a command that reads it.
    #[inline]
    pub(crate) fn value_and_reply(
        &mut self,
        database: usize,
        place: Option<usize>,
        key: ClientKey,
    ) -> (Option<&Value>, Reply<'_>) {
        let Self { keyspace, clients, discarded, profile, .. } = self;
        let value = place.map(|place| keyspace.database(database).at(place));
        (value, writer(clients, discarded, profile, key))
    }

    /// A writer for confirmations, which `CLIENT REPLY OFF` does not suppress.
    pub(crate) fn reply_always(&mut self, key: ClientKey) -> Reply<'_> {
        unsuppressed_writer(&mut self.clients, &mut self.discarded, self.profile, key)
    }

    /// Replies with an error, and counts it.
    pub(crate) fn reply_error(&mut self, key: ClientKey, error: &ErrorReply) {
        self.stats.count_error(error, self.profile.error_stats_overflow);
        self.reply_to(key).error(error);
    }
}

#[inline]
fn writer<'s>(
    clients: &'s mut Clients,
    discarded: &'s mut Vec<u8>,
    profile: &Behaviour,
    key: ClientKey,
) -> Reply<'s> {
    if clients[key].session.is_silent() {
        discarded.clear();
        return Reply::new(discarded, clients[key].session.protocol);
    }
    unsuppressed_writer(clients, discarded, profile, key)
}

fn unsuppressed_writer<'s>(
    clients: &'s mut Clients,
    discarded: &'s mut Vec<u8>,
    profile: &Behaviour,
    key: ClientKey,
) -> Reply<'s> {
    if !clients[key].accepts_output() {
        if profile.silent_quit != SilentQuit::Stay {
            clients.close_silent_quitter(key);
        }
        discarded.clear();
        let Client { session, output, close_mode, .. } = &mut clients[key];
        return match close_mode {
            Some(CloseMode::AfterOutput) => {
                Reply::muted(discarded, output.tail(), session.protocol)
            }
            _ => Reply::new(discarded, session.protocol),
        };
    }
    clients.mark(key);
    let Client { session, output, .. } = &mut clients[key];
    Reply::new(output.tail(), session.protocol)
}
