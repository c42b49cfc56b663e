//! `math.random`: the same numbers on every machine, from the generator of `drand48`.

use std::cell::Cell;
use std::rc::Rc;

use mlua::{Lua, MultiValue, Table};

use super::raise;

const MULTIPLIER: u64 = 0x5_DEEC_E66D;
const INCREMENT: u64 = 0xB;
const BITS_48: u64 = (1 << 48) - 1;

/// The largest of the numbers that the generator makes.
const LARGEST: f64 = i32::MAX as f64;

pub(super) fn add_to(lua: &Lua, math: &Table) -> mlua::Result<()> {
    let state = Rc::new(Cell::new(seeded(0)));
    let seeds = Rc::clone(&state);
    math.raw_set(
        "randomseed",
        lua.create_function(move |lua, arguments: MultiValue| {
            let seed = raise::number_argument(lua, &arguments, 1)?;
            seeds.set(seeded(seed as i64 as i32));
            Ok(())
        })?,
    )?;
    math.raw_set(
        "random",
        lua.create_function(move |lua, arguments: MultiValue| random(lua, &state, &arguments))?,
    )
}

fn seeded(seed: i32) -> u64 {
    (u64::from(seed.cast_unsigned()) << 16) | 0x330E
}

/// A number from 0 on and below 1.
fn next(state: &Cell<u64>) -> f64 {
    let next = state.get().wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT) & BITS_48;
    state.set(next);
    let number = (next >> 17) as f64;
    (number % LARGEST) / LARGEST
}

fn random(lua: &Lua, state: &Cell<u64>, arguments: &MultiValue) -> mlua::Result<f64> {
    let fraction = next(state);
    let bound = |position| raise::number_argument(lua, arguments, position).map(f64::trunc);
    let (first, last, position) = match arguments.len() {
        0 => return Ok(fraction),
        1 => (1.0, bound(1)?, 1),
        2 => (bound(1)?, bound(2)?, 2),
        _ => return Err(raise::error(lua, "wrong number of arguments")),
    };
    if first > last {
        return Err(raise::bad_argument(lua, position, "interval is empty"));
    }
    Ok((fraction * (last - first + 1.0)).floor() + first)
}
