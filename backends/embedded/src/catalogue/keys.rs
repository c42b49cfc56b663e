//! Key specifications: where the keys of a request are, and what the command does with them.

use crate::wire::{Args, parse_integer};

/// The key specifications of one command, as `COMMAND INFO` lists them.
#[derive(Debug, Default)]
pub(crate) struct KeySpecs(pub(super) Vec<KeySpec>);

/// One rule that finds keys among the words of a request.
#[derive(Debug)]
pub(crate) struct KeySpec {
    /// How the command uses the keys, in Redis' terms: `RW`, `access`, `update`.
    pub(crate) flags: Vec<&'static str>,
    /// A remark about the flags.
    pub(crate) notes: Option<&'static str>,
    pub(crate) begin: BeginSearch,
    pub(crate) find: FindKeys,
    /// Requests may lack its first key; otherwise such a request has no keys at all.
    pub(super) is_optional: bool,
}

/// The position of the first key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BeginSearch {
    /// The word at this index.
    Index(usize),
    /// The word after this keyword. The search starts at this index; a negative index counts from
    /// the end, and the search goes backwards.
    Keyword(&'static str, i64),
    /// The word after this subcommand. Other subcommands have no keys.
    Subcommand(&'static str),
    /// The server gives no rule. Only `SORT` has such keys: it writes the word after `STORE`, and
    /// reads keys that are not in the request.
    Unknown,
}

/// The words that are keys, counted from the position that [`BeginSearch`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FindKeys {
    /// Every `step`th word up to `last`, which counts from the first key, or from the end if it is
    /// negative. With a negative `last` and a `limit` above 1, only the first `1/limit` of the
    /// remaining words are keys.
    Range { last: i64, step: usize, limit: usize },
    /// The word at `count` holds the number of keys, and the first key is at `first`. Both indexes
    /// count from the beginning.
    KeyNum { count: usize, first: usize, step: usize },
}

/// How a server finds the keys of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeySearch {
    /// By the specs alone.
    Specs,
    /// By code of its own where it has some. This code looks for `STREAMS` behind the options that it
    /// knows, each with the number of words that follow it, and wants an ID for each key. Keys that are
    /// counted in the request may come before the key that is written.
    Code { stream_options: &'static [(&'static str, usize)], counted_first: bool },
}

/// Whether a command reads or writes the value of a key. `EXISTS` does neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyAccess {
    pub(crate) read: bool,
    pub(crate) write: bool,
}

impl KeyAccess {
    pub(crate) const READ: Self = Self { read: true, write: false };
    pub(crate) const WRITE: Self = Self { read: false, write: true };
    pub(crate) const BOTH: Self = Self { read: true, write: true };

    /// Whether this permission is enough for `other`.
    pub(crate) fn covers(self, other: Self) -> bool {
        (self.read || !other.read) && (self.write || !other.write)
    }

    /// The union of both.
    pub(crate) fn or(self, other: Self) -> Self {
        Self { read: self.read || other.read, write: self.write || other.write }
    }
}

impl KeySpecs {
    /// The keys at positions of which nothing else is known: those of a container of commands.
    pub(super) fn of_range([first, last, step]: [i64; 3]) -> Option<Self> {
        let place = usize::try_from(first).ok().filter(|place| *place > 0)?;
        let step = usize::try_from(step).ok()?;
        let find = FindKeys::Range { last: last - first, step, limit: 0 };
        let flags = vec!["RW", "access", "update"];
        let begin = BeginSearch::Index(place);
        Some(Self(vec![KeySpec { flags, notes: None, begin, find, is_optional: false }]))
    }

    /// Whether the specs do not find all keys of all requests.
    pub(crate) fn are_incomplete(&self) -> bool {
        let is_incomplete = |spec: &KeySpec| {
            spec.flags.contains(&"incomplete")
                || (spec.finds_target() && spec.flags.contains(&"variable_flags"))
        };
        self.0.iter().any(is_incomplete)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &KeySpec> {
        self.0.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the command takes keys, not only shard channels.
    pub(crate) fn has_keys(&self) -> bool {
        self.0.iter().any(KeySpec::finds_keys)
    }

    /// Whether the command takes shard channels instead of keys.
    pub(crate) fn has_shard_channels(&self) -> bool {
        !self.0.is_empty() && !self.has_keys()
    }

    /// The index of each key and shard channel in a request, with the spec that finds it. There are
    /// none if a required key is missing.
    pub(crate) fn positions(
        &self,
        search: KeySearch,
        args: Args<'_>,
    ) -> impl Iterator<Item = (usize, &KeySpec)> {
        let positions = |spec: &KeySpec| match search {
            KeySearch::Specs => spec.positions(args),
            KeySearch::Code { stream_options, .. } => spec.positions_by_code(args, stream_options),
        };
        let found: Option<Vec<_>> = self.0.iter().map(positions).collect();
        let found = found.unwrap_or_default().into_iter().zip(&self.0);
        let found = found.flat_map(|(words, spec)| words.into_iter().map(move |word| (word, spec)));
        let mut found: Vec<_> = found.collect();
        if let KeySearch::Code { counted_first, .. } = search {
            found.sort_by_key(|(_, spec)| {
                counted_first && !matches!(spec.find, FindKeys::KeyNum { .. })
            });
            // Of all words that name a target, the last one counts.
            let targets = found.iter().filter(|(_, spec)| spec.finds_target());
            let last = targets.map(|(word, _)| *word).max();
            found.retain(|(word, spec)| !spec.finds_target() || Some(*word) == last);
        }
        found.into_iter()
    }

    /// The keys and shard channels of a request.
    pub(crate) fn names<'a>(
        &'a self,
        search: KeySearch,
        args: Args<'a>,
    ) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.positions(search, args).filter_map(move |(word, _)| args.get(word))
    }

