use std::{fmt, time::Duration};

use crate::conversation::ServerName;

/// Longer than any server on loopback takes, and short enough to tell a wrong URL from a slow test.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which server this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `redis`, `valkey` or `redict`.
    pub product: String,
    /// `8.0.2`
    pub version: String,
}

/// A server that answers `INFO` with something else than its name and version.
#[derive(Debug, thiserror::Error)]
pub enum NoIdentity {
    /// It did not answer.
    #[error("INFO failed: {0}")]
    Silent(#[from] redis::RedisError),
    /// Its answer lacks what was asked for.
    #[error("its INFO has no line with a version (redis_version, valkey_version, redict_version)")]
    NoVersion,
}

impl Identity {
    /// Asks the server at this URL.
    pub fn ask(url: &str) -> Result<Self, NoIdentity> {
        let mut connection = redis::Client::open(url)?.get_connection_with_timeout(PATIENCE)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        let info: String = redis::cmd("INFO").arg("server").query(&mut connection)?;
        Self::in_info(&info).ok_or(NoIdentity::NoVersion)
    }

    /// The forks keep a `redis_version` for old clients; their own line is the true one.
    fn in_info(info: &str) -> Option<Self> {
        ["valkey", "redict", "redis"].into_iter().find_map(|product| {
            let version = info.lines().find_map(|line| {
                line.strip_prefix(product)?.strip_prefix("_version:").map(str::trim)
            })?;
            Some(Self { product: product.to_owned(), version: version.to_owned() })
        })
    }

    /// The name under which its answers are kept: `redis-8.0`.
    pub fn profile(&self) -> ServerName {
        ServerName::of(&self.to_string())
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.product, self.version)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("# Server\r\nredis_version:8.0.2\r\n", "redis 8.0.2", "redis-8.0")]
    #[case(
        "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\n",
        "valkey 8.1.1",
        "valkey-8.1"
    )]
    fn should_read_product_and_version_from_info(
        #[case] info: &str,
        #[case] shown: &str,
        #[case] profile: &str,
    ) {
        let identity = Identity::in_info(info).unwrap();
        assert_eq!(identity.to_string(), shown);
        assert_eq!(identity.profile().as_str(), profile);
    }

    #[test]
    fn should_not_guess_a_version() {
        assert_eq!(Identity::in_info("redis_mode:standalone\r\n"), None);
    }
}
