use crate::conversation::Expectation;

/// The most characters of a line that are shown.
const WIDTH: usize = 120;

/// The lines of an answer, connection by connection.
pub(super) fn answer_lines(answer: &[Expectation]) -> Vec<String> {
    let mut server_steps: Vec<_> = answer.iter().flat_map(Expectation::steps).collect();
    // Order counts within a connection only.
    server_steps.sort_by(|a, b| a.connection.cmp(&b.connection));
    server_steps.into_iter().map(ToString::to_string).collect()
}

/// Removes the lines that all answers share at the beginning and at the end. Cuts long lines around
/// the place where they differ.
pub(super) fn trim_common(
    reference: &[String],
    others: &[&[String]],
) -> (Vec<String>, Vec<Vec<String>>) {
    let common =
        |a: &mut dyn Iterator<Item = (&String, &String)>| a.take_while(|(a, b)| a == b).count();
    let start = others.iter().map(|other| common(&mut reference.iter().zip(*other))).min();
    let start = start.unwrap_or(0);
    let rest = |lines: &[String]| lines.len().saturating_sub(start);
    let end = others.iter().map(|other| {
        let end = common(&mut reference.iter().rev().zip(other.iter().rev()));
        end.min(rest(reference)).min(rest(other))
    });
    let end = end.min().unwrap_or(0);
    let middle = |lines: &[String]| lines[start..lines.len() - end].to_vec();

    let mut reference = middle(reference);
    let mut others: Vec<Vec<String>> = others.iter().map(|other| middle(other)).collect();
    for row in 0..reference.len().max(others.iter().map(Vec::len).max().unwrap_or(0)) {
        let lines = || others.iter().filter_map(|other| other.get(row));
        let place = match reference.get(row) {
            Some(reference) => {
                lines().map(|line| common_prefix(reference, line)).min().unwrap_or(0)
            }
            None => 0,
        };
        let whole = reference.get(row).cloned().unwrap_or_default();
        for line in others.iter_mut().filter_map(|other| other.get_mut(row)) {
            *line = word_difference(&whole, line).unwrap_or_else(|| shorten_around(line, place));
        }
        if let Some(line) = reference.get_mut(row) {
            *line = shorten_around(line, place);
        }
    }
    (reference, others)
}

/// The words that only one of two long lines has, as text; `None` if a line is short.
fn word_difference(reference: &str, other: &str) -> Option<String> {
    if reference.chars().count().min(other.chars().count()) <= WIDTH {
        return None;
    }
    let (before, after) = (words(reference), words(other));
    let left = missing_from(&before, &after);
    let new = missing_from(&after, &before);
    let connection = other.split(' ').next().unwrap_or_default();
    let text = match (&left[..], &new[..]) {
        ([], []) => return None,
        (left, []) => format!("without {}", left.join(" ")),
        ([], new) => format!("with {}", new.join(" ")),
        (left, new) => format!("with {} instead of {}", new.join(" "), left.join(" ")),
    };
    Some(shorten_around(&format!("{connection} … {text}"), 0))
}

fn missing_from<'a>(all: &[&'a str], others: &[&str]) -> Vec<&'a str> {
    let mut others = others.to_vec();
    let mut left = all.to_vec();
    left.retain(|word| match others.iter().position(|other| other == word) {
        Some(at) => {
            others.swap_remove(at);
            false
        }
        None => true,
    });
    left
}

/// The items of a line with an array, or the words of a line with a text.
fn words(line: &str) -> Vec<&str> {
    let mut quote = None;
    let items = line.split(|char| match (quote, char) {
        (None, ' ') => true,
        (None, '"' | '\'' | '`') => {
            quote = Some(char);
            false
        }
        (Some(open), char) if open == char => {
            quote = None;
            false
        }
        _ => false,
    });
    let items: Vec<&str> = items.map(|item| item.trim_matches(['[', ']'])).collect();
    if items.len() > 2 {
        return items;
    }
    let words = line.split([' ', '`']).flat_map(|word| word.split("\\n"));
    words.map(|word| word.trim_end_matches("\\r")).filter(|word| !word.is_empty()).collect()
}

/// How many characters both share at the beginning.
fn common_prefix(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
}

/// The line, or the part of a long line around this place.
pub(super) fn shorten_around(line: &str, place: usize) -> String {
    let length = line.chars().count();
    if length <= WIDTH {
        return line.to_owned();
    }
    let start = if place < WIDTH * 2 / 3 { 0 } else { place - WIDTH / 3 };
    let shown: String = line.chars().skip(start).take(WIDTH).collect();
    let before = if start > 0 { "… " } else { "" };
    let after = if start + WIDTH < length { " …" } else { "" };
    format!("{before}{}{after}", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.split(' ').filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn should_leave_out_lines_that_all_answers_share() {
        let (other, third) = (lines("a x d"), lines("a d"));
        let (reference, others) = trim_common(&lines("a b c d"), &[&other, &third]);
        assert_eq!((reference, others), (lines("b c"), vec![lines("x"), Vec::new()]));
        let longer = lines("a a");
        assert_eq!(trim_common(&lines("a"), &[&longer]), (Vec::new(), vec![lines("a")]));
    }

    #[test]
    fn should_show_the_words_that_differ_in_a_long_line() {
        let line = |word: &str| format!("c< `{}{word}`", "a=1 ".repeat(40));
        let others = [line("b=2"), line("")];
        let (_, others) = trim_common(&[line("c=3")], &[&others[..1], &others[1..]]);
        assert_eq!(others[0], ["c< … with b=2 instead of c=3"]);
        assert_eq!(others[1], ["c< … without c=3"]);
    }

    #[test]
    fn should_cut_long_lines_around_the_place_where_they_differ() {
        let line = |middle: &str| format!("{}{middle}{}", "a".repeat(300), "b".repeat(300));
        let other = [line("TWO")];
        let (reference, others) = trim_common(&[line("ONE")], &[&other]);
        assert!(
            reference[0].contains("aaONEbb") && reference[0].starts_with("… a"),
            "{reference:?}"
        );
        assert!(others[0][0].starts_with("aaa"), "{others:?}");
    }
}
