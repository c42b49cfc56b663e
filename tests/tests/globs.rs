//! The matrix of glob patterns (`tests/conversations/own/globs`) is complete.
//!
//! - every conversation publishes once to each of the same channels
//! - the subscriber subscribes to all patterns before the first message
//! - there are at least a hundred patterns and sixty channels, and all servers have answered

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use twincast::conversation::{ClientAction, Conversation};
use twincast_embedded::Profile;

const PATTERNS: usize = 100;
const CHANNELS: usize = 60;

type Names = Vec<Vec<u8>>;

/// A conversation: a family of patterns, on all channels.
struct Family {
    path: PathBuf,
    patterns: Names,
    channels: Names,
    servers: usize,
}

impl Family {
    fn load(path: PathBuf) -> Self {
        let conversation = Conversation::load(&path).unwrap_or_else(|error| panic!("{error}"));
        let mut requests = requests(&conversation).into_iter();
        let patterns = match requests.next().as_deref() {
            Some([command, patterns @ ..]) if command == b"PSUBSCRIBE" => patterns.to_vec(),
            other => panic!("{} begins with {other:?} instead of PSUBSCRIBE", path.display()),
        };
        let channels = requests.map(|request| match &request[..] {
            [command, channel, _payload] if command == b"PUBLISH" => channel.clone(),
            other => panic!("{} has {other:?} instead of a PUBLISH", path.display()),
        });
        let channels = channels.collect();
        Self { path, patterns, channels, servers: conversation.recorded_from.len() }
    }
}

fn requests(conversation: &Conversation) -> Vec<Names> {
    let steps = conversation.turns.iter().flat_map(|turn| &turn.client_steps);
    let requests = steps.map(|step| match &step.action {
        ClientAction::Request(words) => words.iter().map(|word| word.to_vec()).collect(),
        other => panic!("the matrix of globs has {other:?} instead of a request"),
    });
    requests.collect()
}

fn families() -> Vec<Family> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conversations/own/globs");
    let files = fs::read_dir(folder).expect("the matrix of globs");
    files.map(|file| Family::load(file.expect("a file of the matrix").path())).collect()
}

fn unique(names: &Names) -> BTreeSet<&[u8]> {
    names.iter().map(Vec::as_slice).collect()
}

#[test]
fn should_try_every_pattern_on_every_channel() {
    let families = families();
    let columns = &families.first().expect("a family of patterns").channels;
    for family in &families {
        let place = family.path.display();
        assert_eq!(
            &family.channels, columns,
            "{place} has other channels than the first conversation"
        );
        assert_eq!(
            family.servers,
            Profile::ALL.len(),
            "{place} is not recorded from all servers: just record"
        );
    }
    assert_eq!(unique(columns).len(), columns.len(), "a channel is used twice");
}

#[test]
fn should_be_a_hundred_patterns_by_sixty_channels() {
    let families = families();
    let patterns: BTreeSet<_> =
        families.iter().flat_map(|family| unique(&family.patterns)).collect();
    assert!(patterns.len() >= PATTERNS, "{} patterns", patterns.len());
    let fewest = families.iter().map(|family| unique(&family.channels).len()).min();
    assert!(fewest >= Some(CHANNELS), "{fewest:?} channels");
}
