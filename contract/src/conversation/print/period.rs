/// A part of a string: some bytes, so many times in a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub(super) unit: &'a [u8],
    pub(super) times: usize,
}

/// A repetition shorter than this is easier to read as it is.
const SHORTEST_RUN: usize = 64;
/// Fewer times than this are no repetition to the eye.
const FEWEST_TIMES: usize = 4;
/// Longer units are not looked for.
const LONGEST_UNIT: usize = 1024;
/// What is looked up to find where a string begins to repeat itself.
const GRAM: usize = 4;
const TABLE: usize = 1 << 12;

/// The string in parts, its long repetitions counted. Their bytes in a row are the string again.
///
/// Linear in the string: every few bytes are looked up where they were seen last, and the distance
/// is tried as the period; so payloads of many megabytes cost nothing to speak of.
pub(super) fn segments(bytes: &[u8]) -> Vec<Segment<'_>> {
    let mut found = Vec::new();
    let mut plain = 0;
    if bytes.len() >= SHORTEST_RUN {
        let mut last_seen = vec![usize::MAX; TABLE];
        let mut tried = (0, 0);
        let mut at = 0;
        while let Some(gram) = bytes.get(at..at + GRAM) {
            let before = std::mem::replace(&mut last_seen[slot(gram)], at);
            if before >= plain && before < at && at - before <= LONGEST_UNIT {
                let period = at - before;
                // Within a run already measured and found too short, the period fails again.
                if tried.0 != period || at >= tried.1 {
                    let end = at + common(&bytes[at..], &bytes[before..]);
                    let start = first_of_run(bytes, plain, before, period);
                    let times = (end - start) / period;
                    if times >= FEWEST_TIMES && end - start >= SHORTEST_RUN {
                        push(&mut found, &bytes[plain..start], 1);
                        push(&mut found, &bytes[start..start + period], times);
                        plain = start + period * times;
                        at = plain;
                        continue;
                    }
                    tried = (period, end);
                }
            }
            at += 1;
        }
    }
    push(&mut found, &bytes[plain..], 1);
    if found.is_empty() {
        found.push(Segment { unit: bytes, times: 1 });
    }
    found
}

fn push<'a>(found: &mut Vec<Segment<'a>>, unit: &'a [u8], times: usize) {
    if !unit.is_empty() {
        found.push(Segment { unit, times });
    }
}

fn slot(gram: &[u8]) -> usize {
    let number = gram.iter().fold(0u32, |number, &byte| number << 8 | u32::from(byte));
    (number.wrapping_mul(0x9e37_79b1) >> 20) as usize
}

/// How many bytes both begin with alike.
fn common(a: &[u8], b: &[u8]) -> usize {
    const STRIDE: usize = 256;
    let whole = a.chunks_exact(STRIDE).zip(b.chunks_exact(STRIDE)).take_while(|(a, b)| a == b);
    let start = whole.count() * STRIDE;
    start + a[start..].iter().zip(&b[start..]).take_while(|(a, b)| a == b).count()
}

fn first_of_run(bytes: &[u8], floor: usize, from: usize, period: usize) -> usize {
    let alike = |at: &usize| bytes[*at] == bytes[*at + period];
    (floor..from).rev().take_while(alike).last().unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(bytes: &[u8]) -> Vec<(String, usize)> {
        let segments = segments(bytes);
        segments.iter().map(|s| (s.unit.escape_ascii().to_string(), s.times)).collect()
    }

    #[test]
    fn a_long_repetition_is_counted_where_it_stands() {
        let padded = [&b"{\"pad\":\""[..], &b"x".repeat(1000), b"\"}"].concat();
        assert_eq!(
            cut(&padded),
            [(r#"{\"pad\":\""#.into(), 1), ("x".into(), 1000), (r#"\"}"#.into(), 1)]
        );
        assert_eq!(cut(&b"aaaaaaab".repeat(100)), [("aaaaaaab".into(), 100)]);
        assert_eq!(cut(&b"abc".repeat(30)), [("abc".into(), 30)]);
    }

    #[test]
    fn a_short_one_is_left_alone() {
        assert_eq!(cut(&b"ab".repeat(20)).len(), 1);
        assert_eq!(cut(b""), [(String::new(), 1)]);
    }

    #[test]
    fn sixteen_mebibytes_are_one_part() {
        let every_byte: Vec<u8> = (0..=255).collect();
        assert_eq!(segments(&every_byte.repeat(65536)).len(), 1);
        assert_eq!(segments(&b"x".repeat(16 << 20)).len(), 1);
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole(parts in prop::collection::vec(
            (prop::collection::vec(0u8..4, 0..9), 1usize..60), 0..6))
        {
            let whole: Vec<u8> = parts.iter().flat_map(|(unit, times)| unit.repeat(*times)).collect();
            let again: Vec<u8> = segments(&whole).iter().flat_map(|s| s.unit.repeat(s.times)).collect();
            prop_assert_eq!(again, whole);
        }
    }
}
