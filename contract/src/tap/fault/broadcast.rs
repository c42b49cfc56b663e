use std::cell::RefCell;
use std::rc::Rc;

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

use crate::wire::{ClientInput, decode_request};

/// Sends the requests of all connections to the connections with faults.
#[derive(Clone, Default)]
pub(in crate::tap) struct RequestBroadcast {
    subscriptions: Rc<RefCell<Vec<Subscription>>>,
}

/// A connection with faults.
struct Subscription {
    id: usize,
    sender: mpsc::UnboundedSender<ObservedRequest>,
}

/// A request, as the faults of a connection see it.
#[derive(Clone, Debug)]
pub(in crate::tap) struct ObservedRequest {
    /// Whether it was made on the fault's own connection.
    pub(in crate::tap) is_own: bool,
    pub(in crate::tap) words: Rc<[Bytes]>,
}

pub(in crate::tap) type RequestReceiver = mpsc::UnboundedReceiver<ObservedRequest>;

impl RequestBroadcast {
    /// The receiver for one connection. It receives requests only if the connection has faults.
    pub(in crate::tap) fn subscribe(&self, id: usize, is_faulty: bool) -> RequestReceiver {
        let (sender, receiver) = mpsc::unbounded_channel();
        if is_faulty {
            self.subscriptions.borrow_mut().push(Subscription { id, sender });
        }
        receiver
    }

    /// An observer for one connection, which must see all bytes from the first one on.
    pub(in crate::tap) fn observer(&self, id: usize) -> RequestObserver {
        RequestObserver { id, broadcast: self.clone(), buffer: BytesMut::new() }
    }
}

/// Decodes the requests of one connection and sends them to all subscriptions.
pub(in crate::tap) struct RequestObserver {
    id: usize,
    broadcast: RequestBroadcast,
    buffer: BytesMut,
}

impl RequestObserver {
    pub(in crate::tap) fn observe(&mut self, bytes: &[u8]) {
        let subscriptions = self.broadcast.subscriptions.borrow();
        self.buffer.extend_from_slice(bytes);
        while let Some(input) = decode_request(&mut self.buffer) {
            let ClientInput::Request(request) = input else { continue };
            let words: Rc<[Bytes]> = request.into();
            for Subscription { id, sender } in subscriptions.iter() {
                let is_own = *id == self.id;
                // A closed connection no longer receives requests.
                let _ = sender.send(ObservedRequest { is_own, words: Rc::clone(&words) });
            }
        }
    }
}
