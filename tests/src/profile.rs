use std::{env, sync::OnceLock};

use twincast::backend::{BackendError, Profile, Spec};

/// Names the server that the embedded one imitates.
const VARIABLE: &str = "TWINCAST_PROFILE";

/// The server that the embedded one imitates in this run: the one that `TWINCAST_PROFILE` names,
/// else the reference that it is compared with, else the default.
pub(crate) fn profile() -> Result<Profile, BackendError> {
    static REFERENCE: OnceLock<Profile> = OnceLock::new();
    if let Some(name) = env::var(VARIABLE).ok().filter(|name| !name.is_empty()) {
        return Ok(name.parse()?);
    }
    if cfg!(not(feature = "redis")) {
        return Ok(Profile::default());
    }
    if let Some(profile) = REFERENCE.get() {
        return Ok(*profile);
    }
    let profile = Spec::reference().start()?.identity().closest_profile();
    Ok(*REFERENCE.get_or_init(|| profile))
}

/// The assignment that makes a command use the same profile. Empty for the default.
pub(crate) fn assignment() -> String {
    match profile() {
        Ok(profile) if profile != Profile::default() => format!("{VARIABLE}={profile} "),
        _ => String::new(),
    }
}
