//! BITOP.

use crate::commands::errors::SYNTAX;
use crate::commands::{Context, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::{DataType, Lifetime, StringValue};
use crate::wire::{Args, ErrorReply};

/// How the bits of several strings become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    And,
    Or,
    Xor,
    Not,
    /// In the first, and in no other.
    Diff,
    /// In any other, and not in the first.
    Diff1,
    /// In the first, and in any other.
    AndOr,
    /// In exactly one.
    One,
}

impl Operation {
    fn parse(ctx: &Context<'_>, word: &[u8], sources: usize) -> Result<Self, ErrorReply> {
        let has_all = ctx.state.profile.strings.has_set_operations_of_bits;
        let (operation, name) = match word.to_ascii_lowercase().as_slice() {
            b"and" => (Self::And, "AND"),
            b"or" => (Self::Or, "OR"),
            b"xor" => (Self::Xor, "XOR"),
            b"not" => (Self::Not, "NOT"),
            b"diff" if has_all => (Self::Diff, "DIFF"),
            b"diff1" if has_all => (Self::Diff1, "DIFF1"),
            b"andor" if has_all => (Self::AndOr, "ANDOR"),
            b"one" if has_all => (Self::One, "ONE"),
            _ => return Err(SYNTAX.into()),
        };
        if operation == Self::Not && sources != 1 {
            return Err("ERR BITOP NOT must be called with a single source key.".into());
        }
        if matches!(operation, Self::Diff | Self::Diff1 | Self::AndOr) && sources < 2 {
            let error = format!("ERR BITOP {name} must be called with at least two source keys.");
            return Err(error.into());
        }
        Ok(operation)
    }

    /// Combines the bytes at one position. There is at least one.
    fn combine(self, first: u8, others: impl Iterator<Item = u8>) -> u8 {
        match self {
            Self::And => others.fold(first, |all, byte| all & byte),
            Self::Or => others.fold(first, |all, byte| all | byte),
            Self::Xor => others.fold(first, |all, byte| all ^ byte),
            Self::Not => !first,
            Self::Diff => others.fold(first, |all, byte| all & !byte),
            Self::Diff1 => others.fold(0, |all, byte| all | byte) & !first,
            Self::AndOr => others.fold(0, |all, byte| all | byte) & first,
            Self::One => {
                let (once, more) = others
                    .fold((first, 0), |(once, more), byte| (once | byte, more | (once & byte)));
                once & !more
            }
        }
    }
}

/// An empty result removes the target.
pub(super) fn bitop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let target = &args[2];
    let operation = Operation::parse(ctx, &args[1], args.len() - 3)?;
    let mut sources: Vec<Vec<u8>> = Vec::new();
    for key in args.from(3).iter() {
        let value = ctx.look_up::<StringValue>(key)?;
        sources.push(value.map(|value| value.bytes().to_vec()).unwrap_or_default());
    }
    let length = sources.iter().map(Vec::len).max().unwrap_or(0);
    if length == 0 {
        ctx.delete(target);
    } else {
        let mut result = StringValue::default();
        result.edit(|bytes| {
            bytes.extend((0..length).map(|position| {
                let mut column =
                    sources.iter().map(|bytes| bytes.get(position).copied().unwrap_or(0));
                let first = column.next().unwrap_or(0);
                operation.combine(first, column)
            }));
        });
        ctx.replace(target, result.into_value(), Lifetime::Endless);
        ctx.notify(Events::STRING, "set", target);
    }
    ctx.reply().count(length);
    Ok(())
}
