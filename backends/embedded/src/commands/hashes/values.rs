//! HGETDEL, HGETEX, HSETEX: values of fields, and when the fields expire.

use super::pairs;
use super::words::{MISPLACED, NO_COUNT, UNMATCHED, count_of, parse_expiry, unknown};
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::expiry::ExpiryUnit;
use crate::commands::{Context, Outcome};
use crate::profile::hashes::FieldWords;
use crate::state::config::Events;
use crate::state::keyspace::{Expiry, Hash, SmallBytes, expiry_of};
use crate::wire::{Args, ErrorReply, parse_integer};

pub(super) fn hgetdel(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let fields = ctx.named_fields(args, NO_COUNT)?;
    let mut hash = ctx.edit::<Hash>(key)?;
    let values: Vec<_> =
        fields.iter().map(|field| hash.as_mut().and_then(|hash| hash.remove(field))).collect();
    write_values(ctx, &values);
    let removed = fields.iter().zip(&values).filter(|(_, value)| value.is_some());
    let removed: Vec<_> = removed.map(|(field, _)| field).collect();
    if !removed.is_empty() {
        ctx.hash_changed(key, "hdel", &removed);
    }
    Ok(())
}

fn write_values(ctx: &mut Context<'_>, values: &[Option<SmallBytes>]) {
    let mut reply = ctx.reply();
    reply.array(values.len());
    values.iter().for_each(|value| _ = reply.bulk_or_null(value.as_ref()));
}

/// The change of the expiries of fields.
#[derive(Clone, Copy)]
enum Lifetime<'a> {
    Until(&'a [u8], ExpiryUnit),
    Persist,
    Keep,
}

/// HGETEX or HSETEX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Get,
    Set,
}

impl Command {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "hgetex",
            Self::Set => "hsetex",
        }
    }

    /// The error for several words that say when the fields expire.
    fn several_lifetimes(self) -> &'static str {
        match self {
            Self::Get => "ERR Only one of EX, PX, EXAT, PXAT or PERSIST arguments can be specified",
            Self::Set => "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
        }
    }
}

/// The words of HGETEX or HSETEX.
#[derive(Clone, Copy, Default)]
struct Request<'a> {
    lifetime: Option<Lifetime<'a>>,
    /// All fields must be there, or none.
    must_exist: Option<bool>,
    /// The key must be there, or not: only Valkey has this.
    key_must_exist: Option<bool>,
    /// The fields, in HSETEX with their values.
    fields: Option<Args<'a>>,
}

pub(super) fn hgetex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let behaviour = &ctx.state.profile.hashes;
    let now = expiry_of(ctx.now);
    ctx.check_redis_type(key, behaviour.field_words)?;
    let request = Request::parse(ctx, args.from(2), Command::Get)?;
    let fields = request.fields.ok_or("ERR missing FIELDS argument")?;
    if behaviour.hgetex_counts_as_read {
        ctx.look_up::<Hash>(key)?;
    }
    ctx.check_type::<Hash>(key)?;
    let expiry = request.expiry(now, Command::Get.name(), behaviour.field_words)?;
    if request.lifetime.is_some() {
        ctx.prepare_expiries(key)?;
    }
    let mut hash = ctx.edit::<Hash>(key)?;
    let (mut values, mut changed, mut event) = (Vec::new(), Vec::new(), "");
    for field in fields.iter() {
        let value = hash.as_mut().and_then(|hash| hash.get(field).cloned());
        let is_present = value.is_some();
        values.push(value);
        if let (Some(hash), true) = (hash.as_mut(), is_present) {
            event = match (expiry, request.lifetime) {
                (Some(expiry), _) if expiry <= now => {
                    hash.remove(field);
                    behaviour.past_expiry_event
                }
                (Some(expiry), _) => {
                    if behaviour.expiring_hash_is_table {
                        hash.become_table();
                    }
                    hash.set_expiry(field, expiry);
                    "hexpire"
                }
                (None, Some(Lifetime::Persist)) if hash.persist(field) => "hpersist",
                _ => continue,
            };
            changed.push(field);
        }
    }
    write_values(ctx, &values);
    if !changed.is_empty() {
        ctx.expiries_changed(key, event, &changed);
    }
    Ok(())
}

