use std::collections::{HashMap, HashSet, VecDeque};

use bytes::{Bytes, BytesMut};

use super::reply_mode::ReplyMode;
use super::request::Request;
use super::rules::monitor_line;
use crate::compare::frame_kind::{FrameKind, is_unsubscribe, subscription};
use crate::conversation::{ServerEvent, Shape};
use crate::wire::{ClientInput, Frame, decode_request, encode_request};

/// The unanswered requests of one connection.
#[derive(Debug, Default)]
pub(super) struct Pending {
    requests: VecDeque<Request>,
    /// The first pieces of a request that was sent in pieces.
    buffer: BytesMut,
    /// Commands queued until EXEC.
    queued: VecDeque<Request>,
    /// The subscribed names, by family of subscription. An UNSUBSCRIBE without arguments gets one
    /// confirmation for each.
    subscribed: HashMap<u8, HashSet<Bytes>>,
    reply_mode: ReplyMode,
    /// Whether the client is in a transaction.
    in_transaction: bool,
    monitoring: bool,
}

/// The request that a frame answers.
pub(super) enum Answered {
    /// No known request, or a command that was only queued.
    Nothing,
    /// A request with these words.
    Request(Vec<String>),
    /// EXEC. The frame is an array of answers to the queued commands, which are now the first
    /// pending requests. If one command has several confirmations, they fill the array, and the
    /// answers to the last commands follow after it.
    Exec,
}

impl Pending {
    pub(super) fn add_request(&mut self, words: &[Bytes]) {
        if self.buffer.is_empty() {
            self.push(words);
        } else {
            encode_request(words, &mut self.buffer);
            self.add_raw(&Bytes::new());
        }
    }

    pub(super) fn add_raw(&mut self, bytes: &Bytes) {
        self.buffer.extend_from_slice(bytes);
        while let Some(input) = decode_request(&mut self.buffer) {
            match input {
                ClientInput::Request(words) => self.push(&words),
                ClientInput::Raw(line) => {
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

    /// The words of the subscribe or unsubscribe that a frame confirms, empty if it is not known.
    /// `None` if the frame is neither a confirmation nor a message.
    pub(super) fn confirmed_by(&mut self, frame: &Frame) -> Option<Vec<String>> {
        let event = ServerEvent::Frame(Shape::Exact(frame.clone()));
        let frame_kind = FrameKind::of(&event);
        let FrameKind::Confirmation { kind, .. } = frame_kind else {
            return (frame_kind.is_message() || is_invalidation(frame)).then(Vec::new);
        };
        let of_kind = |request: &Request| {
            // SUBSCRIBE without arguments is refused.
            request.words[0].as_bytes().eq_ignore_ascii_case(kind)
                && (request.words.len() > 1 || is_unsubscribe(kind))
        };
        while self.requests.front().is_some_and(|front| !of_kind(front)) {
            let is_suppressed = self.requests.front().is_some_and(|front| {
                self.reply_mode.suppresses_monitor(front, self.monitoring)
                    || self.reply_mode.suppresses(front)
            });
            if !is_suppressed {
                self.record_confirmation(&frame_kind);
                return Some(Vec::new());
            }
            self.drop_front();
        }
        let left = subscription(&frame_kind).map(|(family, name)| {
            let names = self.subscribed.entry(family).or_default();
            // A client that subscribed before this conversation has unknown names.
            if names.contains(name) { names.len() } else { usize::MAX }
        });
        self.record_confirmation(&frame_kind);
        let request = self.requests.front_mut()?;
        let expected = match request.words.len() - 1 {
            0 => left.unwrap_or(1).saturating_add(request.confirmed),
            named => named,
        };
        request.confirmed += 1;
        let words = request.words.clone();
        if request.confirmed >= expected {
            self.reply_mode.answered(request);
            self.requests.pop_front();
        }
        Some(words)
    }

    fn record_confirmation(&mut self, confirmation: &FrameKind<'_>) {
        let Some((family, name)) = subscription(confirmation) else { return };
        let names = self.subscribed.entry(family).or_default();
        if confirmation.is_unsubscribe() {
            names.remove(name);
        } else {
            names.insert(name.clone());
        }
    }

    /// The frame with masks, if it is a line of MONITOR. The reply to MONITOR itself may be
    /// missing, because CLIENT REPLY can suppress it.
    pub(super) fn masked_monitor_line(&self, frame: &Frame) -> Option<Shape> {
        let is_monitor = self.monitoring || self.requests.iter().any(|it| it.is("monitor"));
        if is_monitor { monitor_line(frame) } else { None }
    }

    /// Removes the first request.
    pub(super) fn skip(&mut self) {
        self.requests.pop_front();
    }

    /// Removes the first request, which took effect without an answer.
    fn drop_front(&mut self) {
        let Some(request) = self.requests.pop_front() else { return };
        self.monitoring |= request.is("monitor");
        self.in_transaction = request.is_in_transaction_after(self.in_transaction);
        if request.resets() {
            self.reset();
        }
    }

    /// Clears the transaction, subscriptions, monitoring and reply mode, as RESET does.
    fn reset(&mut self) {
        self.queued.clear();
        self.subscribed.clear();
        self.reply_mode = ReplyMode::default();
        self.in_transaction = false;
        self.monitoring = false;
    }

    /// The request that a frame answers. Suppressed requests before it are removed.
    pub(super) fn answered_by(&mut self, frame: &Frame) -> Answered {
        let reset = *frame == Frame::Simple(Bytes::from_static(b"RESET"));
        while self.requests.front().is_some_and(|front| {
            !refuses_monitor(frame) && self.reply_mode.suppresses_monitor(front, self.monitoring)
                || self.reply_mode.suppresses_before(front, frame, self.in_transaction)
                || reset && !front.resets()
        }) {
            self.drop_front();
        }
        let Some(request) = self.requests.pop_front() else { return Answered::Nothing };
        self.reply_mode.answered(&request);
        self.in_transaction = request.is_in_transaction_after(self.in_transaction);
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
            self.reset();
        }
        self.monitoring |= request.is("monitor");
        Answered::Request(request.words)
    }
}

/// Whether the frame is an invalidation message of client tracking.
fn is_invalidation(frame: &Frame) -> bool {
    matches!(frame, Frame::Push(items)
        if matches!(items.first(), Some(Frame::Bulk(kind)) if kind == "invalidate"))
}

/// Whether the frame may answer a MONITOR of a client that is monitoring already.
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
