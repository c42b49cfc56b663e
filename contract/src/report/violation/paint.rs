use anstyle::Style;

use crate::report::style::{BAD, BOLD, DIM, GOOD};

/// Whether there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Text, for files and for tests that fail.
    Plain,
    /// Text with colours; whoever prints it takes them out where they are not wanted.
    Colours,
}

impl Paint {
    pub(super) fn bold(self, text: &str) -> String {
        self.with(BOLD, text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.with(DIM, text)
    }

    pub(super) fn good(self, text: &str) -> String {
        self.with(GOOD, text)
    }

    pub(super) fn bad(self, text: &str) -> String {
        self.with(BAD, text)
    }

    fn with(self, style: Style, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colours => format!("{style}{text}{style:#}"),
        }
    }
}
