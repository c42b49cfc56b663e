//! The environment variables that choose a server. Errors name them as the remedy.

/// The environment variable that names the binary to run.
pub const SERVER_ENV: &str = "TWINCAST_REDIS_SERVER";

/// The environment variable that holds the URL of a running server.
pub const URL_ENV: &str = "TWINCAST_REDIS_URL";

/// The environment variable that names the image: `redis:8.0`, `valkey/valkey:8.1` …
#[cfg(feature = "container")]
pub const IMAGE_ENV: &str = "TWINCAST_REDIS_IMAGE";

/// The environment variable that holds the pid of the process that owns the shared containers.
#[cfg(feature = "container")]
pub const OWNER_ENV: &str = "TWINCAST_OWNER";
