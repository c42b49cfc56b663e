//! Streams in payloads: pieces of entries, the numbers of the stream, and its groups. Newer servers write
//! more of a stream than older ones.

use std::vec::IntoIter;

use super::coding::{Reader, Writer, whole_id};
use super::packed::{Listpack, read_listpack};
use crate::state::config::DuplicateLimits;
use crate::state::keyspace::stream::{
    Duplicates, EntryName, Fields, Group, Pending, Stream, StreamId,
};
use crate::wire::parse_integer;

/// How much of a stream is written, the oldest form first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    Entries,
    /// Also how many entries there were, and how many of them a group has read.
    Counts,
    /// Also when a consumer last got an entry.
    Activity,
    /// Also the entries that producers may send again.
    Duplicates,
    /// Also the pending entries that no consumer has.
    Released,
}

/// The flags of an entry in a piece.
const DELETED: i64 = 1;
const SAME_FIELDS: i64 = 2;

/// How much is not known.
const UNKNOWN: u64 = u64::MAX;

pub(super) fn write(out: &mut Writer, stream: &Stream, form: Form) {
    out.number(stream.node_count() as u64);
    for piece in stream.pieces() {
        write_piece(out, &piece);
    }
    out.number(stream.len() as u64);
    out.id(stream.last_id);
    if form >= Form::Counts {
        out.id(stream.first_id().unwrap_or_default());
        out.id(stream.max_deleted);
        out.number(stream.added);
    }
    out.number(stream.groups.len() as u64);
    for (name, group) in &stream.groups {
        out.string(name);
        write_group(out, group, form);
    }
    if form >= Form::Duplicates {
        write_duplicates(out, &stream.duplicates);
    }
}

pub(super) fn read(input: &mut Reader<'_>, form: Form) -> Option<Stream> {
    let mut stream = Stream::default();
    for _ in 0..input.number()? {
        read_piece(input, &mut stream)?;
    }
    if input.number()? != stream.len() as u64 {
        return None;
    }
    stream.last_id = input.id()?;
    (stream.max_deleted, stream.added) = (StreamId::MIN, stream.len() as u64);
    if form >= Form::Counts {
        let _first = input.id()?;
        stream.max_deleted = input.id()?;
        stream.added = input.number()?;
    }
    for _ in 0..input.number()? {
        let name = input.string()?;
        let group = read_group(input, &stream, form)?;
        stream.groups.insert(name.as_slice().into(), group);
    }
    if form >= Form::Duplicates {
        read_duplicates(input, &mut stream.duplicates)?;
    }
    Some(stream)
}

/// A piece: its first ID, and a listpack that begins with the fields of the first entry. Each entry has
/// flags, its distance to the first ID, and values; its own fields, if these differ; and the number of all
/// these for the way back.
fn write_piece(out: &mut Writer, piece: &[(StreamId, &Fields)]) {
    let Some((first, shared)) = piece.first() else { return };
    let mut packed = Listpack::default();
    packed.push_integer(piece.len() as i64);
    packed.push_integer(0);
    packed.push_integer(shared.len() as i64 / 2);
    names(shared).for_each(|name| packed.push(name));
    packed.push_integer(0);
    for (id, fields) in piece {
        let has_same = names(fields).eq(names(shared));
        packed.push_integer(if has_same { SAME_FIELDS } else { 0 });
        packed.push_integer(id.millis.wrapping_sub(first.millis).cast_signed());
        packed.push_integer(id.number.wrapping_sub(first.number).cast_signed());
        let count = fields.len() as i64 / 2;
        if has_same {
            fields.iter().skip(1).step_by(2).for_each(|value| packed.push(value));
            packed.push_integer(count + 3);
        } else {
            packed.push_integer(count);
            fields.iter().for_each(|word| packed.push(word));
            packed.push_integer(2 * count + 4);
        }
    }
    out.text(&whole_id(*first));
    out.text(&packed.into_bytes());
}

fn names(fields: &Fields) -> impl Iterator<Item = &[u8]> {
    fields.iter().step_by(2).map(|name| &**name)
}

