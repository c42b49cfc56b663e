use std::collections::BTreeSet;

use super::rule::{RuleError, is};

/// Which databases may be used; servers that do not know such rules allow all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Databases {
    All,
    Some(BTreeSet<usize>),
}

impl Databases {
    pub(crate) const NONE: Self = Self::Some(BTreeSet::new());

    /// `alldbs`, `resetdbs` or `db=0,1`; nothing if the rule is about something else.
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

    /// As a rule, or nothing if there is none.
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

/// As C reads a number: with a sign and leading zeros.
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
    fn are_sorted_and_named_once() {
        assert_eq!(shown("db=5,1,1,01,+2"), Some(Ok("db=1,2,5".into())));
        assert_eq!(shown("DB=2147483647"), Some(Ok("db=2147483647".into())));
        assert_eq!(shown("AllDbs"), Some(Ok("alldbs".into())));
        assert_eq!(shown("resetdbs"), Some(Ok(String::new())));
        assert_eq!(shown("on"), None);
    }

    #[test]
    fn are_numbers() {
        for rule in ["db=", "db=a", "db=1,", "db=1,,2", "db=1 ", "db=-"] {
            assert_eq!(shown(rule), Some(Err(RuleError::Syntax)), "{rule}");
        }
        for rule in ["db=-1", "db=2147483648", "db=99999999999999999999"] {
            assert_eq!(shown(rule), Some(Err(RuleError::NoSuchDatabase)), "{rule}");
        }
    }
}
