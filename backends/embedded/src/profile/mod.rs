//! The servers that can be imitated, and everything that varies between them.
//!
//! Each server has one file, which lists how it differs from the server that it descends from. To
//! add a version, write its file and add it to [`Profile::ALL`]. No other code asks for a version:
//! a difference is a field, and commands read the field.
//!
//! Reading order: [`behaviour`] (the fields) and its parts ([`access`], [`cluster`],
//! [`debug`], [`encodings`], [`error_texts`], [`events`], [`geo`], [`hashes`], [`help`], [`lists`],
//! [`scripts`], [`sorted_sets`], [`streams`], [`strings`]), [`redis_6_2`] (where every field has its
//! first value),
//! then the differences along the lines of descent:
//!
//! ```text
//! redis-6.2 ── redis-7.0 ── redis-7.2 ─┬─ redis-8.0 ── redis-8.2 ── redis-8.6 ── redis-8.10
//!                                      └─ valkey-8.0 ── valkey-8.1 ── valkey-9.1
//! ```

pub(crate) mod access;
mod behaviour;
mod catalogue;
mod changes;
mod cluster;
pub(crate) mod debug;
pub(crate) mod encodings;
mod error_texts;
pub(crate) mod events;
pub(crate) mod geo;
pub(crate) mod hashes;
mod help;
pub(crate) mod lists;
mod redis_6_2;
mod redis_7_0;
mod redis_7_2;
mod redis_8_0;
mod redis_8_10;
mod redis_8_2;
mod redis_8_6;
pub(crate) mod scripts;
pub(crate) mod sorted_sets;
pub(crate) mod streams;
pub(crate) mod strings;
mod valkey_8_0;
mod valkey_8_1;
mod valkey_9_1;

use std::fmt;
use std::str::FromStr;

pub(crate) use behaviour::{
    Behaviour, ErrorStatsOverflow, IdFilter, LargeCommands, Module, PayloadFormat, SilentQuit,
    VainQueue,
};
pub(crate) use error_texts::{ErrorTexts, UnknownCommandFormat};

/// The server that an embedded server answers as.
#[derive(Clone, Copy, Debug)]
pub struct Profile(&'static Behaviour);

impl Profile {
    /// Redis 6.2.
    pub const REDIS_6_2: Self = Self(&redis_6_2::BEHAVIOUR);
    /// Redis 7.0.
    pub const REDIS_7_0: Self = Self(&redis_7_0::BEHAVIOUR);
    /// Redis 7.2.
    pub const REDIS_7_2: Self = Self(&redis_7_2::BEHAVIOUR);
    /// Redis 8.0.
    pub const REDIS_8_0: Self = Self(&redis_8_0::BEHAVIOUR);
    /// Redis 8.2.
    pub const REDIS_8_2: Self = Self(&redis_8_2::BEHAVIOUR);
    /// Redis 8.6.
    pub const REDIS_8_6: Self = Self(&redis_8_6::BEHAVIOUR);
    /// Redis 8.10, the default: the newest Redis.
    pub const REDIS_8_10: Self = Self(&redis_8_10::BEHAVIOUR);
    /// Valkey 8.0.
    pub const VALKEY_8_0: Self = Self(&valkey_8_0::BEHAVIOUR);
    /// Valkey 8.1.
    pub const VALKEY_8_1: Self = Self(&valkey_8_1::BEHAVIOUR);
    /// Valkey 9.1.
    pub const VALKEY_9_1: Self = Self(&valkey_9_1::BEHAVIOUR);

    /// Every server that can be imitated, product by product, the oldest version first.
    pub const ALL: &[Self] = &[
        Self::REDIS_6_2,
        Self::REDIS_7_0,
        Self::REDIS_7_2,
        Self::REDIS_8_0,
        Self::REDIS_8_2,
        Self::REDIS_8_6,
        Self::REDIS_8_10,
        Self::VALKEY_8_0,
        Self::VALKEY_8_1,
        Self::VALKEY_9_1,
    ];

    /// The profile that comes closest to a server, which is named like a profile: of the same
    /// product, the newest one that is not newer, else the oldest one. `None` for another product.
    ///
    /// ```
    /// use twincast_embedded::Profile;
    ///
    /// assert_eq!(Profile::nearest("redis-8.4"), Some(Profile::REDIS_8_2));
    /// ```
    pub fn nearest(server: &str) -> Option<Self> {
        let (product, version) = named_release(server)?;
        let same_product = || Self::ALL.iter().filter(move |profile| profile.product() == product);
        let is_older = |profile: &&Self| {
            named_release(profile.name()).is_some_and(|(_, other)| other <= version)
        };
        same_product().rfind(is_older).or_else(|| same_product().next()).copied()
    }

    /// The product, a dash, and the first two numbers of the version: `redis-8.0`.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// `redis` or `valkey`, as in the `HELLO` reply.
    pub fn product(&self) -> &'static str {
        self.0.product
    }

    /// The exact version that this profile was recorded from: `8.0.2`.
    pub fn version(&self) -> &'static str {
        self.0.version
    }

    /// How this server behaves, wherever servers behave differently.
    pub(crate) const fn behaviour(self) -> &'static Behaviour {
        self.0
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::REDIS_8_10
    }
}

