//! The channels of a selector.

use super::rule::{RuleError, has_blanks};
use crate::glob;
use crate::profile::Behaviour;
use crate::state::pubsub::Kind;
use crate::state::session::Subscriptions;

/// The channels that a user may publish and subscribe to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channels {
    all: bool,
    globs: Vec<Box<[u8]>>,
}

impl Channels {
    /// All channels, or none.
    pub(super) fn new(all: bool) -> Self {
        Self { all, globs: Vec::new() }
    }

    pub(crate) fn is_all(&self) -> bool {
        self.all
    }

    pub(super) fn is_none(&self) -> bool {
        !self.all && self.globs.is_empty()
    }

    /// Adds the rule `&glob`.
    pub(super) fn allow(&mut self, glob: &[u8]) -> Result<(), RuleError> {
        if self.all {
            return Err(RuleError::AfterAllChannels);
        }
        if has_blanks(glob) {
            return Err(RuleError::Syntax);
        }
        if !self.has(glob) {
            self.globs.push(glob.into());
        }
        Ok(())
    }

    pub(super) fn permit(&self, channel: &[u8], max_stars: usize) -> bool {
        self.all || self.globs.iter().any(|it| glob::matches_with(max_stars, it, channel))
    }

    /// Whether a client may subscribe to this pattern. The rules must contain the same glob: a glob
    /// that matches more does not permit the pattern.
    pub(super) fn permit_pattern(&self, pattern: &[u8], profile: &Behaviour) -> bool {
        let zero = memchr::memchr(0, pattern).filter(|_| profile.access.patterns_end_at_zero);
        self.all || self.has(&pattern[..zero.unwrap_or(pattern.len())])
    }

    fn has(&self, glob: &[u8]) -> bool {
        self.globs.iter().any(|known| **known == *glob)
    }

    /// The globs alone, as old servers list them.
    pub(crate) fn globs(&self) -> Vec<&[u8]> {
        if self.all { vec![b"*"] } else { self.globs.iter().map(|glob| &**glob).collect() }
    }

    /// The rules: `&news:* &alerts`.
    pub(crate) fn rules(&self) -> Vec<Vec<u8>> {
        self.globs().into_iter().map(|glob| [b"&", glob].concat()).collect()
    }
}

/// Whether every glob of `earlier` is still in one of the sets. Globs are compared as text.
pub(super) fn cover(sets: &[&Channels], earlier: &[&Channels]) -> bool {
    let has = |glob: &[u8]| sets.iter().any(|channels| channels.has(glob));
    sets.iter().any(|channels| channels.all)
        || earlier.iter().all(|it| !it.all && it.globs.iter().all(|glob| has(glob)))
}

/// Whether each subscription is allowed by one of the sets.
pub(super) fn permit_all(
    sets: &[&Channels],
    subscriptions: &Subscriptions,
    profile: &Behaviour,
) -> bool {
    [Kind::Channel, Kind::Pattern, Kind::Shard].into_iter().all(|kind| {
        subscriptions.names(kind).iter().all(|name| {
            sets.iter().any(|channels| match kind {
                Kind::Pattern => channels.permit_pattern(name, profile),
                Kind::Channel | Kind::Shard => channels.permit(name, profile.max_stars),
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glob::MAX_STARS;
    use crate::profile::Profile;

    fn channels(globs: &[&str]) -> Channels {
        let mut channels = Channels::default();
        for glob in globs {
            channels.allow(glob.as_bytes()).unwrap();
        }
        channels
    }

    #[test]
    fn each_glob_is_kept_once_in_order() {
        let rules = channels(&["b", "a*", "b"]).rules();
        assert_eq!(rules.join(&b' '), b"&b &a*");
        assert_eq!(Channels::new(true).rules(), [b"&*"]);
    }

    #[test]
    fn blanks_and_rules_after_all_channels_are_refused() {
        assert_eq!(Channels::default().allow(b"a b"), Err(RuleError::Syntax));
        assert_eq!(Channels::new(true).allow(b"a b"), Err(RuleError::AfterAllChannels));
    }

    #[test]
    fn channels_are_matched_and_patterns_compared() {
        let channels = channels(&["foo*", "bar"]);
        let profile = Profile::default().behaviour();
        let permits = |name| channels.permit(name, MAX_STARS);
        assert!(permits(b"foo1") && permits(b"bar") && !permits(b"baz"));
        for allowed in ["foo*", "bar"] {
            assert!(channels.permit_pattern(allowed.as_bytes(), profile));
        }
        for refused in ["foo1*", "foo1", "*"] {
            assert!(!channels.permit_pattern(refused.as_bytes(), profile), "{refused}");
        }
    }

    #[test]
    fn cover_compares_globs_as_text() {
        let (a, b, all) = (channels(&["a"]), channels(&["b"]), Channels::new(true));
        assert!(cover(&[&a, &b], &[&channels(&["b", "a"])]));
        assert!(!cover(&[&channels(&["a*"])], &[&a]));
        assert!(!cover(&[&channels(&["*"])], &[&all]));
        assert!(cover(&[&b, &all], &[&a]));
        assert!(cover(&[&a], &[&Channels::new(false)]));
    }
}
