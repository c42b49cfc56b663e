//! The values of `client-output-buffer-limit`.

use std::fmt;
use std::time::Duration;

use super::memory;

/// The limits of one client's output buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutputLimit {
    /// A client with so many unwritten bytes is closed at once; 0 for no limit.
    pub(crate) hard: u64,
    /// A client with so many unwritten bytes is closed after [`soft_for`](Self::soft_for); 0 for no
    /// limit.
    pub(crate) soft: u64,
    /// How long a client may exceed the soft limit.
    pub(crate) soft_for: Duration,
}

/// The limits of the three classes of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutputLimits {
    /// Clients in no other class.
    pub(crate) normal: OutputLimit,
    /// Replicas. This server has none; the value is kept for `CONFIG GET`.
    pub(crate) replica: OutputLimit,
    /// Clients with a subscription.
    pub(crate) pubsub: OutputLimit,
}

impl Default for OutputLimits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        let limit = |hard, soft, seconds| OutputLimit {
            hard,
            soft,
            soft_for: Duration::from_secs(seconds),
        };
        Self {
            normal: limit(0, 0, 0),
            replica: limit(256 * MIB, 64 * MIB, 60),
            pubsub: limit(32 * MIB, 8 * MIB, 60),
        }
    }
}

impl OutputLimits {
    /// Changes the classes that `text` names: `pubsub 32mb 8mb 60`, one or more.
    pub(super) fn change(&mut self, text: &[u8]) -> Result<(), &'static str> {
        if text.is_empty() {
            return Ok(());
        }
        let words: Vec<_> = text.split(|byte| *byte == b' ').collect();
        let (classes, rest) = words.as_chunks::<4>();
        if !rest.is_empty() {
            return Err("Wrong number of arguments in buffer limit configuration.");
        }
        for [class, hard, soft, seconds] in classes {
            let limit = self
                .class(class)
                .ok_or("Invalid client class specified in buffer limit configuration.")?;
            *limit = parse_limit(hard, soft, seconds).ok_or(
                "Error in hard, soft or soft_seconds setting in buffer limit configuration.",
            )?;
        }
        Ok(())
    }

    fn class(&mut self, name: &[u8]) -> Option<&mut OutputLimit> {
        match name.to_ascii_lowercase().as_slice() {
            b"normal" => Some(&mut self.normal),
            b"replica" | b"slave" => Some(&mut self.replica),
            b"pubsub" => Some(&mut self.pubsub),
            _ => None,
        }
    }
}

fn parse_limit(hard: &[u8], soft: &[u8], seconds: &[u8]) -> Option<OutputLimit> {
    // Redis truncates the seconds to a C int.
    let seconds = std::str::from_utf8(seconds).ok()?.parse::<i64>().ok()? as i32;
    Some(OutputLimit {
        hard: memory::parse(hard)?,
        soft: memory::parse(soft)?,
        soft_for: Duration::from_secs(u64::try_from(seconds).ok()?),
    })
}

/// As `CONFIG GET` shows them: in bytes, and with the old name of the class `replica`.
impl fmt::Display for OutputLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { normal, replica, pubsub } = self;
        write!(f, "normal {normal} slave {replica} pubsub {pubsub}")
    }
}

impl fmt::Display for OutputLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.hard, self.soft, self.soft_for.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60";

    fn changed(text: &str) -> Result<String, &'static str> {
        let mut limits = OutputLimits::default();
        limits.change(text.as_bytes()).map(|()| limits.to_string())
    }

    #[test]
    fn limits_are_shown_in_bytes() {
        assert_eq!(OutputLimits::default().to_string(), DEFAULT);
    }

    #[test]
    fn only_the_named_classes_change() {
        let cases = [
            ("", DEFAULT),
            (
                "normal 1k 1KB 10",
                "normal 1000 1024 10 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
            ),
            ("REPLICA 1 1 1", "normal 0 0 0 slave 1 1 1 pubsub 33554432 8388608 60"),
            ("slave 1 1 1 Pubsub 2 1 0", "normal 0 0 0 slave 1 1 1 pubsub 2 1 0"),
            (
                "pubsub 100 0 0 pubsub 1 0 0",
                "normal 0 0 0 slave 268435456 67108864 60 pubsub 1 0 0",
            ),
            (
                "normal 0 0 99999999999",
                "normal 0 0 1215752191 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(changed(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn invalid_limits_get_the_error_of_redis() {
        let arguments = "Wrong number of arguments in buffer limit configuration.";
        for text in ["normal", "normal 0 0", "normal  0 0  0", "normal 0 0 0 ", " "] {
            assert_eq!(changed(text), Err(arguments), "{text}");
        }
        let class = "Invalid client class specified in buffer limit configuration.";
        for text in ["foo 0 0 0", "master 0 0 0", "\"normal\" 0 0 0", " 0 0 0"] {
            assert_eq!(changed(text), Err(class), "{text}");
        }
        let setting = "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
        for text in ["normal -1 0 0", "normal 0 0 -1", "normal 1.5mb 0 0", "normal 0 0 2147483648"]
        {
            assert_eq!(changed(text), Err(setting), "{text}");
        }
    }
}
