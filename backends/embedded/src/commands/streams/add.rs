//! XADD, XTRIM.

use super::ids::{INVALID_ID, parse_id};
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::State;
use crate::state::config::Events;
use crate::state::keyspace::stream::{
    EntryName, Fields, References, Stream, StreamId, Trim, TrimLimit,
};
use crate::wire::{Args, ErrorReply, parse_integer};

/// How many full nodes an approximate trim removes at most, if it is not told.
const NODES_TRIMMED: usize = 100;

/// How many entries it removes at most on a server that always limits it: if nodes have no limit, and
/// however large that is.
const TRIMMED_WITHOUT_NODES: usize = 10_000;
const MOST_TRIMMED: usize = 1_000_000;

/// The options of XADD and XTRIM before the ID.
#[derive(Default)]
struct Options<'a> {
    limit: Option<TrimLimit>,
    is_approximate: bool,
    most: Option<usize>,
    references: References,
    creates_no_stream: bool,
    once: Option<Once<'a>>,
}

/// The entry is added only if its producer did not send it before.
#[derive(Clone, Copy)]
struct Once<'a> {
    producer: &'a [u8],
    /// None if the content is the name.
    name: Option<&'a [u8]>,
}

impl<'a> Options<'a> {
    /// Parses options up to the first other word, and returns the words from there on.
    fn parse(
        ctx: &Context<'_>,
        mut words: Args<'a>,
        is_add: bool,
    ) -> Result<(Self, Args<'a>), ErrorReply> {
        let mut options = Self::default();
        let streams = &ctx.state.profile.streams;
        let (has_references, finds_duplicates) = (streams.has_references, streams.finds_duplicates);
        while let Some(word) = words.get(0) {
            let word = word.to_ascii_lowercase();
            let has_more = words.len() > 1;
            let used = match word.as_slice() {
                b"maxlen" | b"minid" if has_more => options.parse_limit(&word, words)?,
                b"limit" if has_more => {
                    let most = parse_integer(&words[1]).ok_or(NO_INTEGER)?;
                    let most = usize::try_from(most);
                    options.most = Some(most.map_err(|_| "ERR The LIMIT argument must be >= 0.")?);
                    2
                }
                b"nomkstream" if is_add => {
                    options.creates_no_stream = true;
                    1
                }
                b"idmp" if is_add && finds_duplicates && words.len() > 2 => {
                    options.set_once(words.get(1).unwrap_or_default(), words.get(2), "IDMP")?;
                    3
                }
                b"idmpauto" if is_add && finds_duplicates && has_more => {
                    options.set_once(words.get(1).unwrap_or_default(), None, "IDMPAUTO")?;
                    2
                }
                b"keepref" if has_references => options.set_references(References::Keep),
                b"delref" if has_references => options.set_references(References::Delete),
                b"acked" if has_references => options.set_references(References::Acknowledged),
                _ if is_add => break,
                _ => return Err(SYNTAX.into()),
            };
            words = words.from(used);
        }
        if options.most.is_some() && options.limit.is_none() {
            return Err("ERR syntax error, LIMIT cannot be used without specifying a trimming \
                        strategy"
                .into());
        }
        if options.most.is_some() && !options.is_approximate {
            return Err(
                "ERR syntax error, LIMIT cannot be used without the special ~ option".into()
            );
        }
        if !is_add && options.limit.is_none() {
            return Err(
                "ERR syntax error, XTRIM must be called with at least one trimming strategy".into(),
            );
        }
        Ok((options, words))
    }

    fn parse_limit(&mut self, word: &[u8], words: Args<'_>) -> Result<usize, ErrorReply> {
        if self.limit.is_some() {
            return Err("ERR syntax error, MAXLEN and MINID options at the same time are not \
                        compatible"
                .into());
        }
        let mark = [b"~".as_slice(), b"="].contains(&&words[1]) && words.len() > 2;
        self.is_approximate = mark && words[1] == *b"~";
        let place = 1 + usize::from(mark);
        let value = &words[place];
        self.limit = Some(if word == b"maxlen" {
            let most = parse_integer(value).ok_or(NO_INTEGER)?;
            let most =
                usize::try_from(most).map_err(|_| "ERR The MAXLEN argument must be >= 0.")?;
            TrimLimit::MaxLen(most)
        } else {
            TrimLimit::MinId(parse_id(value)?)
        });
        Ok(place + 1)
    }

    fn set_once(
        &mut self,
        producer: &'a [u8],
        name: Option<&'a [u8]>,
        option: &str,
    ) -> Result<(), ErrorReply> {
        if self.once.is_some() {
            return Err("ERR syntax error, IDMP/IDMPAUTO specified multiple times".into());
        }
        let nameless = if producer.is_empty() { Some("producer") } else { None };
        let nameless = nameless.or(name.filter(|name| name.is_empty()).map(|_| "idempotent"));
        if let Some(nameless) = nameless {
            let error = format!("ERR syntax error, {option} requires a non-empty {nameless} ID");
            return Err(error.into());
        }
        self.once = Some(Once { producer, name });
        Ok(())
    }

    fn set_references(&mut self, references: References) -> usize {
        self.references = references;
        1
    }

    fn trim(&self, state: &State) -> Option<Trim> {
        let Self { is_approximate, references, .. } = *self;
        let most = match self.most {
            Some(most) => most,
            None if is_approximate => most_trimmed(state),
            None => 0,
        };
        Some(Trim { limit: self.limit?, is_approximate, most, references })
    }
}

