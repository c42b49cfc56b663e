//! Input: every complete request is executed, in order, and the rest is kept.

use bytes::Bytes;

use super::World;
use crate::client::{ClientKey, Ending};
use crate::command;
use crate::moment::Moment;
use crate::wire::{ErrorReply, Limits, Parsed};

/// From this size on, what is missing of a request is not read into a buffer that others use.
const LARGE: usize = 16 * 1024;

impl World {
    /// Takes what has arrived from a client and runs the requests that are complete.
    pub(crate) fn receive(&mut self, key: ClientKey, bytes: &[u8], now: Moment) {
        let Some(client) = self.clients.get_mut(key) else { return };
        if client.input.is_empty() {
            self.stats.bytes_received += bytes.len() as u64;
            client.active = now;
            let consumed = self.run(key, bytes, bytes.len(), now);
            self.keep(key, Vec::new(), &bytes[consumed..]);
            self.settle_cluster();
        } else {
            client.input.extend_from_slice(bytes);
            self.receive_rest(key, bytes.len(), now);
        }
    }

    /// The beginning of a large request, if one has come from this client and there is room for its
    /// rest: who appends it, without a copy, tells by [`World::receive_rest`].
    pub(crate) fn unfinished(&mut self, key: ClientKey) -> Option<&mut Vec<u8>> {
        let input = &mut self.clients.get_mut(key)?.input;
        (!input.is_empty() && input.capacity() - input.len() >= LARGE).then_some(input)
    }

    /// Runs what is complete now that `arrived` bytes have been appended to an unfinished request.
    pub(crate) fn receive_rest(&mut self, key: ClientKey, arrived: usize, now: Moment) {
        let Some(client) = self.clients.get_mut(key) else { return };
        self.stats.bytes_received += arrived as u64;
        client.active = now;
        let mut input = std::mem::take(&mut client.input);
        if client.is_held {
            return self.keep(key, input, &[]);
        }
        if input.len() >= LARGE && client.parser.missing(input.len()) == 0 {
            let input = Bytes::from(input);
            self.request = Some(input.clone());
            let consumed = self.run(key, &input, arrived, now);
            self.request = None;
            self.keep(key, Vec::new(), &input[consumed..]);
        } else {
            let consumed = self.run(key, &input, arrived, now);
            input.drain(..consumed);
            self.keep(key, input, &[]);
        }
        self.settle_cluster();
    }

    fn settle_cluster(&mut self) {
        if let Some(cluster) = &mut self.cluster {
            cluster.settle(self.config.full_coverage);
        }
    }

    /// Runs the complete requests in `input`, of which so much is new, and returns how many bytes are
    /// done with.
    fn run(&mut self, key: ClientKey, input: &[u8], arrived: usize, now: Moment) -> usize {
        let mut parser = std::mem::take(&mut self.clients[key].parser);
        let mut done = 0;
        loop {
            let client = &self.clients[key];
            if client.is_ending() {
                done = input.len();
                break;
            }
            let authenticated = client.session.authenticated || !self.access.asks_for_password();
            let limits =
                Limits { bulk: self.config.max_bulk, authenticated, rules: &self.profile.input };
            let parsed = parser.next(&input[done..], &limits);
            if parser.has_passed_empty() && self.profile.empty_requests_end_a_skip {
                self.clients[key].session.end_of_command();
            }
            match parsed {
                Ok(Parsed::Request { consumed }) => {
                    self.speaking = Some(key);
                    command::execute(self, key, parser.args(&input[done..]), now);
                    self.speaking = None;
                    self.release_held_back(key, now);
                    self.tell_own_stale(key, now);
                    self.limit_output(key, now);
                    if self.clients[key].is_held {
                        break;
                    }
                    done += consumed;
                }
                Ok(Parsed::Partial { consumed }) => {
                    done += consumed;
                    break;
                }
                Err(_) if arrived == 0 && self.profile.minds_waiting_input_late => break,
                Err(error) => {
                    self.answer_error(key, &ErrorReply::from(error));
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
