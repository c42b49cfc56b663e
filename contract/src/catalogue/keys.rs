use std::fmt;
use std::str::FromStr;

/// The positions of some keys of a command, and what the command does with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    /// The word at which the keys begin.
    pub begin: Begin,
    /// The words from there on that are keys.
    pub find: Find,
    /// What the command does with the keys, in the server's order.
    pub flags: Vec<String>,
}

/// The word at which keys begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    /// The word with this index.
    Index(i64),
    /// The word after this keyword. The search starts at this index, backwards if it is negative.
    Keyword(String, i64),
    /// The server gives no rule.
    Unknown,
}

/// The words that are keys, counted from the word at which they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Find {
    /// Every `step`th word up to `last`, which counts from the end if it is negative.
    Range {
        /// The last key.
        last: i64,
        /// The distance from key to key.
        step: i64,
        /// If more than 1, only the first `1/limit` of the remaining words contains keys.
        limit: i64,
    },
    /// As many words as another word says.
    Count {
        /// The word with the number of keys.
        at: i64,
        /// The first key.
        first: i64,
        /// The distance from key to key.
        step: i64,
    },
    /// The server gives no rule.
    Unknown,
}

impl Find {
    /// Only the word at which the keys begin.
    pub const ONE: Self = Self::Range { last: 0, step: 1, limit: 0 };
}

impl fmt::Display for KeySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.begin {
            Begin::Index(index) => write!(f, "{index}")?,
            Begin::Keyword(word, from) => write!(f, "{word}@{from}")?,
            Begin::Unknown => f.write_str("?")?,
        }
        match self.find {
            Find::ONE if self.begin != Begin::Unknown => {}
            Find::Range { last, step: 1, limit: 0 } => write!(f, "..{last}")?,
            Find::Range { last, step, limit: 0 } => write!(f, "..{last}/{step}")?,
            Find::Range { last, step, limit } => write!(f, "..{last}/{step}/{limit}")?,
            Find::Count { at, first, step: 1 } => write!(f, "#{at}+{first}")?,
            Find::Count { at, first, step } => write!(f, "#{at}+{first}/{step}")?,
            Find::Unknown if self.begin == Begin::Unknown => {}
            Find::Unknown => f.write_str("..?")?,
        }
        write!(f, ":{}", self.flags.join(","))
    }
}

impl FromStr for KeySpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("{text:?} is not a key specification: write 1:RW,access, 1..-1:RM or 1#0+1:RO")
        };
        let (place, flags) = text.rsplit_once(':').ok_or_else(wrong)?;
        let ((begin, find), is_count) = match (place.split_once(".."), place.rsplit_once('#')) {
            (Some((begin, find)), _) => ((begin, Some(find)), false),
            (None, Some((begin, find))) => ((begin, Some(find)), true),
            (None, None) => ((place, None), false),
        };
        let begin = Begin::parse(begin).ok_or_else(wrong)?;
        let find = match find {
            None if begin == Begin::Unknown => Some(Find::Unknown),
            None => Some(Find::ONE),
            Some("?") if !is_count => Some(Find::Unknown),
            Some(find) if is_count => Find::count(find),
            Some(find) => Find::range(find),
        };
        let flags = flags.split(',').filter(|flag| !flag.is_empty()).map(str::to_owned).collect();
        Ok(Self { begin, find: find.ok_or_else(wrong)?, flags })
    }
}

impl Begin {
    fn parse(text: &str) -> Option<Self> {
        match text.rsplit_once('@') {
            _ if text == "?" => Some(Self::Unknown),
            Some((word, from)) if !word.is_empty() => {
                Some(Self::Keyword(word.to_owned(), from.parse().ok()?))
            }
            Some(_) => None,
            None => Some(Self::Index(text.parse().ok()?)),
        }
    }
}

impl Find {
    /// `-1/2/0`, where the second and third number are optional.
    fn range(text: &str) -> Option<Self> {
        let numbers = text.split('/').map(|number| number.parse().ok());
        match numbers.collect::<Option<Vec<i64>>>()?[..] {
            [last] => Some(Self::Range { last, step: 1, limit: 0 }),
            [last, step] => Some(Self::Range { last, step, limit: 0 }),
            [last, step, limit] => Some(Self::Range { last, step, limit }),
            _ => None,
        }
    }

    /// `0+1/2`, where the last number is optional.
    fn count(text: &str) -> Option<Self> {
        let (at, rest) = text.split_once('+')?;
        let (first, step) = rest.split_once('/').unwrap_or((rest, "1"));
        let number = |text: &str| text.parse().ok();
        Some(Self::Count { at: number(at)?, first: number(first)?, step: number(step)? })
    }
}
