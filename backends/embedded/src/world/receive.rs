//! Input: every complete request is executed, in order, and the rest is kept.

use super::World;
use crate::client::{ClientKey, Ending};
use crate::command;
use crate::moment::Moment;
use crate::wire::{ErrorReply, Limits, Parsed};

impl World {
    /// Takes what has arrived from a client and runs the requests that are complete.
    pub(crate) fn receive(&mut self, key: ClientKey, bytes: &[u8], now: Moment) {
        let Some(client) = self.clients.get_mut(key) else { return };
        self.stats.bytes_received += bytes.len() as u64;
        client.active = now;
        self.take(key, bytes, now);
        if let Some(cluster) = &mut self.cluster {
            cluster.settle(self.config.full_coverage);
        }
    }

    fn take(&mut self, key: ClientKey, bytes: &[u8], now: Moment) {
        let client = &mut self.clients[key];
        if client.input.is_empty() {
            let consumed = self.run(key, bytes, now);
            self.keep(key, Vec::new(), &bytes[consumed..]);
        } else {
            let mut input = std::mem::take(&mut client.input);
            input.extend_from_slice(bytes);
            let consumed = self.run(key, &input, now);
            if consumed == input.len() {
                return;
            }
            input.drain(..consumed);
            self.keep(key, input, &[]);
        }
    }

    /// Runs the complete requests in `input` and returns how many bytes are done with.
    fn run(&mut self, key: ClientKey, input: &[u8], now: Moment) -> usize {
        let mut parser = std::mem::take(&mut self.clients[key].parser);
        let mut done = 0;
        loop {
            let client = &self.clients[key];
            if client.is_ending() {
                done = input.len();
                break;
            }
            let authenticated = client.session.authenticated || !self.access.asks_for_password();
            let limits = Limits { bulk: self.config.max_bulk, authenticated };
            match parser.next(&input[done..], &limits) {
                Ok(Parsed::Request { consumed }) => {
                    self.speaking = Some(key);
                    command::execute(self, key, parser.args(&input[done..]), now);
                    self.speaking = None;
                    self.release_held_back(key, now);
                    self.limit_output(key, now);
                    done += consumed;
                }
                Ok(Parsed::Partial { consumed }) => {
                    done += consumed;
                    break;
                }
                Err(error) => {
                    self.reply_to(key).error(&ErrorReply::from(error));
                    self.clients.end(key, Ending::AfterOutput);
                }
            }
        }
        self.clients[key].parser = parser;
        done
    }

    /// Keeps the beginning of a request until its rest arrives.
    fn keep(&mut self, key: ClientKey, mut input: Vec<u8>, more: &[u8]) {
        if input.is_empty() && more.is_empty() {
            return;
        }
        let client = &mut self.clients[key];
        input.reserve_exact(more.len() + client.parser.missing(input.len() + more.len()));
        input.extend_from_slice(more);
        if input.len() as u64 > self.config.query_buffer {
            self.stats.query_limit_disconnections += 1;
            self.clients.end(key, Ending::Now);
        } else {
            client.input = input;
        }
    }
}
