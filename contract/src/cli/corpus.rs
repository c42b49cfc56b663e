use std::env;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use twincast::conversation::Conversation;
use twincast::ledger::{LEDGER, Ledger};
use twincast::replay::disturbs;

/// The folder of a repository with conversations that were written by hand.
pub(super) const CONVERSATIONS: &str = "tests/conversations";
/// All folders of a repository with conversations. Recordings of scenarios come first.
pub(super) const ALL_FOLDERS: &[&str] = &["tests/recordings", CONVERSATIONS];

/// A file with a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ConversationFile {
    /// Its path, relative to the current folder if it is below that.
    pub(super) path: PathBuf,
    /// Its path below `tests/`, without the extension.
    pub(super) name: String,
}

impl ConversationFile {
    fn at(path: PathBuf) -> Self {
        let name = path.with_extension("").to_string_lossy().replace('\\', "/");
        // The last `tests/` of the path is the one of the repository.
        let start = name.rfind("tests/").map_or(0, |at| at + "tests/".len());
        Self { name: name[start..].to_owned(), path }
    }

    /// The folder of the file.
    pub(super) fn subject(&self) -> &str {
        self.name.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Why the conversation needs a server without other users, if it does.
    ///
    /// Conversations in a folder `own` have answers that depend on other users of the server: on
    /// all clients, channels or keys.
    pub(super) fn needs_own_server(&self, conversation: &Conversation) -> Option<String> {
        let own = self.path.components().any(|part| part.as_os_str() == "own");
        if !conversation.setup.is_empty() {
            return Some(format!("it needs a server that was started with {}", conversation.setup));
        }
        let depends_on_others =
            own.then(|| "other clients of the server would change its answers".to_owned());
        disturbs(conversation)
            .map(|command| format!("{command} would affect other clients of the server"))
            .or(depends_on_others)
    }
}

/// All conversations of these files and folders, or of the repository around the current folder.
/// Finding none is an error.
pub(super) fn files(paths: &[PathBuf], folders: &[&str]) -> Result<Vec<ConversationFile>> {
    let paths = if paths.is_empty() { repository_folders(folders)? } else { paths.to_vec() };
    let mut found = Vec::new();
    for path in &paths {
        if !path.exists() {
            bail!("{} does not exist: name files or folders with conversations", path.display());
        }
        collect(path, &mut found).with_context(|| format!("cannot read {}", path.display()))?;
    }
    if found.is_empty() {
        let looked: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        bail!("found no conversation (*.twin) in {}", looked.join(" or "));
    }
    Ok(found)
}

/// The ledger in this file, else that of the repository around the current folder, else an empty
/// one.
pub(super) fn ledger(path: Option<&Path>) -> Result<Ledger> {
    if let Some(path) = path {
        return Ok(Ledger::load(path)?);
    }
    let here = env::current_dir().context("cannot find the current folder")?;
    let mut paths = here.ancestors().map(|root| root.join(LEDGER));
    match paths.find(|path| path.is_file()) {
        Some(path) => Ok(Ledger::load(&relative_to(&path, &here))?),
        None => Ok(Ledger::default()),
    }
}

/// Those of the folders that exist in the repository around the current folder.
fn repository_folders(folders: &[&str]) -> Result<Vec<PathBuf>> {
    let here = env::current_dir().context("cannot find the current folder")?;
    for root in here.ancestors() {
        let there = folders.iter().map(|folder| root.join(folder)).filter(|path| path.is_dir());
        let there: Vec<PathBuf> = there.map(|path| relative_to(&path, &here)).collect();
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

fn relative_to(path: &Path, here: &Path) -> PathBuf {
    path.strip_prefix(here).unwrap_or(path).to_owned()
}

/// Collects the files in the order of their names, folder by folder.
fn collect(path: &Path, found: &mut Vec<ConversationFile>) -> io::Result<()> {
    if !path.is_dir() {
        found.push(ConversationFile::at(path.to_owned()));
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
            let file = ConversationFile::at(path.into());
            assert_eq!(
                (file.name.as_str(), file.subject()),
                ("conversations/a/b", "conversations/a")
            );
        }
        assert_eq!(ConversationFile::at("b.twin".into()).subject(), "");
    }
}
