use bytes::{Bytes, BytesMut};

use super::Owner;
use super::error::TapError;
use super::record::{ConnectionRecord, Direction, End, Record, Stream};
use crate::conversation::Name;
use crate::wire::{ClientInput, Decoder, Frame, decode_request, encode, encode_request};

/// One event with its time on the record's clock.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) time: u64,
    pub(super) connection: Name,
    pub(super) event: Event,
}

#[derive(Debug)]
pub(super) enum Event {
    /// The connection was made, and the client did not send first.
    Opened,
    Input(ClientInput),
    /// The client finished sending, and received more after that.
    ClientHalfClosed,
    /// The client closed the connection.
    ClientClosed,
    Frame(Frame),
    /// Bytes that are no frame.
    Raw(Bytes),
    ServerClosed,
}

/// All events of a record, in order.
///
/// Fails if the steps do not encode to the recorded bytes.
pub(super) fn transcript(record: Record) -> Result<Vec<Step>, TapError> {
    let mut steps = Vec::new();
    for mut connection in record.connections {
        let first = steps.len();
        requests(&mut connection, &mut steps)?;
        answers(&mut connection, &mut steps)?;
        let earliest = steps[first..].iter().min_by_key(|step| step.time);
        if !earliest.is_some_and(|step| matches!(step.event, Event::Input(_))) {
            steps.push(Step {
                time: connection.opened,
                connection: connection.name,
                event: Event::Opened,
            });
        }
    }
    // The sort is stable: steps that arrived in one piece keep their order.
    steps.sort_by_key(|step| step.time);
    Ok(steps)
}

fn requests(connection: &mut ConnectionRecord, steps: &mut Vec<Step>) -> Result<(), TapError> {
    let name = &connection.name;
    let stream = &mut connection.requests;
    let whole = stream.take();
    let mut left = BytesMut::from(&whole[..]);
    let mut check = RoundTripCheck::new(&whole);
    while let Some(input) = decode_request(&mut left) {
        let start = check.at;
        match &input {
            ClientInput::Request(words) => check.re_encode(|out| encode_request(words, out)),
            ClientInput::Raw(bytes) => check.re_encode(|out| out.extend_from_slice(bytes)),
        }
        match input {
            ClientInput::Request(_) => {
                let time = stream.time_of(check.at);
                steps.push(Step { time, connection: name.clone(), event: Event::Input(input) });
            }
            ClientInput::Raw(bytes) => raw(stream, start, bytes, |time, bytes| {
                let event = Event::Input(ClientInput::Raw(bytes));
                steps.push(Step { time, connection: name.clone(), event });
            }),
        }
    }
    let start = check.at;
    check.re_encode(|out| out.extend_from_slice(&left));
    raw(stream, start, left.freeze(), |time, bytes| {
        let event = Event::Input(ClientInput::Raw(bytes));
        steps.push(Step { time, connection: name.clone(), event });
    });
    if let Some((time, end)) = stream.end {
        // On the wire, a close begins like a half-close: only later answers tell them apart.
        let is_half_close = end == End::Finished && connection.answers.has_bytes_after(time);
        let event = if is_half_close { Event::ClientHalfClosed } else { Event::ClientClosed };
        // Many libraries close in the background, so when an application closes says nothing.
        if is_half_close || connection.owner == Owner::Scene || end == End::Cut {
            steps.push(Step { time, connection: name.clone(), event });
        }
    }
    check.finish(stream, name, Direction::Requests)
}

fn answers(connection: &mut ConnectionRecord, steps: &mut Vec<Step>) -> Result<(), TapError> {
    let name = &connection.name;
    let stream = &mut connection.answers;
    let whole = stream.take();
    let mut left = BytesMut::from(&whole[..]);
    let mut check = RoundTripCheck::new(&whole);
    let mut decoder = Decoder::new();
    // An error leaves malformed bytes in the buffer; the end of the stream leaves an incomplete
    // frame. Both are kept as raw bytes.
    while let Ok(Some(decoded)) = decoder.decode(&mut left) {
        check.re_encode(|out| encode(&decoded.frame, out));
        let time = stream.time_of(check.at);
        let event = Event::Frame(decoded.frame);
        steps.push(Step { time, connection: name.clone(), event });
    }
    let start = check.at;
    check.re_encode(|out| out.extend_from_slice(&left));
    raw(stream, start, left.freeze(), |time, bytes| {
        steps.push(Step { time, connection: name.clone(), event: Event::Raw(bytes) });
    });
    if let Some((time, _)) = stream.end {
        steps.push(Step { time, connection: name.clone(), event: Event::ServerClosed });
    }
    check.finish(stream, name, Direction::Answers)
}

