//! Runs the complete requests in a client's input, in order, and keeps the incomplete rest.

use bytes::Bytes;

use super::{Dispatcher, Engine};
use crate::state::client::CloseMode;
use crate::state::ids::ClientKey;
use crate::time::Timestamp;
use crate::wire::{ErrorReply, Limits, Parsed, RequestParser};

/// From this size on, the rest of a request is read straight into the client's own buffer, without
/// a copy through the buffer that all clients share.
const LARGE_REQUEST: usize = 16 * 1024;

impl Engine {
    /// The buffer of a client that has sent the beginning of a large request. The caller reads the
    /// rest into it without a copy, and then calls [`Dispatcher::receive_rest`].
    pub(crate) fn unfinished_request(&mut self, key: ClientKey) -> Option<&mut Vec<u8>> {
        let input = &mut self.state.clients.get_mut(key)?.input;
        (!input.is_empty() && input.capacity() - input.len() >= LARGE_REQUEST).then_some(input)
    }
}

impl Dispatcher<'_> {
    /// Takes the bytes that have arrived from a client and runs the requests that are complete.
    pub(crate) fn receive(&mut self, key: ClientKey, bytes: &[u8], now: Timestamp) {
        let Some(client) = self.state.clients.get_mut(key) else { return };
        if client.input.is_empty() && client.wait.is_none() {
            self.state.stats.bytes_received += bytes.len() as u64;
            client.active = now;
            let consumed = self.run(key, bytes, bytes.len(), now);
            self.keep(key, Vec::new(), &bytes[consumed..]);
            self.state.settle_cluster();
        } else {
            client.input.extend_from_slice(bytes);
            self.receive_rest(key, bytes.len(), now);
        }
    }

    /// Runs the requests that are complete after `arrived` bytes were appended to the buffer.
    pub(crate) fn receive_rest(&mut self, key: ClientKey, arrived: usize, now: Timestamp) {
        let Some(client) = self.state.clients.get_mut(key) else { return };
        self.state.stats.bytes_received += arrived as u64;
        client.active = now;
        let mut input = std::mem::take(&mut client.input);
        if client.is_held || client.wait.is_some() {
            return self.keep(key, input, &[]);
        }
        if input.len() >= LARGE_REQUEST && client.parser.missing(input.len()) == 0 {
            let input = Bytes::from(input);
            self.state.request = Some(input.clone());
            let consumed = self.run(key, &input, arrived, now);
            self.state.request = None;
            self.keep(key, Vec::new(), &input[consumed..]);
        } else {
            let consumed = self.run(key, &input, arrived, now);
            input.drain(..consumed);
            self.keep(key, input, &[]);
        }
        self.state.settle_cluster();
    }

    /// Runs the complete requests in `input` and returns how many bytes it consumed. The last
    /// `arrived` bytes of the input are new.
    fn run(&mut self, key: ClientKey, input: &[u8], arrived: usize, mut now: Timestamp) -> usize {
        let profile = self.state.profile;
        let mut parser = std::mem::take(&mut self.state.clients[key].parser);
        let mut done = 0;
        loop {
            let client = &self.state.clients[key];
            if client.is_closing() || self.state.is_shut_down {
                done = input.len();
                break;
            }
            let authenticated =
                client.session.authenticated || !self.state.access.requires_password();
            let bulk = self.state.config.max_bulk;
            let limits = Limits { bulk, authenticated, rules: &profile.input };
            let parsed = parser.next(&input[done..], &limits);
            if parser.take_skipped_empty() && profile.empty_request_ends_reply_skip {
                self.state.clients[key].session.command_done();
            }
            match parsed {
                Ok(Parsed::Request { consumed }) if self.is_too_large(key, &parser, consumed) => {
                    self.state.close_for_query_buffer(key);
                }
                Ok(Parsed::Request { consumed }) => {
                    self.state.current_client = Some(key);
                    let args = parser.args(&input[done..]);
                    now = now + self.execute(key, args, parser.is_inline(), now);
                    self.state.finish_command(key, now);
                    if self.state.clients[key].is_held {
                        break;
                    }
                    done += consumed;
                    self.serve_waiting(now);
                    if self.state.clients[key].wait.is_some() {
                        // The rest of the input is kept without this request, and all of it is unparsed.
                        parser.finish_request();
                        break;
                    }
                }
                Ok(Parsed::Partial { consumed }) => {
                    done += consumed;
                    break;
                }
                Err(_) if arrived == 0 && profile.reports_held_protocol_errors_late => break,
                Err(error) => {
                    self.state.reply_error(key, &ErrorReply::from(error));
                    self.state.clients.close(key, CloseMode::AfterOutput);
                }
            }
        }
        self.state.clients[key].parser = parser;
        done
    }

    /// Keeps an incomplete request until its rest arrives. A client with too much input is closed.
    fn keep(&mut self, key: ClientKey, mut input: Vec<u8>, more: &[u8]) {
        if input.is_empty() && more.is_empty() {
            return;
        }
        let client = &mut self.state.clients[key];
        input.reserve_exact(more.len() + client.parser.missing(input.len() + more.len()));
        input.extend_from_slice(more);
        let unparsed = client.parser.unparsed(input.len());
        if self.state.exceeds_query_buffer(key, unparsed) {
            self.state.close_for_query_buffer(key);
        } else {
            self.state.clients[key].input = input;
        }
    }

    /// Whether a complete request exceeded the limit of the query buffer when its end arrived.
    #[inline]
    fn is_too_large(&self, key: ClientKey, parser: &RequestParser, consumed: usize) -> bool {
        let is_small = consumed < LARGE_REQUEST;
        if is_small && self.state.clients[key].session.transaction.is_none() {
            return false;
        }
        self.state.exceeds_query_buffer(key, parser.buffered_at_end(consumed))
    }
}
