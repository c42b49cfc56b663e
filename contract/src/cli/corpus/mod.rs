//! The conversations that a command works on, and the ledger that belongs to them: files that the
//! user names, those of the repository around the current folder, or those inside the program.

mod archive;
mod built_in;

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
    /// Its path: relative to the current folder if it is below that; in our repository if the file
    /// is inside the program.
    pub(super) path: PathBuf,
    /// Its path below `tests/`, without the extension.
    pub(super) name: String,
    /// Its text, if the file is inside the program.
    built_in: Option<String>,
}

impl ConversationFile {
    fn at(path: PathBuf) -> Self {
        let name = path.with_extension("").to_string_lossy().replace('\\', "/");
        // The last `tests/` of the path is the one of the repository.
        let start = name.rfind("tests/").map_or(0, |at| at + "tests/".len());
        Self { name: name[start..].to_owned(), path, built_in: None }
    }

    pub(super) fn load(&self) -> Result<Conversation> {
        match &self.built_in {
            Some(text) => Ok(Conversation::parse(text, &self.path.display().to_string())?),
            None => Ok(Conversation::load(&self.path)?),
        }
    }

    pub(super) fn is_built_in(&self) -> bool {
        self.built_in.is_some()
    }

    /// The folder of the file.
    pub(super) fn subject(&self) -> &str {
        self.name.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Why the conversation needs a server without other users, if it does.
    ///
    /// Conversations in a folder `own` have answers that depend on other users of the server: on
    /// all clients, channels or keys.
    pub(super) fn needs_own_server(&self, conversation: &Conversation) -> Option<OwnServer> {
        let own = self.path.components().any(|part| part.as_os_str() == "own");
        if !conversation.setup.is_empty() {
            let reason = format!("it needs a server that was started with {}", conversation.setup);
            return Some(OwnServer::New(reason));
        }
        let reason = disturbs(conversation)
            .map(|command| format!("{command} would affect other clients of the server"));
        if own {
            let other = || "other clients of the server would change its answers".to_owned();
            return Some(OwnServer::New(reason.unwrap_or_else(other)));
        }
        reason.map(OwnServer::Empty)
    }
}

/// What a conversation needs that a server with other users is not, and why.
pub(super) enum OwnServer {
    /// A server that was started for it, perhaps in a certain way.
    New(String),
    /// A server without other clients and keys.
    Empty(String),
}

impl OwnServer {
    pub(super) fn reason(self) -> String {
        let (Self::New(reason) | Self::Empty(reason)) = self;
        reason
    }
}

/// All conversations of these files and folders. Without any, those of the repository around the
/// current folder, else those inside the program. Finding none is an error.
pub(super) fn files(paths: &[PathBuf], folders: &[&str]) -> Result<Vec<ConversationFile>> {
    let here = current_folder()?;
    if paths.is_empty() {
        let there = repository_folders(&here, folders);
        return if there.is_empty() { built_in::below(folders) } else { files_of(&there) };
    }
    let mut found = Vec::new();
    for path in paths {
        // Files on disk come first.
        let inside = if path.exists() { Vec::new() } else { built_in::named(path)? };
        let there = if inside.is_empty() { files_of(std::slice::from_ref(path))? } else { inside };
        found.extend(there);
    }
    Ok(found)
}

/// All conversations of these files and folders, or of the repository around the current folder: no
/// file inside the program, which nobody can change. Finding none is an error.
pub(super) fn files_on_disk(paths: &[PathBuf], folders: &[&str]) -> Result<Vec<ConversationFile>> {
    if !paths.is_empty() {
        return files_of(paths);
    }
    let here = current_folder()?;
    match repository_folders(&here, folders) {
        there if !there.is_empty() => files_of(&there),
        _ => bail!(
            "neither {} nor a folder above it has {}: name the files or folders",
            here.display(),
            folders.join(" or ")
        ),
    }
}

fn files_of(paths: &[PathBuf]) -> Result<Vec<ConversationFile>> {
    let mut found = Vec::new();
    for path in paths {
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

/// The ledger in this file, else that of the repository around the current folder, if it has one.
/// Conversations inside the program have theirs beside it.
pub(super) fn ledger(path: Option<&Path>, files: &[ConversationFile]) -> Result<Ledger> {
    if let Some(path) = path {
        return Ok(Ledger::load(path)?);
    }
    let mut ledger = match repository_file(LEDGER)? {
        Some(path) => Ledger::load(&path)?,
        None => Ledger::default(),
    };
    if files.iter().any(ConversationFile::is_built_in) {
        ledger.entries.extend(built_in::ledger()?.entries);
    }
    Ok(ledger)
}

fn current_folder() -> Result<PathBuf> {
    env::current_dir().context("cannot find the current folder")
}

/// A file of the repository around the current folder.
pub(super) fn repository_file(name: &str) -> Result<Option<PathBuf>> {
    let here = current_folder()?;
    let mut paths = here.ancestors().map(|root| root.join(name));
    Ok(paths.find(|path| path.is_file()).map(|path| relative_to(&path, &here)))
}

/// Those of the folders that exist in the repository around the current folder.
fn repository_folders(here: &Path, folders: &[&str]) -> Vec<PathBuf> {
    let there = here.ancestors().map(|root| {
        let there = folders.iter().map(|folder| root.join(folder)).filter(|path| path.is_dir());
        there.map(|path| relative_to(&path, here)).collect::<Vec<_>>()
    });
    there.into_iter().find(|there| !there.is_empty()).unwrap_or_default()
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
