//! Glob patterns as Redis matches them: byte by byte, with its quirks.
//!
//! All quirks were seen on running servers:
//!
//! - the empty text matches the empty pattern only, not even `*`;
//! - a class without `]` ends at the end of the pattern;
//! - `[z-a]` is `[a-z]`, and `]` may be the end of a range;
//! - `[^]` matches any byte, and `[]` matches none;
//! - a range compares *signed* bytes;
//! - a backslash at the end stands for itself;
//! - a pattern with more than a thousand stars matches nothing.

/// The most stars that a pattern may hold. Redis recurses once for each star that another element
/// follows, and gives up at this depth.
pub(crate) const MAX_STARS: usize = 1000;

/// Whether `pattern` matches the whole of `text`.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    matches_with(MAX_STARS, pattern, text)
}

/// The same, for a server with another limit of stars.
pub(crate) fn matches_with(max_stars: usize, pattern: &[u8], text: &[u8]) -> bool {
    matches_as(max_stars, pattern, text, |byte| byte)
}

/// The same without regard to the case of letters. The ends of a range are ordered first.
pub(crate) fn matches_in_any_case(pattern: &[u8], text: &[u8]) -> bool {
    matches_as(MAX_STARS, pattern, text, |byte| byte.to_ascii_lowercase())
}

/// Compares bytes after `fold`.
///
/// The time is at most the product of the lengths, because only the last `*` is ever tried again.
fn matches_as(
    max_stars: usize,
    pattern: &[u8],
    text: &[u8],
    fold: impl Fn(u8) -> u8 + Copy,
) -> bool {
    if text.is_empty() {
        return pattern.is_empty();
    }
    let mut pattern = pattern;
    let mut text = text;
    let mut stars = 0;
    // The pattern after the last star, and the text that it was last tried on.
    let mut retry: Option<(&[u8], &[u8])> = None;
    while let [byte, text_rest @ ..] = text {
        if let [b'*', ..] = pattern {
            pattern = skip_stars(pattern);
            if pattern.is_empty() {
                return true;
            }
            stars += 1;
            if stars > max_stars {
                return false;
            }
            retry = Some((pattern, text));
        } else if let Some(pattern_rest) = match_element(pattern, *byte, fold) {
            pattern = pattern_rest;
            text = text_rest;
        } else if let Some((after_star, [_, later @ ..])) = retry {
            pattern = after_star;
            text = later;
            retry = Some((after_star, later));
        } else {
            return false;
        }
    }
    skip_stars(pattern).is_empty()
}

fn skip_stars(pattern: &[u8]) -> &[u8] {
    let stars = pattern.iter().take_while(|byte| **byte == b'*').count();
    &pattern[stars..]
}

/// Matches `byte` against the first element of the pattern, which is no star, and returns the rest
/// of the pattern.
fn match_element(pattern: &[u8], byte: u8, fold: impl Fn(u8) -> u8 + Copy) -> Option<&[u8]> {
    let (accepted, rest) = match pattern {
        [] => return None,
        [b'?', rest @ ..] => (true, rest),
        [b'[', b'^', class @ ..] => {
            let (listed, rest) = class_contains(class, byte, fold);
            (!listed, rest)
        }
        [b'[', class @ ..] => class_contains(class, byte, fold),
        [b'\\', literal, rest @ ..] | [literal, rest @ ..] => (fold(*literal) == fold(byte), rest),
    };
    accepted.then_some(rest)
}

/// Whether a class contains `byte`, and the pattern after the class. `class` has no `[` or `[^`.
fn class_contains(mut class: &[u8], byte: u8, fold: impl Fn(u8) -> u8 + Copy) -> (bool, &[u8]) {
    let mut listed = false;
    loop {
        let (lists, rest) = match class {
            [] => return (listed, class),
            [b'\\', literal, rest @ ..] => (fold(*literal) == fold(byte), rest),
            [b']', rest @ ..] => return (listed, rest),
            [first, b'-', last, rest @ ..] => (in_range(*first, *last, byte, fold), rest),
            [literal, rest @ ..] => (fold(*literal) == fold(byte), rest),
        };
        listed |= lists;
        class = rest;
    }
}

