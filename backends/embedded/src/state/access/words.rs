//! From the words of `ACL SETUSER` to its rules.

use std::borrow::Cow;

use super::rule::RuleError;
use crate::profile::access::AccessBehaviour;
use crate::wire::Args;

/// Why `ACL SETUSER` failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SetUserError {
    /// A selector has no closing parenthesis.
    Unmatched(Vec<u8>),
    Rule {
        rule: Vec<u8>,
        error: RuleError,
    },
}

/// Joins the words of each selector to one rule, because a selector may span several words.
pub(super) fn join_selectors<'a>(
    words: Args<'a>,
    behaviour: &AccessBehaviour,
) -> Result<Vec<Cow<'a, [u8]>>, SetUserError> {
    let mut rules = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut rule = Cow::Borrowed(word);
        if behaviour.selectors && word.starts_with(b"(") {
            let mut start = word;
            while !rule.ends_with(b")") {
                let more = words.next().ok_or_else(|| SetUserError::Unmatched(start.to_vec()))?;
                let begins = more.starts_with(b"(") && !more.ends_with(b")");
                if begins && behaviour.forgets_open_selectors {
                    (start, rule) = (more, Cow::Borrowed(more));
                } else {
                    rule = Cow::Owned([&rule, more].join(&b' '));
                }
            }
        }
        rules.push(rule);
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::wire::Request;

    fn rules(words: &[&str]) -> Result<Vec<String>, SetUserError> {
        rules_of(Profile::REDIS_8_0, words)
    }

    fn rules_of(profile: Profile, words: &[&str]) -> Result<Vec<String>, SetUserError> {
        let request = Request::of(words);
        let rules = join_selectors(request.args(), &profile.behaviour().access)?;
        Ok(rules.into_iter().map(|rule| String::from_utf8(rule.into_owned()).unwrap()).collect())
    }

    #[test]
    fn the_words_of_a_selector_are_joined() {
        let words = ["on", "(+get", "~a", ")", "(~b)", "~c"];
        assert_eq!(rules(&words).unwrap(), ["on", "(+get ~a )", "(~b)", "~c"]);
    }

    #[test]
    fn an_unmatched_parenthesis_is_an_error() {
        for words in [&["(+get"][..], &["(+get)x", "~a"], &["("]] {
            assert_eq!(rules(words), Err(SetUserError::Unmatched(words[0].into())), "{words:?}");
        }
    }

    #[test]
    fn redis_7_0_drops_a_selector_in_which_another_begins() {
        let words = ["(+get", "(+set", "~a)", "on"];
        assert_eq!(rules_of(Profile::REDIS_7_0, &words).unwrap(), ["(+set ~a)", "on"]);
        assert_eq!(rules_of(Profile::REDIS_7_2, &words).unwrap(), ["(+get (+set ~a)", "on"]);
        let unmatched = |start: &[u8]| Err(SetUserError::Unmatched(start.into()));
        assert_eq!(rules_of(Profile::REDIS_7_0, &["(a", "(b"]), unmatched(b"(b"));
        assert_eq!(rules_of(Profile::REDIS_7_2, &["(a", "(b"]), unmatched(b"(a"));
    }
}
