use crate::wire::{Args, parse_integer};

/// Where a command's keys stand, and what becomes of them.
#[derive(Debug)]
pub(crate) struct KeyPlaces(Vec<Place>);

/// What a command does with a key; nothing of both if it only asks whether it is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Need {
    pub(crate) read: bool,
    pub(crate) write: bool,
}

#[derive(Debug)]
struct Place {
    begin: Begin,
    extent: Extent,
    use_: Use,
}

/// Where the first key stands.
#[derive(Debug)]
enum Begin {
    At(usize),
    /// Behind this word, looked for from here on; from the end, backwards, if negative.
    Behind(&'static str, i64),
}

/// Which words from there on are keys.
#[derive(Debug)]
enum Extent {
    /// Every `step`th up to `last`, which counts from the first one, or from the end if negative.
    /// Of what is left at most one part in `limit`, where that is not 0.
    Range { last: i64, step: usize, limit: usize },
    /// As many as the word says that stands `count` behind the beginning, from `first` on.
    Counted { count: usize, first: usize, step: usize },
}

#[derive(Clone, Copy, Debug)]
enum Use {
    Always(Need),
    /// `SET` reads if it is asked for the old value, `BITFIELD` writes if it is to change one.
    AsAsked,
}

impl Need {
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

impl KeyPlaces {
    /// Reads the column of the catalogue; what cannot be read is no place.
    pub(super) fn read(column: &'static str) -> Self {
        Self(column.split(',').filter_map(Place::read).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys among a request's words: where each stands, and what it is needed for. None, if one
    /// that must be there is missing.
    pub(crate) fn among<'a>(&'a self, args: Args<'a>) -> impl Iterator<Item = (usize, Need)> + 'a {
        let places = self.0.iter().map(|place| place.words(args));
        let places: Option<Vec<_>> = places.collect();
        places.unwrap_or_default().into_iter().zip(&self.0).flat_map(move |(words, place)| {
            let need = place.need(args);
            words.into_iter().map(move |word| (word, need))
        })
    }
}

impl Place {
    fn read(text: &'static str) -> Option<Self> {
        let (place, letters) = text.rsplit_once(':')?;
        let (begin, extent) = match (place.split_once(".."), place.split_once('#')) {
            (Some((begin, extent)), _) => (begin, Extent::range(extent)?),
            (None, Some((begin, extent))) => (begin, Extent::counted(extent)?),
            (None, None) => (place, Extent::Range { last: 0, step: 1, limit: 0 }),
        };
        let begin = match begin.split_once('@') {
            Some((word, from)) => Begin::Behind(word, from.parse().ok()?),
            None => Begin::At(begin.parse().ok()?),
        };
        let use_ = match letters {
            "v" => Use::AsAsked,
            letters => {
                Use::Always(Need { read: letters.contains('r'), write: letters.contains('w') })
            }
        };
        Some(Self { begin, extent, use_ })
    }

    /// Nothing where a key is missing; a keyword need not be there.
    fn words(&self, args: Args<'_>) -> Option<Vec<usize>> {
        let Some(begin) = self.begin.find(args) else {
            return matches!(self.begin, Begin::Behind(..)).then(Vec::new);
        };
        let words = self.extent.from(begin, args)?;
        words.iter().all(|word| *word < args.len()).then_some(words)
    }

    fn need(&self, args: Args<'_>) -> Need {
        let Use::Always(need) = self.use_ else { return Self::need_as_asked(args) };
        need
    }

    fn need_as_asked(args: Args<'_>) -> Need {
        let says =
            |word: &[u8], from| args.from(from).iter().any(|said| said.eq_ignore_ascii_case(word));
        if args[0].eq_ignore_ascii_case(b"set") {
            return if says(b"get", 3) { Need::BOTH } else { Need::WRITE };
        }
        let only_reads = !says(b"set", 2) && !says(b"incrby", 2);
        if only_reads { Need::READ } else { Need::BOTH }
    }
}

impl Begin {
    fn find(&self, args: Args<'_>) -> Option<usize> {
        let (word, from) = match self {
            Self::At(place) => return (*place < args.len()).then_some(*place),
            Self::Behind(word, from) => (word.as_bytes(), *from),
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
    /// `-1/2/0`: last, step, limit, of which all but the first may be left out.
    fn range(text: &str) -> Option<Self> {
        let mut numbers = text.split('/');
        let last = numbers.next()?.parse().ok()?;
        let step = numbers.next().map_or(Some(1), |step| step.parse().ok())?;
        let limit = numbers.next().map_or(Some(0), |limit| limit.parse().ok())?;
        Some(Self::Range { last, step, limit })
    }

    /// `0+1/2`: count, first, step, of which the last may be left out.
    fn counted(text: &str) -> Option<Self> {
        let (count, rest) = text.split_once('+')?;
        let (first, step) = rest.split_once('/').unwrap_or((rest, "1"));
        let (count, first) = (count.parse().ok()?, first.parse().ok()?);
        Some(Self::Counted { count, first, step: step.parse().ok()? })
    }

    fn from(&self, begin: usize, args: Args<'_>) -> Option<Vec<usize>> {
        match *self {
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
