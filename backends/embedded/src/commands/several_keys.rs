//! Commands that name several keys, and those that pop from the first of them: `LMPOP`, `BZPOPMIN`.

use super::Context;
use super::errors::SYNTAX;
use crate::state::keyspace::DataType;
use crate::wire::{Args, ErrorReply, parse_integer};

/// Parses how many keys follow.
pub(super) fn number_of_keys(word: &[u8]) -> Result<usize, ErrorReply> {
    positive(word).ok_or_else(|| "ERR numkeys should be greater than 0".into())
}

fn positive(word: &[u8]) -> Option<usize> {
    let number = parse_integer(word)?;
    usize::try_from(number).ok().filter(|number| *number > 0)
}

/// Some elements from an end of the first of several collections: the words of `LMPOP` and `ZMPOP`.
pub(super) struct Pops<'a, E> {
    pub(super) keys: Args<'a>,
    pub(super) end: E,
    pub(super) count: usize,
}

impl<'a, E> Pops<'a, E> {
    /// Parses the number of keys and what follows.
    pub(super) fn parse(
        words: Args<'a>,
        end_named: impl FnOnce(&[u8]) -> Option<E>,
    ) -> Result<Self, ErrorReply> {
        let number = number_of_keys(&words[0])?;
        let after = words.from(number.saturating_add(1));
        let end = after.get(0).and_then(end_named).ok_or(SYNTAX)?;
        let count = match (after.get(1), after.get(2)) {
            (None, _) => 1,
            (Some(word), Some(count)) if word.eq_ignore_ascii_case(b"count") => {
                positive(count).ok_or("ERR count should be greater than 0")?
            }
            _ => return Err(SYNTAX.into()),
        };
        if after.len() > 3 {
            return Err(SYNTAX.into());
        }
        Ok(Self { keys: words.from(1).up_to(number), end, count })
    }
}

impl Context<'_> {
    /// Pops from the first of the keys that has something to pop. Returns the key, and what was
    /// popped.
    pub(super) fn pop_first<'k, T: DataType, P>(
        &mut self,
        keys: Args<'k>,
        mut pop: impl FnMut(&mut T) -> Option<P>,
    ) -> Result<Option<(&'k [u8], P)>, ErrorReply> {
        for key in keys.iter() {
            if !self.may_serve_from(key) {
                continue;
            }
            if let Some(popped) = self.edit::<T>(key)?.and_then(&mut pop) {
                return Ok(Some((key, popped)));
            }
        }
        Ok(None)
    }
}
