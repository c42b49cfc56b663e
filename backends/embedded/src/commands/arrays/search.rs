//! ARGREP: the values of a range that satisfy predicates.

use memchr::memmem;

use super::ranges::{limit, write_pair};
use super::words::{Range, index, write_index};
use crate::commands::errors::SYNTAX;
use crate::commands::{Context, Outcome};
use crate::glob;
use crate::regex::{Regex, RegexError};
use crate::state::keyspace::Array;
use crate::wire::{Args, ErrorReply};

/// The most predicates of a request.
const MOST_PREDICATES: usize = 250;

/// The longest regular expression.
const MOST_PATTERN: usize = 2048;

/// An end of the range: an index, `-` for the first one or `+` for that of the last value.
#[derive(Clone, Copy, Debug)]
enum Bound {
    First,
    Last,
    Index(u64),
}

impl Bound {
    fn parse(word: &[u8]) -> Result<Self, &'static str> {
        match word {
            b"-" => Ok(Self::First),
            b"+" => Ok(Self::Last),
            word => index(word).map(Self::Index),
        }
    }

    fn resolve(self, array: &Array) -> u64 {
        match self {
            Self::First => 0,
            Self::Last => array.span().saturating_sub(1),
            Self::Index(index) => index,
        }
    }
}

/// The kinds of predicates.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Exact,
    Match,
    Glob,
    Regex,
}

#[derive(Debug)]
enum Predicate<'a> {
    Exact(&'a [u8]),
    /// The value contains the text.
    Contains(Vec<u8>),
    Glob(&'a [u8]),
    Regex(Regex),
}

/// The options of the request.
#[derive(Debug)]
struct Options<'a> {
    predicates: Vec<(Kind, &'a [u8])>,
    needs_all: bool,
    ignores_case: bool,
    with_values: bool,
    most: usize,
}

impl<'a> Options<'a> {
    fn parse(mut words: Args<'a>) -> Result<Self, ErrorReply> {
        let mut options = Self {
            predicates: Vec::new(),
            needs_all: false,
            ignores_case: false,
            with_values: false,
            most: usize::MAX,
        };
        while let Some(word) = words.get(0) {
            let argument = words.get(1);
            let taken = match (word.to_ascii_lowercase().as_slice(), argument) {
                (b"and", _) => {
                    options.needs_all = true;
                    1
                }
                (b"or", _) => {
                    options.needs_all = false;
                    1
                }
                (b"nocase", _) => {
                    options.ignores_case = true;
                    1
                }
                (b"withvalues", _) => {
                    options.with_values = true;
                    1
                }
                (b"limit", Some(most)) => {
                    options.most = limit(most)?;
                    2
                }
                (kind, Some(argument)) => {
                    let kind = match kind {
                        b"exact" => Kind::Exact,
                        b"match" => Kind::Match,
                        b"glob" => Kind::Glob,
                        b"re" => Kind::Regex,
                        _ => return Err(SYNTAX.into()),
                    };
                    if options.predicates.len() == MOST_PREDICATES {
                        let error =
                            format!("ERR too many predicates, maximum is {MOST_PREDICATES}");
                        return Err(error.into());
                    }
                    options.predicates.push((kind, argument));
                    2
                }
                _ => return Err(SYNTAX.into()),
            };
            words = words.from(taken);
        }
        if options.predicates.is_empty() {
            return Err(SYNTAX.into());
        }
        Ok(options)
    }

    fn predicates(&self) -> Result<Vec<Predicate<'a>>, ErrorReply> {
        let predicate = |(kind, text): &(Kind, &'a [u8])| {
            Ok(match kind {
                Kind::Exact => Predicate::Exact(text),
                Kind::Match if self.ignores_case => Predicate::Contains(text.to_ascii_lowercase()),
                Kind::Match => Predicate::Contains(text.to_vec()),
                Kind::Glob => Predicate::Glob(text),
                Kind::Regex => Predicate::Regex(regex(text, self.ignores_case)?),
            })
        };
        self.predicates.iter().map(predicate).collect()
    }
}

fn regex(pattern: &[u8], ignores_case: bool) -> Result<Regex, ErrorReply> {
    if pattern.is_empty() {
        return Err("ERR regular expression is empty".into());
    }
    if pattern.len() > MOST_PATTERN {
        let error = format!("ERR regular expression is too long, maximum is {MOST_PATTERN} bytes");
        return Err(error.into());
    }
    Regex::new(pattern, ignores_case).map_err(|error| match error {
        RegexError::Invalid(reason) => format!("ERR invalid regular expression: {reason}").into(),
        RegexError::BackReference => {
            "ERR regular expression backreferences are not supported".into()
        }
    })
}

impl Predicate<'_> {
    fn holds(&self, value: &[u8], ignores_case: bool) -> bool {
        match self {
            Self::Exact(text) if ignores_case => text.eq_ignore_ascii_case(value),
            Self::Exact(text) => *text == value,
            Self::Contains(text) if ignores_case => {
                memmem::find(&value.to_ascii_lowercase(), text).is_some()
            }
            Self::Contains(text) => memmem::find(value, text).is_some(),
            Self::Glob(pattern) if ignores_case => glob::matches_in_any_case(pattern, value),
            Self::Glob(pattern) => glob::matches(pattern, value),
            Self::Regex(regex) => regex.matches(value),
        }
    }
}

pub(super) fn argrep(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (start, end) = (Bound::parse(&args[2])?, Bound::parse(&args[3])?);
    let options = Options::parse(args.from(4))?;
    let predicates = options.predicates()?;
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    let Some(array) = array else {
        reply.array(0);
        return Ok(());
    };
    let range = Range::new(start.resolve(array), end.resolve(array));
    let holds = |value: &[u8]| {
        let mut each = predicates.iter().map(|it| it.holds(value, options.ignores_case));
        if options.needs_all { each.all(|holds| holds) } else { each.any(|holds| holds) }
    };
    let found = range.values(array).filter(|(_, value)| holds(value)).take(options.most);
    let found: Vec<_> = found.collect();
    reply.array(found.len());
    for (index, value) in found {
        if options.with_values {
            write_pair(&mut reply, index, value);
        } else {
            write_index(&mut reply, index);
        }
    }
    Ok(())
}
