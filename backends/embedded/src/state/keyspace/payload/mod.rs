//! A value as bytes, as DUMP and RESTORE exchange it.
//!
//! ```text
//! type  the elements …  version, 2 bytes  CRC-64 of all before it, 8 bytes
//! ```
//!
//! Collections are written element by element, which all servers read. What servers write of their own
//! memory is read too: compressed texts ([`lzf`]), and collections in one piece ([`packed`]).

mod array;
mod coding;
mod hash;
mod lzf;
mod packed;
mod stream;

use super::{End, Hash, List, Set, SortedSet, StringValue, Value};
use crate::profile::PayloadFormat;
use crate::state::config::EncodingLimits;
use crate::state::keyspace::value::DataType;
#[cfg(not(feature = "scripts"))]
use coding::{Reader, Writer};
#[cfg(feature = "scripts")]
pub(crate) use coding::{Reader, Writer};
pub(crate) use coding::{open, open_unchecked};
use packed::{read_integers, read_listpack, read_ziplist};
use stream::Form;

const STRING: u8 = 0;
const LIST: u8 = 1;
const SET: u8 = 2;
const HASH: u8 = 4;
const SORTED_SET: u8 = 5;
const ARRAY: u8 = 28;
/// With fields that expire, of Valkey and of Redis.
const HASH_OF_VALKEY: u8 = 22;
const EXPIRING_HASH: u8 = 24;
/// With fields that several hashes share.
const TEMPLATE: u8 = 29;
const TEMPLATE_ARRAY: u8 = 31;
/// Collections in one piece.
const INTEGER_SET: u8 = 11;
const ZIPLIST_SORTED_SET: u8 = 12;
const ZIPLIST_HASH: u8 = 13;
const PACKED_HASH: u8 = 16;
const PACKED_SORTED_SET: u8 = 17;
const PACKED_SET: u8 = 20;
const PACKED_EXPIRING_HASH: u8 = 25;
/// Lists in several pieces.
const ZIPLIST_LIST: u8 = 14;
const PACKED_LIST: u8 = 18;
/// Before a piece of a list: whether it is one long element, or a listpack.
const ONE_ELEMENT: u64 = 1;
const LISTPACK: u64 = 2;

/// The form of a stream, by its type.
const STREAMS: [(u8, Form); 5] = [
    (15, Form::Entries),
    (19, Form::Counts),
    (21, Form::Activity),
    (26, Form::Duplicates),
    (27, Form::Released),
];

/// Writes a value.
pub(crate) fn dump(value: &Value, format: PayloadFormat) -> Vec<u8> {
    write(value, format.newest_type).seal(format.version)
}

/// How many bytes the elements of a value take in a payload.
pub(crate) fn body_len(value: &Value, format: PayloadFormat) -> usize {
    write(value, format.newest_type).into_bytes().len() - 1
}

/// The value as a server has it after it has written it and read it again: with the encoding of a new
/// value. A stream has one encoding only.
pub(crate) fn reloaded(value: Value, format: PayloadFormat, limits: &EncodingLimits) -> Value {
    let body = match value {
        Value::Stream(_) => return value,
        _ => write(&value, format.newest_type).into_bytes(),
    };
    restore(&body, format, limits).unwrap_or(value)
}

/// Writes a value in a type that is not newer than this one.
fn write(value: &Value, newest: u8) -> Writer {
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
        Value::Hash(it) => match it.template() {
            Some(is_array) => {
                out.kind(if is_array { TEMPLATE_ARRAY } else { TEMPLATE });
                hash::write_template(&mut out, it, is_array);
            }
            None if !it.may_expire() => hash::write_plain(out.kind(HASH), it),
            None if newest == HASH_OF_VALKEY => {
                hash::write_expiring_of_valkey(out.kind(HASH_OF_VALKEY), it);
            }
            None => hash::write_expiring(out.kind(EXPIRING_HASH), it),
        },
        Value::Stream(it) => {
            if let Some((kind, form)) = STREAMS.iter().rfind(|(kind, _)| *kind <= newest) {
                stream::write(out.kind(*kind), it, *form);
            }
        }
        Value::Array(it) => array::write(out.kind(ARRAY), it),
    }
    out
}

/// Reads the value of an opened payload; `None` if its type is not known, or if it is broken. As on
/// servers, more bytes may follow the value.
pub(crate) fn restore(
    body: &[u8],
    format: PayloadFormat,
    limits: &EncodingLimits,
) -> Option<Value> {
    let mut input = Reader::new(body);
    let kind = input.byte().filter(|kind| *kind <= format.newest_type)?;
    let value = read(kind, &mut input, limits)?;
    (!value.is_empty_collection()).then_some(value)
}