/// How many entries an approximate trim removes at most, if it is not told; 0 for all.
fn most_trimmed(state: &State) -> usize {
    let most = NODES_TRIMMED.saturating_mul(state.config.encodings.stream_entries);
    match most {
        _ if !state.profile.streams.always_limits_trims => most,
        0 => TRIMMED_WITHOUT_NODES,
        most => most.min(MOST_TRIMMED),
    }
}

/// The ID that XADD is told.
#[derive(Clone, Copy)]
enum NewId {
    /// `*`
    Now,
    /// `5-*`
    NextOf(u64),
    Exactly(StreamId),
}

impl NewId {
    fn parse(ctx: &Context<'_>, word: &[u8]) -> Result<Self, ErrorReply> {
        let has_partial_ids = ctx.state.profile.streams.has_partial_ids;
        match word {
            b"*" => Ok(Self::Now),
            [millis @ .., b'-', b'*'] if has_partial_ids => {
                let id = StreamId::parse(millis, 0).filter(|_| !millis.contains(&b'-'));
                Ok(Self::NextOf(id.ok_or(INVALID_ID)?.millis))
            }
            word => parse_id(word).map(Self::Exactly),
        }
    }

    /// The ID for the next entry of a stream.
    fn resolve(self, stream: &Stream, now: u64) -> Result<StreamId, ErrorReply> {
        const EXHAUSTED: &str =
            "ERR The stream has exhausted the last possible ID, unable to add more items";
        const TOO_SMALL: &str =
            "ERR The ID specified in XADD is equal or smaller than the target stream top item";
        if stream.last_id == StreamId::MAX {
            return Err(EXHAUSTED.into());
        }
        let id = match self {
            Self::Now => return stream.next_id(now).ok_or_else(|| EXHAUSTED.into()),
            Self::NextOf(millis) if millis == stream.last_id.millis => {
                let next = stream.last_id.next().filter(|next| next.millis == millis);
                return next.ok_or_else(|| TOO_SMALL.into());
            }
            Self::NextOf(millis) => StreamId { millis, number: 0 },
            Self::Exactly(id) => id,
        };
        if id > stream.last_id { Ok(id) } else { Err(TOO_SMALL.into()) }
    }
}

impl Once<'_> {
    fn name_of(self, fields: Args<'_>) -> EntryName {
        match self.name {
            Some(name) => EntryName::Given(name.into()),
            None => EntryName::of_content(fields.iter()),
        }
    }
}

pub(super) fn xadd(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let (options, words) = Options::parse(ctx, args.from(2), true)?;
    let new_id = NewId::parse(ctx, words.get(0).ok_or_else(|| wrong_number(ctx, "xadd"))?)?;
    let fields = words.from(1);
    if options.once.is_some() && !matches!(new_id, NewId::Now) {
        return Err(
            "ERR syntax error, IDMP/IDMPAUTO can be used only with auto-generated IDs".into()
        );
    }
    if fields.is_empty() || fields.len() % 2 == 1 {
        return Err(wrong_number(ctx, "xadd"));
    }
    if matches!(new_id, NewId::Exactly(StreamId::MIN)) {
        return Err("ERR The ID specified in XADD must be greater than 0-0".into());
    }
    let now = ctx.millis();
    let once = options.once.map(|once| (once.producer, once.name_of(fields)));
    if let Some(stream) = ctx.edit::<Stream>(key)?
        && let Some((producer, name)) = &once
        && let Some(id) = stream.duplicates.find(producer, name, now)
    {
        stream.duplicates.found += 1;
        ctx.count_changes(1);
        ctx.reply().bulk(id.to_bytes());
        return Ok(());
    }
    let id = match ctx.edit::<Stream>(key)? {
        Some(stream) => new_id.resolve(stream, now)?,
        None if options.creates_no_stream => {
            ctx.reply().null();
            return Ok(());
        }
        None => new_id.resolve(&Stream::default(), now)?,
    };
    let fields: Fields = fields.iter().map(Into::into).collect();
    let limits = ctx.state.config.encodings;
    let trim = options.trim(ctx.state);
    let stream = ctx.edit_or_create_stream(key)?;
    stream.add(id, fields, &limits);
    if let Some((producer, name)) = once {
        stream.duplicates.add(producer, name, id, now);
    }
    let trimmed = trim.map_or(0, |trim| stream.trim(trim));
    ctx.reply().bulk(id.to_bytes());
    ctx.changed::<Stream>(key, "xadd");
    if trimmed > 0 {
        ctx.notify(Events::STREAM, "xtrim", key);
    }
    Ok(())
}

fn wrong_number(ctx: &Context<'_>, command: &str) -> ErrorReply {
    match ctx.state.profile.strings.mset_names_itself {
        true => format!("ERR wrong number of arguments for '{command}' command").into(),
        false => "ERR wrong number of arguments for XADD".into(),
    }
}

pub(super) fn xtrim(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let (options, _) = Options::parse(ctx, args.from(2), false)?;
    let trim = options.trim(ctx.state);
    let stream = ctx.edit::<Stream>(key)?;
    let trimmed = stream.zip(trim).map_or(0, |(stream, trim)| stream.trim(trim));
    if trimmed > 0 {
        ctx.changed_by::<Stream>(key, "xtrim", trimmed);
    }
    ctx.reply().count(trimmed);
    Ok(())
}
