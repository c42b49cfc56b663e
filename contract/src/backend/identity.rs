use std::{fmt, io, sync::mpsc, thread, time::Duration};

use twincast_embedded::Profile;

use crate::conversation::ServerName;

/// Long enough for any server on loopback, and short enough that a wrong URL does not look like a
/// slow test.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The `executable` in the embedded server's `INFO`.
const EMBEDDED: &str = "twincast-embedded";

/// The product and version of a server, as it reports them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Redis or one of its forks.
    Real {
        /// `redis`, `valkey` or `redict`.
        product: String,
        /// `8.0.2`
        version: String,
    },
    /// The embedded server, which imitates this version. It reports so even behind a URL, so that
    /// it is never taken for a reference.
    Embedded {
        /// `redis`, `valkey` or `redict`.
        product: String,
        /// `8.0.2`
        version: String,
    },
    /// A server that refuses `INFO`, but names itself in the answer to `HELLO`. It could be an
    /// imitation, so it is never taken for a reference.
    Named {
        /// `redis` or `valkey`.
        product: String,
        /// `8.0.2`
        version: String,
    },
    /// A server that names no version, like many imitations.
    Unknown,
}

impl Identity {
    /// Asks the server at this URL. An error means that the server cannot be used at all.
    pub fn ask(url: &str) -> redis::RedisResult<Self> {
        let client = redis::Client::open(url)?;
        let (answer, answered) = mpsc::channel();
        // A client with a timeout fails if the process is stopped and continued. So the client has
        // none, and its thread is left behind if the server never answers.
        thread::Builder::new().name("twincast-identity".to_owned()).spawn(move || {
            // The caller may have stopped waiting.
            let _ = answer.send(Self::ask_through(&client));
        })?;
        let late = |_| Err(io::Error::from(io::ErrorKind::TimedOut).into());
        answered.recv_timeout(TIMEOUT).unwrap_or_else(late)
    }

    fn ask_through(client: &redis::Client) -> redis::RedisResult<Self> {
        let mut connection = client.get_connection()?;
        let info: redis::RedisResult<String> =
            redis::cmd("INFO").arg("server").query(&mut connection);
        match info {
            Ok(info) => Ok(Self::from_info(&info)),
            Err(error) if error.is_io_error() => Err(error),
            Err(_) => match redis::cmd("HELLO").query(&mut connection) {
                Ok(hello) => Ok(Self::from_hello(&hello)),
                Err(error) if error.is_io_error() => Err(error),
                Err(_) => Ok(Self::Unknown),
            },
        }
    }

    /// The answer is a map or, in RESP2, a flat array of keys and values.
    fn from_hello(hello: &redis::Value) -> Self {
        let pairs = || hello.as_map_iter().into_iter().flatten();
        let field = |name: &str| {
            let text = |value: &redis::Value| redis::from_redis_value_ref::<String>(value).ok();
            pairs().find(|(key, _)| text(key).as_deref() == Some(name)).and_then(|it| text(it.1))
        };
        match (field("server"), field("version")) {
            (Some(product), Some(version)) => Self::Named { product, version },
            _ => Self::Unknown,
        }
    }

    /// Forks still report a `redis_version` for old clients, so their own field comes first.
    fn from_info(info: &str) -> Self {
        let field = |name: &str| {
            info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
        };
        let version =
            |product: &'static str| Some((product, field(&format!("{product}_version"))?));
        let Some((product, version)) = ["valkey", "redict", "redis"].into_iter().find_map(version)
        else {
            return Self::Unknown;
        };
        let (product, version) = (product.to_owned(), version.to_owned());
        match field("executable") {
            Some(EMBEDDED) => Self::Embedded { product, version },
            _ => Self::Real { product, version },
        }
    }

    /// Whether it may decide what is right. How it is run does not matter, because a binary or an
    /// image may contain any server.
    pub fn is_real(&self) -> bool {
        matches!(self, Self::Real { .. })
    }

    /// The name under which its answers are recorded: `redis-8.0`.
    pub fn profile(&self) -> ServerName {
        match self {
            Self::Real { product, version }
            | Self::Embedded { product, version }
            | Self::Named { product, version } => ServerName::of(&format!("{product} {version}")),
            Self::Unknown => ServerName::new(Profile::default().name()),
        }
    }

    /// The server whose recorded answers it must give: the closest one that has a profile.
    pub fn judged_as(&self) -> ServerName {
        ServerName::new(self.closest_profile().name())
    }

