//! LZF, the compression of texts in payloads: runs of bytes, and references to bytes before them.

/// A control byte below it begins a run.
const REFERENCE: u8 = 0x20;
/// The length of a reference goes on in the next byte.
const LONG: usize = 7;
/// The length of the shortest reference, which is written as one.
const SHORTEST: usize = 3;

/// Unpacks a text of this length; `None` if it does not have it.
pub(super) fn decompress(mut packed: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::new();
    while let Some((control, rest)) = packed.split_first() {
        packed = if *control < REFERENCE {
            let (run, rest) = rest.split_at_checked(usize::from(*control) + 1)?;
            out.extend(run);
            rest
        } else {
            let (mut count, mut rest) = (usize::from(control >> 5), rest);
            if count == LONG {
                let (more, after) = rest.split_first()?;
                (count, rest) = (count + usize::from(*more), after);
            }
            let (low, rest) = rest.split_first()?;
            let distance = (usize::from(control & 0x1f) << 8 | usize::from(*low)) + 1;
            let start = out.len().checked_sub(distance)?;
            // The bytes may be among those that this reference adds.
            for place in start..start + count + SHORTEST - 1 {
                out.push(*out.get(place)?);
            }
            rest
        };
        if out.len() > length {
            return None;
        }
    }
    (out.len() == length).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_references_are_unpacked() {
        let unpack = |packed: &[u8], length| decompress(packed, length);
        assert_eq!(unpack(b"\x02abc", 3).unwrap(), b"abc");
        assert_eq!(unpack(b"\x02abc\x20\x02", 6).unwrap(), b"abcabc");
        assert_eq!(unpack(b"\x00a\xe0\x01\x00", 11).unwrap(), b"aaaaaaaaaaa");
        assert_eq!(unpack(b"", 0).unwrap(), b"");
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for (packed, length) in
            [(&b"\x02ab"[..], 3), (b"\x02abc", 2), (b"\x02abc", 4), (b"\x00a\x20\x01", 4)]
        {
            assert_eq!(decompress(packed, length), None, "{packed:?}");
        }
        for packed in [&b"\x00a\x20"[..], b"\x00a\xe0", b"\x00a\xe0\x01"] {
            assert_eq!(decompress(packed, 100), None, "{packed:?}");
        }
    }
}
