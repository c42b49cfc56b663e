//! A value as bytes, as DUMP and RESTORE exchange it.
//!
//! ```text
//! type  the elements …  version, 2 bytes  CRC-64 of all before it, 8 bytes
//! ```
//!
//! Strings, lists, sets, sorted sets, hashes and arrays are written in the simplest form that the servers
//! have, so that these read it too. Hashes with fields that expire, and streams, have forms of our own. Of
//! other servers' forms the simple ones are read, without compression.

mod coding;

use super::stream::{Group, Pending, Stream};
use super::{Array, Hash, List, Set, SortedSet, StringValue, Value};
use crate::state::config::EncodingLimits;
use crate::state::keyspace::value::DataType;
use crate::wire::shortest;
#[cfg(not(feature = "scripts"))]
use coding::{Reader, Writer};
#[cfg(feature = "scripts")]
pub(crate) use coding::{Reader, Writer};
pub(crate) use coding::{open, open_unchecked};

const STRING: u8 = 0;
const LIST: u8 = 1;
const SET: u8 = 2;
const HASH: u8 = 4;
const SORTED_SET: u8 = 5;
const ARRAY: u8 = 28;
/// Forms of our own, which no server has.
const EXPIRING_HASH: u8 = 0xf1;
const STREAM: u8 = 0xf2;

/// Writes a value for servers of a version.
pub(crate) fn dump(value: &Value, version: u16) -> Vec<u8> {
    write(value).seal(version)
}

/// How many bytes the elements of a value take in a payload.
pub(crate) fn body_len(value: &Value) -> usize {
    write(value).into_bytes().len() - 1
}

/// The value as a server has it after it has written it and read it again: with the encoding of a new
/// value. A stream has one encoding only.
pub(crate) fn reloaded(value: Value, limits: &EncodingLimits) -> Value {
    match value {
        Value::Stream(_) => value,
        value => restore(&write(&value).into_bytes(), limits).unwrap_or(value),
    }
}

fn write(value: &Value) -> Writer {
    let mut out = Writer::default();
    match value {
        Value::String(string) => out.kind(STRING).string(&string.bytes()),
        Value::List(list) => {
            out.kind(LIST).number(list.len() as u64);
            list.iter().for_each(|element| out.string(element));
        }
        Value::Set(set) => {
            out.kind(SET).number(set.len() as u64);
            set.iter().for_each(|member| out.string(&member));
        }
        Value::SortedSet(set) => {
            out.kind(SORTED_SET).number(set.len() as u64);
            // Servers write the highest first.
            for (member, score) in set.range(0..set.len(), true) {
                out.string(member);
                out.double(score);
            }
        }
        Value::Hash(hash) => write_hash(&mut out, hash),
        Value::Stream(stream) => write_stream(&mut out, stream),
        Value::Array(array) => write_array(&mut out, array),
    }
    out
}

/// Reads the value of an opened payload; `None` if it has a form that is not known.
pub(crate) fn restore(body: &[u8], limits: &EncodingLimits) -> Option<Value> {
    let mut input = Reader::new(body);
    let value = read(&mut input, limits)?;
    (input.is_at_end() && !value.is_empty_collection()).then_some(value)
}

fn read(input: &mut Reader<'_>, limits: &EncodingLimits) -> Option<Value> {
    let kind = input.byte()?;
    if kind == STRING {
        return Some(StringValue::new(&input.string()?).into_value());
    }
    if kind == STREAM {
        return read_stream(input, limits).map(DataType::into_value);
    }
    let elements = input.number()?;
    match kind {
        ARRAY => read_array(input, elements, limits).map(DataType::into_value),
        LIST => {
            let mut list = List::default();
            for _ in 0..elements {
                list.push(super::End::Right, &input.string()?);
            }
            Some(encoded(list, limits))
        }
        SET => {
            let mut set = Set::default();
            for _ in 0..elements {
                set.add(&input.string()?, limits);
            }
            Some(encoded(set, limits))
        }
        SORTED_SET => {
            let mut set = SortedSet::default();
            for _ in 0..elements {
                set.insert(&input.string()?, input.double()?);
            }
            Some(encoded(set, limits))
        }
        HASH | EXPIRING_HASH => {
            let mut hash = Hash::default();
            for _ in 0..elements {
                let (field, value) = (input.string()?, input.string()?);
                hash.set(&field, &value);
                if kind == EXPIRING_HASH
                    && let Some(expiry) = input.number()?.checked_sub(1)
                {
                    hash.set_expiry(&field, i64::try_from(expiry).ok()?);
                }
            }
            Some(encoded(hash, limits))
        }
        _ => None,
    }
}

fn encoded(mut value: impl DataType, limits: &EncodingLimits) -> Value {
    value.encode(limits);
    value.into_value()
}

fn write_hash(out: &mut Writer, hash: &Hash) {
    let expires = hash.next_expiry().is_some();
    out.kind(if expires { EXPIRING_HASH } else { HASH }).number(hash.len() as u64);
    for (field, value) in hash.iter() {
        out.string(field);
        out.string(value);
        if expires {
            let expiry = hash.expiry(field).and_then(|expiry| u64::try_from(expiry).ok());
            out.number(expiry.map_or(0, |expiry| expiry + 1));
        }
    }
}

