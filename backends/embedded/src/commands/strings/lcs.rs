//! LCS: the longest common subsequence of two strings; in Redis 6.2, STRALGO.

use std::ops::Range;

use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{DataType, StringValue};
use crate::wire::{Args, ErrorReply, parse_integer};

/// The options of LCS.
#[derive(Default)]
struct Options {
    shows_length: bool,
    shows_matches: bool,
    least: usize,
    shows_match_lengths: bool,
}

impl Options {
    /// Reads the option at the start of the words, and returns those behind it.
    fn read<'a>(&mut self, words: Args<'a>) -> Result<Args<'a>, ErrorReply> {
        let rest = words.from(1);
        match words[0].to_ascii_lowercase().as_slice() {
            b"idx" => self.shows_matches = true,
            b"len" => self.shows_length = true,
            b"withmatchlen" => self.shows_match_lengths = true,
            b"minmatchlen" => {
                let least = parse_integer(rest.get(0).ok_or(SYNTAX)?).ok_or(NO_INTEGER)?;
                self.least = usize::try_from(least).unwrap_or(0);
                return Ok(rest.from(1));
            }
            _ => return Err(SYNTAX.into()),
        }
        Ok(rest)
    }

    fn check(&self) -> Result<(), ErrorReply> {
        match self.shows_length && self.shows_matches {
            true => Err("ERR If you want both the length and indexes, please just use IDX.".into()),
            false => Ok(()),
        }
    }
}

pub(super) fn lcs(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (one, other) = texts(ctx, &args[1], &args[2])?;
    let (mut options, mut words) = (Options::default(), args.from(3));
    while !words.is_empty() {
        words = options.read(words)?;
    }
    options.check()?;
    reply_common(ctx, &options, &one, &other)
}

/// The same of two keys or two texts, which may stand behind the options.
pub(super) fn stralgo(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if !args[1].eq_ignore_ascii_case(b"lcs") {
        return Err(SYNTAX.into());
    }
    let (mut options, mut words, mut compared) = (Options::default(), args.from(2), None);
    while let Some(word) = words.get(0) {
        let (first, second) = (words.get(1), words.get(2));
        words = match (word.to_ascii_lowercase().as_slice(), first, second) {
            (b"strings" | b"keys", Some(_), Some(_)) if compared.is_some() => {
                return Err("ERR Either use STRINGS or KEYS".into());
            }
            (b"strings", Some(one), Some(other)) => {
                compared = Some((one.to_vec(), other.to_vec()));
                words.from(3)
            }
            (b"keys", Some(one), Some(other)) => {
                compared = Some(texts(ctx, one, other)?);
                words.from(3)
            }
            _ => options.read(words)?,
        };
    }
    let Some((one, other)) = compared else {
        let reason = "ERR Please specify two strings: STRINGS or KEYS options are mandatory";
        return Err(reason.into());
    };
    options.check()?;
    reply_common(ctx, &options, &one, &other)
}

/// Replies with what two texts have in common.
fn reply_common(ctx: &mut Context<'_>, options: &Options, one: &[u8], other: &[u8]) -> Outcome {
    let table = Table::new(one, other);
    if table.bytes() as u64 > ctx.state.config.max_bulk {
        return Err(
            "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len".into()
        );
    }
    let matches = table.fill().matches();
    let length: usize = matches.iter().map(|(range, _)| range.len()).sum();
    if options.shows_matches {
        let shown = matches.iter().filter(|(range, _)| range.len() >= options.least);
        let shown: Vec<_> = shown.collect();
        let mut reply = ctx.reply();
        reply.map(2).bulk("matches").array(shown.len());
        for (in_one, in_other) in shown {
            reply.array(if options.shows_match_lengths { 3 } else { 2 });
            for range in [in_one, in_other] {
                reply.array(2).count(range.start).count(range.end - 1);
            }
            if options.shows_match_lengths {
                reply.count(in_one.len());
            }
        }
        reply.bulk("len").count(length);
    } else if options.shows_length {
        ctx.reply().count(length);
    } else {
        let parts = matches.iter().rev().map(|(range, _)| &one[range.clone()]);
        ctx.reply().bulk(parts.collect::<Vec<_>>().concat());
    }
    Ok(())
}

/// The texts of two keys.
fn texts(
    ctx: &mut Context<'_>,
    one: &[u8],
    other: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), ErrorReply> {
    let (one, other) = (text(ctx, one), text(ctx, other));
    one.zip(other).ok_or_else(|| "ERR The specified keys must contain string values".into())
}

/// The text of a key, empty if it is missing; none if its value has another type.
fn text(ctx: &mut Context<'_>, key: &[u8]) -> Option<Vec<u8>> {
    match ctx.look_up_any(key) {
        Some(value) => StringValue::of(value).map(|value| value.bytes().to_vec()),
        None => Some(Vec::new()),
    }
}

/// The lengths of the longest common subsequences of all pairs of prefixes.
struct Table<'t> {
    one: &'t [u8],
    other: &'t [u8],
    lengths: Vec<u32>,
}

impl<'t> Table<'t> {
    fn new(one: &'t [u8], other: &'t [u8]) -> Self {
        Self { one, other, lengths: Vec::new() }
    }

    fn cells(&self) -> usize {
        (self.one.len() + 1).saturating_mul(self.other.len() + 1)
    }

    fn bytes(&self) -> usize {
        self.cells().saturating_mul(size_of::<u32>())
    }

    fn length(&self, in_one: usize, in_other: usize) -> u32 {
        self.lengths[in_one * (self.other.len() + 1) + in_other]
    }

    fn fill(mut self) -> Self {
        self.lengths = vec![0; self.cells()];
        for in_one in 1..=self.one.len() {
            for in_other in 1..=self.other.len() {
                let is_match = self.one[in_one - 1] == self.other[in_other - 1];
                let length = match is_match {
                    true => self.length(in_one - 1, in_other - 1) + 1,
                    false => {
                        self.length(in_one - 1, in_other).max(self.length(in_one, in_other - 1))
                    }
                };
                self.lengths[in_one * (self.other.len() + 1) + in_other] = length;
            }
        }
        self
    }

    /// The parts of both strings that match, the last one first.
    fn matches(&self) -> Vec<(Range<usize>, Range<usize>)> {
        let mut matches: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        let (mut in_one, mut in_other) = (self.one.len(), self.other.len());
        while in_one > 0 && in_other > 0 {
            if self.one[in_one - 1] == self.other[in_other - 1] {
                match matches.last_mut() {
                    Some((one, other)) if one.start == in_one && other.start == in_other => {
                        (one.start, other.start) = (in_one - 1, in_other - 1);
                    }
                    _ => matches.push((in_one - 1..in_one, in_other - 1..in_other)),
                }
                (in_one, in_other) = (in_one - 1, in_other - 1);
            } else if self.length(in_one - 1, in_other) > self.length(in_one, in_other - 1) {
                in_one -= 1;
            } else {
                in_other -= 1;
            }
        }
        matches
    }
}
