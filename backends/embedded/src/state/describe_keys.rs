//! All keys with their values, as text.

use std::fmt::{self, Write};

use super::State;
use crate::state::keyspace::stream::{Group, Stream};
use crate::state::keyspace::{Entry, Expiry, Hash, Value, timestamp_of};
use crate::time::Timestamp;

impl State {
    /// All keys, sorted; each on a line with its type, and its elements on lines below it. The keys of
    /// a database follow its number, unless that is 0.
    pub(crate) fn describe_keys(&mut self, now: Timestamp) -> String {
        let mut text = String::new();
        for index in 0..self.config.databases {
            let database = self.database(index, now);
            let mut keys: Vec<_> = database.iter().collect();
            keys.sort_unstable_by_key(|(key, _)| *key);
            if index > 0 && !keys.is_empty() {
                _ = writeln!(text, "database {index}");
            }
            for (key, entry) in keys {
                // Writing to a string never fails.
                _ = describe(&mut text, key, entry, now);
            }
        }
        text
    }
}

fn describe(text: &mut String, key: &[u8], entry: &Entry, now: Timestamp) -> fmt::Result {
    writeln!(text, "{} {}{}", quoted(key), entry.value.type_name(), left(entry.expiry(), now))?;
    match &entry.value {
        Value::String(string) => writeln!(text, "  {}", quoted(&string.bytes())),
        Value::List(list) => list.iter().try_for_each(|it| writeln!(text, "  {}", quoted(it))),
        Value::Hash(hash) => describe_fields(text, hash, now),
        Value::Set(set) => {
            let mut members: Vec<_> = set.iter().map(|it| it.to_vec()).collect();
            members.sort_unstable();
            members.iter().try_for_each(|it| writeln!(text, "  {}", quoted(it)))
        }
        Value::SortedSet(set) => set
            .iter()
            .try_for_each(|(member, score)| writeln!(text, "  {} {score}", quoted(member))),
        Value::Stream(stream) => describe_stream(text, stream),
        Value::Array(array) => array
            .range(0..=u64::MAX)
            .try_for_each(|(index, it)| writeln!(text, "  {index} {}", quoted(it))),
    }
}

fn describe_fields(text: &mut String, hash: &Hash, now: Timestamp) -> fmt::Result {
    let mut fields: Vec<_> = hash.iter().collect();
    fields.sort_unstable();
    fields.into_iter().try_for_each(|(field, value)| {
        let left = left(hash.expiry(field), now);
        writeln!(text, "  {} {}{left}", quoted(field), quoted(value))
    })
}

fn describe_stream(text: &mut String, stream: &Stream) -> fmt::Result {
    for (id, fields) in stream.range(..) {
        let fields: Vec<String> = fields.iter().map(|it| quoted(it)).collect();
        writeln!(text, "  {} {}", id_text(&id.to_bytes()), fields.join(" "))?;
    }
    stream.groups.iter().try_for_each(|(name, group)| describe_group(text, name, group))
}

fn describe_group(text: &mut String, name: &[u8], group: &Group) -> fmt::Result {
    writeln!(text, "  group {} after {}", quoted(name), id_text(&group.last_id.to_bytes()))?;
    group.pending().iter().try_for_each(|(id, pending)| {
        let id = id_text(&id.to_bytes());
        writeln!(
            text,
            "    {id} pending for {}, delivered {}x",
            quoted(pending.consumer.as_deref().unwrap_or_default()),
            pending.count
        )
    })
}

fn id_text(id: &[u8]) -> String {
    String::from_utf8_lossy(id).into_owned()
}

fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii().to_string().replace("\\'", "'"))
}

/// The remaining time of a key or a field that expires.
fn left(expiry: Option<Expiry>, now: Timestamp) -> String {
    let Some(expiry) = expiry else { return String::new() };
    let left = timestamp_of(expiry).unix_millis().saturating_sub(now.unix_millis());
    format!(", {left} ms left")
}
