use bytes::{Bytes, BytesMut};

use super::{
    cyclic_stream::CyclicStream,
    load::{Flow, Idle, SubscriptionKind},
};
use crate::wire::{Frame, encode, encode_request};

/// The size of a cycle: no two messages of the same number are in flight at once, and the cycle
/// stays in a processor's cache.
const STREAM_BYTES: usize = 64 * 1024;

/// How many idle subscriptions one request makes.
const IDLE_AT_ONCE: usize = 1000;

/// All bytes that a flow sends and must receive, computed before the first connection.
#[derive(Debug)]
pub(super) struct Plan {
    /// One stream for each channel.
    pub(super) streams: Vec<Stream>,
    /// The idle subscriptions, which one more connection makes.
    pub(super) idle: Vec<Exchange>,
    /// Subscribers speak RESP3.
    pub(super) resp3: bool,
    /// See [`Flow::timed`].
    pub(super) timed: bool,
}

/// A channel: its publisher's requests, the replies to them, and what each subscriber receives.
#[derive(Debug)]
pub(super) struct Stream {
    /// How many connections receive it.
    pub(super) subscribers: usize,
    /// How many requests are written at once.
    pub(super) pipeline: u64,
    pub(super) requests: CyclicStream,
    pub(super) replies: CyclicStream,
    pub(super) deliveries: CyclicStream,
    /// The exchange that subscribes a subscriber.
    pub(super) subscribe: Exchange,
    /// The exchange that unsubscribes it. The answer follows all messages, so it reveals one
    /// message too many.
    pub(super) unsubscribe: Exchange,
}

/// A request and the only right answer.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) request: Vec<u8>,
    pub(super) answer: Vec<u8>,
}

impl Plan {
    /// The plan of this flow, on channels whose names begin with `prefix`.
    pub(super) fn new(flow: &Flow, prefix: &str) -> Self {
        let streams = (0..flow.channels).map(|index| Stream::new(flow, prefix, index)).collect();
        let (command, count, tail) = match flow.idle {
            Idle::Nothing => ("SUBSCRIBE", 0, ""),
            Idle::Channels(count) => ("SUBSCRIBE", count, ""),
            Idle::Patterns(count) => ("PSUBSCRIBE", count, "*"),
        };
        // They differ from the published channels in their first byte, so the load measures their
        // number and not the length of a common prefix.
        let names: Vec<_> = (0..count).map(|n| format!("{n}:{prefix}idle:{tail}")).collect();
        let idle = names
            .chunks(IDLE_AT_ONCE)
            .enumerate()
            .map(|(index, names)| {
                Exchange::subscribing(command, names, index * IDLE_AT_ONCE, false)
            })
            .collect();
        Self { streams, idle, resp3: flow.resp3, timed: flow.timed }
    }
}

impl Stream {
    fn new(flow: &Flow, prefix: &str, index: usize) -> Self {
        let channel = format!("{prefix}{index}:events");
        let (command, name, kind) = match flow.subscription {
            SubscriptionKind::Channel => ("SUBSCRIBE", channel.clone(), "message"),
            SubscriptionKind::Pattern => ("PSUBSCRIBE", format!("{prefix}{index}:*"), "pmessage"),
        };
        let batches = (STREAM_BYTES / (flow.pipeline * flow.payload)).max(2);
        let count = flow.pipeline * batches;
        let payload = |number| payload(number, flow.payload);

        let requests = CyclicStream::new(count, |number, out| {
            out.extend(request(["PUBLISH".into(), channel.clone().into(), payload(number)]));
        });
        let replies = CyclicStream::new(count, |_, out| {
            out.extend(bytes(&Frame::Integer(flow.subscribers as i64)));
        });
        let deliveries = CyclicStream::new(count, |number, out| {
            let mut items = vec![bulk(kind)];
            if flow.subscription == SubscriptionKind::Pattern {
                items.push(bulk(&name));
            }
            items.extend([bulk(&channel), Frame::Bulk(payload(number))]);
            out.extend(bytes(&push_frame(items, flow.resp3)));
        });
        Self {
            subscribers: flow.subscribers,
            pipeline: flow.pipeline as u64,
            requests,
            replies,
            deliveries,
            subscribe: Exchange::subscribing(command, std::slice::from_ref(&name), 0, flow.resp3),
            unsubscribe: Exchange::unsubscribing(command, &name, flow.resp3),
        }
    }
}

impl Exchange {
    /// Subscribes to these names, on a connection that has `before` subscriptions.
    pub(super) fn subscribing(command: &str, names: &[String], before: usize, resp3: bool) -> Self {
        let words = std::iter::once(command.to_owned()).chain(names.iter().cloned());
        let confirmations = names.iter().zip(before + 1..).map(|(name, count)| {
            let kind = bulk(&command.to_ascii_lowercase());
            push_frame(vec![kind, bulk(name), Frame::Integer(count as i64)], resp3)
        });
        Self {
            request: request(words.map(Bytes::from)),
            answer: confirmations.flat_map(|frame| bytes(&frame)).collect(),
        }
    }

