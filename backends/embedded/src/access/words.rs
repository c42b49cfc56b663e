use std::borrow::Cow;

use super::rule::RuleError;
use crate::wire::Args;

/// Why `ACL SETUSER` changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SetUserError {
    /// A selector that does not end.
    Unmatched(Vec<u8>),
    Rule {
        rule: Vec<u8>,
        error: RuleError,
    },
}

/// The rules among the words of a request: a selector may be spread over several of them.
pub(super) fn whole(words: Args<'_>, selectors: bool) -> Result<Vec<Cow<'_, [u8]>>, SetUserError> {
    let mut rules = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut rule = Cow::Borrowed(word);
        if selectors && word.starts_with(b"(") {
            while !rule.ends_with(b")") {
                let more = words.next().ok_or_else(|| SetUserError::Unmatched(word.to_vec()))?;
                rule = Cow::Owned([&rule, more].join(&b' '));
            }
        }
        rules.push(rule);
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Request;

    fn rules(words: &[&str]) -> Result<Vec<String>, SetUserError> {
        let request = Request::of(words);
        let rules = whole(request.args(), true)?;
        Ok(rules.into_iter().map(|rule| String::from_utf8(rule.into_owned()).unwrap()).collect())
    }

    #[test]
    fn put_selectors_together() {
        let words = ["on", "(+get", "~a", ")", "(~b)", "~c"];
        assert_eq!(rules(&words).unwrap(), ["on", "(+get ~a )", "(~b)", "~c"]);
    }

    #[test]
    fn miss_the_end_of_a_selector() {
        for words in [&["(+get"][..], &["(+get)x", "~a"], &["("]] {
            assert_eq!(rules(words), Err(SetUserError::Unmatched(words[0].into())), "{words:?}");
        }
    }
}
