use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// An event as streaming programs send it, but without a time, which would differ in every run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Unique within its generator: `wf-3f2a9c01`, `task-9be0d144`.
    pub id: String,
    /// The kind of thing that it is about.
    pub kind: EventKind,
    /// Its number in its generator, counted from 1 across both kinds.
    pub sequence: u64,
    /// The kind and its new state: `workflow.started`, `task.failed` …
    pub state: String,
    /// Filler that makes events of different sizes.
    pub detail: String,
}

/// The kind of thing that an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// A workflow.
    Workflow,
    /// A task of a workflow.
    Task,
}

impl Event {
    /// The payload to publish: JSON.
    pub fn payload(&self) -> Bytes {
        // A struct of strings and numbers always has a JSON form.
        serde_json::to_vec(self).map(Bytes::from).unwrap_or_default()
    }

    /// The event in this payload, or `None` if it is not an event.
    pub fn from_payload(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice(payload).ok()
    }

    /// The channel to publish it on: `workflow:<id>`, `task:<id>`.
    pub fn channel(&self) -> String {
        match self.kind {
            EventKind::Workflow => format!("workflow:{}", self.id),
            EventKind::Task => format!("task:{}", self.id),
        }
    }
}

/// An endless stream of events from a seed: the same in every run.
#[derive(Clone, Debug)]
pub struct Events {
    seed: u64,
    state: u64,
    sequence: u64,
}

impl Events {
    /// The stream of this seed.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, state: seed, sequence: 0 }
    }

    /// The seed of the stream.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The next event about a workflow.
    pub fn workflow(&mut self) -> Event {
        self.event(EventKind::Workflow)
    }

    /// The next event about a task.
    pub fn task(&mut self) -> Event {
        self.event(EventKind::Task)
    }

    fn event(&mut self, kind: EventKind) -> Event {
        const STATES: [&str; 5] = ["created", "started", "progressed", "completed", "failed"];
        self.sequence += 1;
        let chance = self.random();
        let state = STATES[(chance % 5) as usize];
        let (short, long) = match kind {
            EventKind::Workflow => ("wf", "workflow"),
            EventKind::Task => ("task", "task"),
        };
        Event {
            // The random digits may repeat; the sequence makes the ID unique.
            id: format!("{short}-{:06x}{:02x}", self.sequence, chance >> 56),
            kind,
            sequence: self.sequence,
            state: format!("{long}.{state}"),
            detail: "x".repeat((chance >> 32) as usize % 48),
        }
    }

    /// One step of SplitMix64: small, and the same on every machine.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Events about workflows and tasks, in an order that the seed decides.
impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        let kind = if self.random() & 1 == 0 { EventKind::Workflow } else { EventKind::Task };
        Some(self.event(kind))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn should_be_equal_for_equal_seeds_only() {
        let ten = |seed| Events::seeded(seed).take(10).collect::<Vec<_>>();
        assert_eq!(ten(7), ten(7));
        assert_ne!(ten(7), ten(8));
    }

    #[test]
    fn should_have_unique_ids_rising_sequences_and_both_kinds() {
        let events: Vec<_> = Events::seeded(1).take(10_000).collect();
        let ids: HashSet<_> = events.iter().map(|event| &event.id).collect();
        assert_eq!(ids.len(), events.len());
        assert!(events.iter().zip(1..).all(|(event, n)| event.sequence == n));
        let kinds: HashSet<_> = events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds.len(), 2);
    }

    #[test]
    fn should_read_an_event_back_from_its_payload() {
        let event = Events::seeded(3).workflow();
        assert_eq!(Event::from_payload(&event.payload()).as_ref(), Some(&event));
        assert_eq!(event.channel(), format!("workflow:{}", event.id));
    }
}
