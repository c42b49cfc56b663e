//! Words and punctuation of a Rust source. Comments and literals are left out.

/// A word, `::`, or one character of punctuation, and the line that it stands on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: usize,
}

pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let (mut found, mut rest, mut line) = (Vec::new(), source, 1);
    while !rest.is_empty() {
        let (skipped, length) = next(rest);
        let (text, behind) = rest.split_at(length);
        if !skipped {
            found.push(Token { text: text.strip_prefix("r#").unwrap_or(text), line });
        }
        line += text.matches('\n').count();
        rest = behind;
    }
    found
}

/// Whether the first token of `rest` is skipped, and how many bytes it has.
fn next(rest: &str) -> (bool, usize) {
    let word = word(rest);
    let behind = &rest[word..];
    let hashes = behind.len() - behind.trim_start_matches('#').len();
    match &rest[..word] {
        "r" | "br" | "cr" if behind[hashes..].starts_with('"') => {
            let end = format!("\"{}", &behind[..hashes]);
            return (true, word + hashes + 1 + to(&behind[hashes + 1..], &end));
        }
        "r" if hashes == 1 => return (false, 2 + self::word(&behind[1..])),
        "b" | "c" if behind.starts_with(['"', '\'']) => return (true, word + quoted(behind)),
        "" => {}
        _ => return (false, word),
    }
    match rest.as_bytes() {
        [b'/', b'/', ..] => (true, rest.find('\n').unwrap_or(rest.len())),
        [b'/', b'*', ..] => (true, block_comment(rest)),
        [b'"', ..] => (true, quoted(rest)),
        [b'\'', ..] => (true, char_or_lifetime(rest)),
        [b':', b':', ..] => (false, 2),
        _ => {
            let first = rest.chars().next().unwrap_or_default();
            (first.is_whitespace(), first.len_utf8())
        }
    }
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
}

/// The bytes up to and including `end`, or all that is left.
fn to(rest: &str, end: &str) -> usize {
    rest.find(end).map_or(rest.len(), |at| at + end.len())
}

fn quoted(rest: &str) -> usize {
    let quote = rest.chars().next();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            _ if Some(c) == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn char_or_lifetime(rest: &str) -> usize {
    let mut chars = rest.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) | (_, Some('\'')) => quoted(rest),
        _ => 1 + word(&rest[1..]),
    }
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 {
        let Some(mark) = rest[at..].find(['/', '*']).map(|mark| at + mark) else {
            return rest.len();
        };
        let step = match rest.get(mark..mark + 2) {
            Some("/*") => 1,
            Some("*/") => -1,
            _ => 0,
        };
        depth += step;
        at = mark + if step == 0 { 1 } else { 2 };
    }
    at
}
