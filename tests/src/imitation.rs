use std::{env, sync::OnceLock};

use twincast::backend::{BackendError, Profile, Spec};

/// Names the server that the embedded one imitates, whatever the reference is.
const VARIABLE: &str = "TWINCAST_PROFILE";

/// Which server the embedded one imitates in this run: the one that `TWINCAST_PROFILE` names, else
/// the reference of the run, so that like is compared with like, else the default.
pub(crate) fn imitation() -> Result<Profile, BackendError> {
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

/// What repeats this choice in front of a command.
pub(crate) fn rerun() -> String {
    match imitation() {
        Ok(profile) if profile != Profile::default() => format!("{VARIABLE}={profile} "),
        _ => String::new(),
    }
}