pub(super) fn hsetex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let behaviour = &ctx.state.profile.hashes;
    let now = expiry_of(ctx.now);
    let request = Request::parse(ctx, args.from(2), Command::Set)?;
    let words = request.fields.ok_or("ERR missing FIELDS argument")?;
    if behaviour.field_words == FieldWords::Valkey {
        ctx.check_type::<Hash>(key)?;
    }
    let expiry = request.expiry(now, Command::Set.name(), behaviour.field_words)?;
    let fields: Vec<_> = pairs(words).map(|(field, _)| field).collect();
    let counts_all = ctx.state.profile.changes.by_ended_fields;
    let present = ctx.peek::<Hash>(key)?;
    let has = |field: &[u8]| present.is_some_and(|hash| hash.get(field).is_some());
    let refuses = request.key_must_exist.is_some_and(|must| present.is_some() != must)
        || request.must_exist.is_some_and(|must| fields.iter().any(|field| has(field) != must));
    if refuses {
        ctx.reply().count(0);
        return Ok(());
    }
    let is_over = expiry.is_some_and(|expiry| expiry <= now);
    if is_over && behaviour.field_words == FieldWords::Valkey && !fields.iter().any(|it| has(it)) {
        let is_new = present.is_none();
        ctx.reply().count(1);
        tell_of_passing_fields(ctx, key, is_new);
        return Ok(());
    }
    let before = present.map_or(0, Hash::len);
    let hash = ctx.edit_or_create::<Hash>(key)?;
    for (field, value) in pairs(words) {
        match request.lifetime {
            Some(Lifetime::Keep) => hash.update(field, value, true),
            _ => hash.set(field, value),
        };
    }
    ctx.reply().count(1);
    let changes = if is_over && !counts_all { 0 } else { fields.len() };
    ctx.hash_changed_by(key, "hset", &fields, changes);
    let Some(expiry) = expiry else { return Ok(()) };
    ctx.prepare_expiries(key)?;
    let hash = ctx.edit_or_create::<Hash>(key)?;
    if is_over {
        fields.iter().for_each(|field| _ = hash.remove(field));
        let ended = if counts_all { 0 } else { before - hash.len() };
        if behaviour.field_words == FieldWords::Valkey {
            ctx.notify(Events::HASH, "hexpire", key);
        }
        ctx.hash_changed_by(key, behaviour.past_expiry_event, &fields, ended);
    } else {
        if behaviour.expiring_hash_is_table {
            hash.become_table();
        }
        fields.iter().for_each(|field| hash.set_expiry(field, expiry));
        ctx.expiries_changed_by(key, "hexpire", &fields, 0);
    }
    Ok(())
}

/// Sends the events of fields that are set and end at once. As Valkey 9.1 shows, watches and caches
/// do not notice.
fn tell_of_passing_fields(ctx: &mut Context<'_>, key: &[u8], key_is_new: bool) {
    if key_is_new {
        ctx.notify(Events::NEW, "new", key);
    }
    for event in ["hset", "hexpire", ctx.state.profile.hashes.past_expiry_event] {
        ctx.notify(Events::HASH, event, key);
    }
    if key_is_new {
        ctx.notify(Events::GENERIC, "del", key);
    }
}

impl<'a> Request<'a> {
    fn parse(ctx: &Context<'_>, words: Args<'a>, command: Command) -> Result<Self, ErrorReply> {
        let behaviour = &ctx.state.profile.hashes;
        let now = expiry_of(ctx.now);
        match (behaviour.field_words, command) {
            (FieldWords::Valkey, _) => Self::parse_for_valkey(words, command),
            (FieldWords::Ordered, Command::Get) => Self::parse_one_option(words, now),
            (dialect, _) => {
                let any_order = dialect == FieldWords::AnyOrder;
                Self::parse_options(words, command, any_order, behaviour.names_foreign_options, now)
            }
        }
    }

    /// At most one option, then the fields.
    fn parse_one_option(words: Args<'a>, now: Expiry) -> Result<Self, ErrorReply> {
        let mut request = Self::default();
        let taken = request.option_of_redis(words, Command::Get, false, now)?.unwrap_or(0);
        let words = words.from(taken);
        if words.len() < 2 {
            return Err("ERR wrong number of arguments for 'hgetex' command".into());
        }
        if !words.get(0).is_some_and(|word| word.eq_ignore_ascii_case(b"fields")) {
            return Err(MISPLACED.into());
        }
        let count = count_of(words.get(1));
        let count = count.ok_or("ERR Number of fields must be a positive integer")?;
        let fields = words.from(2);
        if fields.len() != count {
            return Err(UNMATCHED.into());
        }
        Ok(Self { fields: Some(fields), ..request })
    }

    fn parse_options(
        mut words: Args<'a>,
        command: Command,
        any_order: bool,
        names_foreign_options: bool,
        now: Expiry,
    ) -> Result<Self, ErrorReply> {
        let mut request = Self::default();
        let mut has_foreign = false;
        let width = if command == Command::Set { 2 } else { 1 };
        while let Some(word) = words.get(0) {
            let taken = if word.eq_ignore_ascii_case(b"fields") {
                if request.fields.is_some() {
                    return Err("ERR FIELDS keyword specified multiple times".into());
                }
                let count = count_of(words.get(1)).ok_or("ERR invalid number of fields")?;
                let fields = words.from(2);
                let length = count.saturating_mul(width);
                if any_order && fields.len() < length {
                    return Err("ERR wrong number of arguments".into());
                }
                if !any_order && fields.len() != length {
                    return Err("ERR wrong number of arguments for 'hsetex' command".into());
                }
                request.fields = Some(fields.up_to(length));
                2 + length
            } else {
                has_foreign |= is_foreign(word, command);
                let taken = request.option_of_redis(words, command, !names_foreign_options, now)?;
                taken.ok_or_else(|| unknown(word))?
            };
            words = words.from(taken);
        }
        if has_foreign {
            return Err("ERR unknown argument".into());
        }
        Ok(request)
    }

