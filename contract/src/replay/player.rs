use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::{self, Instant};

use super::Replay;
use super::connection::{Awaited, Connection};
use super::error::ReplayError;
use super::fence::Fence;
use super::late_answers::{
    FLUSH_QUIET, UNFENCED_WAIT, command_text, may_answer_late, mentions_flush,
};
use super::made_values::MadeValues;
use crate::conversation::{
    Answer, ClientAction, ClientStep, Conversation, Expectation, Name, Place, ServerEvent,
    ServerName, ServerStep, Shape, Turn, Word,
};
use crate::wire::{Frame, encode_request};

/// Which answers the player waits for.
pub(super) enum Mode<'a> {
    /// The answers that the script expects from a server of this name.
    Expect(&'a ServerName),
    /// All answers: the script has none yet.
    Record,
}

/// Plays one conversation, or a few requests, on a server.
pub(super) struct Player<'a> {
    pub(super) replay: &'a Replay,
    mode: Mode<'a>,
    connections: BTreeMap<Name, Slot>,
    /// The connection that sent last, while the server may not have processed it yet.
    last_sender: Option<Name>,
    fence: Fence,
    /// How many bytes were sent since the last fence.
    unread: usize,
    /// The place of the last step.
    place: Place,
    /// The answers of CLIENT ID, by connection.
    ids: BTreeMap<Name, i64>,
    made_values: MadeValues,
}

struct Slot {
    /// Empty once the client has closed it.
    connection: Option<Connection>,
    /// The place of the last step on it.
    place: Place,
}

impl<'a> Player<'a> {
    pub(super) fn new(replay: &'a Replay, mode: Mode<'a>) -> Self {
        Self {
            replay,
            mode,
            connections: BTreeMap::new(),
            last_sender: None,
            fence: Fence::default(),
            unread: 0,
            place: Place::default(),
            ids: BTreeMap::new(),
            made_values: MadeValues::default(),
        }
    }

    pub(super) async fn play(mut self, script: &Conversation) -> Result<Conversation, ReplayError> {
        self.fence = Fence::for_script(script);
        self.made_values = MadeValues::of_script(script);
        let mut observed = Conversation {
            title: script.title.clone(),
            remark: script.remark.clone(),
            ..Conversation::default()
        };
        if let Some(time_control) = &self.replay.time_control
            && script.turns.iter().any(|turn| !turn.wait.is_zero())
        {
            // So time passes only where the script says so, however slow the machine is.
            time_control.stop();
        }
        for turn in &script.turns {
            if !turn.wait.is_zero() {
                self.let_pass(turn.wait).await?;
            }
            for client_step in &turn.client_steps {
                self.send(client_step).await?;
            }
            let mut answer = match self.mode {
                Mode::Expect(server) => self.receive(turn.answer_of(server)).await?,
                Mode::Record => self.receive_all().await?,
            };
            self.learn_ids(turn, &answer);
            self.made_values.learn(&mut answer);
            observed.turns.push(Turn {
                remark: turn.remark.clone(),
                wait: turn.wait,
                client_steps: turn.client_steps.clone(),
                answer,
                variants: Vec::new(),
            });
        }
        let rest = self.close().await?;
        self.fence.close(self.replay.exclusive).await;
        if let Some(last) = observed.turns.last_mut() {
            last.answer.extend(rest);
        }
        Ok(observed)
    }

    /// Sends requests on a connection outside any conversation, and returns their answers. Stops at
    /// the first answer that does not come in time.
    pub(super) async fn ask(
        self,
        requests: &[Vec<Bytes>],
    ) -> Result<Vec<ServerEvent>, ReplayError> {
        let connection = Name::new("asker");
        let mut connection = self
            .connect(&ClientStep {
                connection,
                place: Place::default(),
                action: ClientAction::Open,
            })
            .await?;
        let mut bytes = BytesMut::new();
        requests.iter().for_each(|words| encode_request(words, &mut bytes));
        connection.send(&bytes).await;
        let mut answers = Vec::new();
        while answers.len() < requests.len()
            && let Some(event) = connection.next().await
        {
            answers.push(event);
        }
        connection.finish().await;
        Ok(answers)
    }

    /// Lets time pass, once the server has processed everything that was sent.
    async fn let_pass(&mut self, time: Duration) -> Result<(), ReplayError> {
        self.pass_fence().await?;
        self.last_sender = None;
        if let Some(time_control) = &self.replay.time_control {
            time_control.advance(time);
        } else {
            let end = Instant::now() + time;
            // Keep reading: only a client that has stopped reading is slow.
            while time::timeout_at(end, read_any(&mut self.connections)).await.is_ok() {}
        }
        Ok(())
    }

