/// A part of a string: a unit, repeated a number of times.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub(super) unit: &'a [u8],
    pub(super) times: usize,
}

/// A repetition of fewer bytes is easier to read written out.
const SHORTEST_RUN: usize = 64;
/// Readers do not recognise fewer repeats as a repetition.
const FEWEST_TIMES: usize = 4;
/// The search ignores longer units.
const LONGEST_UNIT: usize = 1024;
/// The number of bytes that are looked up to find the start of a repetition.
const GRAM: usize = 4;
const TABLE: usize = 1 << 12;

/// Splits the string into parts and counts long repetitions. Written out, the parts are the string.
///
/// The time is linear, so payloads of many megabytes are cheap: each group of bytes is looked up
/// where it was seen last, and the distance is tried as the period.
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
                // The same period was tried in this run already, and the run was too short.
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

/// The length of the common prefix of two strings.
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
    fn long_repetitions_are_counted() {
        let padded = [&b"{\"pad\":\""[..], &b"x".repeat(1000), b"\"}"].concat();
        assert_eq!(
            cut(&padded),
            [(r#"{\"pad\":\""#.into(), 1), ("x".into(), 1000), (r#"\"}"#.into(), 1)]
        );
        assert_eq!(cut(&b"aaaaaaab".repeat(100)), [("aaaaaaab".into(), 100)]);
        assert_eq!(cut(&b"abc".repeat(30)), [("abc".into(), 30)]);
    }

    #[test]
    fn short_repetitions_are_written_out() {
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
        fn the_parts_add_up_to_the_string(parts in prop::collection::vec(
            (prop::collection::vec(0u8..4, 0..9), 1usize..60), 0..6))
        {
            let whole: Vec<u8> = parts.iter().flat_map(|(unit, times)| unit.repeat(*times)).collect();
            let again: Vec<u8> = segments(&whole).iter().flat_map(|s| s.unit.repeat(s.times)).collect();
            prop_assert_eq!(again, whole);
        }
    }
}
