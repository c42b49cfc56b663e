//! XNACK: gives pending entries back to their group.

use super::ids::parse_id;
use super::no_group;
use crate::commands::errors::NO_INTEGER;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::stream::{Stream, StreamId};
use crate::wire::{Args, ErrorReply, parse_integer};

/// Why a consumer gives an entry back.
#[derive(Clone, Copy)]
enum Mode {
    /// It did not try: this delivery does not count.
    Silent,
    Fail,
    /// No consumer should try again: the entry counts as delivered for ever.
    Fatal,
}

struct Options<'a> {
    ids: Args<'a>,
    count: Option<u64>,
    forces: bool,
}

impl Mode {
    fn parse(word: &[u8]) -> Result<Self, ErrorReply> {
        match word.to_ascii_lowercase().as_slice() {
            b"silent" => Ok(Self::Silent),
            b"fail" => Ok(Self::Fail),
            b"fatal" => Ok(Self::Fatal),
            _ => Err("ERR mode must be SILENT, FAIL, or FATAL".into()),
        }
    }

    fn count(self, before: u64) -> u64 {
        match self {
            Self::Silent => before.saturating_sub(1),
            Self::Fail => before,
            Self::Fatal => i64::MAX.unsigned_abs(),
        }
    }
}

impl<'a> Options<'a> {
    fn parse(mut words: Args<'a>) -> Result<Self, ErrorReply> {
        let mut options = Self { ids: words.up_to(0), count: None, forces: false };
        while let Some(word) = words.get(0) {
            let used = match (word.to_ascii_lowercase().as_slice(), words.get(1)) {
                (b"ids", Some(number)) => {
                    let number = parse_integer(number).and_then(|it| usize::try_from(it).ok());
                    let number = number.filter(|number| *number > 0);
                    let number = number.ok_or("ERR numids must be a positive integer")?;
                    let ids = words.from(2).up_to(number);
                    if ids.len() < number {
                        return Err("ERR number of IDs doesn't match numids".into());
                    }
                    options.ids = ids;
                    2 + number
                }
                (b"retrycount", Some(count)) => {
                    let count = u64::try_from(parse_integer(count).ok_or(NO_INTEGER)?);
                    let invalid = "ERR Invalid RETRYCOUNT value, must be >= 0";
                    options.count = Some(count.map_err(|_| invalid)?);
                    2
                }
                (b"force", _) => {
                    options.forces = true;
                    1
                }
                _ => {
                    return Err(ErrorReply::quoting("ERR Unrecognized XNACK option '", word, "'"));
                }
            };
            words = words.from(used);
        }
        if options.ids.is_empty() {
            return Err("ERR syntax error, expected IDS keyword".into());
        }
        Ok(options)
    }
}

pub(super) fn xnack(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, name) = (&args[1], &args[2]);
    let stream = ctx.peek::<Stream>(key)?;
    if !stream.is_some_and(|stream| stream.groups.contains_key(name)) {
        return Err(no_group(key, name));
    }
    let mode = Mode::parse(&args[3])?;
    let options = Options::parse(args.from(4))?;
    let ids: Vec<StreamId> = options.ids.iter().map(parse_id).collect::<Result<_, _>>()?;
    let Some(stream) = ctx.edit::<Stream>(key)? else { return Ok(()) };
    let ids: Vec<_> =
        ids.into_iter().map(|id| (id, options.forces && stream.get(id).is_some())).collect();
    let mut released = 0;
    if let Some(group) = stream.groups.get_mut(name) {
        for (id, is_forced) in ids {
            let before = group.pending().get(&id).map(|pending| pending.count);
            if let Some(before) = before.or(is_forced.then_some(0)) {
                group.release(id, options.count.unwrap_or_else(|| mode.count(before)));
                released += 1;
            }
        }
    }
    ctx.count_changes(released);
    ctx.reply().count(released);
    // A client that claims what is pending may wait for it.
    ctx.wake_waiting(key);
    Ok(())
}
