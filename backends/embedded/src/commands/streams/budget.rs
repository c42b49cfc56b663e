//! How much XREAD and XREADGROUP reply: `MAXCOUNT`, `MAXSIZE`.

use super::write_entry;
use crate::state::keyspace::stream::{Fields, StreamId};
use crate::wire::{Protocol, Reply};

/// An entry of a reply.
pub(super) struct Entry {
    pub(super) id: StreamId,
    /// None if the entry is deleted.
    pub(super) fields: Option<Fields>,
    /// For how long it was not delivered, and how often it was: shown with `CLAIM`.
    pub(super) before: Option<(u64, u64)>,
}

/// The rest of the limits of a reply, over all streams.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    pub(super) entries: usize,
    pub(super) bytes: usize,
    /// The bytes of what was taken, as they are sent.
    spent: usize,
    /// How many entries of the current stream were taken.
    of_stream: Option<usize>,
    is_empty: bool,
}

impl Default for Budget {
    fn default() -> Self {
        let all = usize::MAX;
        Self { entries: all, bytes: all, spent: 0, of_stream: None, is_empty: true }
    }
}

impl Budget {
    /// The rest for the entries of a stream, behind its name; none if it is used up before.
    pub(super) fn open(mut self, key: &[u8], protocol: Protocol) -> Option<Self> {
        let before = self.of_stream.replace(0).map_or(0, array_length);
        self.spent = self.spent.saturating_add(before);
        if !self.has_more() {
            return None;
        }
        let header = if protocol == Protocol::Resp2 { array_length(2) } else { 0 };
        self.spent = self.spent.saturating_add(header + bulk_length(key));
        Some(self)
    }

    /// The first entry is always taken.
    fn has_more(&self) -> bool {
        self.is_empty || (self.entries > 0 && self.spent < self.bytes)
    }

    /// Takes entries until nothing is left; none if there are no entries.
    pub(super) fn take(&mut self, entries: impl IntoIterator<Item = Entry>) -> Option<Vec<Entry>> {
        let mut entries = entries.into_iter().peekable();
        entries.peek()?;
        let taken = entries.map_while(|entry| {
            if !self.has_more() {
                return None;
            }
            self.entries -= 1;
            self.spent = self.spent.saturating_add(entry.length());
            self.of_stream = self.of_stream.map(|taken| taken + 1);
            self.is_empty = false;
            Some(entry)
        });
        Some(taken.collect())
    }
}

impl Entry {
    pub(super) fn new(id: StreamId, fields: Option<Fields>) -> Self {
        Self { id, fields, before: None }
    }

    pub(super) fn write(&self, reply: &mut Reply<'_>) {
        match (&self.fields, self.before) {
            (None, _) => _ = reply.array(2).bulk(self.id.to_bytes()).null_array(),
            (Some(fields), None) => write_entry(reply, self.id, fields),
            (Some(fields), Some((idle, count))) => {
                reply.array(4).bulk(self.id.to_bytes()).array(fields.len());
                fields.iter().for_each(|field| _ = reply.bulk(field));
                for number in [idle, count] {
                    reply.integer(i64::try_from(number).unwrap_or(i64::MAX));
                }
            }
        }
    }

    fn length(&self) -> usize {
        let fields = self.fields.as_deref().unwrap_or_default();
        let texts: usize = fields.iter().map(|field| bulk_length(field)).sum();
        let numbers = self.before.map_or(0, |(idle, count)| {
            [idle, count].iter().map(|number| digits(*number) + ":\r\n".len()).sum()
        });
        array_length(2)
            + bulk_length(&self.id.to_bytes())
            + array_length(fields.len())
            + texts
            + numbers
    }
}

fn array_length(items: usize) -> usize {
    "*\r\n".len() + digits(items as u64)
}

fn bulk_length(text: &[u8]) -> usize {
    "$\r\n\r\n".len() + digits(text.len() as u64) + text.len()
}

fn digits(number: u64) -> usize {
    1 + number.checked_ilog10().unwrap_or(0) as usize
}
