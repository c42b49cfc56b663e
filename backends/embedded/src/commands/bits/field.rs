//! BITFIELD, BITFIELD_RO: a string as an array of numbers of any width.

use super::{bit_at, mask, parse_offset};
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::StringValue;
use crate::wire::{Args, ErrorReply, parse_integer};

/// The type of a number: `i8`, `u63`.
#[derive(Clone, Copy)]
struct Width {
    is_signed: bool,
    bits: usize,
}

/// The way in which a number that does not fit is handled.
#[derive(Clone, Copy)]
enum Overflow {
    Wrap,
    Saturate,
    Fail,
}

#[derive(Clone, Copy)]
enum Action {
    Get,
    Set(i64, Overflow),
    Add(i64, Overflow),
}

#[derive(Clone, Copy)]
struct Operation {
    width: Width,
    offset: usize,
    action: Action,
}

impl Width {
    fn parse(word: &[u8]) -> Result<Self, ErrorReply> {
        const INVALID: &str = "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 \
                               is not supported but i64 is.";
        let (is_signed, bits) = match word {
            [b'i', bits @ ..] => (true, bits),
            [b'u', bits @ ..] => (false, bits),
            _ => return Err(INVALID.into()),
        };
        let most = if is_signed { 64 } else { 63 };
        let bits = parse_integer(bits).filter(|bits| (1..=most).contains(bits));
        let bits = bits.and_then(|bits| usize::try_from(bits).ok()).ok_or(INVALID)?;
        Ok(Self { is_signed, bits })
    }

    fn limits(self) -> (i128, i128) {
        if self.is_signed {
            let half = 1 << (self.bits - 1);
            (-half, half - 1)
        } else {
            (0, (1 << self.bits) - 1)
        }
    }

    /// The number that is stored for another one; none if it does not fit and must.
    fn fit(self, number: i128, overflow: Overflow) -> Option<i128> {
        let (least, most) = self.limits();
        match overflow {
            _ if (least..=most).contains(&number) => Some(number),
            Overflow::Fail => None,
            Overflow::Saturate => Some(number.clamp(least, most)),
            Overflow::Wrap => Some((number - least).rem_euclid(most - least + 1) + least),
        }
    }

    fn read(self, bytes: &[u8], offset: usize) -> i128 {
        let bits = (offset..offset + self.bits).map(|at| i128::from(bit_at(bytes, at)));
        let number = bits.fold(0, |number, bit| number << 1 | bit);
        let (_, most) = self.limits();
        if number > most { number - (1 << self.bits) } else { number }
    }

    /// The string must be long enough.
    fn write(self, bytes: &mut [u8], offset: usize, number: i128) {
        for place in 0..self.bits {
            let at = offset + self.bits - 1 - place;
            match number >> place & 1 {
                0 => bytes[at / 8] &= !mask(at),
                _ => bytes[at / 8] |= mask(at),
            }
        }
    }
}

impl Operation {
    /// Runs it; the reply is a null if the number did not fit.
    fn run(self, bytes: &mut [u8]) -> Option<i128> {
        let Self { width, offset, action } = self;
        let old = width.read(bytes, offset);
        match action {
            Action::Get => Some(old),
            Action::Set(number, overflow) => {
                // An unsigned number is set from the bits of a signed one.
                let number = match width.is_signed {
                    true => i128::from(number),
                    false => i128::from(number as u64),
                };
                width.write(bytes, offset, width.fit(number, overflow)?);
                Some(old)
            }
            Action::Add(by, overflow) => {
                let new = width.fit(old + i128::from(by), overflow)?;
                width.write(bytes, offset, new);
                Some(new)
            }
        }
    }

    /// How many bytes it needs to write.
    fn end(self) -> Option<usize> {
        (!matches!(self.action, Action::Get)).then(|| (self.offset + self.width.bits).div_ceil(8))
    }
}

fn parse(ctx: &Context<'_>, mut words: Args<'_>) -> Result<Vec<Operation>, ErrorReply> {
    let (mut operations, mut overflow) = (Vec::new(), Overflow::Wrap);
    while let Some(word) = words.get(0) {
        let word = word.to_ascii_lowercase();
        let operands = words.len() - 1;
        let used = match word.as_slice() {
            b"get" if operands >= 2 => 3,
            b"set" | b"incrby" if operands >= 3 => 4,
            b"overflow" if operands >= 1 => 2,
            _ => return Err(SYNTAX.into()),
        };
        if used == 2 {
            overflow = match words[1].to_ascii_lowercase().as_slice() {
                b"wrap" => Overflow::Wrap,
                b"sat" => Overflow::Saturate,
                b"fail" => Overflow::Fail,
                _ => return Err("ERR Invalid OVERFLOW type specified".into()),
            };
        } else {
            let width = Width::parse(&words[1])?;
            let offset = parse_offset(ctx, &words[2], Some(width.bits))?;
            let number = words.get(3).filter(|_| used == 4).map(parse_integer);
            let action = match (word.as_slice(), number) {
                (_, Some(None)) => return Err(NO_INTEGER.into()),
                (b"set", Some(Some(number))) => Action::Set(number, overflow),
                (b"incrby", Some(Some(number))) => Action::Add(number, overflow),
                _ => Action::Get,
            };
            operations.push(Operation { width, offset, action });
        }
        words = words.from(used);
    }
    Ok(operations)
}

pub(super) fn bitfield(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let operations = parse(ctx, args.from(2))?;
    let Some(end) = operations.iter().filter_map(|operation| operation.end()).max() else {
        return read_all(ctx, &args[1], &operations);
    };
    let tells_always = ctx.state.profile.strings.tells_of_unchanged_bits;
    let (results, changes) = ctx.edit_or_create::<StringValue>(&args[1])?.edit(|bytes| {
        let (grows, mut changes) = (bytes.len() < end, 0);
        bytes.resize(bytes.len().max(end), 0);
        let mut results = Vec::with_capacity(operations.len());
        for operation in &operations {
            let before = operation.width.read(bytes, operation.offset);
            let result = operation.run(bytes);
            let has_changed = grows || operation.width.read(bytes, operation.offset) != before;
            let writes = operation.end().is_some();
            changes += usize::from(writes && (tells_always || has_changed && result.is_some()));
            results.push(result);
        }
        (results, changes)
    });
    reply(ctx, &results);
    if changes > 0 {
        ctx.changed_by::<StringValue>(&args[1], "setbit", changes);
    }
    Ok(())
}

pub(super) fn bitfield_ro(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let operations = parse(ctx, args.from(2))?;
    if operations.iter().any(|operation| operation.end().is_some()) {
        return Err("ERR BITFIELD_RO only supports the GET subcommand".into());
    }
    read_all(ctx, &args[1], &operations)
}

fn read_all(ctx: &mut Context<'_>, key: &[u8], operations: &[Operation]) -> Outcome {
    let value = ctx.look_up::<StringValue>(key)?;
    let bytes = value.map(|value| value.bytes().to_vec()).unwrap_or_default();
    let results = operations.iter().map(|it| Some(it.width.read(&bytes, it.offset)));
    let results: Vec<_> = results.collect();
    reply(ctx, &results);
    Ok(())
}

/// No type holds a number of more than 64 bits.
fn reply(ctx: &mut Context<'_>, results: &[Option<i128>]) {
    let mut reply = ctx.reply();
    reply.array(results.len());
    for result in results {
        match result {
            Some(number) => reply.integer(i64::try_from(*number).unwrap_or(i64::MAX)),
            None => reply.null(),
        };
    }
}
