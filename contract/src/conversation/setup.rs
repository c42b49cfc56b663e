use std::fmt;
use std::ops::RangeInclusive;

/// The settings with which the server must have been started: the lines `with …` of the head.
///
/// A conversation without settings can be played on any server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// The settings, in the order of the file.
    pub settings: Vec<Setting>,
}

/// One line of the setup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A parameter of the server's configuration file.
    Parameter {
        /// `cluster-enabled`
        name: String,
        /// `yes`
        value: String,
    },
    /// Slots that one node of the cluster serves.
    Slots {
        /// The first and the last slot.
        range: RangeInclusive<u16>,
        /// The node that serves them.
        node: Node,
    },
}

/// A node of the cluster, as the server is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// The server itself.
    Here,
    /// Another node, at `host:port`. It need not exist.
    At(String),
}

/// The number of slots in a cluster.
pub const SLOTS: u16 = 16384;

impl Setup {
    /// Whether the conversation can be played on any server.
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty()
    }

    /// The names and values of the parameters.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.iter().filter_map(|setting| match setting {
            Setting::Parameter { name, value } => Some((name.as_str(), value.as_str())),
            Setting::Slots { .. } => None,
        })
    }

    /// The slots and the nodes that serve them.
    pub fn slots(&self) -> impl Iterator<Item = (RangeInclusive<u16>, &Node)> {
        self.settings.iter().filter_map(|setting| match setting {
            Setting::Parameter { .. } => None,
            Setting::Slots { range, node } => Some((range.clone(), node)),
        })
    }

    /// The addresses of the other nodes, each once.
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

/// On one line, for reports: `cluster-enabled yes, slots 0-99 here`.
impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, setting) in self.settings.iter().enumerate() {
            write!(f, "{}{setting}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
