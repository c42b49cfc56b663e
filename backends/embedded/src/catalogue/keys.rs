//! Where a command's keys stand among its words, and what the command does with them.

use crate::wire::{Args, parse_integer};

/// The key specs of one command, as `COMMAND INFO` lists them.
#[derive(Debug, Default)]
pub(crate) struct KeySpecs(pub(super) Vec<KeySpec>);

/// One way to find keys among the words of a request.
#[derive(Debug)]
pub(crate) struct KeySpec {
    /// What the command does with the keys, in the servers' words: `RW`, `access`, `update`.
    pub(crate) flags: Vec<&'static str>,
    /// A remark about the flags.
    pub(crate) notes: Option<&'static str>,
    pub(crate) begin: Begin,
    pub(crate) extent: Extent,
}

/// Where the first key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// At this word.
    At(usize),
    /// Behind this keyword, looked for from there on; from the end, backwards, if negative.
    Behind(&'static str, i64),
    /// The server tells no rule. Only `SORT` has such keys: it writes the word behind `STORE`, and
    /// reads keys that no request names.
    Unknown,
}

/// Which words from there on are keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every `step`th up to `last`, which counts from the first one, or from the end if negative.
    /// Of the rest at most one part in `limit`, where that is not 0.
    Range { last: i64, step: usize, limit: usize },
    /// As many as the word says that stands `count` behind the beginning, from `first` on.
    Counted { count: usize, first: usize, step: usize },
}

/// What a command does with the value of a key; neither, if it only asks whether the key exists.
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

    /// Either of both.
    pub(crate) fn or(self, other: Self) -> Self {
        Self { read: self.read || other.read, write: self.write || other.write }
    }
}

impl KeySpecs {
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &KeySpec> {
        self.0.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the command has keys, and not only shard channels.
    pub(crate) fn has_keys(&self) -> bool {
        self.0.iter().any(KeySpec::finds_keys)
    }

    /// Whether the command names shard channels, which stand where keys do.
    pub(crate) fn has_shard_channels(&self) -> bool {
        !self.0.is_empty() && !self.has_keys()
    }

    /// The keys and shard channels among the words of a request: where each stands, and the spec
    /// that finds it. None, if one that must be there is missing.
    pub(crate) fn positions(&self, args: Args<'_>) -> impl Iterator<Item = (usize, &KeySpec)> {
        let found: Option<Vec<_>> = self.0.iter().map(|spec| spec.positions(args)).collect();
        let found = found.unwrap_or_default().into_iter().zip(&self.0);
        found.flat_map(|(words, spec)| words.into_iter().map(move |word| (word, spec)))
    }

    /// The keys and shard channels themselves.
    pub(crate) fn names<'a>(&'a self, args: Args<'a>) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.positions(args).filter_map(move |(word, _)| args.get(word))
    }

    /// The keys, shard channels apart, with what this very request does with each.
    pub(crate) fn accesses<'a>(
        &'a self,
        args: Args<'a>,
    ) -> impl Iterator<Item = (usize, KeyAccess)> + 'a {
        let keys = self.positions(args).filter(|(_, spec)| spec.finds_keys());
        keys.map(move |(word, spec)| (word, access(spec.flags_of(args))))
    }
}

/// What the flags of a spec amount to.
fn access(flags: &[&str]) -> KeyAccess {
    let has = |wanted: &[&str]| flags.iter().any(|flag| wanted.contains(flag));
    KeyAccess { read: has(&["access"]), write: has(&["update", "insert", "delete"]) }
}

impl KeySpec {
    /// Whether it finds keys, and not shard channels.
    pub(crate) fn finds_keys(&self) -> bool {
        !self.flags.contains(&"not_key")
    }

