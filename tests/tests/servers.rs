//! The table `ci/servers` lists all servers. Each of them has a profile, and every conversation is
//! recorded from it, unless the table says `no` under `recorded`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use twincast::conversation::{Conversation, ServerName};
use twincast_embedded::Profile;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the repository")
}

fn servers() -> BTreeSet<String> {
    let table = fs::read_to_string(repository().join("ci/servers")).expect("ci/servers");
    let rows = table.lines().map(|line| line.split('#').next().unwrap_or_default());
    let recorded = rows.filter_map(|row| match row.split_whitespace().collect::<Vec<_>>()[..] {
        [profile, _official, _source, _package] => Some(profile.to_owned()),
        _ => None,
    });
    recorded.collect()
}

fn conversations(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of conversations") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            conversations(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "twin") {
            found.push(path);
        }
    }
}

#[test]
fn should_imitate_every_server_and_no_other() {
    let profiles: BTreeSet<String> =
        Profile::ALL.iter().map(|profile| profile.name().to_owned()).collect();
    assert_eq!(profiles, servers());
}

#[test]
fn should_have_asked_every_server_everything() {
    let mut found = Vec::new();
    for folder in ["tests/recordings", "tests/conversations"] {
        conversations(&repository().join(folder), &mut found);
    }
    assert!(!found.is_empty());
    let servers = servers();
    for path in found {
        let conversation = Conversation::load(&path).expect("a conversation");
        let asked: BTreeSet<String> = conversation
            .recorded_from
            .iter()
            .map(|exact| ServerName::of(exact).to_string())
            .collect();
        assert_eq!(
            asked,
            servers,
            "{} is not recorded from all servers: just record",
            path.display()
        );
    }
}
