use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use tokio::sync::Mutex;

use super::client::Listener;
use crate::conversation::Name;

/// A connection that a case and its scene both hold: the case uses it, the scene closes it.
pub(super) type Slot<T> = Arc<Mutex<Option<T>>>;

/// Everybody who was ever connected, in this order.
#[derive(Default)]
pub(super) struct Cast(Vec<(Name, Role)>);

#[derive(Clone)]
pub(super) enum Role {
    Listens(Slot<Listener>),
    Publishes(Slot<MultiplexedConnection>),
}

impl Cast {
    /// The name of the next connection of `name`, as the tap calls it: `alice`, `alice#2`.
    pub(super) fn next_name(&self, name: &str) -> Name {
        let again = format!("{name}#");
        let taken = |(taken, _): &&(Name, Role)| {
            taken.as_str() == name || taken.as_str().starts_with(&again)
        };
        match self.0.iter().filter(taken).count() {
            0 => Name::new(name),
            made => Name::new(&format!("{again}{}", made + 1)),
        }
    }

    pub(super) fn enter(&mut self, name: Name, role: Role) {
        self.0.push((name, role));
    }

    pub(super) fn members(&self) -> Vec<(Name, Role)> {
        self.0.clone()
    }
}