fn read_piece(input: &mut Reader<'_>, stream: &mut Stream) -> Option<()> {
    let first = Reader::new(&input.string()?).whole_id()?;
    let mut words = read_listpack(&input.string()?)?.into_iter();
    let number = |words: &mut IntoIter<Vec<u8>>| parse_integer(&words.next()?);
    let entries = [number(&mut words)?, number(&mut words)?];
    let count = number(&mut words)?;
    let shared: Vec<_> = (0..count).map(|_| words.next()).collect::<Option<_>>()?;
    let _end = number(&mut words)?;
    let mut deleted = Vec::new();
    for place in 0..entries[0].checked_add(entries[1])? {
        let flags = number(&mut words)?;
        let id = StreamId {
            millis: first.millis.wrapping_add_signed(number(&mut words)?),
            number: first.number.wrapping_add_signed(number(&mut words)?),
        };
        let fields: Vec<_> = if flags & SAME_FIELDS == 0 {
            let count = number(&mut words)?.checked_mul(2)?;
            (0..count).map(|_| words.next()).collect::<Option<_>>()?
        } else {
            let pairs = shared.iter().map(|name| Some([name.clone(), words.next()?]));
            pairs.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect()
        };
        let _length = number(&mut words)?;
        if stream.added > 0 && id <= stream.last_id {
            return None;
        }
        let fields = fields.iter().map(|word| word.as_slice().into()).collect();
        stream.append(id, fields, place == 0);
        if flags & DELETED != 0 {
            deleted.push(id);
        }
    }
    deleted.into_iter().for_each(|id| _ = stream.delete(id));
    words.next().is_none().then_some(())
}

fn write_group(out: &mut Writer, group: &Group, form: Form) {
    out.id(group.last_id);
    if form >= Form::Counts {
        out.number(group.entries_read.unwrap_or(UNKNOWN));
    }
    out.number(group.pending().len() as u64);
    for (id, pending) in group.pending() {
        out.whole_id(*id);
        out.bytes(&pending.delivered.to_le_bytes());
        out.number(pending.count);
    }
    out.number(group.consumers.len() as u64);
    for (name, consumer) in &group.consumers {
        out.string(name);
        out.bytes(&consumer.seen.to_le_bytes());
        if form >= Form::Activity {
            out.bytes(&consumer.active.unwrap_or(UNKNOWN).to_le_bytes());
        }
        out.number(consumer.pending.len() as u64);
        consumer.pending.iter().for_each(|id| out.whole_id(*id));
    }
    if form >= Form::Released {
        out.number(group.released().count() as u64);
        group.released().for_each(|id| out.whole_id(id));
    }
}

fn read_group(input: &mut Reader<'_>, stream: &Stream, form: Form) -> Option<Group> {
    let last_id = input.id()?;
    let entries_read = match form {
        Form::Entries => stream.count_up_to(last_id),
        _ => Some(input.number()?).filter(|read| *read != UNKNOWN),
    };
    let mut group = Group::new(last_id, entries_read);
    for _ in 0..input.number()? {
        let id = input.whole_id()?;
        let delivered = u64::from_le_bytes(input.chunk()?);
        group.assign(id, Pending { delivered, count: input.number()?, ..Pending::default() });
    }
    for _ in 0..input.number()? {
        let name = input.string()?;
        let seen = u64::from_le_bytes(input.chunk()?);
        group.add_consumer(&name, seen);
        let active = match form {
            Form::Entries | Form::Counts => seen,
            _ => u64::from_le_bytes(input.chunk()?),
        };
        if let Some(consumer) = group.consumers.get_mut(&*name) {
            consumer.active = Some(active).filter(|active| *active != UNKNOWN);
        }
        for _ in 0..input.number()? {
            let id = input.whole_id()?;
            let pending = group.pending().get(&id).filter(|it| it.consumer.is_none())?.clone();
            group.assign(id, Pending { consumer: Some(name.as_slice().into()), ..pending });
        }
    }
    if form >= Form::Released {
        for _ in 0..input.number()? {
            let id = input.whole_id()?;
            group.pending().get(&id).filter(|it| it.consumer.is_none())?;
        }
    }
    Some(group)
}

/// Entries that their producers have not named are left out: servers name them by a sum of their own.
fn write_duplicates(out: &mut Writer, duplicates: &Duplicates) {
    let DuplicateLimits { duration, entries } = duplicates.limits();
    out.number(duration);
    out.number(entries as u64);
    let producers: Vec<_> = duplicates.named().collect();
    out.number(producers.len() as u64);
    for (producer, known) in producers {
        out.string(producer);
        out.number(known.len() as u64);
        for (name, id) in known {
            out.string(name);
            out.id(id);
        }
    }
    out.number(duplicates.added);
    out.number(duplicates.found);
}

fn read_duplicates(input: &mut Reader<'_>, duplicates: &mut Duplicates) -> Option<()> {
    let (duration, entries) = (input.number()?, usize::try_from(input.number()?).ok()?);
    duplicates.limit(DuplicateLimits { duration, entries });
    for _ in 0..input.number()? {
        let producer = input.string()?;
        for _ in 0..input.number()? {
            let name = EntryName::Given(input.string()?.as_slice().into());
            duplicates.add(&producer, name, input.id()?, 0);
        }
    }
    duplicates.added = input.number()?;
    duplicates.found = input.number()?;
    Some(())
}