    /// The index of each key in a request, without shard channels, and how the request uses it.
    pub(crate) fn accesses<'a>(
        &'a self,
        args: Args<'a>,
    ) -> impl Iterator<Item = (usize, KeyAccess)> + 'a {
        let keys = self.positions(KeySearch::Specs, args).filter(|(_, spec)| spec.finds_keys());
        keys.map(move |(word, spec)| (word, access(spec.flags_of(args, false))))
    }
}

/// The access that the flags of a spec describe.
fn access(flags: &[&str]) -> KeyAccess {
    let has = |wanted: &[&str]| flags.iter().any(|flag| wanted.contains(flag));
    KeyAccess { read: has(&["access"]), write: has(&["update", "insert", "delete"]) }
}

impl KeySpec {
    /// Whether it finds keys rather than shard channels.
    pub(crate) fn finds_keys(&self) -> bool {
        !self.flags.contains(&"not_key")
    }

    /// Whether it finds the key that a keyword names for the result.
    fn finds_target(&self) -> bool {
        matches!(self.begin, BeginSearch::Keyword(..)) && self.flags.contains(&"OW")
    }

    /// The flags for this request: `SET` reads only with `GET`, and `BITFIELD` writes only with
    /// `SET` or `INCRBY`. On some servers a comparison in `SET` or `DELEX` reads too, although no
    /// permission to read is needed.
    pub(crate) fn flags_of(&self, args: Args<'_>, comparisons_read: bool) -> &[&'static str] {
        if !self.flags.contains(&"variable_flags") {
            return &self.flags;
        }
        let has = |option: &[u8], from| {
            args.from(from).iter().any(|word| word.eq_ignore_ascii_case(option))
        };
        let compares = |from| {
            let comparisons: [&[u8]; 4] = [b"ifeq", b"ifne", b"ifdeq", b"ifdne"];
            comparisons_read && comparisons.iter().any(|option| has(option, from))
        };
        match args[0].to_ascii_lowercase().as_slice() {
            b"set" if has(b"get", 3) => &["RW", "access", "update"],
            b"set" if compares(3) => &["RW", "update"],
            b"delex" if compares(2) => &["RW", "delete"],
            b"delex" => &["RM", "delete"],
            b"set" => &["OW", "update"],
            b"bitfield" if has(b"set", 2) || has(b"incrby", 2) => &["RW", "access", "update"],
            b"bitfield" => &["RO", "access"],
            _ => &self.flags,
        }
    }

    /// The indexes of the keys; `None` if a required key is missing.
    fn positions(&self, args: Args<'_>) -> Option<Vec<usize>> {
        if self.begin == BeginSearch::Unknown && !self.flags.contains(&"OW") {
            return Some(Vec::new());
        }
        let Some(begin) = self.begin.find(args) else {
            return self.is_optional.then(Vec::new);
        };
        let words = self.find.from(begin, args)?;
        words.iter().all(|word| *word < args.len()).then_some(words)
    }
}

impl KeySpec {
    /// The same as a server finds them that does not use this spec.
    fn positions_by_code(
        &self,
        args: Args<'_>,
        stream_options: &[(&str, usize)],
    ) -> Option<Vec<usize>> {
        match (self.find, self.begin) {
            (FindKeys::Range { limit: limit @ 2.., .. }, _) => {
                let begin = behind_streams(args, stream_options)?;
                let is_balanced = (args.len() - begin).is_multiple_of(limit);
                is_balanced.then(|| self.find.from(begin, args)).flatten()
            }
            (_, BeginSearch::Keyword(word, from)) if self.finds_target() => {
                let from = usize::try_from(from).ok()?;
                let is = |place: &usize| args[*place].eq_ignore_ascii_case(word.as_bytes());
                let target = (from..args.len()).rev().find(is).map(|place| place + 1);
                Some(target.filter(|place| *place < args.len()).into_iter().collect())
            }
            // The first and the last key are where they always are, whatever is between them.
            (_, BeginSearch::Index(place)) if place >= args.len() => Some(Vec::new()),
            _ => self.positions(args),
        }
    }
}

