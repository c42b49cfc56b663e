//! Words of a command line that can be pasted into a shell.

use std::env;

use twincast::backend::Spec;

/// The word, in quotes if a shell would change it.
pub(super) fn word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+=,".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A path as a word. One that begins with `-` would be taken for an option.
pub(super) fn path(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    word(&if text.starts_with('-') { format!("./{text}") } else { text })
}

/// The server as a word. A variable stands for its password, and the shell says so if the variable
/// is not set.
pub(super) fn server(spec: &Spec) -> String {
    let text = spec.to_string();
    let Some((user, rest)) = around_password(spec, &text) else { return word(&text) };
    if env::var("TWINCAST_REDIS_URL").is_ok_and(|url| url == text) {
        return "\"$TWINCAST_REDIS_URL\"".to_owned();
    }
    let password = "\"${REDIS_PASSWORD:?set it to the password, as it is written in the URL}\"";
    format!("{}{password}{}", word(user), word(rest))
}

/// The parts of a URL before and after its password.
fn around_password<'a>(spec: &Spec, text: &'a str) -> Option<(&'a str, &'a str)> {
    let Spec::Remote(_) = spec else { return None };
    let start = text.find("://")? + "://".len();
    let end = start + text[start..].find(['/', '?', '#']).unwrap_or(text.len() - start);
    let at = start + text[start..end].rfind('@')?;
    let colon = start + text[start..at].find(':')?;
    Some((&text[..=colon], &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_quote_what_a_shell_would_change() {
        for (text, quoted) in [
            ("tests/a.twin", "tests/a.twin"),
            ("redis://localhost:1/2", "redis://localhost:1/2"),
            ("", "''"),
            ("two words", "'two words'"),
            ("it's $HOME", r"'it'\''s $HOME'"),
            ("redis://h?protocol=resp3", "'redis://h?protocol=resp3'"),
        ] {
            assert_eq!(word(text), quoted);
        }
        assert_eq!(path("-a.twin".as_ref()), "./-a.twin");
    }

    #[test]
    fn should_put_a_variable_in_place_of_the_password() {
        let variable = "\"${REDIS_PASSWORD:?set it to the password, as it is written in the URL}\"";
        for (url, start, end) in [
            ("redis://:se@cret@host", "redis://:", "@host"),
            ("redis://ann:se:cret@host:1/0", "redis://ann:", "@host:1/0"),
            ("redis://it's:secret@host", r"'redis://it'\''s:'", "@host"),
        ] {
            let shown = server(&url.parse().unwrap());
            assert_eq!(shown, format!("{start}{variable}{end}"));
        }
        assert_eq!(server(&"redis://host/a@b:c".parse().unwrap()), "redis://host/a@b:c");
    }
}