fn write_stream(out: &mut Writer, stream: &Stream) {
    out.kind(STREAM).number(stream.len() as u64);
    for (id, fields) in stream.range(..) {
        out.id(*id);
        out.number(fields.len() as u64);
        fields.iter().for_each(|field| out.string(field));
    }
    out.id(stream.last_id);
    out.id(stream.max_deleted);
    out.number(stream.added);
    out.number(stream.groups.len() as u64);
    for (name, group) in &stream.groups {
        out.string(name);
        write_group(out, group);
    }
}

fn write_group(out: &mut Writer, group: &Group) {
    out.id(group.last_id);
    out.number(group.entries_read.map_or(0, |read| read + 1));
    out.number(group.consumers.len() as u64);
    for (name, consumer) in &group.consumers {
        out.string(name);
        out.number(consumer.seen);
        out.number(consumer.active.map_or(0, |active| active + 1));
    }
    out.number(group.pending().len() as u64);
    for (id, pending) in group.pending() {
        out.id(*id);
        out.number(pending.consumer.iter().len() as u64);
        pending.consumer.iter().for_each(|consumer| out.string(consumer));
        out.number(pending.delivered);
        out.number(pending.count);
    }
}

fn read_stream(input: &mut Reader<'_>, limits: &EncodingLimits) -> Option<Stream> {
    let mut stream = Stream::default();
    for _ in 0..input.number()? {
        let id = input.id()?;
        let fields = input.number()?;
        let fields = (0..fields).map(|_| Some(input.string()?.as_slice().into()));
        let fields = fields.collect::<Option<Vec<_>>>()?;
        stream.add(id, fields.into(), limits);
    }
    stream.last_id = input.id()?;
    stream.max_deleted = input.id()?;
    stream.added = input.number()?;
    for _ in 0..input.number()? {
        let name = input.string()?;
        let group = read_group(input)?;
        stream.groups.insert(name.as_slice().into(), group);
    }
    Some(stream)
}

fn read_group(input: &mut Reader<'_>) -> Option<Group> {
    let mut group = Group::new(input.id()?, input.number()?.checked_sub(1));
    for _ in 0..input.number()? {
        let (name, seen, active) = (input.string()?, input.number()?, input.number()?);
        group.add_consumer(&name, seen);
        if let Some(consumer) = group.consumers.get_mut(&*name) {
            consumer.active = active.checked_sub(1);
        }
    }
    for _ in 0..input.number()? {
        let id = input.id()?;
        let consumer = match input.number()? {
            0 => None,
            _ => Some(input.string()?.as_slice().into()),
        };
        let (delivered, count) = (input.number()?, input.number()?);
        group.assign(id, Pending { consumer, delivered, count, ..Pending::default() });
    }
    Some(group)
}

/// The kinds of an array's values. All but the last one are numbers of eight bytes.
const PLAIN: u8 = 0;
const INTEGER: u8 = 1;
const DOUBLE: u8 = 2;
const SHORT: u8 = 3;
/// The longest text of the kind [`SHORT`].
const MOST_SHORT: usize = 7;

fn write_array(out: &mut Writer, array: &Array) {
    out.kind(ARRAY).number(array.len() as u64);
    match array.next().checked_sub(1) {
        None => out.number(0),
        Some(newest) => {
            out.number(1);
            out.number(newest);
        }
    }
    for (index, value) in array.range(0..=u64::MAX) {
        out.number(index);
        if value.len() <= MOST_SHORT {
            out.kind(SHORT).kind(value.len() as u8).bytes(value);
        } else {
            out.kind(PLAIN).string(value);
        }
    }
}

fn read_array(input: &mut Reader<'_>, elements: u64, limits: &EncodingLimits) -> Option<Array> {
    let mut array = Array::default();
    let next = match input.number()? {
        0 => 0,
        1 => input.number()?.checked_add(1)?,
        _ => return None,
    };
    array.seek(next);
    for _ in 0..elements {
        let index = input.number()?;
        if index == Array::NO_INDEX {
            return None;
        }
        let value = match input.byte()? {
            PLAIN => input.string()?,
            INTEGER => i64::from_le_bytes(input.chunk()?).to_string().into_bytes(),
            DOUBLE => {
                let text = shortest(input.double()?);
                let is_whole = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
                (if is_whole { text + ".0" } else { text }).into_bytes()
            }
            SHORT => {
                let length = usize::from(input.byte()?);
                if length > MOST_SHORT {
                    return None;
                }
                input.take(length)?.to_vec()
            }
            _ => return None,
        };
        array.set(index, &value, limits);
    }
    Some(array)
}

impl Value {
    /// Whether it is a collection without elements, which no key can have.
    fn is_empty_collection(&self) -> bool {
        self.size() == 0 && !matches!(self, Self::String(_) | Self::Stream(_))
    }
}
