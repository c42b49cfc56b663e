//! AROP: one number from the values of a range.

use super::words::range;
use crate::commands::float::LongDouble;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::Array;
use crate::wire::{Args, Reply, shortest};

/// The result that is made of the values.
#[derive(Clone, Copy, Debug)]
enum Operation<'a> {
    /// A number of those that the values are; values that are none are left out.
    Numbers(fn(LongDouble, LongDouble) -> LongDouble),
    /// The same for numbers whose fractions are cut off, if 64 bits are enough for them.
    Bits(fn(i64, i64) -> i64),
    /// How many there are.
    Used,
    /// How many are equal to this one.
    Match(&'a [u8]),
}

impl<'a> Operation<'a> {
    fn parse(words: Args<'a>) -> Result<Self, &'static str> {
        let name = words.get(0).unwrap_or_default().to_ascii_lowercase();
        let operation = match (name.as_slice(), words.get(1)) {
            (b"match", Some(value)) if words.len() == 2 => return Ok(Self::Match(value)),
            (b"match", _) => return Err("ERR MATCH requires a value argument"),
            (b"sum", _) => Self::Numbers(LongDouble::plus),
            (b"min", _) => Self::Numbers(|one, other| if other < one { other } else { one }),
            (b"max", _) => Self::Numbers(|one, other| if other > one { other } else { one }),
            (b"and", _) => Self::Bits(|one, other| one & other),
            (b"or", _) => Self::Bits(|one, other| one | other),
            (b"xor", _) => Self::Bits(|one, other| one ^ other),
            (b"used", _) => Self::Used,
            _ => return Err("ERR unknown operation"),
        };
        if words.len() > 1 {
            return Err("ERR wrong number of arguments for 'arop' command");
        }
        Ok(operation)
    }

    fn write<'v>(self, mut values: impl Iterator<Item = &'v [u8]>, reply: &mut Reply<'_>) {
        match self {
            Self::Numbers(combine) => {
                let result = values.filter_map(number).reduce(combine);
                reply.bulk_or_null(result.map(|number| number.in_17_digits()));
            }
            Self::Bits(combine) => {
                let integers = values.filter_map(|value| number(value)?.truncated());
                match integers.reduce(combine) {
                    Some(result) => reply.integer(result),
                    None => reply.null(),
                };
            }
            Self::Used => _ = reply.count(values.count()),
            Self::Match(text) => {
                let mut count = 0;
                values.by_ref().for_each(|value| count += usize::from(value == text));
                reply.count(count);
            }
        }
    }
}

/// The number that a value is. A value that a server stores as a double has only the precision of one.
fn number(value: &[u8]) -> Option<LongDouble> {
    let double = std::str::from_utf8(value).ok().and_then(|text| text.parse::<f64>().ok());
    // Servers keep two bits of a stored double for themselves.
    let is_stored = |double: &f64| {
        double.is_finite() && double.to_bits() & 0b11 == 0 && shortest(*double).as_bytes() == value
    };
    double.filter(is_stored).map(LongDouble::from).or_else(|| LongDouble::parse(value))
}

pub(super) fn arop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let range = range(&args[2], &args[3])?;
    let operation = Operation::parse(args.from(4))?;
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    let values = array.into_iter().flat_map(|array| range.values(array));
    operation.write(values.map(|(_, value)| &**value), &mut reply);
    Ok(())
}
