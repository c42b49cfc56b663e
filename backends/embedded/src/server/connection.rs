//! One connection: from its socket into the world.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::ReadBuf;
use tokio::task::{AbortHandle, spawn_local, yield_now};

use super::rim::Rim;
use super::socket::{Reader, Writer};
use crate::client::ClientKey;

/// What the rim holds of a client. Dropping it closes the socket.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) writer: Rc<Writer>,
    reading: AbortHandle,
    /// The task that waits for a full socket to take more, while there is one.
    pub(super) draining: Option<AbortHandle>,
}

impl Drop for Connection {
    /// The tasks hold the socket too.
    fn drop(&mut self) {
        self.reading.abort();
        if let Some(draining) = &self.draining {
            draining.abort();
        }
    }
}

/// The connections, under the keys that the world gave to their clients.
#[derive(Debug, Default)]
pub(super) struct Connections(Vec<Option<Connection>>);

impl Connections {
    fn insert(&mut self, key: ClientKey, connection: Connection) {
        if self.0.len() <= key.0 {
            self.0.resize_with(key.0 + 1, || None);
        }
        self.0[key.0] = Some(connection);
    }

    pub(super) fn get_mut(&mut self, key: ClientKey) -> Option<&mut Connection> {
        self.0.get_mut(key.0)?.as_mut()
    }

    pub(super) fn remove(&mut self, key: ClientKey) -> Option<Connection> {
        self.0.get_mut(key.0)?.take()
    }
}

/// What a read brought.
enum Received {
    /// As much as fits into the buffer: there may be more, but it is somebody else's turn.
    Full,
    Some,
    /// The client closed its side, or the connection broke.
    End,
}

impl Rim {
    /// Begins to read what a client that the world has let in sends.
    pub(super) fn converse(self: &Rc<Self>, key: ClientKey, reader: Reader, writer: Writer) {
        let reading = spawn_local(read(Rc::clone(self), key, reader)).abort_handle();
        let connection = Connection { writer: Rc::new(writer), reading, draining: None };
        self.connections.borrow_mut().insert(key, connection);
    }

    fn poll_receive(
        &self,
        key: ClientKey,
        reader: &mut Reader,
        context: &mut Context<'_>,
    ) -> Poll<Received> {
        let mut memory = self.read_buffer.borrow_mut();
        let mut buffer = ReadBuf::uninit(memory.spare_capacity_mut());
        match reader.poll_read(context, &mut buffer) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Err(_)) => return Poll::Ready(Received::End),
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => {
                return Poll::Ready(Received::End);
            }
            Poll::Ready(Ok(())) => {}
        }
        let mut world = self.world.borrow_mut();
        world.receive(key, buffer.filled(), self.clock.now());
        if world.has_marked() {
            self.flush.notify_one();
        }
        Poll::Ready(if buffer.remaining() == 0 { Received::Full } else { Received::Some })
    }
}

/// The task of a connection. It ends with the client's side of it, or is aborted with the rest.
async fn read(rim: Rc<Rim>, key: ClientKey, mut reader: Reader) {
    loop {
        match poll_fn(|context| rim.poll_receive(key, &mut reader, context)).await {
            Received::Some => {}
            Received::Full => yield_now().await,
            Received::End => break,
        }
    }
    rim.world.borrow_mut().hang_up(key);
    rim.flush.notify_one();
}
