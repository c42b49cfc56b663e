//! A server at a URL, reserved for one case after the other.

use std::{
    env,
    fs::{self, File},
    io,
    sync::{Arc, OnceLock},
};

use super::reset::{Settings, reset, settings};
use crate::backend::{Backend, BackendError, BackendKind, Capabilities, Identity, Spec};
use crate::socket::Address;

/// Says that the server at the URL has no other users: it may be flushed and configured.
const VARIABLE: &str = "TWINCAST_REDIS_OWN";

/// A server that this case has to itself until it is dropped, in all processes of this machine.
#[derive(Debug)]
struct Reserved {
    server: Arc<dyn Backend>,
    /// The lock, which the operating system releases however this process ends.
    _lock: File,
}

/// Waits until no other case uses the server, and resets it.
pub(super) fn reserve(url: &str) -> Result<Arc<dyn Backend>, BackendError> {
    static SETTINGS: OnceLock<Settings> = OnceLock::new();
    let Some(lock) = lock_if_own(url)? else {
        return Err(refused("be reserved for one case"));
    };
    let server = Spec::Remote(url.to_owned()).start()?;
    let known = match SETTINGS.get() {
        Some(known) => known,
        None => {
            let now = settings(&*server).map_err(|_| refused("tell its settings"))?;
            SETTINGS.get_or_init(|| now)
        }
    };
    match reset(&*server, known) {
        Ok(true) => Ok(Arc::new(Reserved { server, _lock: lock })),
        Ok(false) | Err(_) => Err(refused("be reset to the settings that it had at first")),
    }
}

/// Waits until no other case uses the server at this URL, if it has no other users than cases. It
/// must not even be connected to before, because every case kills the connections of others.
pub(super) fn lock_if_own(url: &str) -> Result<Option<File>, BackendError> {
    if env::var_os(VARIABLE).is_none_or(|value| value != "1") {
        return Ok(None);
    }
    let address = redis::Client::open(url).map(|it| it.get_connection_info().addr().to_string());
    // A URL that cannot be read is refused with the reason as soon as it is connected to.
    let name = address.unwrap_or_default().replace(|it: char| !it.is_ascii_alphanumeric(), "-");
    let path = env::temp_dir().join(format!("twincast-{name}.lock"));
    let locked = || -> io::Result<File> {
        let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        file.lock()?;
        Ok(file)
    };
    locked().map(Some).map_err(|_| refused("be locked in the temporary folder"))
}

fn refused(action: &'static str) -> BackendError {
    BackendError::Unsupported { kind: BackendKind::Remote, action }
}

impl Backend for Reserved {
    fn kind(&self) -> BackendKind {
        self.server.kind()
    }

    fn address(&self) -> Address {
        self.server.address()
    }

    fn url(&self) -> String {
        self.server.url()
    }

    fn identity(&self) -> &Identity {
        self.server.identity()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { exclusive: true, ..self.server.capabilities() }
    }
}
