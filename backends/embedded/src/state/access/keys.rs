//! The keys of a selector.

use super::rule::{RuleError, has_blanks};
use crate::catalogue::KeyAccess;
use crate::glob;

/// The keys that a user may read or write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    all: bool,
    patterns: Vec<KeyPattern>,
}

#[derive(Clone, Debug)]
struct KeyPattern {
    glob: Box<[u8]>,
    /// The access that it permits.
    access: KeyAccess,
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

    /// Adds the rule `~glob`, `%R~glob`, `%W~glob` or `%RW~glob`. A second rule for the same glob
    /// adds to the first.
    pub(super) fn allow(&mut self, rule: &[u8], by_access: bool) -> Result<(), RuleError> {
        if rule[0] == b'%' && !by_access {
            return Err(RuleError::Syntax);
        }
        if self.all {
            return Err(RuleError::AfterAllKeys);
        }
        let (access, glob) = parse(rule)?;
        if has_blanks(glob) {
            return Err(RuleError::Syntax);
        }
        match self.patterns.iter_mut().find(|known| *known.glob == *glob) {
            Some(known) => known.access = known.access.or(access),
            None => self.patterns.push(KeyPattern { glob: glob.into(), access }),
        }
        Ok(())
    }

    pub(super) fn permit(&self, key: &[u8], need: KeyAccess, max_stars: usize) -> bool {
        let permits = |pattern: &KeyPattern| {
            pattern.access.covers(need) && glob::matches_with(max_stars, &pattern.glob, key)
        };
        self.all || self.patterns.iter().any(permits)
    }

    /// The globs alone, as old servers list them.
    pub(crate) fn globs(&self) -> Vec<&[u8]> {
        match self.all {
            true => vec![b"*"],
            false => self.patterns.iter().map(|pattern| &*pattern.glob).collect(),
        }
    }

    /// The rules: `~jobs:* %R~config:*`.
    pub(crate) fn rules(&self) -> Vec<Vec<u8>> {
        if self.all {
            return vec![b"~*".to_vec()];
        }
        let rule = |pattern: &KeyPattern| {
            let sign: &[u8] = match pattern.access {
                KeyAccess::READ => b"%R~",
                KeyAccess::WRITE => b"%W~",
                _ => b"~",
            };
            [sign, &pattern.glob].concat()
        };
        self.patterns.iter().map(rule).collect()
    }
}

/// Parses a rule. The letters end at a `~` or at the end of the rule: `%R` means the empty key.
fn parse(rule: &[u8]) -> Result<(KeyAccess, &[u8]), RuleError> {
    if let [b'~', glob @ ..] = rule {
        return Ok((KeyAccess::BOTH, glob));
    }
    let letters = &rule[1..];
    let end = letters.iter().position(|byte| *byte == b'~').unwrap_or(letters.len());
    let mut access = KeyAccess::default();
    for letter in &letters[..end] {
        let more = match letter {
            b'r' | b'R' => KeyAccess::READ,
            b'w' | b'W' => KeyAccess::WRITE,
            _ => return Err(RuleError::Syntax),
        };
        // A letter must not occur twice.
        if access.covers(more) {
            return Err(RuleError::Syntax);
        }
        access = access.or(more);
    }
    if access == KeyAccess::default() {
        return Err(RuleError::Syntax);
    }
    Ok((access, letters.get(end + 1..).unwrap_or_default()))
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
    fn rules_are_shown_as_given_and_merged_by_glob() {
        let same = ["~a ~b*", "%R~a %W~b", "~"];
        for rules in same {
            assert_eq!(keys(&rules.split(' ').collect::<Vec<_>>()).as_deref(), Ok(rules));
        }
        assert_eq!(keys(&["%rw~a", "%Wr~b", "%R"]).as_deref(), Ok("~a ~b %R~"));
        assert_eq!(keys(&["%R~a", "~b", "%W~a", "~b"]).as_deref(), Ok("~a ~b"));
        assert_eq!(keys(&["%R~*", "%W~*", "~z"]).as_deref(), Ok("~* ~z"));
    }

    #[test]
    fn invalid_rules_are_refused() {
        for rule in ["%", "%~a", "%X~a", "%RR~a", "%RWR~a", "~a b", "~a\tb", "~a\0b"] {
            assert_eq!(keys(&[rule]), Err(RuleError::Syntax), "{rule:?}");
        }
        assert_eq!(Keys::default().allow(b"%R~a", false), Err(RuleError::Syntax));
    }

    #[test]
    fn rules_after_all_keys_are_refused() {
        let mut keys = Keys::default();
        keys.allow_all();
        assert_eq!(keys.allow(b"~a", true), Err(RuleError::AfterAllKeys));
        assert_eq!(keys.allow(b"~a b", true), Err(RuleError::AfterAllKeys));
        keys.reset();
        assert_eq!(keys.allow(b"~a", true), Ok(()));
    }

    #[test]
    fn one_pattern_must_permit_the_whole_access() {
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
