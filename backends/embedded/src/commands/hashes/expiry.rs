//! HEXPIRE, HPEXPIRE, HEXPIREAT, HPEXPIREAT, HTTL, HPTTL, HEXPIRETIME, HPEXPIRETIME, HPERSIST.

use super::words::{MISPLACED, NO_COUNT, UNMATCHED, count_of, only_fields, parse_expiry, unknown};
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::expiry::{
    ExpiryUnit, MILLISECONDS, MILLISECONDS_OF_EPOCH, SECONDS, SECONDS_OF_EPOCH,
};
use crate::commands::{Context, Outcome};
use crate::profile::hashes::FieldWords;
use crate::state::keyspace::{Expiry, Hash, expiry_of};
use crate::wire::{Args, ErrorReply, parse_integer};

/// The reply for a field that is not there.
const MISSING: i64 = -2;
/// The reply for a field that does not expire.
const ENDLESS: i64 = -1;

/// When an expiry may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    Always,
    Without,
    With,
    Later,
    Sooner,
}

impl Condition {
    fn named(word: &[u8]) -> Option<Self> {
        match word.to_ascii_lowercase().as_slice() {
            b"nx" => Some(Self::Without),
            b"xx" => Some(Self::With),
            b"gt" => Some(Self::Later),
            b"lt" => Some(Self::Sooner),
            _ => None,
        }
    }

    /// A field without an expiry lives longest.
    fn allows(self, present: Option<Expiry>, new: Expiry) -> bool {
        match self {
            Self::Always => true,
            Self::Without => present.is_none(),
            Self::With => present.is_some(),
            Self::Later => present.is_some_and(|present| new > present),
            Self::Sooner => present.is_none_or(|present| new < present),
        }
    }
}

pub(super) fn hexpire(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    expire(ctx, args, SECONDS, "hexpire")
}

pub(super) fn hpexpire(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    expire(ctx, args, MILLISECONDS, "hpexpire")
}

pub(super) fn hexpireat(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    expire(ctx, args, SECONDS_OF_EPOCH, "hexpireat")
}

pub(super) fn hpexpireat(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    expire(ctx, args, MILLISECONDS_OF_EPOCH, "hpexpireat")
}

fn expire(ctx: &mut Context<'_>, args: Args<'_>, unit: ExpiryUnit, command: &str) -> Outcome {
    let key = &args[1];
    let behaviour = &ctx.state.profile.hashes;
    let dialect = behaviour.field_words;
    let now = expiry_of(ctx.now);
    let (expiry, condition, fields) = if dialect == FieldWords::Valkey {
        let (condition, fields) = parse_for_valkey(args.from(3))?;
        let expiry = parse_expiry(&args[2], unit, now, command, dialect)?;
        (expiry, condition, fields)
    } else {
        ctx.peek::<Hash>(key)?;
        let expiry = parse_expiry(&args[2], unit, now, command, dialect)?;
        let (condition, fields) = match dialect {
            FieldWords::AnyOrder => parse_in_any_order(args.from(3))?,
            _ => parse_in_order(args.from(3))?,
        };
        (expiry, condition, fields)
    };
    ctx.prepare_expiries(key)?;
    let Some(hash) = ctx.edit::<Hash>(key)? else {
        let mut reply = ctx.reply();
        reply.array(fields.len());
        fields.iter().for_each(|_| _ = reply.integer(MISSING));
        return Ok(());
    };
    let (mut set, mut ended) = (Vec::new(), Vec::new());
    let mut results = Vec::with_capacity(fields.len());
    for field in fields.iter() {
        results.push(if hash.get(field).is_none() {
            MISSING
        } else if !condition.allows(hash.expiry(field), expiry) {
            0
        } else if expiry <= now {
            hash.remove(field);
            ended.push(field);
            2
        } else {
            if behaviour.expiring_hash_is_table {
                hash.become_table();
            }
            hash.set_expiry(field, expiry);
            set.push(field);
            1
        });
    }
    let mut reply = ctx.reply();
    reply.array(results.len());
    results.iter().for_each(|result| _ = reply.integer(*result));
    if !set.is_empty() {
        ctx.expiries_changed(key, "hexpire", &set);
    }
    if !ended.is_empty() {
        ctx.expiries_changed(key, behaviour.past_expiry_event, &ended);
    }
    Ok(())
}

impl Context<'_> {
    /// Redis changes how it stores a hash as soon as a command could change when fields expire.
    pub(super) fn prepare_expiries(&mut self, key: &[u8]) -> Outcome {
        let limits = self.state.config.encodings;
        let waits_for_a_field = self.state.profile.hashes.expiring_hash_is_table;
        if let Some(hash) = self.edit::<Hash>(key)?.filter(|_| !waits_for_a_field) {
            hash.prepare_expiries(&limits);
        }
        Ok(())
    }

    /// Ends a change of when fields expire.
    pub(super) fn expiries_changed(&mut self, key: &[u8], event: &str, fields: &[&[u8]]) {
        self.expiries_changed_by(key, event, fields, fields.len());
    }

    /// The same for a change that counts as so many.
    pub(super) fn expiries_changed_by(
        &mut self,
        key: &[u8],
        event: &str,
        fields: &[&[u8]],
        changes: usize,
    ) {
        self.database().schedule_fields(key);
        self.hash_changed_by(key, event, fields, changes);
    }
}

fn parse_in_order(words: Args<'_>) -> Result<(Condition, Args<'_>), ErrorReply> {
    let condition = words.get(0).and_then(Condition::named);
    let words = if condition.is_some() { words.from(1) } else { words };
    if !words.get(0).is_some_and(|word| word.eq_ignore_ascii_case(b"fields")) {
        return Err(MISPLACED.into());
    }
    let count =
        count_of(words.get(1)).ok_or("ERR Parameter `numFields` should be greater than 0")?;
    let fields = words.from(2);
    if fields.len() != count {
        return Err(UNMATCHED.into());
    }
    Ok((condition.unwrap_or(Condition::Always), fields))
}

