use std::fmt;

use bytes::{Bytes, BytesMut};

use super::Owner;
use crate::conversation::Name;

/// The direction of bytes on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client to the server.
    Requests,
    /// From the server to the client.
    Answers,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requests => "requests",
            Self::Answers => "answers",
        })
    }
}

/// All bytes that went through a tap. Frames are decoded afterwards, so that recording does not
/// slow down a load of 100,000 frames.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) connections: Vec<ConnectionRecord>,
    clock: u64,
    last: Option<(usize, Direction)>,
}

/// The bytes of one connection.
#[derive(Debug)]
pub(super) struct ConnectionRecord {
    pub(super) name: Name,
    pub(super) owner: Owner,
    /// When it was opened, on the record's clock.
    pub(super) opened: u64,
    pub(super) requests: Stream,
    pub(super) answers: Stream,
}

/// One direction of a connection.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) bytes: BytesMut,
    /// How many bytes the other side took: all of `bytes`, unless that side left early.
    pub(super) forwarded: usize,
    marks: Vec<Mark>,
    /// When and how it ended.
    pub(super) end: Option<(u64, End)>,
}

/// The bytes up to `end` had arrived by `time`.
#[derive(Debug)]
struct Mark {
    end: usize,
    time: u64,
}

/// How a direction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The sender closed its half of the connection.
    Finished,
    /// The connection broke.
    Reset,
    /// The case cut the connection. For the server, that is a client that closes it.
    Cut,
}

impl Record {
    pub(super) fn open(&mut self, name: Name, owner: Owner) -> usize {
        let opened = self.tick();
        self.connections.push(ConnectionRecord {
            name,
            owner,
            opened,
            requests: Stream::default(),
            answers: Stream::default(),
        });
        self.last = None;
        self.connections.len() - 1
    }

    /// A number that grows with everything that is recorded.
    pub(super) fn size(&self) -> u64 {
        let streams = self.connections.iter().flat_map(|it| [&it.requests, &it.answers]);
        let bytes: usize = streams.map(|stream| stream.bytes.len() + stream.forwarded).sum();
        self.clock + bytes as u64
    }

    /// Must be called before the bytes are forwarded, so that reactions to them get a later time.
    pub(super) fn append(&mut self, id: usize, direction: Direction, bytes: &[u8]) {
        let same = self.last == Some((id, direction));
        let time = if same { self.clock } else { self.tick() };
        self.last = Some((id, direction));
        let stream = self.stream(id, direction);
        stream.bytes.extend_from_slice(bytes);
        let end = stream.bytes.len();
        match stream.marks.last_mut() {
            Some(mark) if same => mark.end = end,
            _ => stream.marks.push(Mark { end, time }),
        }
    }

    pub(super) fn forwarded(&mut self, id: usize, direction: Direction, count: usize) {
        self.stream(id, direction).forwarded += count;
    }

    pub(super) fn end(&mut self, id: usize, direction: Direction, end: End) {
        let time = self.tick();
        self.last = None;
        self.stream(id, direction).end.get_or_insert((time, end));
    }

    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn stream(&mut self, id: usize, direction: Direction) -> &mut Stream {
        let connection = &mut self.connections[id];
        match direction {
            Direction::Requests => &mut connection.requests,
            Direction::Answers => &mut connection.answers,
        }
    }
}

impl Stream {
    /// The time at which the bytes before `offset` had all arrived.
    pub(super) fn time_of(&self, offset: usize) -> u64 {
        let mark = self.marks.partition_point(|mark| mark.end < offset);
        self.marks.get(mark).map_or(u64::MAX, |mark| mark.time)
    }

    /// The end of the piece in which the byte at `offset` arrived.
    pub(super) fn end_of_piece(&self, offset: usize) -> usize {
        let mark = self.marks.partition_point(|mark| mark.end <= offset);
        self.marks.get(mark).map_or(usize::MAX, |mark| mark.end)
    }

    /// Whether any byte arrived after that time.
    pub(super) fn has_bytes_after(&self, time: u64) -> bool {
        self.marks.last().is_some_and(|mark| mark.time > time)
    }

    /// Takes the bytes out; their times stay.
    pub(super) fn take(&mut self) -> Bytes {
        std::mem::take(&mut self.bytes).freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_keep_the_time_of_each_byte() {
        let mut record = Record::default();
        let alice = record.open(Name::new("alice"), Owner::Scene);
        let bob = record.open(Name::new("bob"), Owner::Scene);
        record.append(alice, Direction::Requests, b"ab");
        record.append(alice, Direction::Requests, b"c");
        record.append(bob, Direction::Requests, b"x");
        record.append(alice, Direction::Requests, b"d");

        let alice = &record.connections[alice].requests;
        assert_eq!(alice.time_of(1), alice.time_of(3), "nothing happened in between");
        let bob = record.connections[bob].requests.time_of(1);
        assert!(alice.time_of(3) < bob && bob < alice.time_of(4));
    }
}
