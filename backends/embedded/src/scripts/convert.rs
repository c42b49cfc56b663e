//! Between the values of Lua and those of the protocol, in both directions.

use mlua::{Lua, Table, Value};

use super::raise::COUNTED;
use crate::profile::scripts::ScriptBehaviour;
use crate::wire::{Decimal, ErrorReply, Reply, in_digits, shortest, up_to_nul};

/// Appends a number as commands get it.
pub(super) fn number(number: f64, behaviour: &ScriptBehaviour) -> String {
    if !behaviour.numbers_are_short {
        return in_digits(number, 17);
    }
    // Up to here, every integer is one of Lua's numbers.
    const MOST: f64 = (i64::MAX / 2) as f64;
    match number.abs() <= MOST && number.fract() == 0.0 {
        true => String::from_utf8_lossy(Decimal::new(number as i64).as_bytes()).into_owned(),
        false => shortest(number),
    }
}

/// Reads the reply of a command, which this server encoded itself, into a value of Lua.
pub(super) fn read(lua: &Lua, reply: &[u8], behaviour: &ScriptBehaviour) -> mlua::Result<Value> {
    Reader { lua, rest: reply, behaviour }.value()
}

struct Reader<'a> {
    lua: &'a Lua,
    rest: &'a [u8],
    behaviour: &'a ScriptBehaviour,
}

impl<'a> Reader<'a> {
    /// The bytes up to the next line break.
    fn line(&mut self) -> &'a [u8] {
        let end = memchr::memchr(b'\r', self.rest).unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest.get(2..).unwrap_or_default();
        line
    }

    fn text(&mut self, length: usize) -> &'a [u8] {
        let (text, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest.get(2..).unwrap_or_default();
        text
    }

    fn value(&mut self) -> mlua::Result<Value> {
        let Some((kind, rest)) = self.rest.split_first() else { return Ok(Value::Nil) };
        self.rest = rest;
        let line = self.line();
        let length = parse(line);
        match (kind, usize::try_from(length)) {
            (b':', _) => Ok(Value::Number(length as f64)),
            (b'$', Ok(length)) => {
                let text = self.text(length);
                self.string(text)
            }
            (b'$' | b'*', Err(_)) => Ok(Value::Boolean(false)),
            (b'_', _) => Ok(Value::Nil),
            (b'#', _) => Ok(Value::Boolean(line == b"t")),
            (b'+', _) => self.tagged("ok", line),
            (b'-', _) => self.tagged("err", line),
            (b'(', _) => self.tagged("big_number", line),
            (b',', _) => {
                let number: f64 =
                    std::str::from_utf8(line).unwrap_or_default().parse().unwrap_or(0.0);
                self.table("double", Value::Number(number))
            }
            (b'=', Ok(length)) => {
                let text = self.text(length);
                if !self.behaviour.has_all_types {
                    return self.string(text.get(4..).unwrap_or_default());
                }
                let verbatim = self.lua.create_table()?;
                verbatim.raw_set("format", self.string(text.get(..3).unwrap_or_default())?)?;
                verbatim.raw_set("string", self.string(text.get(4..).unwrap_or_default())?)?;
                self.table("verbatim_string", Value::Table(verbatim))
            }
            (b'%', Ok(length)) => {
                let map = self.lua.create_table_with_capacity(0, length)?;
                for _ in 0..length {
                    let (key, value) = (self.value()?, self.value()?);
                    map.raw_set(key, value)?;
                }
                self.table("map", Value::Table(map))
            }
            (b'~', Ok(length)) => {
                let set = self.lua.create_table_with_capacity(0, length)?;
                for _ in 0..length {
                    set.raw_set(self.value()?, true)?;
                }
                self.table("set", Value::Table(set))
            }
            (_, length) => {
                let length = length.unwrap_or_default();
                let items = self.lua.create_table_with_capacity(length, 0)?;
                for index in 1..=length {
                    items.raw_set(index, self.value()?)?;
                }
                Ok(Value::Table(items))
            }
        }
    }

    fn string(&self, text: &[u8]) -> mlua::Result<Value> {
        self.lua.create_string(text).map(Value::String)
    }

    fn tagged(&self, field: &str, text: &[u8]) -> mlua::Result<Value> {
        self.table(field, self.string(text)?)
    }

    /// A table with one field, which says what the value is.
    fn table(&self, field: &str, value: Value) -> mlua::Result<Value> {
        let table = self.lua.create_table_with_capacity(0, 1)?;
        table.raw_set(field, value)?;
        Ok(Value::Table(table))
    }
}

/// The number in a line.
fn parse(line: &[u8]) -> i64 {
    std::str::from_utf8(line).ok().and_then(|line| line.parse().ok()).unwrap_or_default()
}

/// How deep a table may be nested in a reply.
const DEPTH: usize = 1000;