/// Profiles are equal if their names are: every name exists once.
impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Profile {}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

/// A name that no profile has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no server '{name}' can be imitated; there are: {}", names())]
pub struct UnknownProfile {
    name: String,
}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Self, UnknownProfile> {
        let found = Self::ALL.iter().find(|profile| profile.0.name == name).copied();
        found.ok_or_else(|| UnknownProfile { name: name.into() })
    }
}

/// The product, and the first two numbers of the version.
fn named_release(server: &str) -> Option<(&str, (u32, u32))> {
    let (product, version) = server.split_once('-')?;
    let mut numbers = version.split('.').map(str::parse);
    let major = numbers.next()?.ok()?;
    Some((product, (major, numbers.next().unwrap_or(Ok(0)).ok()?)))
}

fn names() -> String {
    let names: Vec<_> = Profile::ALL.iter().map(Profile::name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_profile_by_its_name() {
        for profile in Profile::ALL {
            assert_eq!(profile.name().parse(), Ok(*profile));
        }
        assert_eq!(Profile::default(), Profile::REDIS_8_10);
    }

    #[test]
    fn finds_the_nearest_profile() {
        for (server, profile) in [
            ("redis-8.10", Some(Profile::REDIS_8_10)),
            ("redis-8.8", Some(Profile::REDIS_8_6)),
            ("redis-8.4.1", Some(Profile::REDIS_8_2)),
            ("redis-9", Some(Profile::REDIS_8_10)),
            ("redis-6.0", Some(Profile::REDIS_6_2)),
            ("valkey-9.0", Some(Profile::VALKEY_8_1)),
            ("keydb-6.3", None),
            ("redis", None),
            ("redis-new", None),
        ] {
            assert_eq!(Profile::nearest(server), profile, "{server}");
        }
    }

    #[test]
    fn names_profiles_after_product_and_version() {
        for profile in Profile::ALL {
            let (product, version) = profile.name().split_once('-').unwrap();
            assert_eq!(product, profile.product());
            assert!(profile.version().starts_with(&format!("{version}.")), "{profile}");
        }
    }

    #[test]
    fn lists_all_profiles_when_a_name_is_unknown() {
        let error = "redis-1.0".parse::<Profile>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "no server 'redis-1.0' can be imitated; there are: redis-6.2, redis-7.0, redis-7.2, \
             redis-8.0, redis-8.2, redis-8.6, redis-8.10, valkey-8.0, valkey-8.1, valkey-9.1"
        );
    }
}
