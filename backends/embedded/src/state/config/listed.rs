//! The parameters that `CONFIG GET` lists, with the defaults of the imitated server.
//!
//! Most of them have no effect here. Reading them is harmless; setting another value fails, because
//! it would seem to have an effect.

use std::borrow::Cow;
use std::env;

use super::Config;
use super::parameter::{Parameter, Set, keep};
use super::parameters;
use crate::glob;
use crate::profile::Behaviour;

/// One parameter of the imitated server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listed {
    pub(crate) name: &'static str,
    default: &'static str,
    access: Access,
}

/// Whether a running server accepts another value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Mutable,
    /// The server reads it at its start only.
    Immutable,
    /// The server must have been started in a way that allows the change.
    Protected,
}

/// The parameters of this server, in the order in which it lists them.
pub(super) fn of(profile: &Behaviour) -> impl Iterator<Item = Listed> {
    profile.parameters.lines().filter_map(Listed::parse)
}

/// The parameter with this name; case does not matter.
pub(super) fn find(name: &[u8], profile: &Behaviour) -> Option<Listed> {
    of(profile).find(|listed| listed.name.as_bytes().eq_ignore_ascii_case(name))
}

/// The parameters that `CONFIG GET` finds, each once, under the name by which it was found first.
///
/// A glob finds parameters under their own names; a plain name is returned as the client wrote it.
pub(crate) fn matching<'a>(
    patterns: impl Iterator<Item = &'a [u8]>,
    profile: &Behaviour,
) -> Vec<(Cow<'a, [u8]>, Listed)> {
    let mut found: Vec<(Cow<'a, [u8]>, Listed)> = Vec::new();
    for pattern in patterns {
        let is_glob = pattern.iter().any(|byte| b"*?[".contains(byte));
        let lower = pattern.to_ascii_lowercase();
        for listed in of(profile) {
            let name = listed.name.as_bytes();
            let matches = if is_glob { glob::matches(&lower, name) } else { lower == name };
            if matches && !found.iter().any(|(_, other)| other.name == listed.name) {
                let shown = if is_glob { name } else { pattern };
                found.push((Cow::Borrowed(shown), listed));
            }
        }
    }
    found
}

impl Listed {
    /// Parses a line: the access, the name, and the default if it is not empty.
    fn parse(line: &'static str) -> Option<Self> {
        let (access, rest) = line.split_once(' ')?;
        let access = match access {
            "mutable" => Access::Mutable,
            "immutable" => Access::Immutable,
            "protected" => Access::Protected,
            _ => return None,
        };
        let (name, default) = rest.split_once(' ').unwrap_or((rest, ""));
        Some(Self { name, default, access })
    }

    /// How this server honours the parameter, if it does.
    pub(super) fn honoured(self) -> Option<&'static Parameter> {
        parameters::find(self.name)
    }

    /// Why a running server rejects every value, if it does.
    pub(super) fn refusal(self) -> Option<&'static str> {
        match self.access {
            Access::Mutable => None,
            Access::Immutable => Some("can't set immutable config"),
            Access::Protected => Some("can't set protected config"),
        }
    }

    /// The value as `CONFIG GET` shows it.
    pub(crate) fn value(self, config: &Config) -> Vec<u8> {
        match self.honoured() {
            Some(parameter) => parameter.value(config),
            None if self.default == "{dir}" => {
                let directory = env::current_dir().unwrap_or_default();
                directory.into_os_string().into_encoded_bytes()
            }
            None => self.default.into(),
        }
    }

    /// Parses and sets a value, or returns why it is invalid. A parameter that is not honoured
    /// accepts its default.
    pub(super) fn set(self, config: &mut Config, value: &[u8], profile: &Behaviour) -> Set {
        match self.honoured() {
            Some(parameter) => parameter.set(config, value, profile),
            None => keep(&self.value(config), value),
        }
    }

    /// The same for the value that a server starts with.
    pub(super) fn set_at_start(
        self,
        config: &mut Config,
        value: &[u8],
        profile: &Behaviour,
    ) -> Set {
        match self.honoured() {
            Some(parameter) => parameter.set_at_start(config, value, profile),
            None => keep(&self.value(config), value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    /// Parameters whose values here are not those of a server without a configuration file, and
    /// why.
    const OWN: &[(&str, &str)] = &[
        ("acl-pubsub-default", "the profile sets it when the server starts"),
        ("bind", "this server listens on the loopback interface"),
        ("port", "this server listens on a free port"),
        ("save", "this server saves nothing"),
    ];

    #[test]
    fn honoured_parameters_begin_with_the_defaults_of_every_server() {
        for profile in Profile::ALL {
            for listed in
                of(profile.behaviour()).filter(|it| OWN.iter().all(|own| own.0 != it.name))
            {
                let Some(parameter) = listed.honoured() else { continue };
                let shown = parameter.value(&Config::default());
                assert_eq!(shown.escape_ascii().to_string(), listed.default, "{}", listed.name);
            }
        }
    }

    #[test]
    fn every_line_of_every_list_is_a_parameter() {
        for profile in Profile::ALL.iter().map(|profile| profile.behaviour()) {
            let mut names: Vec<_> = of(profile).map(|listed| listed.name).collect();
            assert_eq!(names.len(), profile.parameters.lines().count(), "{}", profile.name);
            names.sort_unstable();
            assert!(names.is_sorted_by(|one, next| one < next), "{}: a name twice", profile.name);
        }
    }

    #[test]
    fn every_honoured_parameter_is_listed_by_some_server() {
        for name in parameters::names() {
            let mut profiles = Profile::ALL.iter().map(|profile| profile.behaviour());
            assert!(profiles.any(|profile| find(name.as_bytes(), profile).is_some()), "{name}");
        }
    }
}
