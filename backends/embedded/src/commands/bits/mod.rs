//! Bits of strings: SETBIT, GETBIT.
//!
//! [`count`] has BITCOUNT and BITPOS, [`combine`] has BITOP, and [`field`] has BITFIELD. Bit 0 is the
//! highest bit of the first byte.

mod combine;
mod count;
mod field;

use super::{Context, Family, Outcome};
use crate::state::keyspace::StringValue;
use crate::wire::{Args, ErrorReply, parse_integer};
use combine::bitop;
use count::{bitcount, bitpos};
use field::{bitfield, bitfield_ro};

pub(crate) const FAMILY: Family = &[
    ("setbit", setbit),
    ("getbit", getbit),
    ("bitcount", bitcount),
    ("bitpos", bitpos),
    ("bitop", bitop),
    ("bitfield", bitfield),
    ("bitfield_ro", bitfield_ro),
];

/// Parses the position of a bit. With a `width`, `#2` is the position of the third number of so many
/// bits.
fn parse_offset(ctx: &Context<'_>, word: &[u8], width: Option<usize>) -> Result<usize, ErrorReply> {
    const INVALID: &str = "ERR bit offset is not an integer or out of range";
    let (word, unit) = match (word.strip_prefix(b"#"), width) {
        (Some(word), Some(width)) => (word, width),
        _ => (word, 1),
    };
    let offset = parse_integer(word).and_then(|offset| usize::try_from(offset).ok());
    let offset = offset.and_then(|offset| offset.checked_mul(unit));
    let limit = ctx.state.config.max_bulk;
    offset.filter(|offset| ((offset / 8) as u64) < limit).ok_or_else(|| INVALID.into())
}

/// The bit at a position; bits behind the end are zero.
fn bit_at(bytes: &[u8], offset: usize) -> bool {
    bytes.get(offset / 8).is_some_and(|byte| byte & mask(offset) != 0)
}

fn mask(offset: usize) -> u8 {
    0x80 >> (offset % 8)
}

fn setbit(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let offset = parse_offset(ctx, &args[2], None)?;
    let bit = match &args[3] {
        b"0" => false,
        b"1" => true,
        _ => return Err("ERR bit is not an integer or out of range".into()),
    };
    let (old, grows) = ctx.edit_or_create::<StringValue>(key)?.edit(|bytes| {
        let grows = bytes.len() <= offset / 8;
        bytes.resize(bytes.len().max(offset / 8 + 1), 0);
        let old = bit_at(bytes, offset);
        if old != bit {
            bytes[offset / 8] ^= mask(offset);
        }
        (old, grows)
    });
    if old != bit || grows || ctx.state.profile.strings.tells_of_unchanged_bits {
        ctx.changed::<StringValue>(key, "setbit");
    }
    ctx.reply().count(old.into());
    Ok(())
}

fn getbit(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let offset = parse_offset(ctx, &args[2], None)?;
    let (value, mut reply) = ctx.read::<StringValue>(&args[1])?;
    let bit = value.is_some_and(|value| bit_at(&value.bytes(), offset));
    reply.count(bit.into());
    Ok(())
}