fn read(kind: u8, input: &mut Reader<'_>, limits: &EncodingLimits) -> Option<Value> {
    if let Some((_, form)) = STREAMS.iter().find(|(other, _)| *other == kind) {
        return stream::read(input, *form).map(DataType::into_value);
    }
    let elements = |input: &mut Reader<'_>| -> Option<Vec<Vec<u8>>> {
        let count = input.number()?;
        (0..count).map(|_| input.string()).collect()
    };
    match kind {
        STRING => Some(StringValue::new(&input.string()?).into_value()),
        LIST => Some(list(elements(input)?, true, limits)),
        ZIPLIST_LIST => read_list(input, limits, |input| read_ziplist(&input.string()?)),
        PACKED_LIST => read_list(input, limits, read_piece),
        SET => Some(set(Set::default(), &elements(input)?, limits)),
        INTEGER_SET => Some(set(Set::default(), &read_integers(&input.string()?)?, limits)),
        PACKED_SET => {
            let members = read_listpack(&input.string()?)?;
            let mut empty = Set::default();
            empty.expect(members.len(), b"", limits);
            Some(set(empty, &members, limits))
        }
        SORTED_SET => {
            let count = input.number()?;
            let members = (0..count).map(|_| Some((input.string()?, input.double()?)));
            sorted_set(members, limits)
        }
        ZIPLIST_SORTED_SET => packed_sorted_set(&read_ziplist(&input.string()?)?, limits),
        PACKED_SORTED_SET => packed_sorted_set(&read_listpack(&input.string()?)?, limits),
        ARRAY => array::read(input, limits).map(DataType::into_value),
        _ => {
            let mut hash = read_hash(kind, input)?;
            if matches!(kind, EXPIRING_HASH | PACKED_EXPIRING_HASH) {
                hash.prepare_expiries(limits);
            } else {
                hash.choose_encoding(limits);
            }
            Some(hash.into_value())
        }
    }
}

fn read_hash(kind: u8, input: &mut Reader<'_>) -> Option<Hash> {
    match kind {
        HASH => hash::read_plain(input),
        ZIPLIST_HASH => hash::from_pairs(&read_ziplist(&input.string()?)?),
        PACKED_HASH => hash::from_pairs(&read_listpack(&input.string()?)?),
        HASH_OF_VALKEY => hash::read_expiring_of_valkey(input),
        EXPIRING_HASH => hash::read_expiring(input),
        PACKED_EXPIRING_HASH => hash::read_packed_expiring(input),
        TEMPLATE => hash::read_template(input, false),
        TEMPLATE_ARRAY => hash::read_template(input, true),
        _ => None,
    }
}

/// Reads a list in pieces. One that has several pieces, or one long element, stays in pieces.
fn read_list(
    input: &mut Reader<'_>,
    limits: &EncodingLimits,
    read: impl Fn(&mut Reader<'_>) -> Option<Vec<Vec<u8>>>,
) -> Option<Value> {
    let pieces = input.number()?;
    let mut elements = Vec::new();
    for _ in 0..pieces {
        elements.extend(read(input)?);
    }
    Some(list(elements, pieces == 1, limits))
}

fn read_piece(input: &mut Reader<'_>) -> Option<Vec<Vec<u8>>> {
    match input.number()? {
        ONE_ELEMENT => Some(vec![input.string()?]),
        LISTPACK => read_listpack(&input.string()?),
        _ => None,
    }
}

fn list(elements: Vec<Vec<u8>>, may_be_packed: bool, limits: &EncodingLimits) -> Value {
    let mut list = List::default();
    elements.iter().for_each(|element| list.push(End::Right, element));
    list.encode_whole(may_be_packed, limits);
    list.into_value()
}

fn set(mut set: Set, members: &[Vec<u8>], limits: &EncodingLimits) -> Value {
    members.iter().for_each(|member| _ = set.add(member, limits));
    set.into_value()
}

fn packed_sorted_set(elements: &[Vec<u8>], limits: &EncodingLimits) -> Option<Value> {
    let (pairs, []) = elements.as_chunks::<2>() else { return None };
    let members = pairs.iter().map(|[member, score]| {
        let score: f64 = std::str::from_utf8(score).ok()?.parse().ok()?;
        (!score.is_nan()).then(|| (member.clone(), score))
    });
    sorted_set(members, limits)
}

fn sorted_set(
    members: impl Iterator<Item = Option<(Vec<u8>, f64)>>,
    limits: &EncodingLimits,
) -> Option<Value> {
    let mut set = SortedSet::default();
    for member in members {
        let (member, score) = member?;
        set.insert(&member, score);
    }
    set.encode(limits);
    Some(set.into_value())
}

impl Value {
    /// Whether it is a collection without elements, which no key can have.
    fn is_empty_collection(&self) -> bool {
        self.size() == 0 && !matches!(self, Self::String(_) | Self::Stream(_))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::profile::Profile;

    proptest! {
        #[test]
        fn any_payload_is_read_or_refused(kind in 0..40_u8, bytes: Vec<u8>) {
            let body = [&[kind][..], &bytes].concat();
            let format = Profile::REDIS_8_10.behaviour().payload;
            let _ = restore(&body, format, &EncodingLimits::default());
        }

        /// Pieces that are right at their ends, so that what is in between is read.
        #[test]
        fn any_entries_of_a_stream_are_read_or_refused(
            numbers in proptest::collection::vec(-3..4_i64, 4..40), form in 0..STREAMS.len(),
        ) {
            let mut packed = packed::Listpack::default();
            numbers.iter().for_each(|number| packed.push_integer(*number));
            let mut out = Writer::default();
            out.kind(STREAMS[form].0).number(1);
            out.text(&[0; 16]);
            out.text(&packed.into_bytes());
            let format = Profile::REDIS_8_10.behaviour().payload;
            let _ = restore(&out.into_bytes(), format, &EncodingLimits::default());
        }
    }
}
