//! What the tasks of the server's thread share.

use std::cell::{Cell, RefCell};

use tokio::sync::Notify;

use super::clock::Clock;
use super::connection::Connections;
use super::waiting::Waiters;
use crate::world::World;

/// How much is read from a socket at once. One buffer serves all connections.
pub(super) const READ_SIZE: usize = 64 * 1024;

/// The core and everything around it; alive as long as the thread.
#[derive(Debug)]
pub(super) struct Rim {
    pub(super) world: RefCell<World>,
    pub(super) connections: RefCell<Connections>,
    pub(super) waiters: RefCell<Waiters>,
    pub(super) read_buffer: RefCell<Vec<u8>>,
    pub(super) clock: Clock,
    /// New connections are closed at once.
    pub(super) refusing: Cell<bool>,
    /// Wakes the flusher, who runs after everybody else that is ready: output of one round leaves
    /// together.
    pub(super) flush: Notify,
}

impl Rim {
    pub(super) fn new(world: World, clock: Clock) -> Self {
        Self {
            world: RefCell::new(world),
            connections: RefCell::default(),
            waiters: RefCell::default(),
            read_buffer: RefCell::new(Vec::with_capacity(READ_SIZE)),
            clock,
            refusing: Cell::new(false),
            flush: Notify::new(),
        }
    }
}
