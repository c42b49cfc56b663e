//! Where input arrives: one buffer for all connections.

/// What is enough for most of what clients say, and most of what an idle server holds.
const SMALL: usize = 16 * 1024;

/// As long as large messages come: half of this makes them dearer.
const LARGE: usize = 64 * 1024;

/// After so many reads in a row that would have fitted into less, it is small again.
const PATIENCE: u32 = 1024;

/// A buffer that is as large as what is read into it makes worthwhile.
#[derive(Debug, Default)]
pub(super) struct ReadBuffer {
    bytes: Vec<u8>,
    /// How many reads in a row were small ones.
    small_reads: u32,
}

impl ReadBuffer {
    /// Empty, with room for one read.
    pub(super) fn for_next(&mut self) -> &mut Vec<u8> {
        let filled = self.bytes.len();
        self.small_reads = if filled < SMALL { self.small_reads.saturating_add(1) } else { 0 };
        self.bytes.clear();
        if self.bytes.capacity() == 0
            || self.small_reads > PATIENCE && self.bytes.capacity() > SMALL
        {
            self.bytes = Vec::with_capacity(SMALL);
        } else if filled == self.bytes.capacity() && filled < LARGE {
            self.bytes = Vec::with_capacity(LARGE);
        }
        &mut self.bytes
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_be_as_large_as_what_is_read() {
        let mut buffer = ReadBuffer::default();
        let mut read = |length: usize| {
            let room = buffer.for_next();
            let capacity = room.capacity();
            room.resize(length.min(capacity), b'x');
            capacity
        };
        assert_eq!([read(100), read(SMALL - 1), read(SMALL)], [SMALL; 3]);
        assert_eq!(read(usize::MAX), LARGE);
        for _ in 0..PATIENCE {
            assert_eq!(read(100), LARGE);
        }
        assert_eq!([read(SMALL), read(100), read(100)], [LARGE; 3], "one large read keeps it");
        for _ in 0..PATIENCE {
            read(100);
        }
        assert_eq!([read(100), read(100)], [SMALL; 2]);
    }
}
