use std::fmt;

use bytes::Bytes;
use redis::{Msg, PushInfo};

/// A message that a subscriber receives: a `message` or a `pmessage`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Message {
    /// The pattern that matched, or `None` for a subscription to the channel itself.
    pub pattern: Option<Bytes>,
    /// The channel that the message was published on.
    pub channel: Bytes,
    /// The published payload.
    pub payload: Bytes,
}

/// The message for a subscription to a channel.
pub fn message(channel: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> Message {
    Message { pattern: None, channel: copy(channel), payload: copy(payload) }
}

/// The message for a subscription to a pattern.
pub fn pmessage(
    pattern: impl AsRef<[u8]>,
    channel: impl AsRef<[u8]>,
    payload: impl AsRef<[u8]>,
) -> Message {
    Message { pattern: Some(copy(pattern)), ..message(channel, payload) }
}

impl Message {
    /// Converts a message of the client library. `None` if its channel is not a string, which no
    /// known server sends.
    pub(super) fn from_client(msg: &Msg) -> Option<Self> {
        let pattern: Option<Vec<u8>> = msg.get_pattern().ok()?;
        let channel: Vec<u8> = msg.get_channel().ok()?;
        Some(Self {
            pattern: pattern.map(Bytes::from),
            channel: channel.into(),
            payload: Bytes::copy_from_slice(msg.get_payload_bytes()),
        })
    }

    /// `None` for pushes that are not messages, such as confirmations.
    pub(super) fn from_push(push: PushInfo) -> Option<Self> {
        Self::from_client(&Msg::from_push_info(push)?)
    }

    /// Removes the scene's prefix from the names.
    pub(super) fn strip_prefix(self, prefix: &[u8]) -> Self {
        let strip = |name: Bytes| match name.strip_prefix(prefix) {
            Some(rest) => name.slice_ref(rest),
            None => name,
        };
        Self {
            pattern: self.pattern.map(strip),
            channel: strip(self.channel),
            payload: self.payload,
        }
    }
}

fn copy(bytes: impl AsRef<[u8]>) -> Bytes {
    Bytes::copy_from_slice(bytes.as_ref())
}

/// Prints the message as a case would write it. Long payloads are shortened, because a failed
/// assertion prints two of them.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 120;
        let channel = self.channel.escape_ascii();
        match &self.pattern {
            Some(pattern) => write!(f, "pmessage(\"{}\", \"{channel}\", ", pattern.escape_ascii())?,
            None => write!(f, "message(\"{channel}\", ")?,
        }
        let shown = &self.payload[..self.payload.len().min(SHOWN)];
        write!(f, "\"{}\")", shown.escape_ascii())?;
        if shown.len() < self.payload.len() {
            write!(f, " /* the first {SHOWN} of {} bytes */", self.payload.len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_print_itself_as_a_case_would_write_it() {
        let shown = format!("{:?}", pmessage("w*", "w:1", "a\r\n\0"));
        assert_eq!(shown, r#"pmessage("w*", "w:1", "a\r\n\x00")"#);
    }

    #[test]
    fn should_shorten_a_long_payload() {
        let shown = format!("{:?}", message("c", vec![b'x'; 1 << 20]));
        assert!(shown.ends_with("/* the first 120 of 1048576 bytes */") && shown.len() < 300);
    }

    #[test]
    fn should_strip_the_prefix_from_names_but_not_from_payloads() {
        let received = pmessage("p:w*", "p:w:1", "p:w:1").strip_prefix(b"p:");
        assert_eq!(received, pmessage("w*", "w:1", "p:w:1"));
    }
}
