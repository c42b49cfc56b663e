//! A world with an audience: what unit tests speak through.

use std::io::IoSlice;
use std::time::Duration;

use super::World;
use crate::client::{ClientKey, Ending, Peer};
use crate::config::Config;
use crate::moment::Moment;
use crate::profile::Profile;

/// A world whose clock the test turns.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) now: Moment,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        Self::of(Profile::default(), config)
    }

    pub(crate) fn imitating(profile: Profile) -> Self {
        Self::of(profile, Config::default())
    }

    fn of(profile: Profile, config: Config) -> Self {
        let now = Moment::from_unix(Duration::from_secs(1_700_000_000));
        Self { world: World::new(profile, config, now), now }
    }

    pub(crate) fn enter(&mut self) -> ClientKey {
        self.world.connect(Peer::Unix("/stage".into()), 3, self.now).unwrap()
    }

    /// A client that speaks RESP3 and has heard the answer to HELLO.
    pub(crate) fn enter_resp3(&mut self) -> ClientKey {
        let client = self.enter();
        self.ask(client, "HELLO 3\r\n");
        client
    }

    pub(crate) fn say(&mut self, client: ClientKey, bytes: impl AsRef<[u8]>) {
        self.world.receive(client, bytes.as_ref(), self.now);
    }

    /// What the client has been sent since it listened last.
    pub(crate) fn hear(&mut self, client: ClientKey) -> String {
        let mut heard = Vec::new();
        while let Some(owed) = self.world.clients.get(client).map(|client| &client.outbox)
            && !owed.is_empty()
        {
            let mut slices = [IoSlice::new(&[]); 4];
            let used = owed.slices(&self.world.broadcast, &mut slices);
            let before = heard.len();
            slices[..used].iter().for_each(|slice| heard.extend_from_slice(slice));
            self.world.wrote(client, heard.len() - before, self.now);
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    pub(crate) fn ask(&mut self, client: ClientKey, bytes: impl AsRef<[u8]>) -> String {
        self.say(client, bytes);
        self.hear(client)
    }

    pub(crate) fn ending(&self, client: ClientKey) -> Option<Ending> {
        self.world.clients.get(client).and_then(|client| client.ending)
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
        self.world.close_overdue(self.now);
        self.world.resume(self.now);
    }
}
