//! DEBUG DIGEST and DIGEST-VALUE: equal data has an equal digest, and it is the one of real servers.
//!
//! A digest is made of SHA-1 sums. What has an order is *mixed* in: the sum of the digest and the part
//! becomes the digest. What has none is *added*, so that the order does not matter.

use sha1_smol::Sha1;

use crate::commands::{Context, Outcome};
use crate::profile::Behaviour;
use crate::state::keyspace::stream::StreamId;
use crate::state::keyspace::{Entry, Hash, Value};
use crate::wire::{Args, in_digits, shortest};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Digest([u8; 20]);

impl Digest {
    fn add(&mut self, part: &[u8]) {
        let sum = Sha1::from(part).digest().bytes();
        self.0.iter_mut().zip(sum).for_each(|(byte, other)| *byte ^= other);
    }

    fn mix(&mut self, part: &[u8]) {
        self.add(part);
        self.0 = Sha1::from(self.0).digest().bytes();
    }

    /// The digest of several parts, one mixed in after the other.
    fn of<P: AsRef<[u8]>>(parts: impl IntoIterator<Item = P>) -> Self {
        let mut digest = Self::default();
        parts.into_iter().for_each(|part| digest.mix(part.as_ref()));
        digest
    }

    /// Forty hexadecimal digits.
    fn to_text(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The digest of all keys of all databases.
pub(super) fn digest(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let mut all = Digest::default();
    for index in 0..ctx.state.config.databases {
        let (profile, now) = (ctx.state.profile, ctx.now);
        let database = ctx.state.database(index, now);
        if database.len() > 0 {
            all.mix(&u32::try_from(index).unwrap_or(u32::MAX).to_be_bytes());
        }
        for (key, entry) in database.iter() {
            let mut digest = Digest::of([key]);
            mix_entry(&mut digest, entry, profile);
            all.add(&digest.0);
        }
    }
    ctx.reply().simple(&all.to_text());
    Ok(())
}

/// The digest of each key without its name; zeros if there is none.
pub(super) fn digest_value(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let keys = args.from(2);
    ctx.reply().array(keys.len());
    for key in keys.iter() {
        let profile = ctx.state.profile;
        let mut digest = Digest::default();
        if let Some(entry) = ctx.database().entry(key) {
            mix_entry(&mut digest, entry, profile);
        }
        ctx.reply().simple(&digest.to_text());
    }
    Ok(())
}

fn mix_entry(digest: &mut Digest, entry: &Entry, profile: &Behaviour) {
    digest.mix(&type_number(&entry.value).to_be_bytes());
    match &entry.value {
        Value::String(string) => digest.mix(&string.bytes()),
        Value::List(list) => list.iter().for_each(|element| digest.mix(element)),
        Value::Set(set) => set.iter().for_each(|member| digest.add(&member)),
        Value::SortedSet(set) => set.iter().for_each(|(member, score)| {
            let score = match profile.sorted_sets.scores_have_17_digits {
                true => in_digits(score, 17),
                false => shortest(score),
            };
            digest.add(&Digest::of([&**member, score.as_bytes()]).0);
        }),
        Value::Hash(hash) => add_fields(digest, hash, profile),
        Value::Stream(stream) => {
            for (StreamId { millis, number }, fields) in stream.range(..) {
                digest.mix(format!("{millis}.{number}").as_bytes());
                fields.iter().for_each(|field| digest.mix(field));
            }
        }
        // That of an array with gaps is our own: how Redis 8.10 mixes them in is not known.
        Value::Array(array) => {
            let mut next = 0;
            for (index, value) in array.range(0..=u64::MAX) {
                if index != next {
                    digest.mix(&index.to_be_bytes());
                }
                digest.mix(value);
                next = index.wrapping_add(1);
            }
        }
    }
    if entry.expiry().is_some() {
        digest.add(b"!!expire!!");
    }
}

fn add_fields(digest: &mut Digest, hash: &Hash, profile: &Behaviour) {
    for (field, value) in hash.iter() {
        let mut pair = Digest::of([field, value]);
        if profile.debug.digests_expiries_of_fields && hash.expiry(field).is_some() {
            pair.add(b"!!hexpire!!");
        }
        digest.add(&pair.0);
    }
}

/// The number by which servers know a type.
fn type_number(value: &Value) -> u32 {
    match value {
        Value::String(_) => 0,
        Value::List(_) => 1,
        Value::Set(_) => 2,
        Value::SortedSet(_) => 3,
        Value::Hash(_) => 4,
        Value::Stream(_) => 6,
        Value::Array(_) => 7,
    }
}
