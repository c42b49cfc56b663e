//! Plays a session on an engine, with sockets that take as much as the session says.

use std::collections::HashMap;
use std::io::IoSlice;
use std::time::Duration;

use super::accounts::{self, Traffic};
use super::arbitrary::{CLIENTS, Session, Step};
use crate::commands::Alone;
use crate::dispatch::Engine;
use crate::dispatch::tests::harness::TestEngine;
use crate::state::client::CloseMode;
use crate::state::ids::ClientKey;

/// The bytes that the clients of a session received, in the order in which they connected.
#[derive(Debug, Default)]
pub(super) struct Played {
    pub(super) outputs: Vec<Output>,
    pub(super) has_run_transactions: bool,
}

/// The bytes that one client received.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) bytes: Vec<u8>,
    /// Whether the connection may have ended before the output.
    pub(super) is_cut: bool,
}

/// Plays a session. The bytes of each step arrive in pieces of this size, within one round.
pub(super) fn play(session: &Session, piece: usize) -> Played {
    let mut player = Player {
        test: TestEngine::of(session.profile, session.config.clone()),
        seats: [None; CLIENTS],
        sockets: HashMap::new(),
        played: Played::default(),
        traffic: Traffic::default(),
    };
    for step in &session.steps {
        player.take(step, piece);
    }
    for seat in 0..CLIENTS {
        player.take(&Step::Leave { seat }, piece);
    }
    player.take(&Step::Wait { millis: 10_000_000 }, piece);
    let state = &mut player.test.engine.state;
    assert_eq!((state.clients.len(), state.waiting(), state.monitors.len()), (0, 0, 0));
    player.played
}

struct Player {
    test: TestEngine,
    /// The clients that have neither left nor been closed.
    seats: [Option<ClientKey>; CLIENTS],
    /// Which output each client writes to, and how many bytes its socket takes in a round.
    sockets: HashMap<ClientKey, (usize, usize)>,
    played: Played,
    traffic: Traffic,
}

impl Player {
    fn take(&mut self, step: &Step, piece: usize) {
        match step {
            Step::Send { seat, bytes } => {
                let Some(key) = self.seated(*seat) else { return };
                for piece in bytes.chunks(piece.min(bytes.len().max(1))) {
                    self.traffic.received += piece.len() as u64;
                    self.test.send(key, piece);
                }
            }
            Step::Read { seat, room } => {
                let Some(key) = self.seated(*seat) else { return };
                self.sockets.entry(key).and_modify(|(_, socket)| *socket = *room);
                self.engine().state.clients.mark(key);
            }
            Step::Leave { seat } => {
                if let Some(key) = self.seats[*seat].take() {
                    self.engine().state.peer_closed(key);
                }
            }
            Step::Wait { millis } => self.test.now = self.test.now + Duration::from_millis(*millis),
        }
        self.end_round();
    }

    fn engine(&mut self) -> &mut Engine {
        &mut self.test.engine
    }

    /// The client in this seat. A new one sits down if there is none and the server accepts it.
    fn seated(&mut self, seat: usize) -> Option<ClientKey> {
        if self.seats[seat].is_none() {
            let peer = crate::state::client::Peer::Unix("/engine".into());
            let now = self.test.now;
            let key = self.engine().state.connect(peer, 3, now).ok()?;
            self.sockets.insert(key, (self.played.outputs.len(), usize::MAX));
            self.played.outputs.push(Output::default());
            self.seats[seat] = Some(key);
        }
        self.seats[seat]
    }

    /// Ends a round as the event loop does.
    fn end_round(&mut self) {
        let now = self.test.now;
        let engine = &mut self.test.engine;
        engine.with(&mut Alone).run_due(now);
        engine.state.send_broadcast_invalidations(now);
        accounts::check(&mut engine.state, self.traffic);
        for key in accounts::keys(&mut engine.state) {
            let session = &engine.state.clients[key].session;
            self.played.has_run_transactions |= session.has_used_transactions;
        }
        let mut marked = Vec::new();
        engine.state.take_marked(&mut marked);
        for key in &marked {
            self.write(*key);
        }
        let engine = &mut self.test.engine;
        engine.state.end_round(&marked);
        accounts::check(&mut engine.state, self.traffic);
    }

    fn write(&mut self, key: ClientKey) {
        let now = self.test.now;
        let Some(client) = self.test.engine.state.clients.get(key) else { return };
        let (close_mode, had_output) = (client.close_mode, !client.output.is_empty());
        let (output, mut room) = self.sockets[&key];
        while close_mode != Some(CloseMode::Now)
            && room > 0
            && let Some(client) = self.test.engine.state.clients.get(key)
            && !client.output.is_empty()
        {
            let mut slices = [IoSlice::new(&[]); 4];
            let used = client.output.slices(&self.test.engine.state.broadcast, &mut slices);
            let mut taken = 0;
            for slice in &slices[..used] {
                let part = &slice[..slice.len().min(room)];
                self.played.outputs[output].bytes.extend_from_slice(part);
                taken += part.len();
                room -= part.len();
            }
            self.traffic.sent += taken as u64;
            self.test.engine.state.output_written(key, taken, now);
        }
        let Some(client) = self.test.engine.state.clients.get(key) else { return };
        let is_due = match close_mode {
            Some(CloseMode::Now | CloseMode::AfterOneWrite) => true,
            Some(CloseMode::AfterOutput) => had_output && client.output.is_empty(),
            Some(CloseMode::AfterCommand) | None => false,
        };
        if is_due {
            self.played.outputs[output].is_cut = close_mode != Some(CloseMode::AfterOutput);
            self.test.engine.state.disconnect(key);
            self.sockets.remove(&key);
            self.seats.iter_mut().for_each(|seat| _ = seat.take_if(|seated| *seated == key));
        }
    }
}
