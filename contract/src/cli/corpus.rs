use std::env;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use twincast::conversation::Conversation;
use twincast::ledger::{LEDGER, Ledger};
use twincast::replay::disturbs;

/// The folder of a repository with what was written by hand.
pub(super) const CONVERSATIONS: &str = "tests/conversations";
/// All folders of a repository that hold conversations: what was recorded from scenarios first.
pub(super) const ALL: &[&str] = &["tests/recordings", CONVERSATIONS];

/// A file with a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Script {
    /// Where it is, seen from the current folder if it is below that.
    pub(super) path: PathBuf,
    /// What it is called: its path without what all have in common.
    pub(super) name: String,
}

impl Script {
    fn at(path: PathBuf) -> Self {
        let name = path.with_extension("").to_string_lossy().replace('\\', "/");
        // The last `tests/` of the path is the one of the repository.
        let start = name.rfind("tests/").map_or(0, |at| at + "tests/".len());
        Self { name: name[start..].to_owned(), path }
    }

    /// The folder that it stands in.
    pub(super) fn subject(&self) -> &str {
        self.name.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Why it is played only on a server that nobody else uses, if so.
    ///
    /// In a folder `own` stands what is answered according to who else is there: all clients, all
    /// channels, all keys.
    pub(super) fn wants_own_server(&self, conversation: &Conversation) -> Option<String> {
        let own = self.path.components().any(|part| part.as_os_str() == "own");
        if !conversation.setup.is_empty() {
            return Some(format!("its server must have been started with {}", conversation.setup));
        }
        let disturbed = own.then(|| "it would notice others".to_owned());
        disturbs(conversation).map(|command| format!("others would notice {command}")).or(disturbed)
    }
}

/// All conversations of these files and folders, or of the repository around the current folder.
/// None at all is an error.
pub(super) fn scripts(paths: &[PathBuf], folders: &[&str]) -> Result<Vec<Script>> {
    let paths = if paths.is_empty() { committed(folders)? } else { paths.to_vec() };
    let mut found = Vec::new();
    for path in &paths {
        if !path.exists() {
            bail!("{} does not exist", path.display());
        }
        collect(path, &mut found).with_context(|| format!("cannot read {}", path.display()))?;
    }
    if found.is_empty() {
        let looked: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        bail!("no conversation (*.twin) in {}", looked.join(" or "));
    }
    Ok(found)
}

/// The ledger in this file, else that of the repository around the current folder, else none.
pub(super) fn ledger(path: Option<&Path>) -> Result<Ledger> {
    if let Some(path) = path {
        return Ok(Ledger::load(path)?);
    }
    let here = env::current_dir().context("cannot tell the current folder")?;
    let mut paths = here.ancestors().map(|root| root.join(LEDGER));
    match paths.find(|path| path.is_file()) {
        Some(path) => Ok(Ledger::load(&shortened(&path, &here))?),
        None => Ok(Ledger::default()),
    }
}

/// Those of the folders that the repository around the current folder has.
fn committed(folders: &[&str]) -> Result<Vec<PathBuf>> {
    let here = env::current_dir().context("cannot tell the current folder")?;
    for root in here.ancestors() {
        let there = folders.iter().map(|folder| root.join(folder)).filter(|path| path.is_dir());
        let there: Vec<PathBuf> = there.map(|path| shortened(&path, &here)).collect();
        if !there.is_empty() {
            return Ok(there);
        }
    }
    bail!(
        "neither {} nor a folder above it has {}: name the files or folders to play",
        here.display(),
        folders.join(" or ")
    )
}

fn shortened(path: &Path, here: &Path) -> PathBuf {
    path.strip_prefix(here).unwrap_or(path).to_owned()
}

/// In the order of their names, folder by folder.
fn collect(path: &Path, found: &mut Vec<Script>) -> io::Result<()> {
    if !path.is_dir() {
        found.push(Script::at(path.to_owned()));
        return Ok(());
    }
    let entries = path.read_dir()?.map(|entry| entry.map(|entry| entry.path()));
    let mut entries = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    entries.retain(|path| path.is_dir() || path.extension().is_some_and(|it| it == "twin"));
    entries.sort();
    entries.iter().try_for_each(|path| collect(path, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_name_a_conversation_by_its_folder_and_file() {
        for path in ["tests/conversations/a/b.twin", "/home/tests/x/tests/conversations/a/b.twin"] {
            let script = Script::at(path.into());
            assert_eq!(
                (script.name.as_str(), script.subject()),
                ("conversations/a/b", "conversations/a")
            );
        }
        assert_eq!(Script::at("b.twin".into()).subject(), "");
    }
}