/// The facts about a reply that was written.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// The errors in it that the statistics have not counted.
    pub(crate) uncounted: Vec<ErrorReply>,
    /// How many items it has, if it is a collection: a server begins it before it knows.
    pub(crate) items: Option<usize>,
}

/// Writes a value of Lua as a reply. A script that speaks RESP3 means booleans by booleans.
pub(super) fn write(
    value: &Value,
    in_resp3: bool,
    behaviour: &ScriptBehaviour,
    reply: &mut Reply<'_>,
) -> Written {
    let mut writer = Writer { in_resp3, behaviour, reply, written: Written::default() };
    writer.value(value, 0);
    writer.written
}

struct Writer<'a, 'r> {
    in_resp3: bool,
    behaviour: &'a ScriptBehaviour,
    reply: &'a mut Reply<'r>,
    written: Written,
}

impl Writer<'_, '_> {
    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::String(text) => _ = self.reply.bulk(&*text.as_bytes()),
            Value::Integer(number) => _ = self.reply.integer(*number),
            Value::Number(number) => _ = self.reply.integer(truncated(*number)),
            Value::Boolean(value) if self.in_resp3 => _ = self.reply.boolean(*value),
            Value::Boolean(true) => _ = self.reply.integer(1),
            Value::Table(_) if depth > DEPTH => {
                self.reply.error(&ErrorReply::from("ERR reached lua stack limit"));
            }
            Value::Table(table) => self.table(table, depth),
            _ => _ = self.reply.null(),
        }
    }

    fn table(&mut self, table: &Table, depth: usize) {
        let field = |name: &str| table.raw_get::<Value>(name).unwrap_or(Value::Nil);
        if let Value::String(text) = field("err") {
            let text = ErrorReply::text("").and_quote(&text.as_bytes()).trimmed();
            self.reply.error(&text);
            if !matches!(field(COUNTED), Value::Boolean(true)) {
                self.written.uncounted.push(text);
            }
        } else if let Value::String(text) = field("ok") {
            self.reply.status(up_to_nul(&text.as_bytes()));
        } else if let Some(double) = as_number(&field("double")) {
            self.reply.decimal(&number(double, self.behaviour));
        } else if let Value::Table(map) = field("map") {
            self.map(&map, depth);
        } else if let Value::Table(set) = field("set") {
            self.set(&set, depth);
        } else if let Some(digits) = field("big_number").as_string()
            && self.behaviour.has_all_types
        {
            let digits = digits.as_bytes();
            self.reply.big_number(match self.behaviour.big_numbers_end_at_nul {
                true => up_to_nul(&digits),
                false => &digits,
            });
        } else if let Some((format, text)) = as_verbatim(&field("verbatim_string"))
            && self.behaviour.has_all_types
        {
            self.reply.verbatim_as(format, &text);
        } else {
            self.array(table, depth);
        }
    }

    fn begin(&mut self, items: usize, depth: usize) {
        if depth == 0 {
            self.written.items = Some(items);
        }
    }

    fn map(&mut self, map: &Table, depth: usize) {
        let count = pairs(map).count();
        self.begin(count, depth);
        self.reply.map(count);
        for (key, value) in pairs(map) {
            self.value(&key, depth + 1);
            self.value(&value, depth + 1);
        }
    }

    fn set(&mut self, set: &Table, depth: usize) {
        let count = pairs(set).count();
        self.begin(count, depth);
        self.reply.set(count);
        for (member, _) in pairs(set) {
            self.value(&member, depth + 1);
        }
    }

    /// The items up to the first one that is missing.
    fn array(&mut self, table: &Table, depth: usize) {
        let item = |index: usize| table.raw_get(index).unwrap_or(Value::Nil);
        let count = (1..).take_while(|index| !item(*index).is_nil()).count();
        self.begin(count, depth);
        self.reply.array(count);
        for index in 1..=count {
            self.value(&item(index), depth + 1);
        }
    }
}

/// The pairs of a table, one after the other: the interpreter has no room for many at once.
fn pairs(table: &Table) -> impl Iterator<Item = (Value, Value)> {
    table.pairs().filter_map(Result::ok)
}

/// A number without its fraction. One that does not fit is the smallest, as on x86.
fn truncated(number: f64) -> i64 {
    let fits = number >= i64::MIN as f64 && number < i64::MAX as f64;
    if fits { number as i64 } else { i64::MIN }
}

/// A number, even a whole one, which the interpreter shows as an integer.
fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        other => other.as_f64(),
    }
}

fn as_verbatim(value: &Value) -> Option<([u8; 3], Vec<u8>)> {
    let Value::Table(table) = value else { return None };
    let (Value::String(text), Value::String(format)) =
        (table.raw_get("string").ok()?, table.raw_get("format").ok()?)
    else {
        return None;
    };
    let mut letters = [b' '; 3];
    letters.iter_mut().zip(&*format.as_bytes()).for_each(|(letter, given)| *letter = *given);
    Some((letters, text.as_bytes().to_vec()))
}
