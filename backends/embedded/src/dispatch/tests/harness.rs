//! An engine without sockets for unit tests.

use std::io::IoSlice;
use std::time::Duration;

use crate::commands::Alone;
use crate::dispatch::Engine;
use crate::profile::Profile;
use crate::state::client::{CloseMode, Peer};
use crate::state::config::Config;
use crate::state::ids::ClientKey;
use crate::time::Timestamp;

/// An engine with a clock that the test advances.
pub(crate) struct TestEngine {
    pub(crate) engine: Engine,
    pub(crate) now: Timestamp,
}

impl TestEngine {
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        Self::of(Profile::REDIS_8_0, config)
    }

    pub(crate) fn with_profile(profile: Profile) -> Self {
        Self::of(profile, Config::default())
    }

    pub(crate) fn of(profile: Profile, config: Config) -> Self {
        let now = Timestamp::from_unix(Duration::from_secs(1_700_000_000));
        // Two engines must choose the same at random, for example which tracked key is given up.
        let config = Config { seed: config.seed.or(Some(1)), ..config };
        Self { engine: Engine::new(profile, config, now), now }
    }

    pub(crate) fn connect(&mut self) -> ClientKey {
        self.engine.state.connect(Peer::Unix("/engine".into()), 3, self.now).unwrap()
    }

    /// Connects a client that has switched to RESP3.
    pub(crate) fn connect_resp3(&mut self) -> ClientKey {
        let client = self.connect();
        self.request(client, "HELLO 3\r\n");
        client
    }

    pub(crate) fn send(&mut self, client: ClientKey, bytes: impl AsRef<[u8]>) {
        self.engine.with(&mut Alone).receive(client, bytes.as_ref(), self.now);
    }

    /// The bytes sent to the client since the last call.
    pub(crate) fn received(&mut self, client: ClientKey) -> String {
        let mut received = Vec::new();
        while let Some(output) = self.engine.state.clients.get(client).map(|client| &client.output)
            && !output.is_empty()
        {
            let mut slices = [IoSlice::new(&[]); 4];
            let used = output.slices(&self.engine.state.broadcast, &mut slices);
            let before = received.len();
            slices[..used].iter().for_each(|slice| received.extend_from_slice(slice));
            self.engine.state.output_written(client, received.len() - before, self.now);
        }
        String::from_utf8_lossy(&received).into_owned()
    }

    /// Sends a request and returns the reply, with any earlier output.
    pub(crate) fn request(&mut self, client: ClientKey, bytes: impl AsRef<[u8]>) -> String {
        self.send(client, bytes);
        self.received(client)
    }

    pub(crate) fn close_mode(&self, client: ClientKey) -> Option<CloseMode> {
        self.engine.state.clients.get(client).and_then(|client| client.close_mode)
    }

    pub(crate) fn advance(&mut self, time: Duration) {
        self.now = self.now + time;
        self.engine.with(&mut Alone).run_due(self.now);
    }
}