    async fn send(&mut self, client_step: &ClientStep) -> Result<(), ReplayError> {
        self.place = client_step.place.clone();
        // A server keeps the order of requests only within one connection. A fence keeps it between
        // two.
        if self.last_sender.take().is_some_and(|sender| sender != client_step.connection) {
            self.pass_fence().await?;
        }
        let mut request = BytesMut::new();
        match &client_step.action {
            ClientAction::Request(words) => {
                encode_request(&self.made_values.resolve(words), &mut request);
            }
            ClientAction::RequestWithIds(words) => {
                let words = words.iter().map(|word| self.resolve(word, client_step));
                encode_request(&words.collect::<Result<Vec<_>, _>>()?, &mut request);
            }
            ClientAction::Raw(bytes) => request.extend_from_slice(bytes),
            ClientAction::Open
            | ClientAction::StopReading
            | ClientAction::StartReading
            | ClientAction::HalfClose
            | ClientAction::Close => {}
        }
        self.unread += request.len();
        let is_recording = matches!(self.mode, Mode::Record);
        let connection = self.connection_for(client_step).await?;
        match &client_step.action {
            ClientAction::Open => {}
            ClientAction::Request(_) | ClientAction::RequestWithIds(_) | ClientAction::Raw(_) => {
                connection.send(&request).await;
                let text = command_text(&client_step.action);
                if may_answer_late(&text) {
                    connection.wait_for(Awaited::Frame, UNFENCED_WAIT).await;
                }
                if is_recording && mentions_flush(&text) {
                    connection.read_until_silent_for(FLUSH_QUIET).await;
                }
            }
            ClientAction::StopReading => connection.set_reading(false),
            ClientAction::StartReading => connection.set_reading(true),
            ClientAction::HalfClose => connection.half_close(),
            ClientAction::Close => {
                let slot = self.connections.get_mut(&client_step.connection);
                if let Some(connection) = slot.and_then(|slot| slot.connection.take()) {
                    connection.close();
                }
            }
        }
        self.last_sender = Some(client_step.connection.clone());
        Ok(())
    }

    fn resolve(&self, word: &Word, client_step: &ClientStep) -> Result<Bytes, ReplayError> {
        match word {
            Word::Bytes(bytes) => Ok(bytes.clone()),
            Word::IdOf(owner) => {
                let id = self.ids.get(owner).map(|id| id.to_string().into());
                id.ok_or_else(|| ReplayError::UnknownId {
                    place: client_step.place.clone(),
                    connection: client_step.connection.clone(),
                    owner: owner.clone(),
                })
            }
        }
    }

    /// Stores the client IDs that the server told in this turn.
    fn learn_ids(&mut self, turn: &Turn, answer: &Answer) {
        for client_step in
            turn.client_steps.iter().filter(|client_step| asks_for_id(&client_step.action))
        {
            let own = answer.iter().flat_map(Expectation::steps);
            let mut own =
                own.filter(|server_step| server_step.connection == client_step.connection);
            let id = own.find_map(|server_step| match server_step.event {
                ServerEvent::Frame(Shape::Exact(Frame::Integer(id))) => Some(id),
                _ => None,
            });
            if let Some(id) = id {
                self.ids.insert(client_step.connection.clone(), id);
            }
        }
    }

    /// Receives the expected answers in their order, then all other events that have arrived.
    async fn receive(&mut self, expected: &Answer) -> Result<Answer, ReplayError> {
        let mut answer = Answer::new();
        let mut fenced = false;
        for server_step in expected.iter().flat_map(Expectation::steps) {
            let Some(slot) = self.connections.get_mut(&server_step.connection) else { continue };
            slot.place = server_step.place.clone();
            self.place = server_step.place.clone();
            let Some(connection) = &mut slot.connection else { continue };
            if connection.has_given_up() && !fenced {
                // An earlier wait timed out. After a fence, its answers have arrived or never will.
                self.pass_fence().await?;
                fenced = true;
            }
            let awaited = match &server_step.event {
                ServerEvent::Raw(bytes) => Awaited::Raw(bytes.len()),
                ServerEvent::Frame(_) | ServerEvent::Closed => Awaited::Frame,
            };
            let event = self.next(&server_step.connection, awaited).await?;
            if self.last_sender.as_ref() == Some(&server_step.connection) {
                self.last_sender = None;
            }
            let Some(event) = event else { continue };
            answer.push(Expectation::One(ServerStep { event, ..server_step.clone() }));
        }
        answer.extend(self.take_events());
        Ok(answer)
    }

    /// Waits for the next event on a connection. If it does not come soon, a fence makes sure that
    /// the server has processed everything. If it still does not come, the connection gives up.
    async fn next(
        &mut self,
        name: &Name,
        awaited: Awaited,
    ) -> Result<Option<ServerEvent>, ReplayError> {
        let grace = self.replay.grace;
        let Some(connection) = self.open_connection(name) else { return Ok(None) };
        if !connection.wait_for(awaited, grace).await && !connection.has_given_up() {
            self.pass_fence().await?;
            let Some(connection) = self.open_connection(name) else { return Ok(None) };
            if !connection.wait_for(awaited, grace).await {
                connection.give_up();
            }
        }
        Ok(self.open_connection(name).and_then(|connection| connection.take(awaited)))
    }

