//! The server that the embedded one imitates.

use std::{env, sync::OnceLock};

use super::{reference::reference, reserved};
use crate::{
    backend::{BackendError, Identity, Profile, Spec},
    conversation::{Conversation, ServerName},
};

/// Names the server that the embedded one imitates.
const VARIABLE: &str = "TWINCAST_PROFILE";

/// The server that `TWINCAST_PROFILE` names, else the reference of this run, else the server that
/// the recording was taken from, else the default.
pub(super) fn profile(recording: Option<&Conversation>) -> Result<Profile, BackendError> {
    static REFERENCE: OnceLock<Profile> = OnceLock::new();
    if let Some(name) = env::var(VARIABLE).ok().filter(|name| !name.is_empty()) {
        return Ok(name.parse()?);
    }
    if cfg!(not(feature = "redis")) {
        return Ok(recording.map(recorded).unwrap_or_default());
    }
    if let Some(profile) = REFERENCE.get() {
        return Ok(*profile);
    }
    let spec = reference();
    let _lock = match &spec {
        Spec::Remote(url) => reserved::lock_if_own(url)?,
        _ => None,
    };
    let profile = spec.start()?.identity().closest_profile();
    Ok(*REFERENCE.get_or_init(|| profile))
}

/// The default if it was recorded, else the first server that was.
fn recorded(recording: &Conversation) -> Profile {
    let names = recording.recorded_from.iter();
    let mut profiles = names.filter_map(|exact| Profile::nearest(ServerName::of(exact).as_str()));
    let first = profiles.next();
    match first.into_iter().chain(profiles).any(|it| it == Profile::default()) {
        true => Profile::default(),
        false => first.unwrap_or_default(),
    }
}

/// The assignment that makes a command imitate the same server. Empty for the default.
pub(super) fn assignment(imitated: &Identity) -> String {
    match imitated.closest_profile() {
        profile if profile != Profile::default() => format!("{VARIABLE}={profile} "),
        _ => String::new(),
    }
}
