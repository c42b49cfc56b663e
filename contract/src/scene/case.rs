use std::path::PathBuf;

use super::Client;

/// A case: its name, its recording and the command that repeats it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The file that contains it: `patterns`.
    pub subject: String,
    /// The name of its function: `should_deliver_once_per_matching_pattern`.
    pub name: String,
    /// The client that it uses.
    pub client: Client,
    /// Whether its recording names the client, because other clients have recordings too.
    pub names_client: bool,
    /// The root of the repository.
    pub root: PathBuf,
    /// The folder of the recordings, relative to the root.
    pub recordings: PathBuf,
    /// The file and line of its function: `tests/bus.rs:12`.
    pub place: String,
    /// The command that repeats only this case.
    pub rerun: String,
    /// The command that records this case from a real server.
    pub record: String,
}

impl Case {
    /// The promise, as a sentence: `Should deliver once per matching pattern`.
    pub fn title(&self) -> String {
        let words = self.name.replace('_', " ");
        let mut letters = words.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// The file that its conversation is compared with, relative to the root.
    pub fn recording(&self) -> PathBuf {
        let file = match self.names_client {
            true => format!("{}-{}.twin", self.name, self.client),
            false => format!("{}.twin", self.name),
        };
        self.recordings.join(&self.subject).join(file)
    }

    /// The last lines of every report on this case.
    pub(super) fn footer(&self) -> String {
        let Self { place, rerun, .. } = self;
        format!("  case    {place}\n  seed    {:#018x}\n  again   {rerun}", self.seed())
    }

    /// The seed of its events (FNV-1a of its name): different for every case, but the same in every
    /// run and for every client.
    pub(super) fn seed(&self) -> u64 {
        [self.subject.as_bytes(), b"::", self.name.as_bytes()]
            .concat()
            .iter()
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn should_name_its_promise_and_its_recording() {
        let case = Case {
            subject: "patterns".into(),
            name: "should_match_a_star".into(),
            client: Client::Resp2Blocking,
            names_client: true,
            root: "/".into(),
            recordings: "recordings".into(),
            place: "tests/patterns.rs:7".into(),
            rerun: String::new(),
            record: String::new(),
        };
        assert_eq!(case.title(), "Should match a star");
        let file = "recordings/patterns/should_match_a_star-resp2-blocking.twin";
        assert_eq!(case.recording(), Path::new(file));
    }
}
