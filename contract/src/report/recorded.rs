use std::io::Write;
use std::path::Path;

use similar::TextDiff;

/// Prints that a recording is new or has changed, with the difference.
///
/// A test harness captures what a test prints with macros and shows it only if the test fails. This
/// line is for the person who records, so it goes straight to standard error.
pub fn print_recorded(path: &Path, before: Option<&str>, after: &str) {
    // If standard error is closed, the line has no reader.
    let _ = std::io::stderr().lock().write_all(describe(path, before, after).as_bytes());
}

fn describe(path: &Path, before: Option<&str>, after: &str) -> String {
    let path = path.display();
    match before {
        None => format!("new      {path}\n"),
        Some(before) => {
            let diff = TextDiff::from_lines(before, after);
            let hunks = diff.unified_diff().context_radius(2).to_string();
            let indented = hunks.lines().map(|line| format!("           {line}\n"));
            format!("changed  {path}\n{}", indented.collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_show_what_changed() {
        let path = Path::new("tests/recordings/bus/should_x.twin");
        assert_eq!(describe(path, None, "a\n"), "new      tests/recordings/bus/should_x.twin\n");
        assert_eq!(
            describe(path, Some("a\nb\nc\n"), "a\nB\nc\n"),
            "changed  tests/recordings/bus/should_x.twin\n           @@ -1,3 +1,3 @@\n            a\n           \
             -b\n           +B\n            c\n"
        );
    }
}
