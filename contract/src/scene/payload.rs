use bytes::Bytes;

/// A payload of exactly `size` bytes that repeats a few bytes, so that its recording is one short
/// line. Another `tag` gives another payload of the same size.
///
/// The period is prime: a lost, doubled or swapped chunk shifts the bytes after it.
pub fn periodic(tag: &str, size: usize) -> Bytes {
    const PERIOD: usize = 61;
    let alphabet = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let unit: Vec<u8> = tag.bytes().chain(alphabet.iter().copied().cycle()).take(PERIOD).collect();
    let mut payload = unit.repeat(size.div_ceil(PERIOD));
    payload.truncate(size);
    payload.into()
}

/// All 256 bytes, in order.
pub fn every_byte() -> Bytes {
    (0..=u8::MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_be_periodic_distinct_and_of_the_requested_size() {
        let payload = periodic("a", 1 << 10);
        assert_eq!(payload.len(), 1 << 10);
        assert!(payload.iter().zip(&payload[61..]).all(|(here, there)| here == there));
        assert_ne!(payload, periodic("b", 1 << 10));
        assert_eq!(periodic("a", 0).len(), 0);
    }
}
