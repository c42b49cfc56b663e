//! INCREX: adds to a number within bounds, and changes when it expires. [`words`] reads its request.

mod words;

use words::{Increment, Words};

use crate::commands::errors::NO_INTEGER;
use crate::commands::float::LongDouble;
use crate::commands::{Context, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::{Lifetime, StringValue, expiry_of};
use crate::wire::{Args, ErrorReply, parse_integer};

/// An increment and its bounds, of one type of number.
struct Step<N> {
    by: N,
    lower: N,
    upper: N,
}

/// How a number parses, and the words for one that does not.
type Parse<N> = fn(&[u8]) -> Option<N>;

impl<N: Copy + PartialOrd> Step<N> {
    /// Reads the bounds; a missing bound is that of the type.
    fn new(
        by: N,
        words: &Words<'_>,
        [least, most]: [N; 2],
        parse: Parse<N>,
        kind: &str,
    ) -> Result<Self, ErrorReply> {
        let bound = |name: &str, word: Option<&[u8]>, default: N| match word.map(parse) {
            None => Ok(default),
            Some(Some(bound)) => Ok(bound),
            Some(None) => Err(ErrorReply::from(format!("ERR {name} is not {kind}"))),
        };
        let lower = bound("LBOUND", words.lower, least)?;
        let upper = bound("UBOUND", words.upper, most)?;
        if lower > upper {
            return Err("ERR LBOUND can't be greater than UBOUND".into());
        }
        Ok(Self { by, lower, upper })
    }

    /// The bound that a sum violates.
    fn exceeded(&self, sum: N) -> Option<N> {
        if sum > self.upper { Some(self.upper) } else { (sum < self.lower).then_some(self.lower) }
    }
}

/// A change that can be written.
struct Sum<N> {
    /// The new number, or the present one if `writes` is false.
    value: N,
    applied: N,
    writes: bool,
}

pub(super) fn increx(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let words = Words::parse(args.from(2))?;
    match words.by.unwrap_or(Increment::Integer(1)) {
        Increment::Float(by) => {
            const KIND: &str = "a valid float";
            let limits = [LongDouble::smallest(), LongDouble::largest()];
            let step = Step::new(by, &words, limits, LongDouble::parse, KIND)?;
            let lifetime = lifetime(ctx, &words, key)?;
            let present = match ctx.peek::<StringValue>(key)? {
                Some(text) => {
                    LongDouble::parse(&text.bytes()).ok_or("ERR value is not a valid float")?
                }
                None => LongDouble::ZERO,
            };
            if present.is_infinite() {
                return Err("ERR value cannot be Infinity".into());
            }
            let sum = add_floats(present, &step, words.saturates);
            let value = sum.value.to_string();
            if sum.writes {
                let value = StringValue::text(value.as_bytes());
                ctx.put_sum(key, value, "incrbyfloat", lifetime);
            }
            ctx.reply().array(2).decimal(&value).decimal(&sum.applied.to_string());
        }
        Increment::Integer(by) => {
            const KIND: &str = "an integer or out of range";
            let step = Step::new(by, &words, [i64::MIN, i64::MAX], parse_integer, KIND)?;
            let lifetime = lifetime(ctx, &words, key)?;
            let present = match ctx.peek::<StringValue>(key)? {
                Some(text) => text.integer().ok_or(NO_INTEGER)?,
                None => 0,
            };
            let sum = add_integers(present, &step, words.saturates)?;
            if sum.writes {
                ctx.put_sum(key, StringValue::Integer(sum.value), "incrby", lifetime);
            }
            ctx.reply().array(2).integer(sum.value).integer(sum.applied);
        }
    }
    Ok(())
}

fn add_floats(present: LongDouble, step: &Step<LongDouble>, saturates: bool) -> Sum<LongDouble> {
    let sum = present.plus(step.by);
    let value = match step.exceeded(sum) {
        Some(_) if !saturates => {
            return Sum { value: present, applied: LongDouble::ZERO, writes: false };
        }
        Some(bound) => bound,
        None => sum,
    };
    Sum { value, applied: value.minus(present), writes: true }
}

fn add_integers(present: i64, step: &Step<i64>, saturates: bool) -> Result<Sum<i64>, ErrorReply> {
    let sum = present.checked_add(step.by);
    let bound = match sum {
        Some(sum) => step.exceeded(sum),
        None if step.by > 0 => Some(step.upper),
        None => Some(step.lower),
    };
    let value = match bound {
        Some(_) if !saturates => return Ok(Sum { value: present, applied: 0, writes: false }),
        Some(bound) => bound,
        None => present.wrapping_add(step.by),
    };
    let applied = value.checked_sub(present).ok_or("ERR applied increment would overflow")?;
    Ok(Sum { value, applied, writes: true })
}

/// How long the key lives afterwards.
fn lifetime(ctx: &mut Context<'_>, words: &Words<'_>, key: &[u8]) -> Result<Lifetime, ErrorReply> {
    let Some((unit, number)) = words.expires else {
        return match (words.only_without_expiry, words.persists) {
            (true, _) => Err("ERR ENX flag requires an expiration".into()),
            (false, true) => Ok(Lifetime::Endless),
            (false, false) => Ok(Lifetime::Kept),
        };
    };
    let expiry = unit.parse(number, expiry_of(ctx.now), "increx", &ctx.state.profile.errors)?;
    let keeps = words.only_without_expiry && ctx.database().expiry(key).flatten().is_some();
    Ok(if keeps { Lifetime::Kept } else { Lifetime::Until(expiry) })
}

impl Context<'_> {
    /// Sets the number of a key and sends its events. A time in the past removes the key.
    fn put_sum(&mut self, key: &[u8], sum: StringValue, event: &str, lifetime: Lifetime) {
        let (present, now) = (self.database().expiry(key), self.now);
        if matches!(lifetime, Lifetime::Until(past) if past <= expiry_of(now)) {
            return self.put_past(key);
        }
        self.update_string(key, sum, lifetime, event);
        match lifetime {
            Lifetime::Until(_) => self.notify(Events::GENERIC, "expire", key),
            Lifetime::Endless if present.flatten().is_some() => {
                self.notify(Events::GENERIC, "persist", key);
            }
            _ => {}
        }
    }
}
