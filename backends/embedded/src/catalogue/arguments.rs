//! The arguments of a command: names, types and tokens, for the hints of clients.

/// A list of arguments, as the text has it. It is parsed when it is read: only `COMMAND DOCS` does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arguments(pub(super) &'static str);

/// One argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    pub(crate) kind: &'static str,
    pub(crate) name: &'static str,
    /// `display=TEXT,token=WORD,optional`…
    details: &'static str,
    /// The arguments that it consists of.
    parts: &'static str,
}

impl Arguments {
    pub(crate) fn iter(self) -> impl Iterator<Item = Argument> + Clone {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (first, others) = split_first(rest)?;
            rest = others;
            Argument::parse(first)
        })
    }
}

/// Splits a list behind its first argument: at the first blank outside of parentheses.
fn split_first(list: &'static str) -> Option<(&'static str, &'static str)> {
    let mut depth = 0;
    let end = list.bytes().position(|byte| {
        depth += i32::from(byte == b'(') - i32::from(byte == b')');
        depth == 0 && byte == b' '
    });
    let (first, rest) = list.split_at(end.unwrap_or(list.len()));
    (!first.is_empty()).then(|| (first, rest.trim_start()))
}

impl Argument {
    fn parse(text: &'static str) -> Option<Self> {
        let (text, parts) = match text.strip_suffix(')') {
            Some(inner) => inner.split_once('(')?,
            None => (text, ""),
        };
        let (head, details) = text.split_once(',').unwrap_or((text, ""));
        let (kind, name) = head.split_once(':')?;
        Some(Self { kind, name, details, parts })
    }

    fn detail(&self, wanted: &str) -> Option<&'static str> {
        let mut named = self.details.split(',').filter_map(|detail| detail.split_once('='));
        named.find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }

    /// Whether it consists of other arguments.
    pub(crate) fn is_container(&self) -> bool {
        !self.parts.is_empty()
    }

    /// What it consists of.
    pub(crate) fn parts(&self) -> Arguments {
        Arguments(self.parts)
    }

    /// The text to show for it; a container has none.
    pub(crate) fn display(&self) -> Option<&'static str> {
        (!self.is_container()).then(|| self.detail("display").unwrap_or(self.name))
    }

    /// The index of its key specification.
    pub(crate) fn key(&self) -> Option<i64> {
        self.detail("key")?.parse().ok()
    }

    /// The word before it. It can be empty.
    pub(crate) fn token(&self) -> Option<&'static str> {
        self.detail("token")
    }

    /// The version that brought it.
    pub(crate) fn since(&self) -> Option<&'static str> {
        self.detail("since")
    }

    /// The version that deprecated it.
    pub(crate) fn deprecated(&self) -> Option<&'static str> {
        self.detail("deprecated")
    }

    /// `optional`, `multiple` and `multiple_token`.
    pub(crate) fn flags(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.details.split(',').filter(|detail| !detail.is_empty() && !detail.contains('='))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_has_what_its_text_names() {
        let list = "key:key,key=0 \
                    oneof:when,since=2.6.12,optional(pure-token:nx,token=NX block:b(string:a)) \
                    string:old-format,display=ip:port,deprecated=2.8.12,token=";
        let all: Vec<_> = Arguments(list).iter().collect();
        let [key, when, old] = all[..] else { panic!("{all:?}") };
        assert_eq!(
            (key.kind, key.name, key.key(), key.display()),
            ("key", "key", Some(0), Some("key"))
        );
        assert_eq!((when.since(), when.display()), (Some("2.6.12"), None));
        assert_eq!(when.flags().collect::<Vec<_>>(), ["optional"]);
        let parts: Vec<_> = when.parts().iter().collect();
        assert_eq!((parts.len(), parts[0].token()), (2, Some("NX")));
        assert_eq!(parts[1].parts().iter().next().map(|it| it.name), Some("a"));
        assert_eq!((old.display(), old.token()), (Some("ip:port"), Some("")));
        assert_eq!((old.deprecated(), old.key(), old.flags().count()), (Some("2.8.12"), None, 0));
    }

    #[test]
    fn a_command_without_arguments_has_an_empty_list() {
        assert_eq!(Arguments("").iter().count(), 0);
    }
}
