//! `cmsgpack`: MessagePack, the part of it that predates its binary and extension types.

use mlua::{Lua, MultiValue, Table, Value};
use rmp::encode;

use super::raise::{bad_argument, error, number_argument, text_argument};

/// Tables that are nested deeper become nil.
const DEPTH: usize = 16;

/// Writing into memory does not fail.
const WRITES: &str = "memory takes all bytes";

pub(super) fn library(lua: &Lua) -> mlua::Result<Table> {
    let library = lua.create_table()?;
    library.raw_set("pack", lua.create_function(|lua, arguments| pack(lua, &arguments))?)?;
    library.raw_set(
        "unpack",
        lua.create_function(|lua, arguments: MultiValue| {
            Ok(unpack(lua, &arguments, usize::MAX, 0.0)?.0)
        })?,
    )?;
    library.raw_set(
        "unpack_one",
        lua.create_function(|lua, arguments: MultiValue| {
            let offset = optional(lua, &arguments, 2, 0.0)?;
            with_offset(unpack(lua, &arguments, 1, offset)?)
        })?,
    )?;
    library.raw_set(
        "unpack_limit",
        lua.create_function(|lua, arguments: MultiValue| {
            let limit = number_argument(lua, &arguments, 2)?;
            let offset = optional(lua, &arguments, 3, 0.0)?;
            match limit as i64 {
                0 => Ok(unpack(lua, &arguments, usize::MAX, offset)?.0),
                limit => {
                    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                    with_offset(unpack(lua, &arguments, limit, offset)?)
                }
            }
        })?,
    )?;
    library.raw_set("_NAME", "cmsgpack")?;
    library.raw_set("_VERSION", "lua-cmsgpack 0.4.0")?;
    library.raw_set("_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo")?;
    library.raw_set("_DESCRIPTION", "MessagePack C implementation for Lua")?;
    Ok(library)
}

fn optional(lua: &Lua, arguments: &MultiValue, position: usize, default: f64) -> mlua::Result<f64> {
    match arguments.get(position - 1) {
        None | Some(Value::Nil) => Ok(default),
        Some(_) => number_argument(lua, arguments, position),
    }
}

fn pack(lua: &Lua, arguments: &MultiValue) -> mlua::Result<mlua::LuaString> {
    if arguments.is_empty() {
        return Err(bad_argument(lua, 0, "MessagePack pack needs input."));
    }
    let mut packed = Vec::new();
    for argument in arguments {
        pack_value(argument, &mut packed, 0)?;
    }
    lua.create_string(packed)
}

fn pack_value(value: &Value, packed: &mut Vec<u8>, depth: usize) -> mlua::Result<()> {
    match value {
        Value::String(text) => {
            let text = text.as_bytes();
            encode::write_str_len(packed, length(text.len())).map_err(unwritten)?;
            packed.extend_from_slice(&text);
        }
        Value::Boolean(value) => {
            encode::write_bool(packed, *value).map_err(mlua::Error::external)?
        }
        Value::Integer(number) => pack_integer(*number, packed)?,
        Value::Number(number) => pack_number(*number, packed)?,
        Value::Table(table) if depth < DEPTH => pack_table(table, packed, depth)?,
        _ => encode::write_nil(packed).map_err(mlua::Error::external)?,
    }
    Ok(())
}

fn unwritten<E>(_: E) -> mlua::Error {
    mlua::Error::runtime(WRITES)
}

fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn pack_integer(number: i64, packed: &mut Vec<u8>) -> mlua::Result<()> {
    match u64::try_from(number) {
        Ok(number) => encode::write_uint(packed, number).map_err(unwritten)?,
        Err(_) => encode::write_sint(packed, number).map_err(unwritten)?,
    };
    Ok(())
}

/// A number that is an integer is packed as one. Others take four bytes if these are enough.
fn pack_number(number: f64, packed: &mut Vec<u8>) -> mlua::Result<()> {
    let integer = number as i64;
    if integer as f64 == number && number < i64::MAX as f64 {
        pack_integer(integer, packed)
    } else if f64::from(number as f32) == number {
        encode::write_f32(packed, number as f32).map_err(unwritten)
    } else {
        encode::write_f64(packed, number).map_err(unwritten)
    }
}

fn pack_table(table: &Table, packed: &mut Vec<u8>, depth: usize) -> mlua::Result<()> {
    let (count, is_array) = measure(table)?;
    if is_array {
        encode::write_array_len(packed, length(count)).map_err(unwritten)?;
        for index in 1..=count {
            pack_value(&table.raw_get(index)?, packed, depth + 1)?;
        }
        return Ok(());
    }
    encode::write_map_len(packed, length(count)).map_err(unwritten)?;
    for pair in table.pairs::<Value, Value>() {
        let (key, value) = pair?;
        pack_value(&key, packed, depth + 1)?;
        pack_value(&value, packed, depth + 1)?;
    }
    Ok(())
}

