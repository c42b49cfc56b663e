//! LCS: the longest common subsequence of two strings.

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
    fn parse(mut args: Args<'_>) -> Result<Self, ErrorReply> {
        let mut options = Self::default();
        while let Some(word) = args.get(0) {
            args = args.from(1);
            match word.to_ascii_lowercase().as_slice() {
                b"idx" => options.shows_matches = true,
                b"len" => options.shows_length = true,
                b"withmatchlen" => options.shows_match_lengths = true,
                b"minmatchlen" => {
                    let least = parse_integer(args.get(0).ok_or(SYNTAX)?).ok_or(NO_INTEGER)?;
                    options.least = usize::try_from(least).unwrap_or(0);
                    args = args.from(1);
                }
                _ => return Err(SYNTAX.into()),
            }
        }
        if options.shows_length && options.shows_matches {
            return Err("ERR If you want both the length and indexes, please just use IDX.".into());
        }
        Ok(options)
    }
}

pub(super) fn lcs(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (one, other) = (text(ctx, &args[1]), text(ctx, &args[2]));
    let (Some(one), Some(other)) = (one, other) else {
        return Err("ERR The specified keys must contain string values".into());
    };
    let options = Options::parse(args.from(3))?;
    let table = Table::new(&one, &other);
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
