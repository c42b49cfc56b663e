//! Runs a request of the handle: it has no socket, and cannot wait.

use std::io::IoSlice;

use super::Engine;
use crate::commands::Outside;
use crate::time::Timestamp;
use crate::wire::{Protocol, Reply};

impl Engine {
    /// Runs one request as a client of its own, with every permission of the default user, and returns
    /// the bytes of the reply in RESP3. A command that would wait gets the reply of a wait in vain.
    /// A request that a pause holds gets no reply.
    pub(crate) fn execute_directly(
        &mut self,
        outside: &mut dyn Outside,
        words: &[Vec<u8>],
        now: Timestamp,
    ) -> Vec<u8> {
        let mut request = Vec::new();
        let mut writer = Reply::new(&mut request, Protocol::Resp2);
        writer.array(words.len());
        words.iter().for_each(|word| _ = writer.bulk(word));
        let client = self.state.connect_handle(now);
        self.with(outside).receive(client, &request, now);
        self.state.time_out(client);
        let mut reply = Vec::new();
        while let Some(output) = self.state.clients.get(client).map(|client| &client.output)
            && !output.is_empty()
        {
            let mut slices = [IoSlice::new(&[]); 4];
            let used = output.slices(&self.state.broadcast, &mut slices);
            let before = reply.len();
            slices[..used].iter().for_each(|slice| reply.extend_from_slice(slice));
            self.state.output_written(client, reply.len() - before, now);
        }
        self.state.disconnect(client);
        reply
    }
}
