use super::failure::Mismatch;

/// A repeating stream of numbered units of one length.
///
/// All bytes that a subscriber must receive are known before the first request. So a read is
/// checked by one comparison with memory, without a parser, and a lost, repeated, swapped or
/// damaged unit shows at the first byte that differs.
#[derive(Debug)]
pub(super) struct CyclicStream {
    bytes: Vec<u8>,
    unit: usize,
}

impl CyclicStream {
    /// A stream of `count` units, which `write` appends. All of them must have the same length.
    pub(super) fn new(count: usize, mut write: impl FnMut(usize, &mut Vec<u8>)) -> Self {
        let mut bytes = Vec::new();
        for number in 0..count {
            write(number, &mut bytes);
        }
        let unit = bytes.len() / count;
        debug_assert_eq!(bytes.len(), unit * count, "units of one length");
        Self { bytes, unit }
    }

    /// The length of a unit.
    pub(super) fn unit(&self) -> u64 {
        self.unit as u64
    }

    /// The next `length` bytes from this position of the stream, or fewer at the end of the cycle.
    pub(super) fn slice(&self, at: u64, length: u64) -> &[u8] {
        let start = (at % self.bytes.len() as u64) as usize;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        &self.bytes[start..start + length.min(self.bytes.len() - start)]
    }

    /// Checks that the stream has these bytes at this position.
    pub(super) fn check(&self, mut at: u64, mut received: &[u8]) -> Result<(), Mismatch> {
        while !received.is_empty() {
            let expected = self.slice(at, received.len() as u64);
            let (front, rest) = received.split_at(expected.len());
            if front != expected {
                return Err(self.mismatch(at, front));
            }
            at += front.len() as u64;
            received = rest;
        }
        Ok(())
    }

    /// The first unit that differs, as far as it was received.
    fn mismatch(&self, at: u64, received: &[u8]) -> Mismatch {
        let expected = self.slice(at, received.len() as u64);
        let same = expected.iter().zip(received).take_while(|(one, other)| one == other).count();
        let place = at + same as u64;
        let number = place / self.unit();
        // The bytes of the unit before the difference are the expected ones.
        let begun = (place % self.unit()) as usize;
        let expected = self.slice(number * self.unit(), self.unit());
        let rest = received[same..].iter().take(self.unit - begun);
        let received: Vec<u8> = expected[..begun].iter().chain(rest).copied().collect();

        let instead = self
            .bytes
            .chunks(self.unit)
            .position(|unit| unit == received)
            .map(|index| self.nearest(number, index as u64));
        Mismatch { number, expected: expected.to_vec(), received, instead }
    }

    /// Of the units that equal the one at `index`, the number of the one nearest to `number`.
    fn nearest(&self, number: u64, index: u64) -> u64 {
        let count = (self.bytes.len() / self.unit) as u64;
        let base = number - number % count;
        let ahead = base + index;
        let candidates = [ahead.checked_sub(count), Some(ahead), Some(ahead + count)];
        candidates.into_iter().flatten().min_by_key(|one| one.abs_diff(number)).unwrap_or(ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits() -> CyclicStream {
        CyclicStream::new(10, |number, out| out.extend(format!("<{number}>").bytes()))
    }

    #[test]
    fn should_accept_its_own_bytes_in_pieces_of_any_size() {
        let stream: Vec<u8> = digits().slice(0, 30).repeat(3);
        for size in 1..stream.len() {
            let mut at = 0;
            for piece in stream.chunks(size) {
                digits().check(at, piece).unwrap();
                at += piece.len() as u64;
            }
        }
    }

    #[test]
    fn should_name_the_unit_that_arrived_in_place_of_another() {
        let mismatch = digits().check(30 + 10, b"3><4><6>").unwrap_err();
        assert_eq!(mismatch.number, 15);
        assert_eq!(mismatch.expected, b"<5>");
        assert_eq!(mismatch.received, b"<6>");
        assert_eq!(mismatch.instead, Some(16));
    }

    #[test]
    fn should_detect_a_repetition_across_the_end_of_the_cycle() {
        let mismatch = digits().check(27, b"<9><9>").unwrap_err();
        assert_eq!((mismatch.number, mismatch.instead), (10, Some(9)));
    }

    #[test]
    fn should_detect_one_wrong_byte() {
        let mismatch = digits().check(1, b"0>[").unwrap_err();
        assert_eq!((mismatch.number, mismatch.instead), (1, None));
        assert_eq!(mismatch.received, b"[");
    }
}
