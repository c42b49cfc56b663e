use bytes::{Bytes, BytesMut};

use super::error::TapError;
use super::record::{Direction, End, Record, Stream, Track};
use crate::conversation::Name;
use crate::wire::{Asked, Decoder, Frame, decode_request, encode, encode_request};

/// One thing that happened, on the record's clock.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) time: u64,
    pub(super) connection: Name,
    pub(super) event: Event,
}

#[derive(Debug)]
pub(super) enum Event {
    /// The connection was made, and the client was not the first to speak.
    Opened,
    Asked(Asked),
    /// The client is done with sending, and heard more after that.
    HalfClosed,
    /// The client is gone.
    Left,
    Answered(Frame),
    /// Bytes that are no frame.
    Noise(Bytes),
    Closed,
}

/// Everything that happened, in order.
///
/// Fails where the steps do not give back the bytes that went through.
pub(super) fn transcript(record: Record) -> Result<Vec<Step>, TapError> {
    let mut steps = Vec::new();
    for mut track in record.tracks {
        let first = steps.len();
        requests(&mut track, &mut steps)?;
        answers(&mut track, &mut steps)?;
        let earliest = steps[first..].iter().min_by_key(|step| step.time);
        if !earliest.is_some_and(|step| matches!(step.event, Event::Asked(_))) {
            steps.push(Step { time: track.opened, connection: track.name, event: Event::Opened });
        }
    }
    // Stable: what came in one piece keeps its order.
    steps.sort_by_key(|step| step.time);
    Ok(steps)
}

fn requests(track: &mut Track, steps: &mut Vec<Step>) -> Result<(), TapError> {
    let name = &track.name;
    let stream = &mut track.requests;
    let whole = stream.take();
    let mut left = BytesMut::from(&whole[..]);
    let mut proof = Proof::new(&whole);
    while let Some(asked) = decode_request(&mut left) {
        let start = proof.at;
        match &asked {
            Asked::Request(words) => proof.give_back(|out| encode_request(words, out)),
            Asked::Raw(bytes) => proof.give_back(|out| out.extend_from_slice(bytes)),
        }
        match asked {
            Asked::Request(_) => {
                let time = stream.time_of(proof.at);
                steps.push(Step { time, connection: name.clone(), event: Event::Asked(asked) });
            }
            Asked::Raw(bytes) => raw(stream, start, bytes, |time, bytes| {
                let event = Event::Asked(Asked::Raw(bytes));
                steps.push(Step { time, connection: name.clone(), event });
            }),
        }
    }
    let start = proof.at;
    proof.give_back(|out| out.extend_from_slice(&left));
    raw(stream, start, left.freeze(), |time, bytes| {
        let event = Event::Asked(Asked::Raw(bytes));
        steps.push(Step { time, connection: name.clone(), event });
    });
    if let Some((time, end)) = stream.end {
        // On the wire, a client that leaves begins like one that only stops talking.
        let listened = end == End::Finished && track.answers.is_seen_after(time);
        let event = if listened { Event::HalfClosed } else { Event::Left };
        steps.push(Step { time, connection: name.clone(), event });
    }
    proof.verdict(stream, name, Direction::Requests)
}

fn answers(track: &mut Track, steps: &mut Vec<Step>) -> Result<(), TapError> {
    let name = &track.name;
    let stream = &mut track.answers;
    let whole = stream.take();
    let mut left = BytesMut::from(&whole[..]);
    let mut proof = Proof::new(&whole);
    let mut decoder = Decoder::new();
    // An error leaves what is no frame in the buffer, where the end of the stream leaves what is
    // no whole one: both are kept as bytes.
    while let Ok(Some(decoded)) = decoder.decode(&mut left) {
        proof.give_back(|out| encode(&decoded.frame, out));
        let time = stream.time_of(proof.at);
        let event = Event::Answered(decoded.frame);
        steps.push(Step { time, connection: name.clone(), event });
    }
    let start = proof.at;
    proof.give_back(|out| out.extend_from_slice(&left));
    raw(stream, start, left.freeze(), |time, bytes| {
        steps.push(Step { time, connection: name.clone(), event: Event::Noise(bytes) });
    });
    if let Some((time, _)) = stream.end {
        steps.push(Step { time, connection: name.clone(), event: Event::Closed });
    }
    proof.verdict(stream, name, Direction::Answers)
}

/// Cuts bytes that have no end of their own where time went by.
fn raw(stream: &Stream, start: usize, mut bytes: Bytes, mut keep: impl FnMut(u64, Bytes)) {
    let mut at = start;
    while !bytes.is_empty() {
        let piece = bytes.split_to((stream.seen_with(at) - at).clamp(1, bytes.len()));
        at += piece.len();
        keep(stream.time_of(at), piece);
    }
}

/// That the steps give back the bytes.
struct Proof<'a> {
    whole: &'a [u8],
    at: usize,
    scratch: BytesMut,
    wrong: Option<usize>,
}

impl<'a> Proof<'a> {
    fn new(whole: &'a [u8]) -> Self {
        Self { whole, at: 0, scratch: BytesMut::new(), wrong: None }
    }

    fn give_back(&mut self, write: impl FnOnce(&mut BytesMut)) {
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

    fn verdict(
        self,
        stream: &Stream,
        connection: &Name,
        direction: Direction,
    ) -> Result<(), TapError> {
        let whole = self.whole.len();
        let wrong = self.wrong.or((self.at != whole).then_some(self.at.min(whole)));
        // Less may have gone on than came, if the other side left in the middle.
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
        let alice = record.open(Name::new("alice"));
        for index in 0..requests.len().max(answers.len()) {
            if let Some(bytes) = requests.get(index) {
                record.pass(alice, Direction::Requests, bytes);
            }
            if let Some(bytes) = answers.get(index) {
                record.pass(alice, Direction::Answers, bytes);
            }
        }
        let steps = transcript(record).expect("nothing is lost");
        steps.into_iter().map(|step| format!("{:?}", step.event)).collect()
    }

    #[test]
    fn should_place_a_frame_where_its_last_byte_came() {
        let steps = steps(
            &[b"*1\r\n$4\r\nPI", b"NG\r\n", b"*1\r\n$4\r\nQUIT\r\n"],
            &[b"", b"+PO", b"NG\r\n+OK\r\n"],
        );
        assert_eq!(
            steps,
            [
                "Asked(Request([b\"PING\"]))",
                "Asked(Request([b\"QUIT\"]))",
                "Answered(Simple(b\"PONG\"))",
                "Answered(Simple(b\"OK\"))",
            ]
        );
    }

    #[test]
    fn should_keep_what_is_no_frame_as_bytes() {
        let steps = steps(&[b"PING\r\n", b"\x00\x01"], &[b"+PONG\r\n", b"?no\r\n+OK\r\n"]);
        assert_eq!(
            steps,
            [
                "Asked(Raw(b\"PING\\r\\n\"))",
                "Answered(Simple(b\"PONG\"))",
                "Asked(Raw(b\"\\0\\x01\"))",
                "Noise(b\"?no\\r\\n+OK\\r\\n\")",
            ]
        );
    }

    #[test]
    fn should_notice_bytes_that_are_not_given_back() {
        let mut proof = Proof::new(b"+OK\r\n");
        proof.give_back(|out| out.extend_from_slice(b"+KO\r\n"));
        let name = Name::new("alice");
        let verdict = proof.verdict(&Stream::default(), &name, Direction::Answers);
        assert!(matches!(verdict, Err(TapError::Lossy { at: 1, .. })), "{verdict:?}");
    }
}
