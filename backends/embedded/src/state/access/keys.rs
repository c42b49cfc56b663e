use super::rule::{RuleError, has_blanks};
use crate::catalogue::KeyAccess;
use crate::glob;

/// Which keys may be touched, and for what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    all: bool,
    patterns: Vec<KeyPattern>,
}

#[derive(Clone, Debug)]
struct KeyPattern {
    glob: Box<[u8]>,
    /// What it is good for.
    need: KeyAccess,
}

impl Keys {
    pub(super) fn allow_all(&mut self) {
        *self = Self { all: true, patterns: Vec::new() };
    }

    pub(crate) fn is_all(&self) -> bool {
        self.all
    }

    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// `~glob`, `%R~glob`, `%W~glob`, `%RW~glob`. A second rule for a pattern adds to the first.
    pub(super) fn allow(&mut self, rule: &[u8], by_use: bool) -> Result<(), RuleError> {
        if rule[0] == b'%' && !by_use {
            return Err(RuleError::Syntax);
        }
        if self.all {
            return Err(RuleError::AfterAllKeys);
        }
        let (need, glob) = parse(rule)?;
        if has_blanks(glob) {
            return Err(RuleError::Syntax);
        }
        match self.patterns.iter_mut().find(|known| *known.glob == *glob) {
            Some(known) => known.need = known.need.or(need),
            None => self.patterns.push(KeyPattern { glob: glob.into(), need }),
        }
        Ok(())
    }

    pub(super) fn permit(&self, key: &[u8], need: KeyAccess, max_stars: usize) -> bool {
        let good = |pattern: &KeyPattern| {
            pattern.need.covers(need) && glob::matches_with(max_stars, &pattern.glob, key)
        };
        self.all || self.patterns.iter().any(good)
    }

    /// The globs alone, as old servers list them.
    pub(crate) fn globs(&self) -> Vec<&[u8]> {
        match self.all {
            true => vec![b"*"],
            false => self.patterns.iter().map(|pattern| &*pattern.glob).collect(),
        }
    }

    /// As rules: `~jobs:* %R~config:*`.
    pub(crate) fn rules(&self) -> Vec<Vec<u8>> {
        if self.all {
            return vec![b"~*".to_vec()];
        }
        let rule = |pattern: &KeyPattern| {
            let sign: &[u8] = match pattern.need {
                KeyAccess::READ => b"%R~",
                KeyAccess::WRITE => b"%W~",
                _ => b"~",
            };
            [sign, &pattern.glob].concat()
        };
        self.patterns.iter().map(rule).collect()
    }
}

/// The letters end at a `~`, or where the rule does: `%R` alone means the empty key.
fn parse(rule: &[u8]) -> Result<(KeyAccess, &[u8]), RuleError> {
    if let [b'~', glob @ ..] = rule {
        return Ok((KeyAccess::BOTH, glob));
    }
    let letters = &rule[1..];
    let end = letters.iter().position(|byte| *byte == b'~').unwrap_or(letters.len());
    let mut need = KeyAccess::default();
    for letter in &letters[..end] {
        let wanted = match letter {
            b'r' | b'R' => KeyAccess::READ,
            b'w' | b'W' => KeyAccess::WRITE,
            _ => return Err(RuleError::Syntax),
        };
        // No letter twice.
        if need.covers(wanted) {
            return Err(RuleError::Syntax);
        }
        need = need.or(wanted);
    }
    if need == KeyAccess::default() {
        return Err(RuleError::Syntax);
    }
    Ok((need, letters.get(end + 1..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glob::MAX_STARS;

    fn keys(rules: &[&str]) -> Result<String, RuleError> {
        let mut keys = Keys::default();
        for rule in rules {
            keys.allow(rule.as_bytes(), true)?;
        }
        Ok(String::from_utf8(keys.rules().join(&b' ')).unwrap())
    }

    #[test]
    fn are_shown_as_they_were_given() {
        let same = ["~a ~b*", "%R~a %W~b", "~"];
        for rules in same {
            assert_eq!(keys(&rules.split(' ').collect::<Vec<_>>()).as_deref(), Ok(rules));
        }
        assert_eq!(keys(&["%rw~a", "%Wr~b", "%R"]).as_deref(), Ok("~a ~b %R~"));
        assert_eq!(keys(&["%R~a", "~b", "%W~a", "~b"]).as_deref(), Ok("~a ~b"));
        assert_eq!(keys(&["%R~*", "%W~*", "~z"]).as_deref(), Ok("~* ~z"));
    }

    #[test]
    fn refuse_what_is_no_pattern() {
        for rule in ["%", "%~a", "%X~a", "%RR~a", "%RWR~a", "~a b", "~a\tb", "~a\0b"] {
            assert_eq!(keys(&[rule]), Err(RuleError::Syntax), "{rule:?}");
        }
        assert_eq!(Keys::default().allow(b"%R~a", false), Err(RuleError::Syntax));
    }

    #[test]
    fn take_none_behind_all() {
        let mut keys = Keys::default();
        keys.allow_all();
        assert_eq!(keys.allow(b"~a", true), Err(RuleError::AfterAllKeys));
        assert_eq!(keys.allow(b"~a b", true), Err(RuleError::AfterAllKeys));
        keys.reset();
        assert_eq!(keys.allow(b"~a", true), Ok(()));
    }

    #[test]
    fn permit_what_one_pattern_alone_is_good_for() {
        let mut keys = Keys::default();
        for rule in ["%R~r*", "%W~w*", "%W~rw*"] {
            keys.allow(rule.as_bytes(), true).unwrap();
        }
        let permits = |key, need| keys.permit(key, need, MAX_STARS);
        assert!(permits(b"r1", KeyAccess::READ) && !permits(b"r1", KeyAccess::WRITE));
        assert!(permits(b"r1", KeyAccess::default()) && permits(b"w1", KeyAccess::default()));
        assert!(!permits(b"rw1", KeyAccess::BOTH), "two patterns do not add up");
        assert!(!permits(b"x", KeyAccess::default()));
    }
}
