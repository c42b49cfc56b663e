//! `struct`: between values and packed bytes, as a format describes them.

use mlua::{Lua, MultiValue, Table, Value};

use super::raise::{bad_argument, error, number_argument, text_argument, type_name};

/// The largest integer in a format, in bytes.
const MAX_INTEGER: usize = 32;

/// The alignment that `!` alone stands for.
const NATIVE_ALIGNMENT: usize = 8;

pub(super) fn library(lua: &Lua) -> mlua::Result<Table> {
    let library = lua.create_table()?;
    library.raw_set("pack", lua.create_function(|lua, arguments| pack(lua, &arguments))?)?;
    library.raw_set("unpack", lua.create_function(|lua, arguments| unpack(lua, &arguments))?)?;
    library.raw_set("size", lua.create_function(|lua, arguments| size(lua, &arguments))?)?;
    Ok(library)
}

/// One item of a format.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    Signed(usize),
    Unsigned(usize),
    Float,
    Double,
    Padding,
    /// A text that ends with a NUL.
    Text,
    /// A text of so many bytes; 0 for one whose length comes before it.
    Bytes(usize),
}

impl Item {
    fn size(self) -> usize {
        match self {
            Self::Signed(size) | Self::Unsigned(size) | Self::Bytes(size) => size,
            Self::Float => 4,
            Self::Double => 8,
            Self::Padding => 1,
            Self::Text => 0,
        }
    }

    /// Texts and padding are not aligned.
    fn is_aligned(self) -> bool {
        !matches!(self, Self::Padding | Self::Text | Self::Bytes(_))
    }
}

/// Reads a format, item by item.
struct Format<'a> {
    lua: &'a Lua,
    rest: &'a [u8],
    is_big_endian: bool,
    alignment: usize,
    passes_over_unknown: bool,
}

impl<'a> Format<'a> {
    fn new(lua: &'a Lua, format: &'a [u8]) -> Self {
        Self { lua, rest: format, is_big_endian: false, alignment: 1, passes_over_unknown: false }
    }

    /// The next item, and how many bytes of padding align it to a position.
    fn next(&mut self, position: usize) -> mlua::Result<Option<(Item, usize)>> {
        while let Some((option, rest)) = self.rest.split_first() {
            self.rest = rest;
            let item = match option {
                b' ' => continue,
                b'>' => {
                    self.is_big_endian = true;
                    continue;
                }
                b'<' => {
                    self.is_big_endian = false;
                    continue;
                }
                b'!' => {
                    self.alignment = self.number(NATIVE_ALIGNMENT)?;
                    if !self.alignment.is_power_of_two() {
                        let text = format!("alignment {} is not a power of 2", self.alignment);
                        return Err(error(self.lua, text));
                    }
                    continue;
                }
                b'b' => Item::Signed(1),
                b'B' => Item::Unsigned(1),
                b'h' => Item::Signed(2),
                b'H' => Item::Unsigned(2),
                b'l' => Item::Signed(8),
                b'L' | b'T' => Item::Unsigned(8),
                b'i' => Item::Signed(self.integer_size()?),
                b'I' => Item::Unsigned(self.integer_size()?),
                b'f' => Item::Float,
                b'd' => Item::Double,
                b'x' => Item::Padding,
                b's' => Item::Text,
                b'c' => Item::Bytes(self.number(1)?),
                _ if self.passes_over_unknown => continue,
                other => {
                    let text = format!("invalid format option '{}'", char::from(*other));
                    return Err(bad_argument(self.lua, 1, &text));
                }
            };
            return Ok(Some((item, self.padding(item, position))));
        }
        Ok(None)
    }

    fn integer_size(&mut self) -> mlua::Result<usize> {
        let size = self.number(4)?;
        if size > MAX_INTEGER {
            let text = format!("integral size {size} is larger than limit of {MAX_INTEGER}");
            return Err(error(self.lua, text));
        }
        Ok(size)
    }

    fn number(&mut self, default: usize) -> mlua::Result<usize> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(digits);
        self.rest = rest;
        if digits.is_empty() {
            return Ok(default);
        }
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i32>().ok());
        let number = number.and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| error(self.lua, "integral size overflow"))
    }

    fn padding(&self, item: Item, position: usize) -> usize {
        let alignment = item.size().min(self.alignment);
        if !item.is_aligned() || alignment <= 1 {
            return 0;
        }
        (alignment - (position & (alignment - 1))) & (alignment - 1)
    }
}

