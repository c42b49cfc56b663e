/// The longest line that is shown in full, in characters.
const WIDTH: usize = 110;

/// How many characters are shown before a difference in the middle of a line, and from there on.
const BEFORE: usize = 16;
const AFTER: usize = 48;

/// The line, or its beginning and end if it is long.
pub(super) fn shorten(line: &str) -> String {
    let length = line.chars().count();
    if length <= WIDTH {
        return line.to_owned();
    }
    let (head, tail) = (WIDTH * 2 / 3, WIDTH / 4);
    join(line, &[(0, head), (length - tail, length)])
}

/// Both lines. If they are long and only their middles differ, the difference is shown too.
pub(super) fn shorten_both(one: &str, other: &str) -> (String, String) {
    let (short, short_other) = (shorten(one), shorten(other));
    if short != short_other || one == other {
        return (short, short_other);
    }
    let at = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let around = |line: &str| {
        let length = line.chars().count();
        let end = (at + AFTER).min(length);
        join(
            line,
            &[(0, WIDTH / 4), (at.saturating_sub(BEFORE), end), (length - WIDTH / 8, length)],
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_keep_both_ends_of_a_long_line() {
        assert_eq!(shorten("short"), "short");
        let long = format!("begin{}end", "é".repeat(1000));
        let shown = shorten(&long);
        assert!(shown.starts_with("begin") && shown.ends_with("end"), "{shown}");
        assert!(shown.contains(" … 908 more … "), "{shown}");
    }

    #[test]
    fn should_show_a_difference_in_the_middle() {
        let line = |middle: &str| format!("begin{}{middle}{}end", "é".repeat(500), "é".repeat(500));
        let (one, other) = shorten_both(&line("one"), &line("two"));
        assert!(one.contains("éoneé") && other.contains("étwoé"), "{one}\n{other}");
        assert!([&one, &other].iter().all(|it| it.chars().count() <= WIDTH + 30), "{one}");
        for text in [&one, &other] {
            assert!(text.starts_with("begin") && text.ends_with("end"), "{text}");
        }
        let same = line("same");
        assert_eq!(shorten_both(&same, &same), (shorten(&same), shorten(&same)));
    }
}
