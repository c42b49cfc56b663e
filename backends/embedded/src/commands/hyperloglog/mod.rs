//! HyperLogLogs, which are strings: PFADD, PFCOUNT, PFMERGE, PFDEBUG, PFSELFTEST.
//!
//! Their bytes and estimates are those of real servers. Reading order: [`registers`] (the bytes),
//! [`sparse`] (few elements), [`estimate`] (from registers to a number).

mod estimate;
mod registers;
mod sparse;

use estimate::{COUNT, Histogram};
use registers::{Corrupted, Registers};
use sparse::Run;

use super::{Context, Family, Outcome};
use crate::state::keyspace::{DataType, StringValue};
use crate::wire::{Args, ErrorReply};

pub(crate) const FAMILY: Family = &[
    ("pfadd", pfadd),
    ("pfcount", pfcount),
    ("pfmerge", pfmerge),
    ("pfdebug", pfdebug),
    ("pfselftest", pfselftest),
];

const NO_REGISTERS: &str = "WRONGTYPE Key is not a valid HyperLogLog string value.";

impl From<Corrupted> for ErrorReply {
    fn from(_: Corrupted) -> Self {
        "INVALIDOBJ Corrupted HLL object detected".into()
    }
}

fn pfadd(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let most_sparse = ctx.state.config.encodings.hyperloglog_bytes;
    let is_new = ctx.edit_registers(key, |_| Ok(()))?.is_none();
    if is_new {
        create(ctx, key);
    }
    let added = ctx.edit_registers(key, |registers| {
        let mut changes = usize::from(is_new);
        for element in args.from(2).iter() {
            changes += usize::from(registers.add(element, most_sparse)?);
        }
        if changes > 0 {
            registers.forget_count();
        }
        Ok(changes)
    })?;
    let changes = added.unwrap_or(0);
    if changes > 0 {
        ctx.changed_by::<StringValue>(key, "pfadd", changes);
    }
    ctx.reply().count((changes > 0).into());
    Ok(())
}

/// Gives a missing key a HyperLogLog without elements.
fn create(ctx: &mut Context<'_>, key: &[u8]) {
    let mut value = StringValue::default();
    value.edit(|bytes| _ = Registers::create(bytes));
    ctx.create(key, value.into_value());
}

impl Context<'_> {
    /// Changes the registers of a key, if it is there.
    fn edit_registers<R>(
        &mut self,
        key: &[u8],
        change: impl FnOnce(&mut Registers<&mut Vec<u8>>) -> Result<R, Corrupted>,
    ) -> Result<Option<R>, ErrorReply> {
        let Some(value) = self.edit::<StringValue>(key)? else { return Ok(None) };
        if Registers::of(value.bytes()).is_none() {
            return Err(NO_REGISTERS.into());
        }
        let changed = value.edit(|bytes| Registers::of(bytes).map(|mut it| change(&mut it)));
        Ok(changed.transpose()?)
    }

    /// The highest value of each register of several keys, and whether one of them is dense.
    fn union(&mut self, keys: Args<'_>) -> Result<(Vec<u8>, bool), ErrorReply> {
        let (mut union, mut is_dense) = (vec![0; COUNT], false);
        for key in keys.iter() {
            let Some(value) = self.look_up::<StringValue>(key)? else { continue };
            let registers = Registers::of(value.bytes()).ok_or(NO_REGISTERS)?;
            is_dense |= registers.is_dense();
            let values = registers.values()?;
            union.iter_mut().zip(values).for_each(|(most, value)| *most = value.max(*most));
        }
        Ok((union, is_dense))
    }
}

fn pfcount(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let keys = args.from(1);
    if keys.len() > 1 {
        let (union, _) = ctx.union(keys)?;
        let mut histogram = Histogram::EMPTY;
        union.into_iter().for_each(|value| histogram.add(value, 1));
        ctx.reply().integer(histogram.estimate() as i64);
        return Ok(());
    }
    let key = &args[1];
    let count = match ctx.look_up::<StringValue>(key)? {
        None => 0,
        Some(value) => {
            let registers = Registers::of(value.bytes()).ok_or(NO_REGISTERS)?;
            match registers.last_count() {
                Some(count) => count,
                None => {
                    let count = registers.count()?;
                    ctx.edit_registers(key, |registers| {
                        registers.set_last_count(count);
                        Ok(())
                    })?;
                    ctx.key_changed(key);
                    count
                }
            }
        }
    };
    ctx.reply().integer(count.cast_signed());
    Ok(())
}

fn pfmerge(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let most_sparse = ctx.state.config.encodings.hyperloglog_bytes;
    let (union, is_dense) = ctx.union(args.from(1))?;
    if ctx.peek::<StringValue>(key)?.is_none() {
        create(ctx, key);
    }
    ctx.edit_registers(key, |registers| {
        if is_dense && !registers.is_dense() {
            registers.make_dense()?;
        }
        for (index, value) in union.into_iter().enumerate().filter(|(_, value)| *value > 0) {
            registers.raise(index, value, most_sparse)?;
        }
        registers.forget_count();
        Ok(())
    })?;
    ctx.changed::<StringValue>(key, "pfadd");
    ctx.reply().ok();
    Ok(())
}

fn pfdebug(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (subcommand, key) = (args[1].to_ascii_lowercase(), &args[2]);
    if subcommand == b"simd" && ctx.state.profile.strings.has_fast_registers {
        let is_on = key.eq_ignore_ascii_case(b"on");
        if !is_on && !key.eq_ignore_ascii_case(b"off") {
            return Err("ERR Argument must be ON or OFF".into());
        }
        ctx.reply().simple(if is_on { "enabled" } else { "disabled" });
        return Ok(());
    }
    let Some(is_dense) = ctx.edit_registers(key, |registers| Ok(registers.is_dense()))? else {
        return Err("ERR The specified key does not exist".into());
    };
    let has_too_many = args.len() > 3;
    match subcommand.as_slice() {
        b"getreg" | b"decode" | b"encoding" | b"todense" if has_too_many => {
            let name = String::from_utf8_lossy(&args[1]).into_owned();
            Err(format!("ERR Wrong number of arguments for the '{name}' subcommand").into())
        }
        b"getreg" => {
            let values = ctx.edit_registers(key, |registers| {
                if !is_dense {
                    registers.make_dense()?;
                }
                registers.values()
            })?;
            ctx.count_changes((!is_dense).into());
            let mut reply = ctx.reply();
            reply.array(COUNT);
            values.iter().flatten().for_each(|value| _ = reply.count((*value).into()));
            Ok(())
        }
        b"decode" if is_dense => Err("ERR HLL encoding is not sparse".into()),
        b"decode" => {
            let shown = ctx.edit_registers(key, |registers| {
                Ok(registers.runs().map(Run::shown).collect::<Vec<_>>().join(" "))
            })?;
            ctx.reply().bulk_or_null(shown);
            Ok(())
        }
        b"encoding" => {
            ctx.reply().simple(if is_dense { "dense" } else { "sparse" });
            Ok(())
        }
        b"todense" => {
            if !is_dense {
                ctx.edit_registers(key, |registers| registers.make_dense())?;
                ctx.count_changes(1);
            }
            ctx.reply().count((!is_dense).into());
            Ok(())
        }
        _ => Err(ErrorReply::quoting("ERR Unknown PFDEBUG subcommand '", &args[1], "'")),
    }
}

/// The tests of this crate check the registers; here is nothing left to do.
fn pfselftest(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply().ok();
    Ok(())
}
