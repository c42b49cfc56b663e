use std::env;

use crate::backend::Spec;

/// The real server of this run: the one that `TWINCAST_REDIS_URL` or `TWINCAST_REDIS_SERVER` names.
/// Otherwise a container or, in a build without containers, the first redis-server on PATH.
pub(super) fn reference() -> Spec {
    match Spec::reference() {
        Spec::Container(None) if cfg!(not(feature = "container")) => Spec::Process(None),
        named => named,
    }
}

/// The beginning of a command that uses the same real server.
pub(super) fn assignment() -> String {
    match Spec::reference() {
        // The URL is not printed, for it may contain a password.
        Spec::Remote(_) => "TWINCAST_REDIS_URL=\"$TWINCAST_REDIS_URL\" ".to_owned(),
        Spec::Process(Some(path)) => format!("TWINCAST_REDIS_SERVER={} ", path.display()),
        _ => match env::var("TWINCAST_REDIS_IMAGE") {
            Ok(image) => format!("TWINCAST_REDIS_IMAGE={image} "),
            Err(_) => String::new(),
        },
    }
}
