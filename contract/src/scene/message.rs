use std::fmt;

use bytes::Bytes;
use redis::{Msg, PushInfo};

/// What a subscriber is told: one `message` or one `pmessage`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Message {
    /// The pattern that matched; `None` for a subscription of the channel itself.
    pub pattern: Option<Bytes>,
    /// The channel that was published to.
    pub channel: Bytes,
    /// What was published.
    pub payload: Bytes,
}

/// The message of a subscribed channel.
pub fn message(channel: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> Message {
    Message { pattern: None, channel: copy(channel), payload: copy(payload) }
}

/// The message of a subscribed pattern.
pub fn pmessage(
    pattern: impl AsRef<[u8]>,
    channel: impl AsRef<[u8]>,
    payload: impl AsRef<[u8]>,
) -> Message {
    Message { pattern: Some(copy(pattern)), ..message(channel, payload) }
}

impl Message {
    /// From either of the client's two forms; `None` if its channel is no string at all, which no
    /// server has been seen to send.
    pub(super) fn from_client(msg: &Msg) -> Option<Self> {
        let pattern: Option<Vec<u8>> = msg.get_pattern().ok()?;
        let channel: Vec<u8> = msg.get_channel().ok()?;
        Some(Self {
            pattern: pattern.map(Bytes::from),
            channel: channel.into(),
            payload: Bytes::copy_from_slice(msg.get_payload_bytes()),
        })
    }

    /// `None` for pushes that are no messages: confirmations.
    pub(super) fn from_push(push: PushInfo) -> Option<Self> {
        Self::from_client(&Msg::from_push_info(push)?)
    }

    /// Without what the scene put before the names.
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

/// As it would be written in a case. Long payloads are cut: a failed assertion prints two of them.
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
    fn should_not_print_a_megabyte() {
        let shown = format!("{:?}", message("c", vec![b'x'; 1 << 20]));
        assert!(shown.ends_with("/* the first 120 of 1048576 bytes */") && shown.len() < 300);
    }

    #[test]
    fn should_take_the_prefix_off_names_and_leave_payloads_alone() {
        let received = pmessage("p:w*", "p:w:1", "p:w:1").strip_prefix(b"p:");
        assert_eq!(received, pmessage("w*", "w:1", "p:w:1"));
    }
}
