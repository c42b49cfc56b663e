//! The databases of a selector.

use std::collections::BTreeSet;

use super::rule::{RuleError, is};

/// The databases that a user may use. Versions without such rules allow all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Databases {
    All,
    Some(BTreeSet<usize>),
}

impl Databases {
    pub(crate) const NONE: Self = Self::Some(BTreeSet::new());

    /// Parses `alldbs`, `resetdbs` or `db=0,1`; `None` for other rules.
    pub(super) fn parse(rule: &[u8]) -> Option<Result<Self, RuleError>> {
        if is(rule, "alldbs") {
            return Some(Ok(Self::All));
        }
        if is(rule, "resetdbs") {
            return Some(Ok(Self::NONE));
        }
        let (start, numbers) = rule.split_at_checked(3)?;
        is(start, "db=")
            .then(|| numbers.split(|byte| *byte == b',').map(number).collect())
            .map(|numbers: Result<_, _>| numbers.map(Self::Some))
    }

    pub(super) fn permit(&self, database: usize) -> bool {
        match self {
            Self::All => true,
            Self::Some(numbers) => numbers.contains(&database),
        }
    }

    /// The rule; empty if no database is allowed.
    pub(crate) fn rule(&self) -> String {
        match self {
            Self::All => "alldbs".into(),
            Self::Some(numbers) if numbers.is_empty() => String::new(),
            Self::Some(numbers) => {
                let numbers: Vec<_> = numbers.iter().map(usize::to_string).collect();
                format!("db={}", numbers.join(","))
            }
        }
    }
}

/// Parses a number as C does: with a sign and leading zeros.
fn number(text: &[u8]) -> Result<usize, RuleError> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(RuleError::Syntax);
    }
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i32>().ok());
    let number = number.filter(|number| !negative || *number == 0);
    number.and_then(|number| number.try_into().ok()).ok_or(RuleError::NoSuchDatabase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rule: &str) -> Option<Result<String, RuleError>> {
        Some(Databases::parse(rule.as_bytes())?.map(|databases| databases.rule()))
    }

    #[test]
    fn databases_are_sorted_and_listed_once() {
        assert_eq!(shown("db=5,1,1,01,+2"), Some(Ok("db=1,2,5".into())));
        assert_eq!(shown("DB=2147483647"), Some(Ok("db=2147483647".into())));
        assert_eq!(shown("AllDbs"), Some(Ok("alldbs".into())));
        assert_eq!(shown("resetdbs"), Some(Ok(String::new())));
        assert_eq!(shown("on"), None);
    }

    #[test]
    fn other_texts_are_no_databases() {
        for rule in ["db=", "db=a", "db=1,", "db=1,,2", "db=1 ", "db=-"] {
            assert_eq!(shown(rule), Some(Err(RuleError::Syntax)), "{rule}");
        }
        for rule in ["db=-1", "db=2147483648", "db=99999999999999999999"] {
            assert_eq!(shown(rule), Some(Err(RuleError::NoSuchDatabase)), "{rule}");
        }
    }
}
