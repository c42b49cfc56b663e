//! Inline commands: a request as one line of words, as a person types it.

use super::InputRules;
use super::args::Span;

/// A quote that is not closed, or that is closed inside a word.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unbalanced;

/// The words of a line, without their quotes and escapes. It is reused, to keep its memory.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) bytes: Vec<u8>,
    pub(super) spans: Vec<Span>,
}

impl Words {
    /// Splits a line, which has no line break. A blank line has no words.
    ///
    /// Double quotes allow escapes (`\n`, `\x41`, …), single quotes only `\'`. A quote may open
    /// inside a word (`ab"c d"` is one word), but its closing quote must end the word, unless the
    /// rules allow text after quotes.
    pub(super) fn split(&mut self, line: &[u8], rules: &InputRules) -> Result<(), Unbalanced> {
        self.bytes.clear();
        self.spans.clear();
        let mut rest = skip_blanks(line);
        while !rest.is_empty() {
            let start = self.bytes.len();
            rest = skip_blanks(Word { bytes: &mut self.bytes, rules }.take(rest)?);
            self.spans.push(Span { start, end: self.bytes.len() });
        }
        Ok(())
    }
}

/// The words of a line that is no request, such as an ACL selector; none if its quotes do not pair.
pub(crate) fn split_words(line: &[u8], rules: &InputRules) -> Vec<Vec<u8>> {
    let mut words = Words::default();
    match words.split(line, rules) {
        Ok(()) => words.spans.iter().map(|it| words.bytes[it.start..it.end].to_vec()).collect(),
        Err(Unbalanced) => Vec::new(),
    }
}

/// A word while it is read from a line.
struct Word<'w> {
    bytes: &'w mut Vec<u8>,
    rules: &'w InputRules,
}

impl Word<'_> {
    /// Reads the first word of `rest`, and returns the line after the word.
    fn take(mut self, mut rest: &[u8]) -> Result<&[u8], Unbalanced> {
        loop {
            rest = match rest {
                [quote @ (b'"' | b'\''), quoted @ ..] => {
                    let behind = match quote {
                        b'"' => self.take_double_quoted(quoted)?,
                        _ => self.take_single_quoted(quoted)?,
                    };
                    if !self.rules.allows_text_after_quotes {
                        return closed(behind);
                    }
                    behind
                }
                // A vertical tab or a form feed separates words but does not end one.
                [] | [b' ' | b'\n' | b'\r' | b'\t', ..] => return Ok(rest),
                [byte, tail @ ..] => {
                    self.push(*byte);
                    tail
                }
            };
        }
    }

    fn take_double_quoted<'a>(&mut self, mut rest: &'a [u8]) -> Result<&'a [u8], Unbalanced> {
        loop {
            rest = match rest {
                [] => return Err(Unbalanced),
                [b'"', tail @ ..] => return Ok(tail),
                [b'\\', b'x', high, low, tail @ ..]
                    if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
                {
                    self.bytes.push(hex(*high) << 4 | hex(*low));
                    tail
                }
                [b'\\', escaped, tail @ ..] => {
                    self.push(unescaped(*escaped));
                    tail
                }
                [byte, tail @ ..] => {
                    self.push(*byte);
                    tail
                }
            };
        }
    }

    fn take_single_quoted<'a>(&mut self, mut rest: &'a [u8]) -> Result<&'a [u8], Unbalanced> {
        loop {
            let (byte, tail) = match rest {
                [] => return Err(Unbalanced),
                [b'\'', tail @ ..] => return Ok(tail),
                [b'\\', b'\'', tail @ ..] => (b'\'', tail),
                [byte, tail @ ..] => (*byte, tail),
            };
            self.push(byte);
            rest = tail;
        }
    }

    /// Appends a byte that stands for itself.
    fn push(&mut self, byte: u8) {
        if !(byte == 0xff && self.rules.drops_byte_ff) {
            self.bytes.push(byte);
        }
    }
}

fn closed(rest: &[u8]) -> Result<&[u8], Unbalanced> {
    match rest {
        [] => Ok(rest),
        [byte, ..] if is_blank(*byte) => Ok(rest),
        _ => Err(Unbalanced),
    }
}

