use std::fmt;
use std::str::FromStr;

use redis::Msg;

use crate::Error;

/// The beginning of the keys and channels of all workflows.
const PREFIX: &str = "workflow:";
/// The channels of all workflows.
pub(crate) const PATTERN: &str = "workflow:*";

/// The key that holds the state of a workflow, and the channel on which its changes are published.
pub(crate) fn name(workflow: &str) -> String {
    format!("{PREFIX}{workflow}")
}

/// A workflow has a new state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub workflow: String,
    pub state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Started,
    Finished,
}

impl Change {
    pub(crate) fn from_message(message: &Msg) -> Result<Self, Error> {
        let channel = message.get_channel_name();
        let workflow = channel.strip_prefix(PREFIX);
        let workflow = workflow.ok_or_else(|| Error::UnknownChannel(channel.to_owned()))?;
        let payload: String = message.get_payload()?;
        Ok(Self { workflow: workflow.to_owned(), state: payload.parse()? })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Started => "started",
            Self::Finished => "finished",
        })
    }
}

impl FromStr for State {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "started" => Ok(Self::Started),
            "finished" => Ok(Self::Finished),
            _ => Err(Error::UnknownState(text.to_owned())),
        }
    }
}
