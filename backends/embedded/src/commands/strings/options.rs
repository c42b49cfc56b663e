//! The options of SET and MSETEX.

use super::compare::Comparison;
use crate::commands::Context;
use crate::commands::errors::SYNTAX;
use crate::commands::expiry::ExpiryUnit;
use crate::profile::ErrorTexts;
use crate::profile::strings::StringBehaviour;
use crate::state::keyspace::{Expiry, Lifetime, StringValue};
use crate::wire::{Args, ErrorReply};

/// What a command accepts beyond the options that SET and MSETEX share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accepted<'p> {
    get: bool,
    returns_old_if_absent: bool,
    /// The comparisons, separated by blanks.
    comparisons: &'p str,
    comparisons_may_repeat: bool,
    presence_may_follow_comparison: bool,
}

impl<'p> Accepted<'p> {
    pub(super) const OF_MSETEX: Self = Self {
        get: false,
        returns_old_if_absent: false,
        comparisons: "",
        comparisons_may_repeat: false,
        presence_may_follow_comparison: false,
    };

    pub(super) fn of_set(profile: &'p StringBehaviour) -> Self {
        Self {
            get: true,
            returns_old_if_absent: profile.set_returns_old_if_absent,
            comparisons: profile.set_comparisons,
            comparisons_may_repeat: profile.comparisons_may_repeat,
            presence_may_follow_comparison: profile.presence_may_follow_comparison,
        }
    }

    fn comparison(&self, word: &[u8]) -> Option<Comparison> {
        let mut known = self.comparisons.split_ascii_whitespace();
        known.find(|known| word.eq_ignore_ascii_case(known.as_bytes()))?;
        Comparison::named(word)
    }
}

/// The options of one request.
#[derive(Default)]
pub(super) struct SetOptions<'a> {
    only_if_absent: bool,
    only_if_present: bool,
    comparison: Option<(Comparison, &'a [u8])>,
    pub(super) returns_old: bool,
    keeps_expiry: bool,
    expires: Option<(ExpiryUnit, &'a [u8])>,
}

impl<'a> SetOptions<'a> {
    /// A repeated option replaces the earlier one. Options that contradict each other are an error.
    pub(super) fn parse(mut args: Args<'a>, accepted: Accepted<'_>) -> Result<Self, ErrorReply> {
        let mut options = Self::default();
        while let Some(word) = args.get(0) {
            args = args.from(1);
            let follows = options.comparison.is_some() && !accepted.presence_may_follow_comparison;
            match word.to_ascii_lowercase().as_slice() {
                b"nx" if !options.only_if_present && !follows => options.only_if_absent = true,
                b"xx" if !options.only_if_absent && !follows => options.only_if_present = true,
                b"get" if accepted.get => options.returns_old = true,
                b"keepttl" if options.expires.is_none() => options.keeps_expiry = true,
                _ => {
                    let operand = args.get(0).ok_or(SYNTAX)?;
                    args = args.from(1);
                    match accepted.comparison(word) {
                        Some(comparison) => options.compare(comparison, operand, accepted)?,
                        None => options.expire(word, operand)?,
                    }
                }
            }
        }
        let may_return_old = accepted.returns_old_if_absent || !options.only_if_absent;
        if options.returns_old && !may_return_old {
            return Err(SYNTAX.into());
        }
        Ok(options)
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        operand: &'a [u8],
        accepted: Accepted<'_>,
    ) -> Result<(), ErrorReply> {
        let contradicts = |(other, _)| other != comparison || !accepted.comparisons_may_repeat;
        if self.only_if_absent || self.only_if_present || self.comparison.is_some_and(contradicts) {
            return Err(SYNTAX.into());
        }
        self.comparison = Some((comparison, operand));
        Ok(())
    }

    fn expire(&mut self, word: &[u8], number: &'a [u8]) -> Result<(), ErrorReply> {
        let unit = ExpiryUnit::named(word).ok_or(SYNTAX)?;
        if self.keeps_expiry || self.expires.is_some_and(|(other, _)| other != unit) {
            return Err(SYNTAX.into());
        }
        self.expires = Some((unit, number));
        Ok(())
    }

    /// Whether the key may be set. A comparison needs a string.
    pub(super) fn allow(&self, ctx: &mut Context<'_>, key: &[u8]) -> Result<bool, ErrorReply> {
        if self.only_if_absent || self.only_if_present {
            let is_present = ctx.database().contains(key);
            if is_present == self.only_if_absent {
                return Ok(false);
            }
        }
        let Some((comparison, operand)) = self.comparison else { return Ok(true) };
        let present = ctx.peek::<StringValue>(key)?.map(StringValue::bytes);
        comparison.holds(operand, present.as_deref())
    }

    pub(super) fn lifetime(
        &self,
        command: &str,
        now: Expiry,
        texts: &ErrorTexts,
    ) -> Result<Lifetime, ErrorReply> {
        match self.expires {
            Some((unit, number)) => unit.parse(number, now, command, texts).map(Lifetime::Until),
            None if self.keeps_expiry => Ok(Lifetime::Kept),
            None => Ok(Lifetime::Endless),
        }
    }
}