    fn unsubscribing(command: &str, name: &str, resp3: bool) -> Self {
        let (p, rest) = command.split_at(command.len() - "SUBSCRIBE".len());
        let command = format!("{p}UN{rest}");
        let kind = bulk(&command.to_ascii_lowercase());
        Self {
            request: request([command.into(), name.to_owned().into()]),
            answer: bytes(&push_frame(vec![kind, bulk(name), Frame::Integer(0)], resp3)),
        }
    }
}

/// The bytes of a request.
pub(super) fn request(words: impl IntoIterator<Item = Bytes>) -> Vec<u8> {
    let mut out = BytesMut::new();
    encode_request(&words.into_iter().collect::<Vec<_>>(), &mut out);
    out.into()
}

/// A payload: its number, then always the same bytes.
fn payload(number: usize, length: usize) -> Bytes {
    let mut payload = format!("{number:016}").into_bytes();
    payload.resize(length, b'.');
    payload.into()
}

/// A delivery or confirmation: an array in RESP2, a push in RESP3.
fn push_frame(items: Vec<Frame>, resp3: bool) -> Frame {
    if resp3 { Frame::Push(items) } else { Frame::Array(items) }
}

fn bulk(text: &str) -> Frame {
    Frame::Bulk(Bytes::copy_from_slice(text.as_bytes()))
}

fn bytes(frame: &Frame) -> Vec<u8> {
    let mut out = BytesMut::new();
    encode(frame, &mut out);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{load::Shape, registry::LOADS};

    #[test]
    fn should_spell_out_requests_replies_and_messages() {
        let flow = Flow { subscribers: 3, payload: 16, pipeline: 2, ..Flow::PLAIN };
        let plan = Plan::new(&flow, "p:");
        let stream = &plan.streams[0];
        assert_eq!(
            stream.requests.slice(stream.requests.unit(), stream.requests.unit()),
            b"*3\r\n$7\r\nPUBLISH\r\n$10\r\np:0:events\r\n$16\r\n0000000000000001\r\n"
        );
        assert_eq!(stream.replies.slice(0, stream.replies.unit()), b":3\r\n");
        assert_eq!(
            stream.deliveries.slice(0, stream.deliveries.unit()),
            b"*3\r\n$7\r\nmessage\r\n$10\r\np:0:events\r\n$16\r\n0000000000000000\r\n"
        );
        assert_eq!(stream.subscribe.request, b"*2\r\n$9\r\nSUBSCRIBE\r\n$10\r\np:0:events\r\n");
        assert_eq!(
            stream.subscribe.answer,
            b"*3\r\n$9\r\nsubscribe\r\n$10\r\np:0:events\r\n:1\r\n"
        );
        assert_eq!(
            stream.unsubscribe.request,
            b"*2\r\n$11\r\nUNSUBSCRIBE\r\n$10\r\np:0:events\r\n"
        );
    }

    #[test]
    fn should_name_the_pattern_in_a_pmessage() {
        let flow = Flow {
            subscription: SubscriptionKind::Pattern,
            resp3: true,
            payload: 16,
            ..Flow::PLAIN
        };
        let plan = Plan::new(&flow, "");
        let stream = &plan.streams[0];
        assert_eq!(
            stream.deliveries.slice(0, stream.deliveries.unit()),
            b">4\r\n$8\r\npmessage\r\n$3\r\n0:*\r\n$8\r\n0:events\r\n$16\r\n0000000000000000\r\n"
        );
        assert_eq!(stream.unsubscribe.answer, b">3\r\n$12\r\npunsubscribe\r\n$3\r\n0:*\r\n:0\r\n");
    }

    #[test]
    fn should_count_idle_subscriptions_over_all_requests() {
        let flow = Flow { idle: Idle::Patterns(2500), ..Flow::PLAIN };
        let idle = Plan::new(&flow, "").idle;
        assert_eq!(idle.len(), 3);
        assert!(idle[2].answer.ends_with(b"$11\r\n2499:idle:*\r\n:2500\r\n"));
    }

    #[test]
    fn should_write_every_batch_of_every_load_in_one_piece() {
        for load in LOADS {
            let Shape::Flow(flow) = load.shape else { continue };
            let small = Flow { idle: Idle::Nothing, ..flow };
            for stream in Plan::new(&small, "").streams {
                let batch = stream.pipeline * stream.requests.unit();
                for at in [0, batch, 7 * batch] {
                    assert_eq!(
                        stream.requests.slice(at, batch).len() as u64,
                        batch,
                        "{}",
                        load.name
                    );
                }
            }
        }
    }
}
