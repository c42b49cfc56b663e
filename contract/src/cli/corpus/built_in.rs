//! The conversations and the ledger of this version of the program, for folders that have none.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use twincast::ledger::{LEDGER, Ledger};

use super::ConversationFile;
use super::archive::{self, TextFile};

/// The folder of the repository that holds the corpus. The paths of its files begin with it, as they
/// do in the repository.
const FOLDER: &str = "tests/";
/// The extension of conversations.
const EXTENSION: &str = ".twin";

/// The built-in conversations below these folders, which are paths in the repository.
pub(super) fn below(folders: &[&str]) -> Result<Vec<ConversationFile>> {
    let mut found = Vec::new();
    for folder in folders {
        found.extend(conversations()?.into_iter().filter(|file| file.path.starts_with(folder)));
    }
    Ok(found)
}

/// The built-in conversations that a path names: as it is in the repository, or as reports name a
/// conversation (`conversations/patterns/should_match`) or its folder.
pub(super) fn named(path: &Path) -> Result<Vec<ConversationFile>> {
    let name = path.to_string_lossy();
    let name = name.strip_prefix(FOLDER).unwrap_or(&name);
    let name = Path::new(name.strip_suffix(EXTENSION).unwrap_or(name));
    let mut found = conversations()?;
    found.retain(|file| Path::new(&file.name).starts_with(name) && !name.as_os_str().is_empty());
    Ok(found)
}

/// The ledger that belongs to these conversations.
pub(super) fn ledger() -> Result<Ledger> {
    let name = LEDGER.trim_start_matches(FOLDER);
    let files = load()?;
    let text = files.iter().find(|(file, _)| file == name).map_or("", |(_, text)| text);
    Ok(Ledger::parse(text, LEDGER)?)
}

fn conversations() -> Result<Vec<ConversationFile>> {
    let conversations = load()?.into_iter().filter(|(name, _)| name.ends_with(EXTENSION));
    let files = conversations.map(|(name, text)| ConversationFile {
        path: PathBuf::from(format!("{FOLDER}{name}")),
        name: name.trim_end_matches(EXTENSION).to_owned(),
        built_in: Some(text),
    });
    Ok(files.collect())
}

/// The files that the build script packed.
#[cfg(packed_corpus)]
fn load() -> Result<Vec<TextFile>> {
    let block = include_bytes!(concat!(env!("OUT_DIR"), "/corpus"));
    archive::unpack(block)
        .context("the conversations in this program are damaged: install it again")
}

/// The files from which this program was built: an unoptimised build contains no conversations.
#[cfg(not(packed_corpus))]
fn load() -> Result<Vec<TextFile>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    archive::read(folder.as_ref()).with_context(|| {
        format!(
            "this unoptimised build reads its conversations from {folder}: build with --release"
        )
    })
}
