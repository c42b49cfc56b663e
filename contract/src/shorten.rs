//! Text for reports: long lines are cut to their ends and the place where two of them differ, and
//! invisible bytes are escaped.

/// How many characters are shown before a difference in the middle of a line, and from there on.
const BEFORE: usize = 16;
const AFTER: usize = 48;

/// How many characters the mark of a gap takes: ` … 1000 more … `.
const MARK: usize = 15;

/// The line, or its beginning and end if it has more than `width` characters.
pub(crate) fn shorten(line: &str, width: usize) -> String {
    let length = line.chars().count();
    if length <= width {
        return line.to_owned();
    }
    let shown = width.saturating_sub(MARK);
    let (head, tail) = (shown * 3 / 4, shown / 4);
    join(line, &[(0, head), (length - tail, length)])
}

/// Both lines. If they are long and only their middles differ, the difference is shown too.
pub(crate) fn shorten_both(one: &str, other: &str, width: usize) -> (String, String) {
    let (short, short_other) = (shorten(one, width), shorten(other, width));
    if short != short_other || one == other {
        return (short, short_other);
    }
    let at = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let around = |line: &str| {
        let length = line.chars().count();
        let end = (at + AFTER).min(length);
        join(
            line,
            &[(0, width / 4), (at.saturating_sub(BEFORE), end), (length - width / 8, length)],
        )
    };
    (around(one), around(other))
}

/// These parts of a line in their order, with the number of characters that are left out between.
fn join(line: &str, parts: &[(usize, usize)]) -> String {
    let (mut out, mut shown) = (String::new(), 0);
    for &(start, end) in parts {
        if start > shown {
            out.push_str(&format!(" … {} more … ", start - shown));
            shown = start;
        }
        out.extend(line.chars().skip(shown).take(end.saturating_sub(shown)));
        shown = shown.max(end);
    }
    out
}

/// Bytes with invisible ones escaped.
pub(crate) fn visible(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string().replace("\\'", "'").replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 110;

    #[test]
    fn should_keep_both_ends_of_a_long_line() {
        assert_eq!(shorten("short", WIDTH), "short");
        let long = format!("begin{}end", "é".repeat(1000));
        let shown = shorten(&long, WIDTH);
        assert!(shown.starts_with("begin") && shown.ends_with("end"), "{shown}");
        assert!(shown.contains(" … 914 more … "), "{shown}");
    }

    #[test]
    fn should_show_a_difference_in_the_middle() {
        let line = |middle: &str| format!("begin{}{middle}{}end", "é".repeat(500), "é".repeat(500));
        let (one, other) = shorten_both(&line("one"), &line("two"), WIDTH);
        assert!(one.contains("éoneé") && other.contains("étwoé"), "{one}\n{other}");
        assert!([&one, &other].iter().all(|it| it.chars().count() <= WIDTH + 30), "{one}");
        for text in [&one, &other] {
            assert!(text.starts_with("begin") && text.ends_with("end"), "{text}");
        }
        let same = line("same");
        let short = shorten(&same, WIDTH);
        assert_eq!(shorten_both(&same, &same, WIDTH), (short.clone(), short));
    }
}
