use std::fmt;
use std::ops::RangeInclusive;

/// What the server of a conversation must have been started with: the lines `with …` of its head.
///
/// A conversation without any is played on whatever server is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// In the order of the file.
    pub settings: Vec<Setting>,
}

/// One line of the setup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A parameter, as in a server's configuration file.
    Parameter {
        /// `cluster-enabled`
        name: String,
        /// `yes`
        value: String,
    },
    /// Slots that the cluster has given to one of its nodes.
    Slots {
        /// First and last.
        range: RangeInclusive<u16>,
        /// Which node serves them.
        node: Node,
    },
}

/// A node of the cluster that a server believes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// The server itself.
    Here,
    /// One that nobody reaches, at `host:port`.
    At(String),
}

/// How many slots a cluster has.
pub const SLOTS: u16 = 16384;

impl Setup {
    /// Whether any server will do.
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty()
    }

    /// Names and values of the parameters.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.iter().filter_map(|setting| match setting {
            Setting::Parameter { name, value } => Some((name.as_str(), value.as_str())),
            Setting::Slots { .. } => None,
        })
    }

    /// Which node serves which slots.
    pub fn slots(&self) -> impl Iterator<Item = (RangeInclusive<u16>, &Node)> {
        self.settings.iter().filter_map(|setting| match setting {
            Setting::Parameter { .. } => None,
            Setting::Slots { range, node } => Some((range.clone(), node)),
        })
    }

    /// The nodes beside the server itself, each once.
    pub fn others(&self) -> Vec<&str> {
        let mut others: Vec<&str> = Vec::new();
        for (_, node) in self.slots() {
            if let Node::At(address) = node
                && !others.contains(&address.as_str())
            {
                others.push(address);
            }
        }
        others
    }
}

/// In short, for a person: `cluster-enabled yes, slots 0-99 here`.
impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, setting) in self.settings.iter().enumerate() {
            write!(f, "{}{setting}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