/// The place of the first key behind `STREAMS`. Only these options may come before.
fn behind_streams(args: Args<'_>, options: &[(&str, usize)]) -> Option<usize> {
    let mut place = 1;
    loop {
        let word = args.get(place)?;
        if word.eq_ignore_ascii_case(b"streams") {
            return Some(place + 1).filter(|first| *first < args.len());
        }
        let is_option = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        let (_, following) = options.iter().find(|(name, _)| is_option(name))?;
        place += 1 + following;
    }
}

impl BeginSearch {
    /// Whether a keyword leads to the first key.
    fn is_keyword(self) -> bool {
        !matches!(self, Self::Index(_))
    }

    fn find(self, args: Args<'_>) -> Option<usize> {
        let is = |place: usize, word: &str| args[place].eq_ignore_ascii_case(word.as_bytes());
        let found = match self {
            Self::Index(place) => return (place < args.len()).then_some(place),
            Self::Subcommand(name) => (args.len() > 1 && is(1, name)).then_some(1),
            // The last one counts.
            Self::Unknown => (2..args.len()).rev().find(|place| is(*place, "STORE")),
            Self::Keyword(word, from) => match usize::try_from(from) {
                Ok(from) => (from..args.len()).find(|place| is(*place, word)),
                Err(_) => {
                    let back = usize::try_from(from.unsigned_abs()).ok()?;
                    (1..(args.len() + 1).checked_sub(back)?).rev().find(|place| is(*place, word))
                }
            },
        };
        found.map(|place| place + 1).filter(|place| *place < args.len())
    }
}

impl FindKeys {
    /// Only the first key.
    pub(super) const FIRST: Self = Self::Range { last: 0, step: 1, limit: 0 };

    fn from(self, begin: usize, args: Args<'_>) -> Option<Vec<usize>> {
        match self {
            Self::Range { last, step, limit } => {
                let last = match usize::try_from(last) {
                    Ok(last) => begin + last,
                    Err(_) if limit > 1 => begin + ((args.len() - begin) / limit).checked_sub(1)?,
                    Err(_) => args.len().checked_sub(usize::try_from(last.unsigned_abs()).ok()?)?,
                };
                Some((begin..=last).step_by(step).collect())
            }
            Self::KeyNum { count, first, step } => {
                let number = parse_integer(args.get(begin + count)?)?;
                let number = usize::try_from(number)
                    .ok()
                    .filter(|number| (1..=args.len()).contains(number))?;
                Some((0..number).map(|nth| begin + first + nth * step).collect())
            }
        }
    }
}

impl KeySpec {
    /// Keys that `COMMAND` does not tell of.
    pub(super) fn untold(begin: BeginSearch, find: FindKeys) -> Self {
        let flags = vec!["RW", "access", "update"];
        Self { flags, notes: None, begin, find, is_optional: false }
    }

    /// Parses `1..-1/2:RW,update`: begin, find, flags.
    pub(super) fn parse(text: &'static str) -> Option<Self> {
        let (place, flags) = text.rsplit_once(':')?;
        let (begin, find) = match (place.split_once(".."), place.split_once('#')) {
            (Some((begin, range)), _) => (begin, FindKeys::parse_range(range)?),
            (None, Some((begin, key_num))) => (begin, FindKeys::parse_key_num(key_num)?),
            (None, None) => (place, FindKeys::FIRST),
        };
        let flags = flags.split(',').collect();
        let begin = BeginSearch::parse(begin)?;
        Some(Self { flags, notes: None, begin, find, is_optional: begin.is_keyword() })
    }
}

impl BeginSearch {
    fn parse(text: &'static str) -> Option<Self> {
        match text.split_once('@') {
            Some((word, from)) => Some(Self::Keyword(word, from.parse().ok()?)),
            None if text == "?" => Some(Self::Unknown),
            None => Some(Self::Index(text.parse().ok()?)),
        }
    }
}

impl FindKeys {
    /// Parses `-1/2/0`: last, step, limit. Step and limit are optional.
    fn parse_range(text: &str) -> Option<Self> {
        let mut numbers = text.split('/');
        let last = numbers.next()?.parse().ok()?;
        let step = numbers.next().map_or(Some(1), |step| step.parse().ok())?;
        let limit = numbers.next().map_or(Some(0), |limit| limit.parse().ok())?;
        Some(Self::Range { last, step, limit })
    }

    /// Parses `0+1/2`: count, first, step. The step is optional.
    fn parse_key_num(text: &str) -> Option<Self> {
        let (count, rest) = text.split_once('+')?;
        let (first, step) = rest.split_once('/').unwrap_or((rest, "1"));
        let (count, first) = (count.parse().ok()?, first.parse().ok()?);
        Some(Self::KeyNum { count, first, step: step.parse().ok()? })
    }
}