fn pack(lua: &Lua, arguments: &MultiValue) -> mlua::Result<mlua::LuaString> {
    let format = text_argument(lua, arguments, 1)?;
    let format = format.as_bytes();
    let mut format = Format::new(lua, &format);
    let (mut packed, mut argument) = (Vec::new(), 2);
    while let Some((item, padding)) = format.next(packed.len())? {
        packed.resize(packed.len() + padding, 0);
        match item {
            Item::Padding => packed.push(0),
            Item::Signed(size) | Item::Unsigned(size) => {
                let number = number(lua, arguments, argument)?;
                // A number that has no sign in 64 bits keeps its bits.
                let bits = match number < 0.0 {
                    true => (number as i64).cast_unsigned(),
                    false => number as u64,
                };
                let bytes = (0..size).map(|index| match index {
                    0..8 => (bits >> (8 * index)) as u8,
                    _ => 0,
                });
                append(&mut packed, bytes, format.is_big_endian);
            }
            Item::Float => {
                let bytes = (number(lua, arguments, argument)? as f32).to_le_bytes();
                append(&mut packed, bytes.into_iter(), format.is_big_endian);
            }
            Item::Double => {
                let bytes = number(lua, arguments, argument)?.to_le_bytes();
                append(&mut packed, bytes.into_iter(), format.is_big_endian);
            }
            Item::Text | Item::Bytes(_) => {
                let text = text_argument(lua, arguments, argument)?;
                let text = text.as_bytes();
                let size = if item.size() == 0 { text.len() } else { item.size() };
                let Some(part) = text.get(..size) else {
                    // The text is behind the place that this error names.
                    return Err(bad_argument(lua, argument + 1, "string too short"));
                };
                packed.extend_from_slice(part);
                packed.extend((item == Item::Text).then_some(0));
            }
        }
        argument += usize::from(item != Item::Padding);
    }
    lua.create_string(packed)
}

/// A number argument. A missing one counts as nil here.
fn number(lua: &Lua, arguments: &MultiValue, position: usize) -> mlua::Result<f64> {
    match arguments.get(position - 1) {
        Some(_) => number_argument(lua, arguments, position),
        None => {
            let got = type_name(&Value::Nil);
            Err(bad_argument(lua, position, &format!("number expected, got {got}")))
        }
    }
}

/// Appends bytes whose lowest comes first.
fn append(packed: &mut Vec<u8>, bytes: impl DoubleEndedIterator<Item = u8>, is_big_endian: bool) {
    match is_big_endian {
        true => packed.extend(bytes.rev()),
        false => packed.extend(bytes),
    }
}

fn unpack(lua: &Lua, arguments: &MultiValue) -> mlua::Result<MultiValue> {
    let (format, data) = (text_argument(lua, arguments, 1)?, text_argument(lua, arguments, 2)?);
    let (format, data) = (format.as_bytes(), data.as_bytes());
    let mut format = Format::new(lua, &format);
    let start = match arguments.len() {
        0..=2 => 1.0,
        _ => number_argument(lua, arguments, 3)?.trunc(),
    };
    if start == 0.0 {
        return Err(bad_argument(lua, 3, "offset must be 1 or greater"));
    }
    let too_short = || bad_argument(lua, 2, "data string too short");
    // A negative start is far behind the end.
    let mut position = if start < 0.0 { usize::MAX } else { start as usize - 1 };
    let mut values: Vec<Value> = Vec::new();
    while let Some((item, padding)) = format.next(position)? {
        position = position.saturating_add(padding);
        let rest = data.get(position..).ok_or_else(too_short)?;
        let mut size = item.size();
        match item {
            Item::Text => {
                let end = memchr::memchr(0, rest);
                let end = end.ok_or_else(|| error(lua, "unfinished string in data"))?;
                values.push(Value::String(lua.create_string(&rest[..end])?));
                position += end + 1;
                continue;
            }
            Item::Bytes(0) => {
                let previous = values.pop().and_then(|value| value.as_f64());
                let previous =
                    previous.ok_or_else(|| error(lua, "format 'c0' needs a previous size"))?;
                size = if previous < 0.0 { usize::MAX } else { previous as usize };
            }
            _ => {}
        }
        let bytes = rest.get(..size).ok_or_else(too_short)?;
        position += size;
        let value = match item {
            Item::Padding => continue,
            Item::Bytes(_) | Item::Text => Value::String(lua.create_string(bytes)?),
            Item::Signed(_) => Value::Number(integer(bytes, &format, true)),
            Item::Unsigned(_) => Value::Number(integer(bytes, &format, false)),
            Item::Float => Value::Number(f64::from(f32::from_bits(bits(bytes, &format) as u32))),
            Item::Double => Value::Number(f64::from_bits(bits(bytes, &format))),
        };
        values.push(value);
    }
    values.push(Value::Number(position.saturating_add(1) as f64));
    Ok(values.into_iter().collect())
}

/// The lowest 64 bits of packed bytes.
fn bits(bytes: &[u8], format: &Format<'_>) -> u64 {
    let add = |bits: u64, byte: &u8| (bits << 8) | u64::from(*byte);
    match format.is_big_endian {
        true => bytes.iter().fold(0, add),
        false => bytes.iter().rev().fold(0, add),
    }
}

fn integer(bytes: &[u8], format: &Format<'_>, is_signed: bool) -> f64 {
    let bits = bits(bytes, format);
    if !is_signed {
        return bits as f64;
    }
    let unused = 64 - 8 * bytes.len().min(8) as u32;
    if unused == 64 {
        return 0.0;
    }
    ((bits << unused).cast_signed() >> unused) as f64
}

fn size(lua: &Lua, arguments: &MultiValue) -> mlua::Result<f64> {
    let format = text_argument(lua, arguments, 1)?;
    let format = format.as_bytes();
    let mut format = Format { passes_over_unknown: true, ..Format::new(lua, &format) };
    let mut size = 0;
    while let Some((item, padding)) = format.next(size)? {
        let named = match item {
            Item::Text => "s",
            Item::Bytes(0) => "c0",
            _ => "",
        };
        if !named.is_empty() {
            let text = format!("option '{named}' has no fixed size");
            return Err(bad_argument(lua, 1, &text));
        }
        size += padding + item.size();
    }
    Ok(size as f64)
}
