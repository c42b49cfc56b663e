//! Closes clients whose user was deleted or lost a channel.

use super::State;
use crate::state::client::CloseMode;
use crate::state::ids::{ClientKey, UserKey};

impl State {
    /// Closes all clients of a deleted user.
    pub(crate) fn disconnect_user(&mut self, user: UserKey) {
        for key in self.clients_of(user) {
            self.log_out(key);
            self.close_after_round(key);
        }
    }

    /// Closes the clients of a user that hold a subscription the user may no longer have.
    pub(crate) fn recheck_subscriptions(&mut self, user: UserKey) {
        for key in self.clients_of(user) {
            let subscriptions = &self.clients[key].session.subscriptions;
            if self.access.user(user).may_keep(subscriptions, self.profile) {
                continue;
            }
            self.log_out(key);
            match self.profile.access.closes_subscribers_after_round {
                true => self.close_after_round(key),
                false => self.kill(key),
            }
        }
    }

    fn clients_of(&mut self, user: UserKey) -> Vec<ClientKey> {
        let clients = self.clients.iter_mut();
        clients.filter(|(_, client)| client.session.user == user).map(|(key, _)| key).collect()
    }

    /// Makes a client an unauthenticated one until it is closed.
    fn log_out(&mut self, key: ClientKey) {
        let session = &mut self.clients[key].session;
        session.user = UserKey::DEFAULT;
        session.authenticated = false;
    }

    /// Closes a client at the end of the round. Until then `PUBLISH` counts it as a receiver, but
    /// it receives nothing.
    fn close_after_round(&mut self, key: ClientKey) {
        if self.current_client == Some(key) {
            return self.kill(key);
        }
        self.clients[key].output.clear();
        self.clients.close(key, CloseMode::AfterOneWrite);
    }
}
