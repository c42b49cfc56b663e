use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::file::ReportFile;
#[cfg(feature = "command")]
use super::html;
use super::{Reporter, json, junit, markdown};

/// A kind of file that a run can be written to.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its use, in one line.
    pub about: &'static str,
    open: fn(ReportFile) -> Box<dyn Reporter>,
}

/// Every format.
pub const FORMATS: &[Format] = &[
    #[cfg(feature = "command")]
    Format { name: "html", about: "a page, for people", open: html::open },
    Format { name: "junit", about: "JUnit XML, for CI servers", open: junit::open },
    Format { name: "json", about: "one JSON object a line, for programs", open: json::open },
    Format { name: "markdown", about: "Markdown, for job summaries", open: markdown::open },
];

/// A format and the file it goes to: `junit=target/junit.xml`.
#[derive(Clone, Debug)]
pub struct Target {
    format: Format,
    path: PathBuf,
}

/// Text that is not a format and a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a report: write FORMAT=PATH, where FORMAT is one of {formats}", formats = names())]
pub struct TargetError(String);

impl Target {
    /// A reporter that creates the file and its folders when the run has started, and not before.
    pub fn reporter(&self) -> Box<dyn Reporter> {
        (self.format.open)(ReportFile::at(&self.path))
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let wrong = || TargetError(text.to_owned());
        let (name, path) = text.split_once('=').ok_or_else(wrong)?;
        let format = FORMATS.iter().find(|format| format.name == name).ok_or_else(wrong)?;
        if path.is_empty() {
            return Err(wrong());
        }
        Ok(Self { format: *format, path: path.into() })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.format.name, self.path.display())
    }
}

fn names() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_list_the_formats_if_the_name_is_unknown() {
        let error = "pdf=x".parse::<Target>().expect_err("there is no pdf");
        assert_eq!(
            error.to_string(),
            "\"pdf=x\" is not a report: write FORMAT=PATH, where FORMAT is one of html, junit, json, markdown"
        );
        assert!("junit=".parse::<Target>().is_err());
        assert_eq!("junit=a/b.xml".parse::<Target>().expect("good").to_string(), "junit=a/b.xml");
    }
}