    /// Whether its version begins with a number. Some servers and builds have names.
    fn has_number(&self) -> bool {
        match self {
            Self::Real { version, .. }
            | Self::Embedded { version, .. }
            | Self::Named { version, .. } => {
                version.starts_with(|first: char| first.is_ascii_digit())
            }
            Self::Unknown => false,
        }
    }

    /// The closest profile of the embedded server: the newest one of the same product that is not
    /// newer than the server, else the oldest one of that product, else the default. A version that
    /// is no number counts as the newest.
    pub fn closest_profile(&self) -> Profile {
        if !self.has_number() && *self != Self::Unknown {
            let product = self.profile();
            let same = |it: &&Profile| it.product() == product.product();
            return Profile::ALL.iter().rfind(same).copied().unwrap_or_default();
        }
        Profile::nearest(self.profile().as_str()).unwrap_or_default()
    }
}

impl From<Profile> for Identity {
    fn from(profile: Profile) -> Self {
        Self::Embedded { product: profile.product().into(), version: profile.version().into() }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real { product, version } => write!(f, "{product} {version}"),
            Self::Embedded { product, version } => write!(f, "{product} {version}, imitated"),
            Self::Named { product, version } => {
                write!(f, "{product} {version}, which refuses INFO")
            }
            Self::Unknown => {
                let taken_for = self.profile();
                write!(f, "a server that reports no version, taken for {}", taken_for.as_str())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("# Server\r\nredis_version:8.0.2\r\n", "redis 8.0.2", "redis-8.0", true)]
    #[case(
        "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\n",
        "valkey 8.1.1",
        "valkey-8.1",
        true
    )]
    #[case(
        "redis_version:8.0.2\r\nexecutable:twincast-embedded\r\n",
        "redis 8.0.2, imitated",
        "redis-8.0",
        false
    )]
    #[case(
        "redis_mode:standalone\r\n",
        "a server that reports no version, taken for redis-8.10",
        "redis-8.10",
        false
    )]
    fn should_read_product_and_version_from_info(
        #[case] info: &str,
        #[case] shown: &str,
        #[case] profile: &str,
        #[case] is_real: bool,
    ) {
        let identity = Identity::from_info(info);
        assert_eq!(identity.to_string(), shown);
        assert_eq!(identity.profile().as_str(), profile);
        assert_eq!(identity.is_real(), is_real);
    }

    #[rstest]
    #[case("redis_version:8.2.1\r\n", Profile::REDIS_8_2)]
    #[case("redis_version:8.4.0\r\n", Profile::REDIS_8_2)]
    #[case("redis_version:8.12.0\r\n", Profile::REDIS_8_10)]
    #[case("redis_version:7.4.2\r\n", Profile::REDIS_7_2)]
    #[case("redis_version:7.2.4\r\nvalkey_version:9.0.0\r\n", Profile::VALKEY_8_1)]
    #[case("redict_version:7.3.6\r\n", Profile::REDIS_7_2)]
    #[case("redis_version:6.0.16\r\n", Profile::REDIS_6_2)]
    #[case("", Profile::REDIS_8_10)]
    #[case("redis_version:unstable\r\n", Profile::REDIS_8_10)]
    #[case("redis_version:7.2.4\r\nvalkey_version:head\r\n", Profile::VALKEY_9_1)]
    fn should_find_the_closest_profile(#[case] info: &str, #[case] closest: Profile) {
        let identity = Identity::from_info(info);
        assert_eq!(identity.closest_profile(), closest);
        assert_eq!(identity.judged_as().as_str(), closest.name());
    }

    #[test]
    fn should_ask_hello_if_info_is_refused() {
        let builder = twincast_embedded::EmbeddedRedis::builder().profile(Profile::REDIS_8_0);
        let server = builder.start().unwrap();
        let mut admin = redis::Client::open(server.url()).unwrap().get_connection().unwrap();
        let rules = ["SETUSER", "default", "-info"];
        redis::cmd("ACL").arg(&rules).query::<()>(&mut admin).unwrap();
        let identity = Identity::ask(&server.url()).unwrap();
        assert_eq!(identity.to_string(), "redis 8.0.2, which refuses INFO");
        assert_eq!(identity.judged_as().as_str(), "redis-8.0");
        assert!(!identity.is_real(), "it could be an imitation");
    }

    #[test]
    fn should_recognise_the_embedded_server_behind_a_url() {
        for profile in Profile::ALL {
            let builder = twincast_embedded::EmbeddedRedis::builder().profile(*profile);
            let server = builder.start().unwrap();
            let identity = Identity::ask(&server.url()).unwrap();
            assert_eq!(identity, Identity::from(*profile));
            assert_eq!(identity.profile().as_str(), profile.name());
        }
    }
}
