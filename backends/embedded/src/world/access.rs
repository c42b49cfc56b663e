//! What becomes of clients whose user has lost something.

use super::World;
use crate::access::UserKey;
use crate::client::ClientKey;

impl World {
    /// Closes everybody who is logged in as a user that is no more.
    pub(crate) fn send_away(&mut self, user: UserKey) {
        for key in self.clients_of(user) {
            self.expel(key);
        }
    }

    /// Closes those who listen to something that their user may not any more.
    pub(crate) fn recheck_subscriptions(&mut self, user: UserKey) {
        for key in self.clients_of(user) {
            let subscriptions = &self.clients[key].session.subscriptions;
            if !self.access.user(user).may_keep(subscriptions) {
                self.expel(key);
            }
        }
    }

    fn clients_of(&mut self, user: UserKey) -> Vec<ClientKey> {
        let clients = self.clients.iter_mut();
        clients.filter(|(_, client)| client.session.user == user).map(|(key, _)| key).collect()
    }

    /// Without a word. Until it is closed, nobody is logged in there.
    fn expel(&mut self, key: ClientKey) {
        let session = &mut self.clients[key].session;
        session.user = UserKey::DEFAULT;
        session.authenticated = false;
        self.kill(key);
    }
}
