use std::cell::RefCell;
use std::rc::Rc;

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

use crate::wire::{Asked, decode_request};

/// Lets injuries of one connection know what is asked on all of them.
#[derive(Clone, Default)]
pub(in crate::tap) struct Ward {
    listening: Rc<RefCell<Vec<Listener>>>,
}

/// An injured connection, by its track.
struct Listener {
    track: usize,
    ears: mpsc::UnboundedSender<Overheard>,
}

/// A request, heard by an injury.
#[derive(Clone, Debug)]
pub(in crate::tap) struct Overheard {
    /// Whether it was made on the injured connection itself.
    pub(in crate::tap) own: bool,
    pub(in crate::tap) request: Rc<[Bytes]>,
}

pub(in crate::tap) type Ears = mpsc::UnboundedReceiver<Overheard>;

impl Ward {
    /// The ears of one connection; deaf ones if it is not injured.
    pub(in crate::tap) fn admit(&self, track: usize, injured: bool) -> Ears {
        let (sender, ears) = mpsc::unbounded_channel();
        if injured {
            self.listening.borrow_mut().push(Listener { track, ears: sender });
        }
        ears
    }

    /// Somebody who reads along on one connection, from its start.
    pub(in crate::tap) fn witness(&self, track: usize) -> Witness {
        Witness { track, ward: self.clone(), buffer: BytesMut::new() }
    }
}

/// Reads the requests of one connection for those who listen.
pub(in crate::tap) struct Witness {
    track: usize,
    ward: Ward,
    buffer: BytesMut,
}

impl Witness {
    pub(in crate::tap) fn see(&mut self, bytes: &[u8]) {
        let listening = self.ward.listening.borrow();
        self.buffer.extend_from_slice(bytes);
        while let Some(asked) = decode_request(&mut self.buffer) {
            let Asked::Request(request) = asked else { continue };
            let request: Rc<[Bytes]> = request.into();
            for Listener { track, ears } in listening.iter() {
                let own = *track == self.track;
                // A connection that is over hears nothing more.
                let _ = ears.send(Overheard { own, request: Rc::clone(&request) });
            }
        }
    }
}
