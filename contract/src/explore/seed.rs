use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use fastrand::Rng;

/// What a run is made of: the same seed makes the same conversations, each of them by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(u32);

impl Seed {
    /// One that nobody chose.
    pub fn random() -> Self {
        Self(fastrand::u32(..))
    }

    /// The chances of the run's nth conversation, which do not depend on those before it.
    pub(super) fn rng(self, nth: u64) -> Rng {
        // Odd, so that no two conversations of a run begin alike; large, so that no two runs share
        // conversations that are near each other.
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