/// Splits raw bytes into the pieces in which they arrived.
fn raw(stream: &Stream, start: usize, mut bytes: Bytes, mut keep: impl FnMut(u64, Bytes)) {
    let mut at = start;
    while !bytes.is_empty() {
        let piece = bytes.split_to((stream.end_of_piece(at) - at).clamp(1, bytes.len()));
        at += piece.len();
        keep(stream.time_of(at), piece);
    }
}

/// Checks that the steps encode to the recorded bytes.
struct RoundTripCheck<'a> {
    whole: &'a [u8],
    at: usize,
    scratch: BytesMut,
    wrong: Option<usize>,
}

impl<'a> RoundTripCheck<'a> {
    fn new(whole: &'a [u8]) -> Self {
        Self { whole, at: 0, scratch: BytesMut::new(), wrong: None }
    }

    fn re_encode(&mut self, write: impl FnOnce(&mut BytesMut)) {
        self.scratch.clear();
        write(&mut self.scratch);
        let end = self.at + self.scratch.len();
        if self.wrong.is_none() && self.whole.get(self.at..end) != Some(&self.scratch) {
            let rest = &self.whole[self.at.min(self.whole.len())..];
            let same = rest.iter().zip(&self.scratch).take_while(|(a, b)| a == b).count();
            self.wrong = Some(self.at + same);
        }
        self.at = end;
    }

    fn finish(
        self,
        stream: &Stream,
        connection: &Name,
        direction: Direction,
    ) -> Result<(), TapError> {
        let whole = self.whole.len();
        let wrong = self.wrong.or((self.at != whole).then_some(self.at.min(whole)));
        // Fewer bytes may have been forwarded than received, if the other side left early.
        let wrong = wrong.or((stream.forwarded > whole).then_some(whole));
        match wrong {
            None => Ok(()),
            Some(at) => Err(TapError::Lossy { connection: connection.clone(), direction, at }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(requests: &[&[u8]], answers: &[&[u8]]) -> Vec<String> {
        let mut record = Record::default();
        let alice = record.open(Name::new("alice"), Owner::Scene);
        for index in 0..requests.len().max(answers.len()) {
            if let Some(bytes) = requests.get(index) {
                record.append(alice, Direction::Requests, bytes);
            }
            if let Some(bytes) = answers.get(index) {
                record.append(alice, Direction::Answers, bytes);
            }
        }
        let steps = transcript(record).expect("nothing is lost");
        steps.into_iter().map(|step| format!("{:?}", step.event)).collect()
    }

    #[test]
    fn should_place_a_frame_at_the_time_of_its_last_byte() {
        let steps = steps(
            &[b"*1\r\n$4\r\nPI", b"NG\r\n", b"*1\r\n$4\r\nQUIT\r\n"],
            &[b"", b"+PO", b"NG\r\n+OK\r\n"],
        );
        assert_eq!(
            steps,
            [
                "Input(Request([b\"PING\"]))",
                "Input(Request([b\"QUIT\"]))",
                "Frame(Simple(b\"PONG\"))",
                "Frame(Simple(b\"OK\"))",
            ]
        );
    }

    #[test]
    fn should_keep_malformed_bytes_as_raw() {
        let steps = steps(&[b"PING\r\n", b"\x00\x01"], &[b"+PONG\r\n", b"?no\r\n+OK\r\n"]);
        assert_eq!(
            steps,
            [
                "Input(Raw(b\"PING\\r\\n\"))",
                "Frame(Simple(b\"PONG\"))",
                "Input(Raw(b\"\\0\\x01\"))",
                "Raw(b\"?no\\r\\n+OK\\r\\n\")",
            ]
        );
    }

    #[test]
    fn should_report_bytes_that_do_not_round_trip() {
        let mut check = RoundTripCheck::new(b"+OK\r\n");
        check.re_encode(|out| out.extend_from_slice(b"+KO\r\n"));
        let name = Name::new("alice");
        let finish = check.finish(&Stream::default(), &name, Direction::Answers);
        assert!(matches!(finish, Err(TapError::Lossy { at: 1, .. })), "{finish:?}");
    }
}
