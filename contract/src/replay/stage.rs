use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use memchr::memmem;

use super::Replay;
use super::error::ReplayError;
use super::fence::Fence;
use super::line::{Line, Want};
use crate::conversation::{
    Answer, ClientAction, ClientStep, Conversation, Expectation, Name, Place, ServerEvent,
    ServerName, ServerStep, Shape, Turn, Word,
};
use crate::wire::{Frame, encode_request};

/// What is listened for.
pub(super) enum Ears<'a> {
    /// What this server is known to say.
    Expecting(&'a ServerName),
    /// Whatever is said.
    Open,
}

/// Where a conversation is played: its connections, in the order of their names.
pub(super) struct Stage<'a> {
    replay: &'a Replay,
    ears: Ears<'a>,
    lines: BTreeMap<Name, Entry>,
    /// Who spoke last, if the server may not have dealt with it yet.
    unanswered: Option<Name>,
    fence: Fence,
    /// Bytes that were sent since it was passed.
    unread: usize,
    /// The last step.
    place: Place,
    /// What CLIENT ID has answered.
    ids: BTreeMap<Name, i64>,
}

struct Entry {
    /// Empty once the client has closed it.
    line: Option<Line>,
    /// The last step on it.
    place: Place,
}

impl<'a> Stage<'a> {
    pub(super) fn new(replay: &'a Replay, ears: Ears<'a>) -> Self {
        Self {
            replay,
            ears,
            lines: BTreeMap::new(),
            unanswered: None,
            fence: Fence::default(),
            unread: 0,
            place: Place::default(),
            ids: BTreeMap::new(),
        }
    }

    pub(super) async fn perform(
        mut self,
        script: &Conversation,
    ) -> Result<Conversation, ReplayError> {
        self.fence = Fence::beside(script);
        let mut observed = Conversation {
            title: script.title.clone(),
            remark: script.remark.clone(),
            ..Conversation::default()
        };
        for turn in &script.turns {
            for client_step in &turn.client_steps {
                self.send(client_step).await?;
            }
            let answer = match self.ears {
                Ears::Expecting(server) => self.receive(turn.answer_of(server)).await?,
                Ears::Open => self.receive_all().await?,
            };
            self.learn_ids(turn, &answer);
            observed.turns.push(Turn {
                remark: turn.remark.clone(),
                client_steps: turn.client_steps.clone(),
                answer,
                variants: Vec::new(),
            });
        }
        let rest = self.close().await?;
        self.fence.take_down(self.replay.alone).await;
        if let Some(last) = observed.turns.last_mut() {
            last.answer.extend(rest);
        }
        Ok(observed)
    }

    /// Asks on a connection that is no part of a conversation, as long as there are answers in time.
    pub(super) async fn ask(
        self,
        requests: &[Vec<Bytes>],
    ) -> Result<Vec<ServerEvent>, ReplayError> {
        let connection = Name::new("asker");
        let mut line = self
            .connect(&ClientStep {
                connection,
                place: Place::default(),
                action: ClientAction::Open,
            })
            .await?;
        let mut bytes = BytesMut::new();
        requests.iter().for_each(|words| encode_request(words, &mut bytes));
        line.send(&bytes).await;
        let mut answers = Vec::new();
        while answers.len() < requests.len()
            && let Some(event) = line.next().await
        {
            answers.push(event);
        }
        line.finish().await;
        Ok(answers)
    }

    async fn send(&mut self, client_step: &ClientStep) -> Result<(), ReplayError> {
        self.place = client_step.place.clone();
        // Two connections are two roads: what was sent first arrives first on one of them only.
        if self.unanswered.take().is_some_and(|speaker| speaker != client_step.connection) {
            self.pass_fence().await?;
        }
        let mut request = BytesMut::new();
        match &client_step.action {
            ClientAction::Request(words) => encode_request(words, &mut request),
            ClientAction::RequestWithIds(words) => {
                let words = words.iter().map(|word| self.resolve(word, client_step));
                encode_request(&words.collect::<Result<Vec<_>, _>>()?, &mut request);
            }
            ClientAction::Raw(bytes) => request.extend_from_slice(bytes),
            ClientAction::Open | ClientAction::HalfClose | ClientAction::Close => {}
        }
        self.unread += request.len();
        let is_open = matches!(self.ears, Ears::Open);
        let line = self.line(client_step).await?;
        match &client_step.action {
            ClientAction::Open => {}
            ClientAction::Request(_) | ClientAction::RequestWithIds(_) | ClientAction::Raw(_) => {
                line.send(&request).await;
                let text = text(&client_step.action);
                if wants_patience(&text) {
                    line.awaits(Want::Frame, MOMENT).await;
                }
                if is_open && mentions_flush(&text) {
                    line.read_until_silent_for(SILENCE).await;
                }
            }
            ClientAction::HalfClose => line.half_close(),
            ClientAction::Close => {
                let entry = self.lines.get_mut(&client_step.connection);
                if let Some(line) = entry.and_then(|entry| entry.line.take()) {
                    line.close();
                }
            }
        }
        self.unanswered = Some(client_step.connection.clone());
        Ok(())
    }