fn parse_in_any_order(mut words: Args<'_>) -> Result<(Condition, Args<'_>), ErrorReply> {
    let (mut condition, mut fields, mut conflicts) = (None, None, false);
    while let Some(word) = words.get(0) {
        let mut taken = 1;
        if word.eq_ignore_ascii_case(b"fields") {
            if fields.is_some() {
                return Err("ERR FIELDS keyword specified multiple times".into());
            }
            let count = count_of(words.get(1));
            let count = count.ok_or("ERR Parameter `numFields` should be greater than 0")?;
            if words.len() < count + 2 {
                return Err("ERR wrong number of arguments".into());
            }
            fields = Some(words.from(2).up_to(count));
            taken = 2 + count;
        } else if let Some(named) = Condition::named(word) {
            conflicts |= condition.is_some_and(|other| other != named);
            condition = Some(named);
        } else {
            return Err(unknown(word));
        }
        words = words.from(taken);
    }
    let fields = fields.ok_or("ERR missing FIELDS argument")?;
    if conflicts {
        return Err("ERR Multiple condition flags specified".into());
    }
    Ok((condition.unwrap_or(Condition::Always), fields))
}

fn parse_for_valkey(words: Args<'_>) -> Result<(Condition, Args<'_>), ErrorReply> {
    let place = words.iter().position(|word| word.eq_ignore_ascii_case(b"fields"));
    let place = place.ok_or(NO_COUNT)?;
    let mut conditions = Vec::new();
    for word in words.up_to(place).iter() {
        let unsupported = || ErrorReply::quoting("ERR Unsupported option ", word, "").trimmed();
        conditions.push(Condition::named(word).ok_or_else(unsupported)?);
    }
    let has = |condition| conditions.contains(&condition);
    if has(Condition::Without) && conditions.iter().any(|other| *other != Condition::Without) {
        return Err("ERR NX and XX, GT or LT options at the same time are not compatible".into());
    }
    if has(Condition::Later) && has(Condition::Sooner) {
        return Err("ERR GT and LT options at the same time are not compatible".into());
    }
    let count = words.get(place + 1).and_then(parse_integer).ok_or(NO_INTEGER)?;
    let fields = words.from(place + 2);
    if usize::try_from(count).ok().filter(|count| *count > 0) != Some(fields.len()) {
        return Err(NO_COUNT.into());
    }
    Ok((conditions.last().copied().unwrap_or(Condition::Always), fields))
}

pub(super) fn httl(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (now, round) = (expiry_of(ctx.now), ctx.state.profile.hashes.seconds_round);
    show(ctx, args, |expiry| (expiry - now + round) / 1000)
}

pub(super) fn hpttl(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let now = expiry_of(ctx.now);
    show(ctx, args, |expiry| expiry - now)
}

pub(super) fn hexpiretime(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let round = ctx.state.profile.hashes.seconds_round;
    show(ctx, args, |expiry| (expiry + round) / 1000)
}

pub(super) fn hpexpiretime(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    show(ctx, args, |expiry| expiry)
}

fn show(ctx: &mut Context<'_>, args: Args<'_>, shown: impl Fn(Expiry) -> i64) -> Outcome {
    let fields = ctx.named_fields(args, SYNTAX)?;
    let (hash, mut reply) = ctx.read::<Hash>(&args[1])?;
    reply.array(fields.len());
    for field in fields.iter() {
        let hash = hash.filter(|hash| hash.get(field).is_some());
        reply.integer(match hash.map(|hash| hash.expiry(field)) {
            None => MISSING,
            Some(None) => ENDLESS,
            Some(Some(expiry)) => shown(expiry),
        });
    }
    Ok(())
}

pub(super) fn hpersist(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let fields = ctx.named_fields(args, NO_COUNT)?;
    let mut hash = ctx.edit::<Hash>(key)?;
    let mut persist = |field: &[u8]| match hash.as_mut() {
        Some(hash) if hash.get(field).is_some() => {
            if hash.persist(field) {
                1
            } else {
                ENDLESS
            }
        }
        _ => MISSING,
    };
    let results: Vec<i64> = fields.iter().map(&mut persist).collect();
    let mut reply = ctx.reply();
    reply.array(results.len());
    results.iter().for_each(|result| _ = reply.integer(*result));
    let persisted = fields.iter().zip(&results).filter(|(_, result)| **result == 1);
    let persisted: Vec<_> = persisted.map(|(field, _)| field).collect();
    if !persisted.is_empty() {
        let counts_fields = ctx.state.profile.changes.by_persisted_fields;
        let changes = if counts_fields { persisted.len() } else { 1 };
        ctx.expiries_changed_by(key, "hpersist", &persisted, changes);
    }
    Ok(())
}

impl Context<'_> {
    /// Redis checks the type of the key before it parses the words; Valkey does so afterwards.
    pub(super) fn check_redis_type(&mut self, key: &[u8], dialect: FieldWords) -> Outcome {
        match dialect {
            FieldWords::Valkey => Ok(()),
            _ => self.check_type::<Hash>(key),
        }
    }

    /// The fields of a command without options, and the checks before them.
    pub(super) fn named_fields<'a>(
        &mut self,
        args: Args<'a>,
        uncounted: &'static str,
    ) -> Result<Args<'a>, ErrorReply> {
        let dialect = self.state.profile.hashes.field_words;
        self.check_redis_type(&args[1], dialect)?;
        only_fields(args.from(2), dialect, uncounted)
    }
}