/// How many pairs there are, and whether the keys are the numbers from one on, without a gap.
fn measure(table: &Table) -> mlua::Result<(usize, bool)> {
    let (mut count, mut largest, mut has_other) = (0, 0, false);
    for pair in table.pairs::<Value, Value>() {
        match pair?.0 {
            Value::Integer(index @ 1..) => largest = largest.max(index),
            _ => has_other = true,
        }
        count += 1;
    }
    Ok((count, !has_other && usize::try_from(largest) == Ok(count)))
}

/// The unpacked values, and the offset behind them; `None` at the end of the data.
type Unpacked = (MultiValue, Option<usize>);

fn with_offset((mut values, offset): Unpacked) -> mlua::Result<MultiValue> {
    let offset = offset.map_or(-1.0, |offset| offset as f64);
    values.push_front(Value::Number(offset));
    Ok(values)
}

fn unpack(lua: &Lua, arguments: &MultiValue, limit: usize, offset: f64) -> mlua::Result<Unpacked> {
    let data = text_argument(lua, arguments, 1)?;
    let data = data.as_bytes();
    if offset < 0.0 {
        let text = format!(
            "Invalid request to unpack with offset of {offset} and limit of {}.",
            data.len()
        );
        return Err(error(lua, text));
    }
    let offset = offset as usize;
    let Some(rest) = data.get(offset..) else {
        let text = format!("Start offset {offset} greater than input length {}.", data.len());
        return Err(error(lua, text));
    };
    let mut reader = Reader { lua, rest };
    let mut values = MultiValue::new();
    while values.len() < limit && !reader.rest.is_empty() {
        values.push_back(reader.value(0)?);
    }
    let end = (!reader.rest.is_empty()).then(|| data.len() - reader.rest.len());
    Ok((values, end))
}

struct Reader<'a> {
    lua: &'a Lua,
    rest: &'a [u8],
}

/// How deep unpacked tables may be nested, so that the stack of this thread is enough.
const UNPACK_DEPTH: usize = 1000;

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> mlua::Result<&'a [u8]> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or_else(|| error(self.lua, "Missing bytes in input."))?;
        self.rest = rest;
        Ok(taken)
    }

    /// An integer without a sign, in so many bytes.
    fn unsigned(&mut self, size: usize) -> mlua::Result<u64> {
        Ok(self.take(size)?.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    fn signed(&mut self, size: usize) -> mlua::Result<Value> {
        let unused = 64 - 8 * size;
        let number = (self.unsigned(size)? << unused).cast_signed() >> unused;
        Ok(Value::Number(number as f64))
    }

    fn value(&mut self, depth: usize) -> mlua::Result<Value> {
        let kind = self.take(1)?[0];
        Ok(match kind {
            0..=0x7f => Value::Number(f64::from(kind)),
            0xe0..=0xff => Value::Number(f64::from(kind.cast_signed())),
            0xc0 => Value::Nil,
            0xc2 => Value::Boolean(false),
            0xc3 => Value::Boolean(true),
            0xca => Value::Number(f64::from(f32::from_bits(self.unsigned(4)? as u32))),
            0xcb => Value::Number(f64::from_bits(self.unsigned(8)?)),
            0xcc..=0xcf => Value::Number(self.unsigned(1 << (kind - 0xcc))? as f64),
            0xd0..=0xd3 => self.signed(1 << (kind - 0xd0))?,
            0xa0..=0xbf => self.text(usize::from(kind & 0x1f))?,
            0xd9..=0xdb => {
                let length = self.unsigned(1 << (kind - 0xd9))? as usize;
                self.text(length)?
            }
            0x90..=0x9f => self.array(usize::from(kind & 0xf), depth)?,
            0xdc | 0xdd => {
                let length = self.unsigned(2 << (kind - 0xdc))? as usize;
                self.array(length, depth)?
            }
            0x80..=0x8f => self.map(usize::from(kind & 0xf), depth)?,
            0xde | 0xdf => {
                let length = self.unsigned(2 << (kind - 0xde))? as usize;
                self.map(length, depth)?
            }
            _ => return Err(self.bad()),
        })
    }

    fn bad(&self) -> mlua::Error {
        error(self.lua, "Bad data format in input.")
    }

    fn text(&mut self, length: usize) -> mlua::Result<Value> {
        let text = self.take(length)?;
        self.lua.create_string(text).map(Value::String)
    }

    fn array(&mut self, length: usize, depth: usize) -> mlua::Result<Value> {
        if depth > UNPACK_DEPTH {
            return Err(self.bad());
        }
        let table = self.lua.create_table()?;
        for index in 1..=length {
            let value = self.value(depth + 1)?;
            table.raw_set(index, value)?;
        }
        Ok(Value::Table(table))
    }

    fn map(&mut self, length: usize, depth: usize) -> mlua::Result<Value> {
        if depth > UNPACK_DEPTH {
            return Err(self.bad());
        }
        let table = self.lua.create_table()?;
        for _ in 0..length {
            let (key, value) = (self.value(depth + 1)?, self.value(depth + 1)?);
            table.raw_set(key, value)?;
        }
        Ok(Value::Table(table))
    }
}
