use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use fastrand::Rng;

/// The seed of a run. The same seed makes the same conversations, each independent of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(u32);

impl Seed {
    /// A random seed.
    pub fn random() -> Self {
        Self(fastrand::u32(..))
    }

    /// The random numbers of the run's nth conversation, independent of those before it.
    pub(super) fn rng(self, nth: u64) -> Rng {
        // Odd, so that all conversations of a run differ. Large, so that runs with similar seeds
        // share no conversations.
        const APART: u64 = 0x9e37_79b9_7f4a_7c15;
        Rng::with_seed(nth.wrapping_mul(APART) ^ u64::from(self.0))
    }
}

impl From<u32> for Seed {
    fn from(seed: u32) -> Self {
        Self(seed)
    }
}

impl FromStr for Seed {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
