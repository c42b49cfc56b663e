//! From values to JSON.

use mlua::{Table, Value};

use super::{DEEPEST, Invalid, Settings};
use crate::scripts::raise::type_name;
use crate::wire::in_digits;

/// Writes a value. The error is its text.
pub(super) fn encode(settings: &Settings, array: &Table, value: &Value) -> Result<Vec<u8>, String> {
    let mut writer = Writer { settings, array, out: Vec::new() };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct Writer<'a> {
    settings: &'a Settings,
    /// The metatable of arrays.
    array: &'a Table,
    out: Vec<u8>,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), String> {
        match value {
            Value::String(text) => self.text(&text.as_bytes()),
            Value::Integer(number) => self.number(*number as f64, value)?,
            Value::Number(number) => self.number(*number, value)?,
            Value::Boolean(value) => self.raw(if *value { "true" } else { "false" }),
            Value::Table(table) => self.table(table, depth + 1)?,
            Value::Nil => self.raw("null"),
            value if *value == Value::NULL => self.raw("null"),
            value => return Err(refused(value, "type not supported")),
        }
        Ok(())
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn text(&mut self, text: &[u8]) {
        self.out.push(b'"');
        for byte in text {
            match byte {
                b'"' => self.raw("\\\""),
                b'\\' => self.raw("\\\\"),
                b'/' => self.raw("\\/"),
                0x08 => self.raw("\\b"),
                b'\t' => self.raw("\\t"),
                b'\n' => self.raw("\\n"),
                0x0c => self.raw("\\f"),
                b'\r' => self.raw("\\r"),
                0..=0x1f | 0x7f => self.raw(&format!("\\u{byte:04x}")),
                _ => self.out.push(*byte),
            }
        }
        self.out.push(b'"');
    }

    fn number(&mut self, number: f64, value: &Value) -> Result<(), String> {
        if number.is_finite() {
            self.raw(&in_digits(number, self.settings.precision));
            return Ok(());
        }
        match self.settings.encode_invalid {
            Invalid::Refused => return Err(refused(value, "must not be NaN or Inf")),
            Invalid::Null => self.raw("null"),
            Invalid::Allowed if number.is_nan() => self.raw("nan"),
            Invalid::Allowed => self.raw(if number < 0.0 { "-inf" } else { "inf" }),
        }
        Ok(())
    }

    fn table(&mut self, table: &Table, depth: usize) -> Result<(), String> {
        if depth > self.settings.encode_depth.min(DEEPEST) {
            return Err(format!("Cannot serialise, excessive nesting ({depth})"));
        }
        let is_marked = table.metatable().is_some_and(|metatable| metatable == *self.array);
        match self.length(table)? {
            Some(length) if length > 0 || is_marked => self.items(table, length, depth),
            _ => self.members(table, depth),
        }
    }

    /// The length of an array; `None` if the table is an object.
    fn length(&self, table: &Table) -> Result<Option<usize>, String> {
        let (mut largest, mut count) = (0_usize, 0_usize);
        for (key, _) in table.pairs::<Value, Value>().filter_map(Result::ok) {
            match key {
                Value::Integer(index @ 1..) => {
                    largest = largest.max(usize::try_from(index).unwrap_or(usize::MAX));
                    count += 1;
                }
                _ => return Ok(None),
            }
        }
        let sparse = self.settings.sparse;
        let is_sparse = sparse.ratio > 0
            && largest > count.saturating_mul(sparse.ratio)
            && largest > sparse.safe;
        match (is_sparse, sparse.becomes_object) {
            (false, _) => Ok(Some(largest)),
            (true, true) => Ok(None),
            (true, false) => Err(refused(&Value::Table(table.clone()), "excessively sparse array")),
        }
    }

    fn items(&mut self, table: &Table, length: usize, depth: usize) -> Result<(), String> {
        self.out.push(b'[');
        for index in 1..=length {
            if index > 1 {
                self.out.push(b',');
            }
            let item: Value = table.raw_get(index).unwrap_or(Value::Nil);
            self.value(&item, depth)?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn members(&mut self, table: &Table, depth: usize) -> Result<(), String> {
        self.out.push(b'{');
        let start = self.out.len();
        for (key, value) in table.pairs::<Value, Value>().filter_map(Result::ok) {
            if self.out.len() > start {
                self.out.push(b',');
            }
            match &key {
                Value::String(text) => self.text(&text.as_bytes()),
                Value::Integer(_) | Value::Number(_) => {
                    self.out.push(b'"');
                    self.value(&key, depth)?;
                    self.out.push(b'"');
                }
                key => return Err(refused(key, "table key must be a number or string")),
            }
            self.out.push(b':');
            self.value(&value, depth)?;
        }
        self.out.push(b'}');
        Ok(())
    }
}

fn refused(value: &Value, reason: &str) -> String {
    format!("Cannot serialise {}: {reason}", type_name(value))
}
