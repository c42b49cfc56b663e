//! Hashes in payloads. Fields that expire, and fields that several hashes share, have forms of their own.

use super::coding::{Reader, Writer};
use super::packed::{Listpack, read_listpack};
use crate::state::keyspace::{Expiry, Hash};
use crate::wire::parse_integer;

/// Valkey writes this instead of the time of a field that does not expire.
const NO_EXPIRY: i64 = -1;

/// A field, its value, and when it expires.
type Field = (Vec<u8>, Vec<u8>, Option<Expiry>);

pub(super) fn write_plain(out: &mut Writer, hash: &Hash) {
    out.number(hash.len() as u64);
    for (field, value) in hash.iter() {
        out.string(field);
        out.string(value);
    }
}

pub(super) fn read_plain(input: &mut Reader<'_>) -> Option<Hash> {
    let count = input.number()?;
    collected((0..count).map(|_| Some((input.string()?, input.string()?, None))))
}

/// Fields and values in turn.
pub(super) fn from_pairs(elements: &[Vec<u8>]) -> Option<Hash> {
    let (pairs, []) = elements.as_chunks::<2>() else { return None };
    collected(pairs.iter().map(|[field, value]| Some((field.clone(), value.clone(), None))))
}

/// Redis writes the soonest expiry, and the others as their distance to it, plus one.
pub(super) fn write_expiring(out: &mut Writer, hash: &Hash) {
    let soonest = hash.next_expiry().unwrap_or_default();
    out.bytes(&soonest.to_le_bytes());
    out.number(hash.len() as u64);
    for (field, value) in hash.iter() {
        out.number(hash.expiry(field).map_or(0, |expiry| expiry.abs_diff(soonest) + 1));
        out.string(field);
        out.string(value);
    }
}

pub(super) fn read_expiring(input: &mut Reader<'_>) -> Option<Hash> {
    let soonest = i64::from_le_bytes(input.chunk()?);
    let count = input.number()?;
    collected((0..count).map(|_| {
        let expiry = match input.number()?.checked_sub(1) {
            Some(distance) => Some(soonest.checked_add_unsigned(distance)?),
            None => None,
        };
        Some((input.string()?, input.string()?, expiry))
    }))
}

/// Valkey writes a time behind each value.
pub(super) fn write_expiring_of_valkey(out: &mut Writer, hash: &Hash) {
    out.number(hash.len() as u64);
    for (field, value) in hash.iter() {
        out.string(field);
        out.string(value);
        out.bytes(&hash.expiry(field).unwrap_or(NO_EXPIRY).to_le_bytes());
    }
}

/// Fields of Valkey that expire are in a hash table.
pub(super) fn read_expiring_of_valkey(input: &mut Reader<'_>) -> Option<Hash> {
    let count = input.number()?;
    let mut hash = collected((0..count).map(|_| {
        let (field, value) = (input.string()?, input.string()?);
        let expiry = i64::from_le_bytes(input.chunk()?);
        Some((field, value, (expiry != NO_EXPIRY).then_some(expiry)))
    }))?;
    hash.become_table();
    Some(hash)
}

/// A listpack of fields, values and times, behind the soonest time. Zero is none.
pub(super) fn read_packed_expiring(input: &mut Reader<'_>) -> Option<Hash> {
    input.take(8)?;
    let elements = read_listpack(&input.string()?)?;
    let (fields, []) = elements.as_chunks::<3>() else { return None };
    collected(fields.iter().map(|[field, value, expiry]| {
        let expiry = parse_integer(expiry)?;
        Some((field.clone(), value.clone(), (expiry != 0).then_some(expiry)))
    }))
}

fn collected(fields: impl Iterator<Item = Option<Field>>) -> Option<Hash> {
    let fields = fields.collect::<Option<Vec<_>>>()?;
    let mut hash = Hash::default();
    for (field, value, _) in &fields {
        hash.set(field, value);
    }
    // The last one first: of several with one time, that which is set last becomes the first.
    for (field, _, expiry) in fields.iter().rev() {
        if let Some(expiry) = expiry {
            hash.set_expiry(field, *expiry);
        }
    }
    Some(hash)
}

/// A mark that the names of the fields are written here, and not elsewhere.
const OWN_NAMES: u64 = 0;

/// The names of the fields and then their values, each in a listpack, or each value on its own. The
/// listpack of values begins with the number of the server's template, which means nothing elsewhere.
pub(super) fn write_template(out: &mut Writer, hash: &Hash, is_array: bool) {
    let names: Listpack = hash.iter().map(|(field, _)| &**field).collect();
    let values = hash.iter().map(|(_, value)| &**value);
    out.number(OWN_NAMES);
    out.text(&names.into_bytes());
    if is_array {
        values.for_each(|value| out.string(value));
    } else {
        let values: Listpack = std::iter::once(&b"0"[..]).chain(values).collect();
        out.text(&values.into_bytes());
    }
}

pub(super) fn read_template(input: &mut Reader<'_>, is_array: bool) -> Option<Hash> {
    if input.number()? != OWN_NAMES {
        return None;
    }
    let names = read_listpack(&input.string()?)?;
    let values = if is_array {
        names.iter().map(|_| input.string()).collect::<Option<Vec<_>>>()?
    } else {
        let mut values = read_listpack(&input.string()?)?;
        values.drain(..values.len().min(1));
        values
    };
    let fields = names.iter().zip(&values).map(|(name, value)| (&**name, &**value));
    (names.len() == values.len()).then(|| Hash::from_template(fields))
}
