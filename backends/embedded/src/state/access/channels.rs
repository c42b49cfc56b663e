use super::rule::{RuleError, has_blanks};
use crate::glob;
use crate::state::pubsub::Kind;
use crate::state::session::Subscriptions;

/// Which channels may be published and subscribed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channels {
    all: bool,
    globs: Vec<Box<[u8]>>,
}

impl Channels {
    /// All of them, or none.
    pub(super) fn new(all: bool) -> Self {
        Self { all, globs: Vec::new() }
    }

    pub(crate) fn is_all(&self) -> bool {
        self.all
    }

    pub(super) fn is_none(&self) -> bool {
        !self.all && self.globs.is_empty()
    }

    /// `&glob`
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

    /// A pattern may be subscribed to only if it is itself among those that were allowed: whether
    /// one pattern lies within another nobody asks.
    pub(super) fn permit_pattern(&self, pattern: &[u8]) -> bool {
        self.all || self.has(pattern)
    }

    fn has(&self, glob: &[u8]) -> bool {
        self.globs.iter().any(|known| **known == *glob)
    }

    /// The globs alone, as old servers list them.
    pub(crate) fn globs(&self) -> Vec<&[u8]> {
        if self.all { vec![b"*"] } else { self.globs.iter().map(|glob| &**glob).collect() }
    }

    /// As rules: `&news:* &alerts`.
    pub(crate) fn rules(&self) -> Vec<Vec<u8>> {
        self.globs().into_iter().map(|glob| [b"&", glob].concat()).collect()
    }
}

/// Whether every glob of `earlier` is still in one of the sets, word for word.
pub(super) fn cover(sets: &[&Channels], earlier: &[&Channels]) -> bool {
    let has = |glob: &[u8]| sets.iter().any(|channels| channels.has(glob));
    sets.iter().any(|channels| channels.all)
        || earlier.iter().all(|it| !it.all && it.globs.iter().all(|glob| has(glob)))
}

/// Whether each of these subscriptions is allowed by one of several sets of channels.
pub(super) fn permit_all(
    sets: &[&Channels],
    subscriptions: &Subscriptions,
    max_stars: usize,
) -> bool {
    [Kind::Channel, Kind::Pattern, Kind::Shard].into_iter().all(|kind| {
        subscriptions.names(kind).iter().all(|name| {
            sets.iter().any(|channels| match kind {
                Kind::Pattern => channels.permit_pattern(name),
                Kind::Channel | Kind::Shard => channels.permit(name, max_stars),
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glob::MAX_STARS;

    fn channels(globs: &[&str]) -> Channels {
        let mut channels = Channels::default();
        for glob in globs {
            channels.allow(glob.as_bytes()).unwrap();
        }
        channels
    }

    #[test]
    fn are_kept_once_and_in_order() {
        let rules = channels(&["b", "a*", "b"]).rules();
        assert_eq!(rules.join(&b' '), b"&b &a*");
        assert_eq!(Channels::new(true).rules(), [b"&*"]);
    }

    #[test]
    fn refuse_blanks_and_what_is_behind_all() {
        assert_eq!(Channels::default().allow(b"a b"), Err(RuleError::Syntax));
        assert_eq!(Channels::new(true).allow(b"a b"), Err(RuleError::AfterAllChannels));
    }

    #[test]
    fn permit_channels_by_glob_and_patterns_by_name() {
        let channels = channels(&["foo*", "bar"]);
        let permits = |name| channels.permit(name, MAX_STARS);
        assert!(permits(b"foo1") && permits(b"bar") && !permits(b"baz"));
        for allowed in ["foo*", "bar"] {
            assert!(channels.permit_pattern(allowed.as_bytes()));
        }
        for refused in ["foo1*", "foo1", "*"] {
            assert!(!channels.permit_pattern(refused.as_bytes()), "{refused}");
        }
    }

    #[test]
    fn cover_others_word_for_word() {
        let (a, b, all) = (channels(&["a"]), channels(&["b"]), Channels::new(true));
        assert!(cover(&[&a, &b], &[&channels(&["b", "a"])]));
        assert!(!cover(&[&channels(&["a*"])], &[&a]));
        assert!(!cover(&[&channels(&["*"])], &[&all]));
        assert!(cover(&[&b, &all], &[&a]));
        assert!(cover(&[&a], &[&Channels::new(false)]));
    }
}
