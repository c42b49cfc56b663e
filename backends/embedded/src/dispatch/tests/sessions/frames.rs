//! Checks that output is well-formed: the lines, lengths and line breaks of RESP.

/// The state behind a whole output.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// How many items its last frame still lacks.
    pub(super) missing: usize,
    /// Whether it ends within a line or a string.
    pub(super) is_cut: bool,
}

/// Reads the output to its end, or says where it is malformed.
pub(super) fn check(output: &[u8]) -> Result<Tokens, String> {
    let mut rest = output;
    // The items that each open aggregate lacks, outermost first.
    let mut open: Vec<usize> = Vec::new();
    while !rest.is_empty() {
        let fail = |what: &str| {
            let at = output.len() - rest.len();
            Err(format!("{what} at byte {at} of {}", output.escape_ascii()))
        };
        let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") else {
            return Ok(Tokens { missing: open.iter().sum(), is_cut: true });
        };
        let (line, behind) = (&rest[..end], &rest[end + 2..]);
        let [kind, text @ ..] = line else { return fail("an empty line") };
        if text.iter().any(|byte| b"\r\n".contains(byte)) {
            return fail("half a line break");
        }
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<i64>().ok());
        let mut items = 0;
        let mut taken = 0;
        match (kind, number) {
            (b'+' | b'-' | b',' | b'(', _) | (b':', Some(_)) | (b'$' | b'*', Some(-1)) => {}
            (b'_', _) if text.is_empty() => {}
            (b'#', _) if text == b"t" || text == b"f" => {}
            (b'$' | b'=', Some(length @ 0..)) => {
                taken = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(2);
                match behind.get(..taken) {
                    None => return Ok(Tokens { missing: open.iter().sum(), is_cut: true }),
                    Some(bulk) if bulk.ends_with(b"\r\n") => {}
                    Some(_) => return fail("a bulk of another length"),
                }
            }
            (b'*' | b'>' | b'~', Some(count @ 0..)) => items = count,
            (b'%', Some(count @ 0..)) => items = 2 * count,
            _ => return fail("an unknown line"),
        }
        rest = &behind[taken..];
        open.push(usize::try_from(items).unwrap_or(usize::MAX));
        // A whole frame is an item of the aggregate around it.
        while open.pop_if(|missing| *missing == 0).is_some()
            && let Some(parent) = open.last_mut()
        {
            *parent -= 1;
        }
    }
    Ok(Tokens { missing: open.iter().sum(), is_cut: false })
}

#[test]
fn malformed_output_is_found() {
    let tokens = |output: &[u8]| check(output).map(|tokens| (tokens.missing, tokens.is_cut)).ok();
    let whole = b"*2\r\n:1\r\n$2\r\n\r\n\r\n+OK\r\n>1\r\n_\r\n%1\r\n#t\r\n,1.5\r\n";
    assert_eq!(tokens(whole), Some((0, false)));
    assert_eq!(tokens(b"*2\r\n*1\r\n$-1\r\n"), Some((1, false)));
    assert_eq!(tokens(b"*2\r\n:1\r\n$9\r\na\r\n"), Some((1, true)));
    assert_eq!(tokens(b"+OK"), Some((0, true)));
    for output in [&b"\r\n"[..], b"$1\r\nab\r\n", b":x\r\n", b"x\r\n", b"#y\r\n", b"+a\nb\r\n"] {
        assert_eq!(tokens(output), None, "{}", output.escape_ascii());
    }
}
