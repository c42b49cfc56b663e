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
    Answer, Conversation, Expect, Hear, Heard, Name, Place, Said, Say, ServerName, Shape, Turn,
    Word,
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
        let mut heard = Conversation {
            title: script.title.clone(),
            remark: script.remark.clone(),
            ..Conversation::default()
        };
        for turn in &script.turns {
            for say in &turn.says {
                self.say(say).await?;
            }
            let answer = match self.ears {
                Ears::Expecting(server) => self.hear(turn.answer_of(server)).await?,
                Ears::Open => self.hear_all().await?,
            };
            self.learn_ids(turn, &answer);
            heard.turns.push(Turn {
                remark: turn.remark.clone(),
                says: turn.says.clone(),
                answer,
                variants: Vec::new(),
            });
        }
        let rest = self.close().await?;
        self.fence.take_down(self.replay.alone).await;
        if let Some(last) = heard.turns.last_mut() {
            last.answer.extend(rest);
        }
        Ok(heard)
    }

    /// Asks on a connection that is no part of a conversation, as long as there are answers in time.
    pub(super) async fn ask(self, requests: &[Vec<Bytes>]) -> Result<Vec<Heard>, ReplayError> {
        let connection = Name::new("asker");
        let mut line =
            self.connect(&Say { connection, place: Place::default(), said: Said::Open }).await?;
        let mut bytes = BytesMut::new();
        requests.iter().for_each(|words| encode_request(words, &mut bytes));
        line.send(&bytes).await;
        let mut answers = Vec::new();
        while answers.len() < requests.len()
            && let Some(heard) = line.next().await
        {
            answers.push(heard);
        }
        line.finish().await;
        Ok(answers)
    }

    async fn say(&mut self, say: &Say) -> Result<(), ReplayError> {
        self.place = say.place.clone();
        // Two connections are two roads: what was sent first arrives first on one of them only.
        if self.unanswered.take().is_some_and(|speaker| speaker != say.connection) {
            self.pass_fence().await?;
        }
        let mut request = BytesMut::new();
        match &say.said {
            Said::Request(words) => encode_request(words, &mut request),
            Said::About(words) => {
                let words = words.iter().map(|word| self.resolve(word, say));
                encode_request(&words.collect::<Result<Vec<_>, _>>()?, &mut request);
            }
            Said::Raw(bytes) => request.extend_from_slice(bytes),
            Said::Open | Said::HalfClose | Said::Close => {}
        }
        self.unread += request.len();
        let is_open = matches!(self.ears, Ears::Open);
        let line = self.line(say).await?;
        match &say.said {
            Said::Open => {}
            Said::Request(_) | Said::About(_) | Said::Raw(_) => {
                line.send(&request).await;
                let text = text(&say.said);
                if wants_patience(&text) {
                    line.awaits(Want::Frame, MOMENT).await;
                }
                if is_open && says_flush(&text) {
                    line.read_until_silent_for(SILENCE).await;
                }
            }
            Said::HalfClose => line.half_close(),
            Said::Close => {
                let entry = self.lines.get_mut(&say.connection);
                if let Some(line) = entry.and_then(|entry| entry.line.take()) {
                    line.close();
                }
            }
        }
        self.unanswered = Some(say.connection.clone());
        Ok(())
    }

    fn resolve(&self, word: &Word, say: &Say) -> Result<Bytes, ReplayError> {
        match word {
            Word::Bytes(bytes) => Ok(bytes.clone()),
            Word::IdOf(whose) => {
                let id = self.ids.get(whose).map(|id| id.to_string().into());
                id.ok_or_else(|| ReplayError::UnknownId {
                    place: say.place.clone(),
                    connection: say.connection.clone(),
                    whose: whose.clone(),
                })
            }
        }
    }

    /// Notes what the connections were told that they are called.
    fn learn_ids(&mut self, turn: &Turn, answer: &Answer) {
        for say in turn.says.iter().filter(|say| asks_for_id(&say.said)) {
            let own = answer.iter().flat_map(Expect::hears);
            let mut own = own.filter(|hear| hear.connection == say.connection);
            let id = own.find_map(|hear| match hear.heard {
                Heard::Frame(Shape::Exact(Frame::Integer(id))) => Some(id),
                _ => None,
            });
            if let Some(id) = id {
                self.ids.insert(say.connection.clone(), id);
            }
        }
    }

    /// Hears what is owed, in its order, and what has come uninvited with it.
    async fn hear(&mut self, owed: &Answer) -> Result<Answer, ReplayError> {
        let mut answer = Answer::new();
        let mut fenced = false;
        for hear in owed.iter().flat_map(Expect::hears) {
            let Some(entry) = self.lines.get_mut(&hear.connection) else { continue };
            entry.place = hear.place.clone();
            self.place = hear.place.clone();
            let Some(line) = &mut entry.line else { continue };
            if line.is_impatient() && !fenced {
                // It was waited for in vain already: from now on, what it owes is there or not.
                self.pass_fence().await?;
                fenced = true;
            }
            let want = match &hear.heard {
                Heard::Raw(bytes) => Want::Noise(bytes.len()),
                Heard::Frame(_) | Heard::Closed => Want::Frame,
            };
            let heard = self.next(&hear.connection, want).await?;
            if self.unanswered.as_ref() == Some(&hear.connection) {
                self.unanswered = None;
            }
            let Some(heard) = heard else { continue };
            answer.push(Expect::One(Hear { heard, ..hear.clone() }));
        }
        answer.extend(self.take_heard());
        Ok(answer)
    }

    /// The next thing on a connection. What does not come soon is given up when a fence has shown
    /// that the server has dealt with everything, and it still does not.
    async fn next(&mut self, connection: &Name, want: Want) -> Result<Option<Heard>, ReplayError> {
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

    async fn hear_all(&mut self) -> Result<Answer, ReplayError> {
        self.pass_fence().await?;
        self.unanswered = None;
        Ok(self.take_heard().collect())
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

    fn take_heard(&mut self) -> impl Iterator<Item = Expect> {
        self.lines.iter_mut().flat_map(|(name, entry)| {
            let (name, place) = (name.clone(), entry.place.clone());
            let heard: Vec<Heard> = match &mut entry.line {
                Some(line) => joined(line.take_heard()),
                None => Vec::new(),
            };
            heard.into_iter().map(move |heard| one(&name, &place, heard))
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
        let mut rest: Answer = self.take_heard().collect();
        let alone = self.replay.alone;
        if !alone {
            self.lines.values_mut().filter_map(|it| it.line.as_mut()).for_each(Line::half_close);
        }
        for (name, Entry { line, place }) in &mut self.lines {
            let Some(line) = line.take() else { continue };
            let late = if alone { line.reset() } else { line.finish().await };
            rest.extend(joined(late.into_iter()).into_iter().map(|heard| one(name, place, heard)));
        }
        Ok(rest)
    }

    /// The connection that is to speak, made if need be.
    async fn line(&mut self, say: &Say) -> Result<&mut Line, ReplayError> {
        if !self.lines.contains_key(&say.connection) {
            let line = Some(self.connect(say).await?);
            let entry = Entry { line, place: say.place.clone() };
            self.lines.insert(say.connection.clone(), entry);
        }
        let entry = self.lines.get_mut(&say.connection);
        let line = entry.and_then(|entry| {
            entry.place = say.place.clone();
            entry.line.as_mut()
        });
        line.ok_or_else(|| ReplayError::Closed {
            place: say.place.clone(),
            connection: say.connection.clone(),
        })
    }

    async fn connect(&self, say: &Say) -> Result<Line, ReplayError> {
        let server = &self.replay.server;
        let mut line = Line::connect(server, self.replay.deadline).await.map_err(|source| {
            ReplayError::Connect {
                place: say.place.clone(),
                connection: say.connection.clone(),
                server: server.clone(),
                source,
            }
        })?;
        if let Some(login) = &self.replay.login {
            self.log_in(&mut line, login).await.map_err(|answer| ReplayError::Login {
                place: say.place.clone(),
                connection: say.connection.clone(),
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
            Some(Heard::Frame(Shape::Exact(Frame::Simple(text)))) if text == "OK" => Ok(()),
            Some(Heard::Frame(Shape::Exact(Frame::Error(text)))) => {
                Err(String::from_utf8_lossy(&text).into_owned())
            }
            Some(other) => Err(format!("{other:?}")),
            None => Err("no answer".to_owned()),
        }
    }
}

fn asks_for_id(said: &Said) -> bool {
    matches!(said, Said::Request(words) if matches!(&words[..], [client, id]
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
    has("client") && (has("list") || has("kill")) || has("exec") || says_flush(text)
}

fn says_flush(text: &[u8]) -> bool {
    memmem::find(text, b"flush").is_some()
}

/// What could be a command or a subcommand, in small letters.
fn text(said: &Said) -> Vec<u8> {
    let mut text = Vec::new();
    match said {
        Said::Raw(bytes) => text.extend_from_slice(bytes),
        said => {
            let words = said.words();
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

fn one(connection: &Name, place: &Place, heard: Heard) -> Expect {
    Expect::One(Hear { connection: connection.clone(), place: place.clone(), heard })
}

/// Bytes that are no frame have no end of their own: how they came in pieces means nothing.
fn joined(heard: impl Iterator<Item = Heard>) -> Vec<Heard> {
    let mut all: Vec<Heard> = Vec::new();
    for heard in heard {
        match (all.last_mut(), heard) {
            (Some(Heard::Raw(bytes)), Heard::Raw(more)) => {
                *bytes = [&bytes[..], &more].concat().into();
            }
            (_, heard) => all.push(heard),
        }
    }
    all
}
