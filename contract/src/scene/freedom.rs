use std::{
    net::SocketAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{SceneError, free_order};
use crate::{
    compare::Varying,
    conversation::{Conversation, Name, ONLY_AS_A_SCENARIO},
};

/// The parts of a scenario that no server promises to be the same in every run.
pub(super) struct Freedom {
    /// The values that clients choose anew.
    varying: Varying,
    /// The names of connections without a fixed order, each with the reason.
    order: Vec<(Name, String)>,
    /// Why the conversation cannot be played without the scenario, if it cannot.
    only_here: Option<String>,
}

impl Freedom {
    pub(super) fn new() -> Self {
        // A clock before 1970 finds no times, and nothing else is wrong with it.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { varying: Varying::at(now), order: Vec::new(), only_here: None }
    }

    pub(super) fn varies(&mut self, name: &str, pattern: &str) -> Result<(), SceneError> {
        Ok(self.varying.add(name, pattern)?)
    }

    /// The address of the URL with this name, which the code under test may send.
    pub(super) fn has_address(&mut self, name: &str, at: SocketAddr) {
        self.varying.add_literal(at.to_string(), format!("<address of {name}>"));
    }

    pub(super) fn any_order(&mut self, name: &str, reason: &str) {
        self.only_here(&format!("the order of {name} is free, because {reason}."));
        self.order.push((Name::new(name), reason.to_owned()));
    }

    /// Says that something happens to the server that no client of the conversation asks for.
    pub(super) fn only_here(&mut self, reason: &str) {
        self.only_here.get_or_insert_with(|| reason.to_owned());
    }

    /// The conversation without what is free.
    pub(super) fn remove_from(
        &self,
        mut conversation: Conversation,
        title: String,
    ) -> Conversation {
        for (name, reason) in &self.order {
            free_order::settle(&mut conversation, name, reason, &self.varying);
        }
        self.varying.bind(&mut conversation);
        let reason = self.only_here.iter();
        let remark = reason.map(|reason| format!("{ONLY_AS_A_SCENARIO}{reason}")).collect();
        Conversation { title, remark, ..conversation }
    }
}