fn skip_blanks(line: &[u8]) -> &[u8] {
    let start = line.iter().position(|byte| !is_blank(*byte)).unwrap_or(line.len());
    &line[start..]
}

/// C's `isspace`; Rust's own leaves out the vertical tab.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'\x0b'
}

fn unescaped(letter: u8) -> u8 {
    match letter {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => b'\x08',
        b'a' => b'\x07',
        other => other,
    }
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::profile::Profile;
    use crate::wire::Args;

    const RULES: &InputRules = &Profile::REDIS_8_0.behaviour().input;
    const NEWEST: &InputRules = &Profile::VALKEY_9_1.behaviour().input;

    fn words(line: &[u8]) -> Result<Vec<Vec<u8>>, Unbalanced> {
        words_by(RULES, line)
    }

    fn words_by(rules: &InputRules, line: &[u8]) -> Result<Vec<Vec<u8>>, Unbalanced> {
        let mut words = Words::default();
        words.split(line, rules)?;
        Ok(Args::new(&words.bytes, &words.spans).iter().map(<[u8]>::to_vec).collect())
    }

    #[test]
    fn splits_as_redis_does() {
        let cases: &[(&[u8], &[&[u8]])] = &[
            (b"", &[]),
            (b" \t\x0b\x0c\r ", &[]),
            (b"PING", &[b"PING"]),
            (b"  a  b\tc\rd ", &[b"a", b"b", b"c", b"d"]),
            (b"a\x0bb\x0c", &[b"a\x0bb\x0c"]),
            (br#""" ''"#, &[b"", b""]),
            (br#""\x41\xfF\xzz\n\r\t\b\a\q\"""#, &[b"A\xffxzz\n\r\t\x08\x07q\""]),
            (br"'a\'b\n' c", &[br"a'b\n", b"c"]),
            (br#"ab"c d" e'f g'"#, &[b"abc d", b"ef g"]),
            (b"\"a\"\x0cb", &[b"a", b"b"]),
            (br"a\ b", &[br"a\", b"b"]),
            (b"\xff\xfe", &[b"\xff\xfe"]),
        ];
        for (line, expected) in cases {
            let words = words(line).unwrap();
            assert_eq!(words, *expected, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn rejects_unbalanced_quotes() {
        let rejected: &[&[u8]] =
            &[b"\"", b"'", b"\"a\"b", b"'a'b", b"\"a\\\"", b"'a\\'", b"\"\"\"", b"\"a\\", b"a\""];
        for line in rejected {
            assert_eq!(words(line), Err(Unbalanced), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn continues_words_after_quotes_if_the_rules_allow_it() {
        let cases: &[(&[u8], &[&[u8]])] = &[
            (br#""a"b'c' d"#, &[b"abc", b"d"]),
            (br"''y", &[b"y"]),
            (b"\"a\"\x0bb", &[b"a\x0bb"]),
        ];
        for (line, expected) in cases {
            assert_eq!(words_by(NEWEST, line).unwrap(), *expected, "{}", line.escape_ascii());
        }
        for line in [b"\"a\"b\"c".as_slice(), b"a\""] {
            assert_eq!(words_by(NEWEST, line), Err(Unbalanced), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn drops_the_byte_ff_if_the_rules_say_so() {
        let line = b"\xff a\xffb '\xff' \"\xff\\\xff\\xff\"";
        let expected: [&[u8]; 4] = [b"", b"ab", b"", b"\xff"];
        assert_eq!(words_by(NEWEST, line).unwrap(), expected);
    }

    proptest! {
        #[test]
        fn keeps_any_escaped_bytes(args: Vec<Vec<u8>>) {
            let line: Vec<u8> = args
                .iter()
                .flat_map(|arg| {
                    let escaped: String = arg.iter().map(|byte| format!("\\x{byte:02x}")).collect();
                    format!("\"{escaped}\" ").into_bytes()
                })
                .collect();
            prop_assert_eq!(words(&line), Ok(args));
        }
    }
}
