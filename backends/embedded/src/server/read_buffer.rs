//! The buffer that all connections read into.

/// Enough for most requests. The buffer is most of the memory of an idle server, so it is small.
const SMALL: usize = 16 * 1024;

/// The size while large messages arrive. They cost measurably more with half of it.
const LARGE: usize = 64 * 1024;

/// After this many small reads in a row, the buffer shrinks again.
const SHRINK_AFTER: u32 = 1024;

/// A buffer that grows when a read fills it, and shrinks after many small reads.
#[derive(Debug, Default)]
pub(super) struct ReadBuffer {
    bytes: Vec<u8>,
    /// The number of small reads in a row.
    small_reads: u32,
}

impl ReadBuffer {
    /// Clears the buffer and makes room for the next read.
    pub(super) fn for_next(&mut self) -> &mut Vec<u8> {
        let filled = self.bytes.len();
        self.small_reads = if filled < SMALL { self.small_reads.saturating_add(1) } else { 0 };
        self.bytes.clear();
        if self.bytes.capacity() == 0
            || self.small_reads > SHRINK_AFTER && self.bytes.capacity() > SMALL
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
    fn should_grow_after_a_full_read_and_shrink_after_many_small_ones() {
        let mut buffer = ReadBuffer::default();
        let mut read = |length: usize| {
            let room = buffer.for_next();
            let capacity = room.capacity();
            room.resize(length.min(capacity), b'x');
            capacity
        };
        assert_eq!([read(100), read(SMALL - 1), read(SMALL)], [SMALL; 3]);
        assert_eq!(read(usize::MAX), LARGE);
        for _ in 0..SHRINK_AFTER {
            assert_eq!(read(100), LARGE);
        }
        assert_eq!(
            [read(SMALL), read(100), read(100)],
            [LARGE; 3],
            "one large read keeps it large"
        );
        for _ in 0..SHRINK_AFTER {
            read(100);
        }
        assert_eq!([read(100), read(100)], [SMALL; 2]);
    }
}
