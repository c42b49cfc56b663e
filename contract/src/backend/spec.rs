use std::{env, fmt, path::PathBuf, str::FromStr, sync::Arc};

use twincast_embedded::Profile;

#[cfg(feature = "container")]
use super::container;
use super::start_options::StartOptions;
use super::{Backend, BackendError, BackendKind, Identity, embedded, process, remote};
use crate::conversation::Setup;

/// The name of a backend: `embedded[:PROFILE]`, `container[:IMAGE]`, `process[:PATH]` or a URL.
///
/// ```
/// use twincast::backend::Spec;
///
/// let spec: Spec = "container:redis:7.0".parse()?;
/// assert_eq!(spec, Spec::Container(Some("redis:7.0".into())));
/// assert_eq!(spec.to_string(), "container:redis:7.0");
/// # Ok::<(), twincast::backend::BackendError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spec {
    /// The embedded server with this profile. `embedded:redis-8.4` takes the nearest one.
    Embedded(Profile),
    /// A container of this image, or of the one that `TWINCAST_REDIS_IMAGE` names.
    Container(Option<String>),
    /// This binary, or the first `redis-server` or `valkey-server` on PATH.
    Process(Option<PathBuf>),
    /// The server at this URL.
    Remote(String),
}

impl Spec {
    /// The real server that the environment names: `TWINCAST_REDIS_URL`, else
    /// `TWINCAST_REDIS_SERVER` (a path), else a container. Empty variables count as unset.
    pub fn reference() -> Self {
        let named = |variable| env::var_os(variable).filter(|value| !value.is_empty());
        if let Some(url) = named("TWINCAST_REDIS_URL") {
            Self::Remote(url.to_string_lossy().into_owned())
        } else if let Some(path) = named("TWINCAST_REDIS_SERVER") {
            Self::Process(Some(path.into()))
        } else {
            Self::Container(None)
        }
    }

    /// Starts the server, or shares a running one: a run shares one container, and a remote server
    /// may have any other clients. See [`Capabilities::exclusive`](super::Capabilities::exclusive).
    pub fn start(&self) -> Result<Arc<dyn Backend>, BackendError> {
        Ok(match self {
            Self::Embedded(profile) => {
                Arc::new(embedded::Embedded::start(*profile, &Setup::default())?)
            }
            #[cfg(feature = "container")]
            Self::Container(image) => {
                Arc::new(container::ContainerBackend::shared(image.as_deref())?)
            }
            #[cfg(not(feature = "container"))]
            Self::Container(_) => return Err(BackendError::NoContainers),
            Self::Process(path) => {
                Arc::new(process::Process::start(path.as_deref(), StartOptions::default())?)
            }
            Self::Remote(url) => Arc::new(remote::Remote::connect(url)?),
        })
    }

    /// Starts a server that no other client uses, for cases that would disturb other clients.
    pub fn start_exclusive(&self) -> Result<Arc<dyn Backend>, BackendError> {
        self.start_with(&Setup::default(), &Identity::Unknown)
    }

    /// Like [`Self::start_exclusive`], with the setup of a conversation. `server` is the identity
    /// that the server is known to have: the format of `nodes.conf` depends on its version.
    pub fn start_with(
        &self,
        setup: &Setup,
        server: &Identity,
    ) -> Result<Arc<dyn Backend>, BackendError> {
        let start = || StartOptions::with(setup, server);
        Ok(match self {
            Self::Embedded(profile) => Arc::new(embedded::Embedded::start(*profile, setup)?),
            #[cfg(feature = "container")]
            Self::Container(image) => {
                Arc::new(container::ContainerBackend::exclusive(image.as_deref(), start())?)
            }
            #[cfg(not(feature = "container"))]
            Self::Container(_) => return Err(BackendError::NoContainers),
            Self::Process(path) => Arc::new(process::Process::start(path.as_deref(), start())?),
            Self::Remote(_) => {
                let action = "be reserved for one case";
                return Err(BackendError::Unsupported { kind: BackendKind::Remote, action });
            }
        })
    }
}

/// The embedded server with its default profile.
impl Default for Spec {
    fn default() -> Self {
        Self::Embedded(Profile::default())
    }
}

impl FromStr for Spec {
    type Err = BackendError;

    fn from_str(text: &str) -> Result<Self, BackendError> {
        let (word, rest) = match text.split_once(':') {
            Some((word, rest)) => (word, Some(rest)),
            None => (text, None),
        };
        match (word, rest) {
            ("embedded", None) => Ok(Self::default()),
            ("embedded", Some(profile)) if !profile.is_empty() => {
                let nearest = Profile::nearest(profile);
                Ok(Self::Embedded(nearest.map_or_else(|| profile.parse(), Ok)?))
            }
            ("container", None) => Ok(Self::Container(None)),
            ("container", Some(image)) if !image.is_empty() => {
                Ok(Self::Container(Some(image.to_owned())))
            }
            ("process", None) => Ok(Self::Process(None)),
            ("process", Some(path)) if !path.is_empty() => Ok(Self::Process(Some(path.into()))),
            (_, Some(rest)) if rest.starts_with("//") => Ok(Self::Remote(text.to_owned())),
            _ => Err(BackendError::InvalidSpec(text.to_owned())),
        }
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container(Some(image)) => write!(f, "container:{image}"),
            Self::Process(Some(path)) => write!(f, "process:{}", path.display()),
            Self::Remote(url) => f.write_str(url),
            Self::Container(None) => f.write_str("container"),
            Self::Process(None) => f.write_str("process"),
            Self::Embedded(profile) if *profile == Profile::default() => f.write_str("embedded"),
            Self::Embedded(profile) => write!(f, "embedded:{profile}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("embedded", Spec::Embedded(Profile::REDIS_8_10))]
    #[case("embedded:valkey-9.1", Spec::Embedded(Profile::VALKEY_9_1))]
    #[case("container", Spec::Container(None))]
    #[case("container:valkey/valkey:8.1", Spec::Container(Some("valkey/valkey:8.1".into())))]
    #[case("process", Spec::Process(None))]
    #[case("process:/opt/redis-server", Spec::Process(Some("/opt/redis-server".into())))]
    #[case("redis://10.0.0.1:6379/2", Spec::Remote("redis://10.0.0.1:6379/2".into()))]
    fn should_parse_what_it_prints(#[case] text: &str, #[case] spec: Spec) {
        assert_eq!(text.parse::<Spec>().unwrap(), spec);
        assert_eq!(spec.to_string(), text);
    }

    #[test]
    fn should_take_the_nearest_profile() {
        let spec: Spec = "embedded:redis-8.4".parse().unwrap();
        assert_eq!(spec, Spec::Embedded(Profile::REDIS_8_2));
    }

    #[rstest]
    #[case("")]
    #[case("docker")]
    #[case("embedded:")]
    #[case("container:")]
    #[case("process:")]
    #[case("127.0.0.1:6379")]
    fn should_list_the_valid_forms(#[case] text: &str) {
        let error = text.parse::<Spec>().unwrap_err().to_string();
        assert!(error.contains("write embedded[:PROFILE], container[:IMAGE], process"), "{error}");
    }

    #[test]
    fn should_list_the_known_profiles() {
        let error = "embedded:keydb-6.3".parse::<Spec>().unwrap_err().to_string();
        assert!(error.starts_with("no server 'keydb-6.3' can be imitated; there are: redis-6.2"));
    }
}