    fn resolve(&self, word: &Word, client_step: &ClientStep) -> Result<Bytes, ReplayError> {
        match word {
            Word::Bytes(bytes) => Ok(bytes.clone()),
            Word::IdOf(whose) => {
                let id = self.ids.get(whose).map(|id| id.to_string().into());
                id.ok_or_else(|| ReplayError::UnknownId {
                    place: client_step.place.clone(),
                    connection: client_step.connection.clone(),
                    whose: whose.clone(),
                })
            }
        }
    }

    /// Notes what the connections were told that they are called.
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

    /// Hears what is owed, in its order, and what has come uninvited with it.
    async fn receive(&mut self, owed: &Answer) -> Result<Answer, ReplayError> {
        let mut answer = Answer::new();
        let mut fenced = false;
        for server_step in owed.iter().flat_map(Expectation::steps) {
            let Some(entry) = self.lines.get_mut(&server_step.connection) else { continue };
            entry.place = server_step.place.clone();
            self.place = server_step.place.clone();
            let Some(line) = &mut entry.line else { continue };
            if line.is_impatient() && !fenced {
                // It was waited for in vain already: from now on, what it owes is there or not.
                self.pass_fence().await?;
                fenced = true;
            }
            let want = match &server_step.event {
                ServerEvent::Raw(bytes) => Want::Noise(bytes.len()),
                ServerEvent::Frame(_) | ServerEvent::Closed => Want::Frame,
            };
            let event = self.next(&server_step.connection, want).await?;
            if self.unanswered.as_ref() == Some(&server_step.connection) {
                self.unanswered = None;
            }
            let Some(event) = event else { continue };
            answer.push(Expectation::One(ServerStep { event, ..server_step.clone() }));
        }
        answer.extend(self.take_received());
        Ok(answer)
    }

    /// The next thing on a connection. What does not come soon is given up when a fence has shown
    /// that the server has dealt with everything, and it still does not.
    async fn next(
        &mut self,
        connection: &Name,
        want: Want,
    ) -> Result<Option<ServerEvent>, ReplayError> {
        let grace = self.replay.grace;
        let Some(line) = self.open_line(connection) else { return Ok(None) };
        if !line.awaits(want, grace).await && !line.is_impatient() {
            self.pass_fence().await?;
            let Some(line) = self.open_line(connection) else { return Ok(None) };
            if !line.awaits(want, grace).await {
                line.give_up();
            }
        }
        Ok(self.open_line(connection).and_then(|line| line.take(want)))
    }

    async fn receive_all(&mut self) -> Result<Answer, ReplayError> {
        self.pass_fence().await?;
        self.unanswered = None;
        Ok(self.take_received().collect())
    }

    /// Waits until the server has dealt with all that was said, and reads all its answers.
    async fn pass_fence(&mut self) -> Result<(), ReplayError> {
        loop {
            let unread = std::mem::take(&mut self.unread);
            let passed = {
                let mut fence =
                    pin!(self.fence.pass(&self.replay.server, self.replay.deadline, unread));
                loop {
                    // A server may be busy with what it says here.
                    tokio::select! {
                        biased;
                        passed = &mut fence => break passed,
                        () = read_any(&mut self.lines) => {}
                    }
                }
            };
            if !passed {
                return Err(self.deaf());
            }
            let mut growing = false;
            for line in self.lines.values_mut().filter_map(|entry| entry.line.as_mut()) {
                growing |= line.settle().await;
            }
            // A frame that does not grow from one fence to the next is never completed.
            if !growing {
                return Ok(());
            }
        }
    }

    fn deaf(&self) -> ReplayError {
        let Replay { server, deadline, .. } = self.replay;
        ReplayError::Deaf { place: self.place.clone(), server: server.clone(), patience: *deadline }
    }

    fn open_line(&mut self, connection: &Name) -> Option<&mut Line> {
        self.lines.get_mut(connection)?.line.as_mut()
    }

    fn take_received(&mut self) -> impl Iterator<Item = Expectation> {
        self.lines.iter_mut().flat_map(|(name, entry)| {
            let (name, place) = (name.clone(), entry.place.clone());
            let event: Vec<ServerEvent> = match &mut entry.line {
                Some(line) => joined(line.take_received()),
                None => Vec::new(),
            };
            event.into_iter().map(move |event| one(&name, &place, event))
        })
    }

    /// Shows that nothing more comes, and closes everything.
    async fn close(&mut self) -> Result<Answer, ReplayError> {
        if self.lines.values().all(|entry| entry.line.as_ref().is_none_or(Line::is_over)) {
            return Ok(Answer::new());
        }
        if let Ears::Expecting(_) = self.ears {
            self.pass_fence().await?;
        }
        let mut rest: Answer = self.take_received().collect();
        let alone = self.replay.alone;
        if !alone {
            self.lines.values_mut().filter_map(|it| it.line.as_mut()).for_each(Line::half_close);
        }
        for (name, Entry { line, place }) in &mut self.lines {
            let Some(line) = line.take() else { continue };
            let late = if alone { line.reset() } else { line.finish().await };
            rest.extend(joined(late.into_iter()).into_iter().map(|event| one(name, place, event)));
        }
        Ok(rest)
    }

