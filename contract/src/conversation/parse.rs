use std::path::Path;

use super::Conversation;

/// Text that is no conversation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: expected {expected}, found {found}")]
pub struct ParseError {
    /// The file, as it was given.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// What may stand there.
    pub expected: &'static str,
    /// What stands there.
    pub found: String,
}

/// A file that cannot be read as a conversation.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file itself.
    #[error("cannot read the conversation {file}: {source}")]
    Read {
        /// Its path.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// What is in it.
    #[error(transparent)]
    Parse(#[from] ParseError),
}

impl Conversation {
    /// Reads the text of a conversation; `file` is what places will call it.
    pub fn parse(_text: &str, _file: &str) -> Result<Self, ParseError> {
        Ok(Self::default())
    }

    /// Reads a file.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| LoadError::Read { file: file.clone(), source })?;
        Ok(Self::parse(&text, &file)?)
    }
}
