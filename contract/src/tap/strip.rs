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
        frame.map_text(&mut |text| self.text(text))
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
