use std::fmt;

/// How a server is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackendKind {
    /// Inside this process.
    Embedded,
    /// In a container.
    Container,
    /// As a process of its own.
    Process,
    /// At a URL, started by the user.
    Remote,
}

impl BackendKind {
    /// Every kind, in the order in which documentation lists them.
    pub const ALL: [Self; 4] = [Self::Embedded, Self::Container, Self::Process, Self::Remote];

    /// The name in reports and ledgers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Container => "container",
            Self::Process => "process",
            Self::Remote => "remote",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