    async fn receive_all(&mut self) -> Result<Answer, ReplayError> {
        self.pass_fence().await?;
        self.last_sender = None;
        Ok(self.take_events().collect())
    }

    /// Waits until the server has processed everything that was sent, and reads all its answers.
    async fn pass_fence(&mut self) -> Result<(), ReplayError> {
        loop {
            let unread = std::mem::take(&mut self.unread);
            let passed = {
                let mut fence =
                    pin!(self.fence.pass(&self.replay.server, self.replay.deadline, unread));
                loop {
                    // Keep reading: the server may be blocked writing to these connections.
                    tokio::select! {
                        biased;
                        passed = &mut fence => break passed,
                        () = read_any(&mut self.connections) => {}
                    }
                }
            };
            if !passed {
                return Err(self.unresponsive());
            }
            let mut growing = false;
            for connection in
                self.connections.values_mut().filter_map(|slot| slot.connection.as_mut())
            {
                growing |= connection.read_available().await;
            }
            // A frame that does not grow from one fence to the next is never completed.
            if !growing {
                return Ok(());
            }
        }
    }

    fn unresponsive(&self) -> ReplayError {
        let Replay { server, deadline, .. } = self.replay;
        ReplayError::Unresponsive {
            place: self.place.clone(),
            server: server.clone(),
            timeout: *deadline,
        }
    }

    fn open_connection(&mut self, name: &Name) -> Option<&mut Connection> {
        self.connections.get_mut(name)?.connection.as_mut()
    }

    fn take_events(&mut self) -> impl Iterator<Item = Expectation> {
        self.connections.iter_mut().flat_map(|(name, slot)| {
            let (name, place) = (name.clone(), slot.place.clone());
            let events: Vec<ServerEvent> = match &mut slot.connection {
                Some(connection) => merge_raw(connection.take_events()),
                None => Vec::new(),
            };
            events.into_iter().map(move |event| expectation(&name, &place, event))
        })
    }

    /// Closes all connections, and returns the events that came after the last turn.
    async fn close(&mut self) -> Result<Answer, ReplayError> {
        if self
            .connections
            .values()
            .all(|slot| slot.connection.as_ref().is_none_or(Connection::is_over))
        {
            return Ok(Answer::new());
        }
        if let Mode::Expect(_) = self.mode {
            self.pass_fence().await?;
        }
        let mut rest: Answer = self.take_events().collect();
        let exclusive = self.replay.exclusive;
        if !exclusive {
            self.connections
                .values_mut()
                .filter_map(|it| it.connection.as_mut())
                .for_each(Connection::half_close);
        }
        for (name, Slot { connection, place }) in &mut self.connections {
            let Some(connection) = connection.take() else { continue };
            let late = if exclusive { connection.reset() } else { connection.finish().await };
            rest.extend(
                merge_raw(late.into_iter())
                    .into_iter()
                    .map(|event| expectation(name, place, event)),
            );
        }
        Ok(rest)
    }

    /// The connection of a step, made if it does not exist yet.
    async fn connection_for(
        &mut self,
        client_step: &ClientStep,
    ) -> Result<&mut Connection, ReplayError> {
        if !self.connections.contains_key(&client_step.connection) {
            let connection = Some(self.connect(client_step).await?);
            let slot = Slot { connection, place: client_step.place.clone() };
            self.connections.insert(client_step.connection.clone(), slot);
        }
        let slot = self.connections.get_mut(&client_step.connection);
        let connection = slot.and_then(|slot| {
            slot.place = client_step.place.clone();
            slot.connection.as_mut()
        });
        connection.ok_or_else(|| ReplayError::Closed {
            place: client_step.place.clone(),
            connection: client_step.connection.clone(),
        })
    }
}

fn asks_for_id(action: &ClientAction) -> bool {
    matches!(action, ClientAction::Request(words) if matches!(&words[..], [client, id]
        if client.eq_ignore_ascii_case(b"client") && id.eq_ignore_ascii_case(b"id")))
}

/// Reads from the first connection on which bytes arrive. It is cancel-safe.
async fn read_any(connections: &mut BTreeMap<Name, Slot>) {
    poll_fn(|context| {
        let connections = connections.values_mut().filter_map(|slot| slot.connection.as_mut());
        for connection in connections.filter(|connection| !connection.has_ended()) {
            if pin!(connection.read()).poll(context).is_ready() {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    })
    .await;
}

fn expectation(connection: &Name, place: &Place, event: ServerEvent) -> Expectation {
    Expectation::One(ServerStep { connection: connection.clone(), place: place.clone(), event })
}

/// Joins adjacent raw bytes, because how the network divided them means nothing.
fn merge_raw(events: impl Iterator<Item = ServerEvent>) -> Vec<ServerEvent> {
    let mut all: Vec<ServerEvent> = Vec::new();
    for event in events {
        match (all.last_mut(), event) {
            (Some(ServerEvent::Raw(bytes)), ServerEvent::Raw(more)) => {
                *bytes = [&bytes[..], &more].concat().into();
            }
            (_, event) => all.push(event),
        }
    }
    all
}
