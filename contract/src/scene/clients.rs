use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use tokio::sync::Mutex;

use super::client::SubscriberConnection;
use crate::conversation::Name;

/// A connection that a case and its scene both hold: the case uses it, the scene closes it.
pub(super) type Slot<T> = Arc<Mutex<Option<T>>>;

/// All clients of a scene, in the order in which they connected.
#[derive(Default)]
pub(super) struct Clients(Vec<(Name, ClientHandle)>);

#[derive(Clone)]
pub(super) enum ClientHandle {
    Subscriber(Slot<SubscriberConnection>),
    Publisher(Slot<MultiplexedConnection>),
}

impl Clients {
    /// The name of the next connection of `name`, as the tap calls it: `alice`, `alice#2`.
    pub(super) fn next_name(&self, name: &str) -> Name {
        let again = format!("{name}#");
        let taken = |(taken, _): &&(Name, ClientHandle)| {
            taken.as_str() == name || taken.as_str().starts_with(&again)
        };
        match self.0.iter().filter(taken).count() {
            0 => Name::new(name),
            made => Name::new(&format!("{again}{}", made + 1)),
        }
    }

    pub(super) fn register(&mut self, name: Name, handle: ClientHandle) {
        self.0.push((name, handle));
    }

    pub(super) fn all(&self) -> Vec<(Name, ClientHandle)> {
        self.0.clone()
    }
}
