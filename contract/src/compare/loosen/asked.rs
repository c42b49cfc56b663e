use std::collections::{HashMap, HashSet, VecDeque};

use bytes::{Bytes, BytesMut};

use super::request::Request;
use super::rules::monitor_line;
use super::silence::Silence;
use crate::compare::frame_kind::{FrameKind, is_unsubscribe, subscription};
use crate::conversation::{ServerEvent, Shape};
use crate::wire::{Asked, Frame, decode_request, encode_request};

/// What one connection has asked and was not answered yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    requests: VecDeque<Request>,
    /// The beginning of a request that comes in pieces.
    buffer: BytesMut,
    /// Commands that wait for EXEC.
    queued: VecDeque<Request>,
    /// The names subscribed to, by the kind of subscription: as many confirm an UNSUBSCRIBE without
    /// arguments.
    subscribed: HashMap<u8, HashSet<Bytes>>,
    silence: Silence,
    /// Whether it has begun a transaction.
    queuing: bool,
    monitoring: bool,
}

/// What a frame is the answer to.
pub(super) enum Answered {
    /// Nothing that is known, or the queueing of a command.
    Nothing,
    /// A request of these words.
    Request(Vec<String>),
    /// EXEC: an array of answers to the commands that were queued, which come first now. A command
    /// that is confirmed more than once leaves no place in the array for the last ones: they are
    /// answered behind it.
    Exec,
}

impl Pending {
    pub(super) fn ask(&mut self, words: &[Bytes]) {
        if self.buffer.is_empty() {
            self.push(words);
        } else {
            encode_request(words, &mut self.buffer);
            self.ask_raw(&Bytes::new());
        }
    }

    pub(super) fn ask_raw(&mut self, bytes: &Bytes) {
        self.buffer.extend_from_slice(bytes);
        while let Some(asked) = decode_request(&mut self.buffer) {
            match asked {
                Asked::Request(words) => self.push(&words),
                Asked::Raw(line) => {
                    let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
                    self.push(&words.map(Bytes::copy_from_slice).collect::<Vec<_>>());
                }
            }
        }
    }

    fn push(&mut self, words: &[Bytes]) {
        if !words.is_empty() {
            let words = words.iter().map(|word| String::from_utf8_lossy(word).into_owned());
            self.requests.push_back(Request { words: words.collect(), confirmed: 0 });
        }
    }

    /// The (un)subscription that a frame confirms; no words if none is known. Nothing if the frame
    /// is no frame of Pub/Sub.
    pub(super) fn confirmed_by(&mut self, frame: &Frame) -> Option<Vec<String>> {
        let event = ServerEvent::Frame(Shape::Exact(frame.clone()));
        let frame_kind = FrameKind::of(&event);
        let FrameKind::Confirmation { kind, .. } = frame_kind else {
            return (frame_kind.is_message() || is_invalidation(frame)).then(Vec::new);
        };
        let of_kind = |request: &Request| {
            // SUBSCRIBE to nothing is refused.
            request.words[0].as_bytes().eq_ignore_ascii_case(kind)
                && (request.words.len() > 1 || is_unsubscribe(kind))
        };
        while self.requests.front().is_some_and(|front| !of_kind(front)) {
            let passed = self.requests.front().is_some_and(|front| {
                self.silence.passes_again(front, self.monitoring) || self.silence.passes(front)
            });
            if !passed {
                self.take_note_of(&frame_kind);
                return Some(Vec::new());
            }
            self.pass_over();
        }
        let left = subscription(&frame_kind).map(|(family, name)| {
            let names = self.subscribed.entry(family).or_default();
            // Somebody who subscribed before this conversation has more names than are known.
            if names.contains(name) { names.len() } else { usize::MAX }
        });
        self.take_note_of(&frame_kind);
        let request = self.requests.front_mut()?;
        let owed = match request.words.len() - 1 {
            0 => left.unwrap_or(1).saturating_add(request.confirmed),
            named => named,
        };
        request.confirmed += 1;
        let words = request.words.clone();
        if request.confirmed >= owed {
            self.silence.passed(request);
            self.requests.pop_front();
        }
        Some(words)
    }

    fn take_note_of(&mut self, confirmation: &FrameKind<'_>) {
        let Some((family, name)) = subscription(confirmation) else { return };
        let names = self.subscribed.entry(family).or_default();
        if confirmation.is_unsubscribe() {
            names.remove(name);
        } else {
            names.insert(name.clone());
        }
    }

    /// MONITOR itself may have been asked for in silence.
    pub(super) fn monitored(&self, frame: &Frame) -> Option<Shape> {
        let is_monitor = self.monitoring || self.requests.iter().any(|it| it.is("monitor"));
        if is_monitor { monitor_line(frame) } else { None }
    }

    /// Passes over the request that a frame answers, whatever it was.
    pub(super) fn skip(&mut self) {
        self.requests.pop_front();
    }

    /// The first request has been dealt with and is not answered.
    fn pass_over(&mut self) {
        let Some(request) = self.requests.pop_front() else { return };
        self.monitoring |= request.is("monitor");
        self.queuing = request.leaves_queuing(self.queuing);
        if request.resets() {
            self.forget();
        }
    }

    /// What RESET ends.
    fn forget(&mut self) {
        self.queued.clear();
        self.subscribed.clear();
        self.silence = Silence::default();
        self.queuing = false;
        self.monitoring = false;
    }

    /// What a frame answers.
    pub(super) fn answered_by(&mut self, frame: &Frame) -> Answered {
        let reset = *frame == Frame::Simple(Bytes::from_static(b"RESET"));
        while self.requests.front().is_some_and(|front| {
            !refuses_monitor(frame) && self.silence.passes_again(front, self.monitoring)
                || self.silence.passes_before(front, frame, self.queuing)
                || reset && !front.resets()
        }) {
            self.pass_over();
        }
        let Some(request) = self.requests.pop_front() else { return Answered::Nothing };
        self.silence.passed(&request);
        self.queuing = request.leaves_queuing(self.queuing);
        if *frame == Frame::Simple(Bytes::from_static(b"QUEUED")) {
            self.queued.push_back(request);
            return Answered::Nothing;
        }
        if request.is("exec") {
            let mut queued = std::mem::take(&mut self.queued);
            if matches!(frame, Frame::Array(_)) {
                queued.append(&mut self.requests);
                self.requests = queued;
                return Answered::Exec;
            }
        }
        if request.is("discard") {
            self.queued.clear();
        }
        if reset {
            self.forget();
        }
        self.monitoring |= request.is("monitor");
        Answered::Request(request.words)
    }
}

/// What a client that tracks is told without asking.
fn is_invalidation(frame: &Frame) -> bool {
    matches!(frame, Frame::Push(items)
        if matches!(items.first(), Some(Frame::Bulk(kind)) if kind == "invalidate"))
}

/// Whether it may be the answer to MONITOR of somebody who monitors.
fn refuses_monitor(frame: &Frame) -> bool {
    match frame {
        Frame::Simple(text) => text == "QUEUED",
        Frame::Error(text) => {
            let text = text.to_ascii_lowercase();
            let has = |word: &[u8]| text.windows(word.len()).any(|part| part == word);
            has(b"monitor") || has(b"noperm") || has(b"noauth")
        }
        _ => false,
    }
}
