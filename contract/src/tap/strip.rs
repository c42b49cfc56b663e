use bytes::{Bytes, BytesMut};
use memchr::memmem::Finder;

use crate::wire::Frame;

/// Removes a prefix from all strings of a conversation.
#[derive(Default)]
pub(super) struct PrefixStripper<'a> {
    prefix: Option<Finder<'a>>,
}

impl<'a> PrefixStripper<'a> {
    /// An empty prefix removes nothing.
    pub(super) fn new(prefix: &'a [u8]) -> Self {
        Self { prefix: (!prefix.is_empty()).then(|| Finder::new(prefix)) }
    }

    /// The text without the prefix. Text that does not contain it is not copied.
    pub(super) fn text(&self, text: Bytes) -> Bytes {
        let Some(prefix) = &self.prefix else { return text };
        if prefix.find(&text).is_none() {
            return text;
        }
        let mut kept = BytesMut::with_capacity(text.len());
        let mut from = 0;
        for at in prefix.find_iter(&text) {
            kept.extend_from_slice(&text[from..at]);
            from = at + prefix.needle().len();
        }
        kept.extend_from_slice(&text[from..]);
        kept.freeze()
    }

    pub(super) fn frame(&self, frame: Frame) -> Frame {
        if self.prefix.is_none() {
            return frame;
        }
        match frame {
            Frame::Simple(text) => Frame::Simple(self.text(text)),
            Frame::Error(text) => Frame::Error(self.text(text)),
            Frame::Bulk(text) => Frame::Bulk(self.text(text)),
            Frame::BulkError(text) => Frame::BulkError(self.text(text)),
            Frame::Verbatim(text) => Frame::Verbatim(self.text(text)),
            Frame::Array(items) => Frame::Array(self.frames(items)),
            Frame::Push(items) => Frame::Push(self.frames(items)),
            Frame::Set(items) => Frame::Set(self.frames(items)),
            Frame::Map(pairs) => Frame::Map(self.pairs(pairs)),
            Frame::Attribute(pairs, value) => {
                Frame::Attribute(self.pairs(pairs), Box::new(self.frame(*value)))
            }
            other => other,
        }
    }

    fn frames(&self, frames: Vec<Frame>) -> Vec<Frame> {
        frames.into_iter().map(|frame| self.frame(frame)).collect()
    }

    fn pairs(&self, pairs: Vec<(Frame, Frame)>) -> Vec<(Frame, Frame)> {
        pairs.into_iter().map(|(key, value)| (self.frame(key), self.frame(value))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_remove_the_prefix_everywhere() {
        let stripper = PrefixStripper::new(b"run7:");
        let bulk = |text: &'static str| Frame::Bulk(text.into());
        let original =
            Frame::Push(vec![bulk("pmessage"), bulk("run7:*"), bulk("run7:a"), bulk("run7")]);
        let target = Frame::Push(vec![bulk("pmessage"), bulk("*"), bulk("a"), bulk("run7")]);
        assert_eq!(stripper.frame(original), target);
        let error = Frame::Error("ERR unknown command 'run7:x' 'run7:y'".into());
        assert_eq!(stripper.frame(error), Frame::Error("ERR unknown command 'x' 'y'".into()));
    }
}
