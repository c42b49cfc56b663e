//! Words that say when a key expires.

use super::errors::NO_INTEGER;
use crate::profile::ErrorTexts;
use crate::state::keyspace::Expiry;
use crate::wire::{ErrorReply, parse_integer};

/// How to read the number of an expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ExpiryUnit {
    /// How many milliseconds one unit has.
    millis: i64,
    /// Whether the number counts from now instead of from the Unix epoch.
    is_relative: bool,
}

pub(super) const SECONDS: ExpiryUnit = ExpiryUnit { millis: 1000, is_relative: true };
pub(super) const MILLISECONDS: ExpiryUnit = ExpiryUnit { millis: 1, is_relative: true };
pub(super) const SECONDS_OF_EPOCH: ExpiryUnit = ExpiryUnit { is_relative: false, ..SECONDS };
pub(super) const MILLISECONDS_OF_EPOCH: ExpiryUnit =
    ExpiryUnit { is_relative: false, ..MILLISECONDS };

impl ExpiryUnit {
    /// The unit that an option of SET stands for.
    pub(super) fn named(option: &[u8]) -> Option<Self> {
        match option.to_ascii_lowercase().as_slice() {
            b"ex" => Some(SECONDS),
            b"px" => Some(MILLISECONDS),
            b"exat" => Some(SECONDS_OF_EPOCH),
            b"pxat" => Some(MILLISECONDS_OF_EPOCH),
            _ => None,
        }
    }

    /// The time that `number` stands for; none if it overflows.
    pub(super) fn expiry(self, number: i64, now: Expiry) -> Option<Expiry> {
        let start = if self.is_relative { now } else { 0 };
        number.checked_mul(self.millis)?.checked_add(start)
    }

    /// The time that an option of `command` stands for. Its number must be positive.
    pub(super) fn parse(
        self,
        number: &[u8],
        now: Expiry,
        command: &str,
        texts: &ErrorTexts,
    ) -> Result<Expiry, ErrorReply> {
        let number = parse_integer(number).ok_or(NO_INTEGER)?;
        let expiry = Some(number).filter(|number| *number > 0);
        let expiry = expiry.and_then(|number| self.expiry(number, now));
        expiry.ok_or_else(|| (texts.invalid_expire_time)(command))
    }
}
