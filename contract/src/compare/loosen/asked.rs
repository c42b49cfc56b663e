use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::rules::monitor_line;
use crate::compare::role::Role;
use crate::conversation::{Heard, Shape};
use crate::wire::{Asked, Frame, decode_request};

/// What one connection has asked and was not answered yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    requests: VecDeque<Request>,
    /// Commands that wait for EXEC.
    queued: Vec<Vec<String>>,
    monitoring: bool,
}

/// What a frame is the answer to.
pub(super) enum Answered {
    /// Nothing that is known, or the queueing of a command.
    Nothing,
    /// A request of these words.
    Request(Vec<String>),
    /// EXEC, which answers these commands in one array.
    Exec(Vec<Vec<String>>),
}

#[derive(Debug)]
struct Request {
    words: Vec<String>,
    confirmed: usize,
}

impl Pending {
    pub(super) fn ask(&mut self, words: &[Bytes]) {
        if !words.is_empty() {
            let words = words.iter().map(|word| String::from_utf8_lossy(word).into_owned());
            self.requests.push_back(Request { words: words.collect(), confirmed: 0 });
        }
    }

    pub(super) fn ask_raw(&mut self, bytes: &Bytes) {
        let mut buffer = BytesMut::from(&bytes[..]);
        while let Some(asked) = decode_request(&mut buffer) {
            match asked {
                Asked::Request(words) => self.ask(&words),
                Asked::Raw(line) => {
                    let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
                    self.ask(&words.map(Bytes::copy_from_slice).collect::<Vec<_>>());
                }
            }
        }
    }

    /// The (un)subscription that a frame confirms; no words if none is known. Nothing if the frame
    /// is no frame of Pub/Sub.
    pub(super) fn confirmed_by(&mut self, frame: &Frame) -> Option<Vec<String>> {
        let heard = Heard::Frame(Shape::Exact(frame.clone()));
        let Role::Confirmation { kind, .. } = Role::of(&heard) else {
            return Role::of(&heard).is_message().then(Vec::new);
        };
        let of_kind = |request: &Request| request.words[0].as_bytes().eq_ignore_ascii_case(kind);
        while self.requests.front().is_some_and(|first| first.is_done() && !of_kind(first)) {
            self.requests.pop_front();
        }
        let request = self.requests.front_mut().filter(|request| of_kind(request));
        let Some(request) = request else { return Some(Vec::new()) };
        request.confirmed += 1;
        let words = request.words.clone();
        if request.words.len() > 1 && request.confirmed + 1 >= request.words.len() {
            self.requests.pop_front();
        }
        Some(words)
    }

    pub(super) fn monitored(&self, frame: &Frame) -> Option<Shape> {
        if self.monitoring { monitor_line(frame) } else { None }
    }

    /// Passes over the request that a frame answers, whatever it was.
    pub(super) fn skip(&mut self) {
        self.next_asked();
    }

    fn next_asked(&mut self) -> Option<Vec<String>> {
        while self.requests.front().is_some_and(Request::is_done) {
            self.requests.pop_front();
        }
        self.requests.pop_front().map(|request| request.words)
    }

    /// What a frame answers.
    pub(super) fn answered_by(&mut self, frame: &Frame) -> Answered {
        let Some(words) = self.next_asked() else {
            return Answered::Nothing;
        };
        let is = |name: &str| words[0].eq_ignore_ascii_case(name);
        if *frame == Frame::Simple(Bytes::from_static(b"QUEUED")) {
            self.queued.push(words);
            return Answered::Nothing;
        }
        if is("exec") {
            return Answered::Exec(std::mem::take(&mut self.queued));
        }
        if is("discard") || is("reset") {
            self.queued.clear();
        }
        self.monitoring |= is("monitor");
        Answered::Request(words)
    }
}

impl Request {
    /// Whether a (un)subscription was confirmed. How many confirmations there are without arguments
    /// only the next frame tells.
    fn is_done(&self) -> bool {
        self.confirmed > 0
    }
}