    /// The connection that is to speak, made if need be.
    async fn line(&mut self, client_step: &ClientStep) -> Result<&mut Line, ReplayError> {
        if !self.lines.contains_key(&client_step.connection) {
            let line = Some(self.connect(client_step).await?);
            let entry = Entry { line, place: client_step.place.clone() };
            self.lines.insert(client_step.connection.clone(), entry);
        }
        let entry = self.lines.get_mut(&client_step.connection);
        let line = entry.and_then(|entry| {
            entry.place = client_step.place.clone();
            entry.line.as_mut()
        });
        line.ok_or_else(|| ReplayError::Closed {
            place: client_step.place.clone(),
            connection: client_step.connection.clone(),
        })
    }

    async fn connect(&self, client_step: &ClientStep) -> Result<Line, ReplayError> {
        let server = &self.replay.server;
        let mut line = Line::connect(server, self.replay.deadline).await.map_err(|source| {
            ReplayError::Connect {
                place: client_step.place.clone(),
                connection: client_step.connection.clone(),
                server: server.clone(),
                source,
            }
        })?;
        if let Some(login) = &self.replay.login {
            self.log_in(&mut line, login).await.map_err(|answer| ReplayError::Login {
                place: client_step.place.clone(),
                connection: client_step.connection.clone(),
                server: server.clone(),
                answer,
            })?;
        }
        Ok(line)
    }

    async fn log_in(&self, line: &mut Line, login: &[Bytes]) -> Result<(), String> {
        let mut request = BytesMut::new();
        encode_request(login, &mut request);
        line.send(&request).await;
        match line.next().await {
            Some(ServerEvent::Frame(Shape::Exact(Frame::Simple(text)))) if text == "OK" => Ok(()),
            Some(ServerEvent::Frame(Shape::Exact(Frame::Error(text)))) => {
                Err(String::from_utf8_lossy(&text).into_owned())
            }
            Some(other) => Err(format!("{other:?}")),
            None => Err("no answer".to_owned()),
        }
    }
}

fn asks_for_id(action: &ClientAction) -> bool {
    matches!(action, ClientAction::Request(words) if matches!(&words[..], [client, id]
        if client.eq_ignore_ascii_case(b"client") && id.eq_ignore_ascii_case(b"id")))
}

/// How long the answer to something that no fence can be put up for is waited for. Where no answer
/// comes, nobody is told of it either.
const MOMENT: Duration = Duration::from_millis(20);

/// How long a connection is silent when a flush is through, where nobody knows what it answers: what it
/// has to say before may come at once.
const SILENCE: Duration = Duration::from_millis(100);

/// Whether this may ask for a list of clients, or kill some, or run what was queued; or flush, which a
/// server may leave to a thread of its own while it serves others.
fn wants_patience(text: &[u8]) -> bool {
    let has = |word: &str| memmem::find(text, word.as_bytes()).is_some();
    has("client") && (has("list") || has("kill")) || has("exec") || mentions_flush(text)
}

fn mentions_flush(text: &[u8]) -> bool {
    memmem::find(text, b"flush").is_some()
}

/// What could be a command or a subcommand, in small letters.
fn text(action: &ClientAction) -> Vec<u8> {
    let mut text = Vec::new();
    match action {
        ClientAction::Raw(bytes) => text.extend_from_slice(bytes),
        action => {
            let words = action.words();
            words.iter().flat_map(|it| it.iter().take(2)).for_each(|word| text.extend(word));
        }
    }
    text.make_ascii_lowercase();
    text
}

/// Reads on whichever connection something arrives. Nothing is lost if it is dropped.
async fn read_any(lines: &mut BTreeMap<Name, Entry>) {
    poll_fn(|context| {
        let lines = lines.values_mut().filter_map(|entry| entry.line.as_mut());
        for line in lines.filter(|line| !line.has_ended()) {
            if pin!(line.read()).poll(context).is_ready() {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    })
    .await;
}

fn one(connection: &Name, place: &Place, event: ServerEvent) -> Expectation {
    Expectation::One(ServerStep { connection: connection.clone(), place: place.clone(), event })
}

/// Bytes that are no frame have no end of their own: how they came in pieces means nothing.
fn joined(event: impl Iterator<Item = ServerEvent>) -> Vec<ServerEvent> {
    let mut all: Vec<ServerEvent> = Vec::new();
    for event in event {
        match (all.last_mut(), event) {
            (Some(ServerEvent::Raw(bytes)), ServerEvent::Raw(more)) => {
                *bytes = [&bytes[..], &more].concat().into();
            }
            (_, event) => all.push(event),
        }
    }
    all
}
