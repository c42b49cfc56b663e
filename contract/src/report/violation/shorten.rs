/// The longest line that is shown in full, in characters.
const WIDTH: usize = 110;

/// The line, or its beginning and end if it is long. The report shows separately where two long
/// strings differ.
pub(super) fn shorten(line: &str) -> String {
    let length = line.chars().count();
    if length <= WIDTH {
        return line.to_owned();
    }
    let (head, tail) = (WIDTH * 2 / 3, WIDTH / 4);
    let left_out = length - head - tail;
    let start: String = line.chars().take(head).collect();
    let end: String = line.chars().skip(length - tail).collect();
    format!("{start} … {left_out} more … {end}")
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
}