    fn parse_for_valkey(words: Args<'a>, command: Command) -> Result<Self, ErrorReply> {
        let place = words.iter().position(|word| word.eq_ignore_ascii_case(b"fields"));
        let place = place.ok_or(NO_COUNT)?;
        let mut request = Self::default();
        let mut options = words.up_to(place);
        while let Some(word) = options.get(0) {
            let mut new = Self::default();
            let taken = match (word.to_ascii_lowercase().as_slice(), command) {
                (b"nx", Command::Set) => {
                    new.key_must_exist = Some(false);
                    1
                }
                (b"xx", Command::Set) => {
                    new.key_must_exist = Some(true);
                    1
                }
                _ => new.option(options, command, false).ok().flatten().ok_or(SYNTAX)?,
            };
            request = request.and_for_valkey(new).ok_or(SYNTAX)?;
            options = options.from(taken);
        }
        let count = words.get(place + 1).and_then(parse_integer).ok_or(NO_INTEGER)?;
        let fields = words.from(place + 2);
        let width = if command == Command::Set { 2 } else { 1 };
        let count = usize::try_from(count).ok().filter(|count| *count > 0);
        if count.and_then(|count| count.checked_mul(width)) != Some(fields.len()) {
            return Err(NO_COUNT.into());
        }
        Ok(Self { fields: Some(fields), ..request })
    }

    /// Valkey accepts an option again.
    fn and_for_valkey(self, new: Self) -> Option<Self> {
        let same_kind = match (self.lifetime, new.lifetime) {
            (Some(Lifetime::Until(_, one)), Some(Lifetime::Until(_, other))) => one == other,
            (Some(one), Some(other)) => {
                std::mem::discriminant(&one) == std::mem::discriminant(&other)
            }
            _ => true,
        };
        let agree =
            |one: Option<bool>, other: Option<bool>| one.is_none_or(|one| other != Some(!one));
        let same_conditions = agree(self.must_exist, new.must_exist)
            && agree(self.key_must_exist, new.key_must_exist);
        (same_kind && same_conditions).then_some(Self {
            lifetime: new.lifetime.or(self.lifetime),
            must_exist: new.must_exist.or(self.must_exist),
            key_must_exist: new.key_must_exist.or(self.key_must_exist),
            fields: self.fields,
        })
    }

    /// The same as [`option`](Self::option); Redis checks the time as soon as it reads it.
    fn option_of_redis(
        &mut self,
        words: Args<'a>,
        command: Command,
        knows_foreign: bool,
        now: Expiry,
    ) -> Result<Option<usize>, ErrorReply> {
        let taken = self.option(words, command, knows_foreign)?;
        self.expiry(now, command.name(), FieldWords::Ordered)?;
        Ok(taken)
    }

    /// Parses one option, and returns how many words it has; none if the word is no option. With
    /// `knows_foreign`, an option of the other command is one too.
    fn option(
        &mut self,
        words: Args<'a>,
        command: Command,
        knows_foreign: bool,
    ) -> Result<Option<usize>, ErrorReply> {
        let Some(word) = words.get(0) else { return Ok(None) };
        if is_foreign(word, command) && !knows_foreign {
            return Ok(None);
        }
        let fixed = match word.to_ascii_lowercase().as_slice() {
            b"persist" => Some(Lifetime::Persist),
            b"keepttl" => Some(Lifetime::Keep),
            b"fnx" | b"fxx" => {
                if self.must_exist.is_some() {
                    return Err("ERR Only one of FXX or FNX arguments can be specified".into());
                }
                self.must_exist = Some(word.eq_ignore_ascii_case(b"fxx"));
                return Ok(Some(1));
            }
            _ => None,
        };
        let unit = ExpiryUnit::named(word);
        if fixed.is_none() && unit.is_none() {
            return Ok(None);
        }
        match (&self.lifetime, &fixed) {
            (None, _)
            | (Some(Lifetime::Persist), Some(Lifetime::Keep))
            | (Some(Lifetime::Keep), Some(Lifetime::Persist)) => {}
            _ => return Err(command.several_lifetimes().into()),
        }
        let until = |unit| {
            let number = words.get(1).ok_or("ERR missing expire time")?;
            Ok::<_, ErrorReply>(Lifetime::Until(number, unit))
        };
        self.lifetime = unit.map(until).transpose()?.or(fixed);
        Ok(Some(if unit.is_some() { 2 } else { 1 }))
    }

    fn expiry(
        &self,
        now: Expiry,
        command: &str,
        dialect: FieldWords,
    ) -> Result<Option<Expiry>, ErrorReply> {
        match self.lifetime {
            Some(Lifetime::Until(number, unit)) => {
                parse_expiry(number, unit, now, command, dialect).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// Whether the word is an option of the other one of HGETEX and HSETEX.
fn is_foreign(word: &[u8], command: Command) -> bool {
    let foreign: &[&[u8]] = match command {
        Command::Get => &[b"keepttl", b"fnx", b"fxx"],
        Command::Set => &[b"persist"],
    };
    foreign.iter().any(|option| word.eq_ignore_ascii_case(option))
}
