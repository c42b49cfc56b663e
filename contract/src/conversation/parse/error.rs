/// Text that is not a conversation: the place, what was expected there, and what was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: expected {expected}, found {found}")]
pub struct ParseError {
    /// The path of the file, as the caller gave it.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The column, counted from 1 in characters.
    pub column: usize,
    /// What may be written there.
    pub expected: &'static str,
    /// What is written there.
    pub found: String,
}

/// A file that cannot be read as a conversation.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read the conversation {file}: {reason}")]
    Read {
        /// The path of the file.
        file: String,
        /// The cause.
        reason: std::io::Error,
    },
    /// The text of the file is not a conversation.
    #[error(transparent)]
    Parse(#[from] ParseError),
}
