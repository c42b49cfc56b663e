use anstyle::Style;

use crate::report::style::{BAD, BOLD, DIM, GOOD};

/// Whether text has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColourMode {
    /// Text without colours, for files and for failed tests.
    Plain,
    /// Text with colours. The output stream removes them where they are not wanted.
    Coloured,
}

impl ColourMode {
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
            Self::Coloured => format!("{style}{text}{style:#}"),
        }
    }
}
