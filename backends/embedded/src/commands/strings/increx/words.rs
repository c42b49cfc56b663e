//! The words of INCREX.

use crate::commands::errors::SYNTAX;
use crate::commands::expiry::ExpiryUnit;
use crate::commands::float::LongDouble;
use crate::wire::{Args, ErrorReply, parse_integer};

/// The words of a request. Only the increment is read at once; the other numbers are read after
/// all words.
#[derive(Default)]
pub(super) struct Words<'a> {
    pub(super) by: Option<Increment>,
    pub(super) lower: Option<&'a [u8]>,
    pub(super) upper: Option<&'a [u8]>,
    pub(super) saturates: bool,
    pub(super) expires: Option<(ExpiryUnit, &'a [u8])>,
    pub(super) persists: bool,
    pub(super) only_without_expiry: bool,
}

/// The number to add.
#[derive(Clone, Copy)]
pub(super) enum Increment {
    Integer(i64),
    Float(LongDouble),
}

impl Increment {
    fn integer(word: &[u8]) -> Result<Self, ErrorReply> {
        let number = parse_integer(word);
        Ok(Self::Integer(number.ok_or("ERR Increment is not an integer or out of range")?))
    }

    fn float(word: &[u8]) -> Result<Self, ErrorReply> {
        let number = LongDouble::parse(word).ok_or("ERR Increment is not a valid float")?;
        if number.is_infinite() {
            return Err("ERR BYFLOAT increment cannot be Infinity".into());
        }
        Ok(Self::Float(number))
    }
}

impl<'a> Words<'a> {
    /// A repeated word is an error, and so are words that contradict each other.
    pub(super) fn parse(mut args: Args<'a>) -> Result<Self, ErrorReply> {
        let mut words = Self::default();
        while let Some(word) = args.get(0) {
            let (operand, lower) = (args.get(1), word.to_ascii_lowercase());
            let is_flag = words.set_flag(&lower);
            args = args.from(if is_flag.is_some() { 1 } else { 2 });
            let is_new = match is_flag {
                Some(is_new) => is_new,
                None => words.set_number(&lower, operand.ok_or(SYNTAX)?)?,
            };
            let contradicts =
                words.persists && (words.expires.is_some() || words.only_without_expiry);
            if !is_new || contradicts {
                return Err(SYNTAX.into());
            }
        }
        Ok(words)
    }

    /// Whether a flag is new; none if the word is no flag.
    fn set_flag(&mut self, word: &[u8]) -> Option<bool> {
        let flag = match word {
            b"saturate" => &mut self.saturates,
            b"persist" => &mut self.persists,
            b"enx" => &mut self.only_without_expiry,
            _ => return None,
        };
        Some(!std::mem::replace(flag, true))
    }

    /// Whether a word that has a number is new.
    fn set_number(&mut self, word: &[u8], number: &'a [u8]) -> Result<bool, ErrorReply> {
        Ok(match word {
            b"byint" | b"byfloat" if self.by.is_some() => false,
            b"byint" => self.by.replace(Increment::integer(number)?).is_none(),
            b"byfloat" => self.by.replace(Increment::float(number)?).is_none(),
            b"lbound" => self.lower.replace(number).is_none(),
            b"ubound" => self.upper.replace(number).is_none(),
            _ => {
                let unit = ExpiryUnit::named(word).ok_or(SYNTAX)?;
                self.expires.replace((unit, number)).is_none()
            }
        })
    }
}
