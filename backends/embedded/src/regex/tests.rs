use proptest::prelude::*;

use super::{Regex, RegexError};

fn matches(pattern: &str, text: &[u8]) -> bool {
    Regex::new(pattern.as_bytes(), false).unwrap().matches(text)
}

#[test]
fn a_text_matches_if_a_part_of_it_does() {
    for (pattern, text, is_match) in [
        ("b", "abc", true),
        ("^b", "abc", false),
        ("^abc$", "abc", true),
        ("a|c", "b", false),
        ("^(a|ab)(c|bcd)?$", "abcd", true),
        ("^a{2,3}$", "aaaa", false),
        ("^(a{2}){2}$", "aaaa", true),
        ("^(a+|b{0,2}){3}$", "aabba", true),
        ("^[^]a-c-]$", "-", false),
        (r"\bpie\b", "apple pie", true),
        (r"\d\Q.\E\d", "1.5", true),
        ("(?i)A(?-i)", "a", true),
        ("(^|)a", "ba", false),
        ("a+$", "a\0b", true),
        ("a$", "a\0b", false),
        ("^{0,2}a", "ba", false),
    ] {
        assert_eq!(matches(pattern, text.as_bytes()), is_match, "{pattern} on {text}");
    }
}

#[test]
fn an_invalid_pattern_is_refused() {
    for (pattern, reason) in [
        ("(", "Missing ')'"),
        ("[a", "Missing ']'"),
        ("a{1", "Missing '}'"),
        ("a{2,1}", "Invalid contents of {}"),
        ("a**", "Invalid use of repetition operators"),
        ("\\", "Trailing backslash"),
        ("(?x)", "Invalid regexp"),
        ("a{255}{255}{255}", "Out of memory"),
        ("(a?){255}{255}", "Out of memory"),
    ] {
        let error = Regex::new(pattern.as_bytes(), false).map(|_| ());
        assert_eq!(error, Err(RegexError::Invalid(reason)), "{pattern}");
    }
    let error = Regex::new(br"(a)\1", false).map(|_| ());
    assert_eq!(error, Err(RegexError::BackReference));
}

proptest! {
    #[test]
    fn any_pattern_is_parsed_and_matched_in_time(
        pattern in proptest::collection::vec(
            proptest::sample::select(b"ab\\QEx*+?{}1,[]()|^$.:-~i#".as_slice()), 0..40),
        text: Vec<u8>,
    ) {
        if let Ok(regex) = Regex::new(&pattern, true) {
            regex.matches(&text);
        }
    }

    #[test]
    fn a_quoted_text_matches_where_it_is(text in "[a-z.*()]{1,9}", around in "[a-z.*()]{0,9}") {
        let regex = Regex::new(format!(r"\Q{text}\E").as_bytes(), false).unwrap();
        let longer = [around.as_bytes(), text.as_bytes(), around.as_bytes()].concat();
        prop_assert!(regex.matches(&longer));
        prop_assert_eq!(regex.matches(around.as_bytes()), around.contains(&text));
    }
}
