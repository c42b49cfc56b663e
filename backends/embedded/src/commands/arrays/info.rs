//! ARINFO: how long an array is, and how a server stores it.

use super::words::write_index;
use crate::commands::errors::{NO_KEY, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::Array;
use crate::wire::{Args, shortest};

/// The facts of every reply, and those of `FULL`.
const FACTS: usize = 7;
const FULL_FACTS: usize = FACTS + 5;

pub(super) fn arinfo(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let is_full = match (args.get(2), args.len()) {
        (None, _) => false,
        (Some(word), 3) if word.eq_ignore_ascii_case(b"full") => true,
        _ => return Err(SYNTAX.into()),
    };
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    let array = array.ok_or(NO_KEY)?;
    let layout = array.layout();
    reply.map(if is_full { FULL_FACTS } else { FACTS });
    let next = if array.next() == Array::NO_INDEX { 0 } else { array.next() };
    for (name, number) in [
        ("count", array.len() as u64),
        ("len", array.span()),
        ("next-insert-index", next),
        ("slices", (layout.sparse.slices + layout.dense.slices) as u64),
        ("directory-size", layout.directory_size),
        ("super-dir-entries", layout.blocks),
        ("slice-size", layout.slice_size),
    ] {
        reply.bulk(name);
        write_index(&mut reply, number);
    }
    if is_full {
        reply.bulk("dense-slices").count(layout.dense.slices);
        reply.bulk("sparse-slices").count(layout.sparse.slices);
        for (name, average) in [
            ("avg-dense-size", layout.dense.average_size()),
            ("avg-dense-fill", layout.dense.fill()),
            ("avg-sparse-size", layout.sparse.average_size()),
        ] {
            reply.bulk(name).decimal(&shortest(average));
        }
    }
    Ok(())
}