    /// What this very request does with the keys: `SET` reads only if it is asked for the old value,
    /// `BITFIELD` writes only if it is to change something.
    pub(crate) fn flags_of(&self, args: Args<'_>) -> &[&'static str] {
        if !self.flags.contains(&"variable_flags") {
            return &self.flags;
        }
        let says =
            |word: &[u8], from| args.from(from).iter().any(|said| said.eq_ignore_ascii_case(word));
        match args[0].to_ascii_lowercase().as_slice() {
            b"set" if says(b"get", 3) => &["RW", "access", "update"],
            b"set" => &["OW", "update"],
            b"bitfield" if says(b"set", 2) || says(b"incrby", 2) => &["RW", "access", "update"],
            b"bitfield" => &["RO", "access"],
            _ => &self.flags,
        }
    }

    /// None where a key is missing. A keyword need not be there.
    fn positions(&self, args: Args<'_>) -> Option<Vec<usize>> {
        if self.begin == Begin::Unknown && !self.flags.contains(&"OW") {
            return Some(Vec::new());
        }
        let Some(begin) = self.begin.find(args) else {
            return (!matches!(self.begin, Begin::At(_))).then(Vec::new);
        };
        let words = self.extent.from(begin, args)?;
        words.iter().all(|word| *word < args.len()).then_some(words)
    }
}

impl Begin {
    fn find(self, args: Args<'_>) -> Option<usize> {
        let (word, from) = match self {
            Self::At(place) => return (place < args.len()).then_some(place),
            Self::Behind(word, from) => (word.as_bytes(), from),
            Self::Unknown => (&b"STORE"[..], 2),
        };
        let is = |place: &usize| args[*place].eq_ignore_ascii_case(word);
        let found = match usize::try_from(from) {
            Ok(from) => (from..args.len()).find(is),
            Err(_) => {
                let back = usize::try_from(from.unsigned_abs()).ok()?;
                (1..(args.len() + 1).checked_sub(back)?).rev().find(is)
            }
        };
        found.map(|place| place + 1).filter(|place| *place < args.len())
    }
}

impl Extent {
    /// The key at the beginning alone.
    const ONE: Self = Self::Range { last: 0, step: 1, limit: 0 };

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
            Self::Counted { count, first, step } => {
                let number = parse_integer(args.get(begin + count)?)?;
                let number = usize::try_from(number)
                    .ok()
                    .filter(|number| (1..=args.len()).contains(number))?;
                Some((0..number).map(|nth| begin + first + nth * step).collect())
            }
        }
    }
}

/// Reading from the text.
impl KeySpec {
    /// `1..-1/2:RW,update`: begin, extent, flags.
    pub(super) fn parse(text: &'static str) -> Option<Self> {
        let (place, flags) = text.rsplit_once(':')?;
        let (begin, extent) = match (place.split_once(".."), place.split_once('#')) {
            (Some((begin, extent)), _) => (begin, Extent::parse_range(extent)?),
            (None, Some((begin, extent))) => (begin, Extent::parse_count(extent)?),
            (None, None) => (place, Extent::ONE),
        };
        let flags = flags.split(',').collect();
        Some(Self { flags, notes: None, begin: Begin::parse(begin)?, extent })
    }
}

impl Begin {
    fn parse(text: &'static str) -> Option<Self> {
        match text.split_once('@') {
            Some((word, from)) => Some(Self::Behind(word, from.parse().ok()?)),
            None if text == "?" => Some(Self::Unknown),
            None => Some(Self::At(text.parse().ok()?)),
        }
    }
}

impl Extent {
    /// `-1/2/0`: last, step, limit, of which all but the first may be left out.
    fn parse_range(text: &str) -> Option<Self> {
        let mut numbers = text.split('/');
        let last = numbers.next()?.parse().ok()?;
        let step = numbers.next().map_or(Some(1), |step| step.parse().ok())?;
        let limit = numbers.next().map_or(Some(0), |limit| limit.parse().ok())?;
        Some(Self::Range { last, step, limit })
    }

    /// `0+1/2`: count, first, step, of which the last may be left out.
    fn parse_count(text: &str) -> Option<Self> {
        let (count, rest) = text.split_once('+')?;
        let (first, step) = rest.split_once('/').unwrap_or((rest, "1"));
        let (count, first) = (count.parse().ok()?, first.parse().ok()?);
        Some(Self::Counted { count, first, step: step.parse().ok()? })
    }
}