/// The elements of `pattern`: the byte of a literal element, `None` for any other.
pub(crate) fn elements(mut pattern: &[u8]) -> impl Iterator<Item = Option<u8>> {
    std::iter::from_fn(move || {
        let (element, rest) = match pattern {
            [] => return None,
            [b'*' | b'?', rest @ ..] => (None, rest),
            [b'[', b'^', class @ ..] | [b'[', class @ ..] => {
                (None, class_contains(class, 0, |byte| byte).1)
            }
            [b'\\', literal, rest @ ..] | [literal, rest @ ..] => (Some(*literal), rest),
        };
        pattern = rest;
        Some(element)
    })
}

fn in_range(first: u8, last: u8, byte: u8, fold: impl Fn(u8) -> u8) -> bool {
    let [first, last] = [first, last].map(u8::cast_signed);
    let ends = [first.min(last), first.max(last), byte.cast_signed()];
    let [low, high, byte] = ends.map(|end| fold(end.cast_unsigned()).cast_signed());
    (low..=high).contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Bytes = &'static [u8];

    #[track_caller]
    fn assert_matches(pattern: &[u8], matching: &[Bytes], not_matching: &[Bytes]) {
        let is_match = |text: &Bytes| matches(pattern, text);
        assert!(matching.iter().all(is_match), "{} should match", pattern.escape_ascii());
        assert!(!not_matching.iter().any(is_match), "{} should not", pattern.escape_ascii());
    }

    #[test]
    fn plain_bytes_match_themselves() {
        assert_matches(b"", &[b""], &[b"a"]);
        assert_matches(b"news", &[b"news"], &[b"", b"new", b"newss", b"News"]);
        assert_matches(b"\xff\0\r\n", &[b"\xff\0\r\n"], &[b"\xfe\0\r\n"]);
        assert_matches(b"]-^", &[b"]-^"], &[]);
    }

    #[test]
    fn a_star_matches_anything_but_the_empty_text() {
        assert_matches(b"*", &[b"a", b"\0", b"\xff\xfe"], &[b""]);
        assert_matches(b"***", &[b"a"], &[b""]);
        assert_matches(b"a*", &[b"a", b"ab"], &[b"", b"b"]);
        assert_matches(b"*a", &[b"a", b"ba", b"aa"], &[b"ab"]);
        assert_matches(b"a*b*c", &[b"abc", b"aXbXc", b"abbc", b"abcbc"], &[b"ab", b"acb"]);
        assert_matches(b"workflow:*", &[b"workflow:", b"workflow:123"], &[b"workflow", b"task:1"]);
    }

    #[test]
    fn in_any_case_a_range_is_folded_after_it_is_ordered() {
        let is_match =
            |pattern: &str, text: &str| matches_in_any_case(pattern.as_bytes(), text.as_bytes());
        assert!(is_match("nE*S", "NewS") && is_match("\\A", "a") && is_match("[^A]", "b"));
        assert!(is_match("[z-A]", "m") && !is_match("[Z-a]", "a") && !is_match("[^a]", "A"));
    }

    #[test]
    fn a_question_mark_matches_one_byte() {
        assert_matches(b"?", &[b"a", b"\xc3"], &[b"", b"ab", "é".as_bytes()]);
        assert_matches(b"h?llo", &[b"hello", b"h?llo"], &[b"hllo"]);
        assert_matches(b"*?", &[b"a", b"ab"], &[b""]);
    }

    #[test]
    fn a_class_contains_bytes_and_ranges() {
        assert_matches(b"[abc]", &[b"a", b"c"], &[b"d", b"", b"[abc]"]);
        assert_matches(b"[^abc]", &[b"d", b"^"], &[b"a", b""]);
        assert_matches(b"[a-c]x", &[b"ax", b"bx", b"cx"], &[b"dx", b"-x"]);
        assert_matches(b"[z-a]", &[b"a", b"m", b"z"], &[b"-", b"A"]);
        assert_matches(b"[-a]", &[b"-", b"a"], &[b"b"]);
        assert_matches(b"[\\]]", &[b"]"], &[b"\\"]);
        assert_matches(b"[\\a-c]", &[b"a", b"-", b"c"], &[b"b", b"\\"]);
        assert_matches(b"[*?[]", &[b"*", b"?", b"["], &[b"a"]);
    }

    #[test]
    fn a_class_has_quirks() {
        assert_matches(b"[]", &[], &[b"]", b"a", b"[]"]);
        assert_matches(b"[^]", &[b"a", b"]", b"^"], &[b"", b"aa"]);
        assert_matches(b"[]a]", &[], &[b"]", b"a", b"a]"]);
        assert_matches(b"[a-]", &[b"]", b"^", b"a"], &[b"-", b"b"]);
        // By signed bytes: from -128 to 'a', and from 127 down to -128.
        assert_matches(b"[\x80-a]", &[b"\x80", b"\xff", b"\0", b"a"], &[b"b", b"\x7f"]);
        assert_matches(b"[a-\xff]", &[b"\xff", b"\0", b"a"], &[b"b", b"\xfe"]);
    }

    #[test]
    fn an_unclosed_class_ends_at_the_end_of_the_pattern() {
        assert_matches(b"[", &[], &[b"[", b"a"]);
        assert_matches(b"[^", &[b"a", b"["], &[b""]);
        assert_matches(b"[ab", &[b"a", b"b"], &[b"c", b"ab"]);
        assert_matches(b"[a-", &[b"a", b"-"], &[b"b"]);
        assert_matches(b"[a\\", &[b"a", b"\\"], &[b"b"]);
    }

    #[test]
    fn a_backslash_makes_the_next_byte_literal() {
        assert_matches(b"\\*", &[b"*"], &[b"a", b"\\*"]);
        assert_matches(b"\\a", &[b"a"], &[b"\\a"]);
        assert_matches(b"\\\\", &[b"\\"], &[b"\\\\"]);
        assert_matches(b"a\\", &[b"a\\"], &[b"a"]);
    }

    #[test]
    fn a_pattern_with_more_than_a_thousand_stars_matches_nothing() {
        let (stars, text) = (b"*x".repeat(MAX_STARS), b"x".repeat(2 * MAX_STARS));
        assert!(matches(&stars, &text));
        assert!(matches(&[&stars, b"*".as_slice()].concat(), &text));
        let one_more = [&stars, b"*x".as_slice()].concat();
        assert!(!matches(&one_more, &text));
        assert!(matches_with(usize::MAX, &one_more, &text));
    }

    #[test]
    fn many_stars_do_not_take_exponential_time() {
        let pattern = [b"*a".repeat(500), b"b".to_vec()].concat();
        assert!(!matches(&pattern, &b"a".repeat(10_000)));
    }

    /// Mostly bytes with a meaning in patterns, so that random patterns do match.
    fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(&b"ab*?[]^-\\\0\xff"[..]), 0..most)
    }

    proptest! {
        #[test]
        fn never_panics(pattern: Vec<u8>, text: Vec<u8>) {
            matches(&pattern, &text);
        }

        #[test]
        fn escaped_bytes_match_only_themselves(text in bytes(8), other in bytes(8)) {
            let pattern: Vec<u8> = text.iter().flat_map(|byte| [b'\\', *byte]).collect();
            prop_assert!(matches(&pattern, &text));
            prop_assert_eq!(matches(&pattern, &other), text == other);
        }

        #[test]
        fn trying_only_the_last_star_again_loses_nothing(pattern in bytes(8), text in bytes(8)) {
            prop_assert_eq!(matches(&pattern, &text), matches_by_trying_all(&pattern, &text));
        }
    }

    fn matches_by_trying_all(pattern: &[u8], text: &[u8]) -> bool {
        fn tail(pattern: &[u8], text: &[u8]) -> bool {
            match (pattern, text) {
                ([b'*', rest @ ..], _) => (0..=text.len()).any(|at| tail(rest, &text[at..])),
                (_, []) => pattern.is_empty(),
                (_, [byte, text @ ..]) => {
                    match_element(pattern, *byte, |byte| byte).is_some_and(|rest| tail(rest, text))
                }
            }
        }
        if text.is_empty() { pattern.is_empty() } else { tail(pattern, text) }
    }
}
