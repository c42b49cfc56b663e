//! `bit`: operations on the 32 bits of a number.

use mlua::{Lua, MultiValue, Table};

use super::raise::number_argument;

/// Adding it leaves the integer part of a number in the low bits of its representation.
const SHIFT_TO_LOW_BITS: f64 = 6_755_399_441_055_744.0;

pub(super) fn library(lua: &Lua) -> mlua::Result<Table> {
    let library = lua.create_table()?;
    unary(lua, &library, "tobit", |bits| bits)?;
    unary(lua, &library, "bnot", |bits| !bits)?;
    unary(lua, &library, "bswap", i32::swap_bytes)?;
    fold(lua, &library, "band", |one, other| one & other)?;
    fold(lua, &library, "bor", |one, other| one | other)?;
    fold(lua, &library, "bxor", |one, other| one ^ other)?;
    shift(lua, &library, "lshift", i32::wrapping_shl)?;
    shift(lua, &library, "rshift", |bits, by| bits.cast_unsigned().wrapping_shr(by).cast_signed())?;
    shift(lua, &library, "arshift", i32::wrapping_shr)?;
    shift(lua, &library, "rol", i32::rotate_left)?;
    shift(lua, &library, "ror", i32::rotate_right)?;
    library.raw_set(
        "tohex",
        lua.create_function(|lua, arguments: MultiValue| {
            let bits = bits(lua, &arguments, 1)?;
            let digits = if arguments.len() > 1 { self::bits(lua, &arguments, 2)? } else { 8 };
            let count = digits.unsigned_abs().min(8) as usize;
            let text = format!("{bits:08x}");
            let text = &text[8 - count..];
            Ok(if digits < 0 { text.to_ascii_uppercase() } else { text.to_owned() })
        })?,
    )?;
    Ok(library)
}

/// An argument as 32 bits: rounded, and without the bits above.
fn bits(lua: &Lua, arguments: &MultiValue, position: usize) -> mlua::Result<i32> {
    let number = number_argument(lua, arguments, position)?;
    Ok(((number + SHIFT_TO_LOW_BITS).to_bits() as u32).cast_signed())
}

fn unary(lua: &Lua, library: &Table, name: &str, of: fn(i32) -> i32) -> mlua::Result<()> {
    let function = lua.create_function(move |lua, arguments: MultiValue| {
        Ok(f64::from(of(bits(lua, &arguments, 1)?)))
    })?;
    library.raw_set(name, function)
}

fn fold(lua: &Lua, library: &Table, name: &str, of: fn(i32, i32) -> i32) -> mlua::Result<()> {
    let function = lua.create_function(move |lua, arguments: MultiValue| {
        let mut result = bits(lua, &arguments, 1)?;
        for position in 2..=arguments.len() {
            result = of(result, bits(lua, &arguments, position)?);
        }
        Ok(f64::from(result))
    })?;
    library.raw_set(name, function)
}

fn shift(lua: &Lua, library: &Table, name: &str, of: fn(i32, u32) -> i32) -> mlua::Result<()> {
    let function = lua.create_function(move |lua, arguments: MultiValue| {
        let (number, by) = (bits(lua, &arguments, 1)?, bits(lua, &arguments, 2)?);
        Ok(f64::from(of(number, by.cast_unsigned() & 31)))
    })?;
    library.raw_set(name, function)
}
