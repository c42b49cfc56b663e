/// An entry of `docs/wire.md`: what servers do, and the conversations that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// `D1`
    pub name: String,
    /// The sentences, in Markdown.
    pub text: String,
    /// The names of the conversations.
    pub conversations: Vec<String>,
}

/// The facts of a text in the form of `docs/wire.md`: a line `**D1.** …`, and below it a line with
/// links to conversations.
pub fn facts(text: &str) -> Vec<Fact> {
    let mut lines = text.lines().peekable();
    let mut facts = Vec::new();
    while let Some(line) = lines.next() {
        let entry = line.strip_prefix("**").and_then(|rest| rest.split_once(".** "));
        if let Some((name, text)) = entry {
            let links = lines.peek().map_or(Vec::new(), |line| linked(line));
            facts.push(Fact { name: name.to_owned(), text: text.to_owned(), conversations: links });
        }
    }
    facts
}

/// The conversations to which a line links: `conversations/own/auth/should_reset`.
fn linked(line: &str) -> Vec<String> {
    let targets = line.split("](").skip(1).filter_map(|link| Some(link.split_once(')')?.0));
    let names = targets.filter_map(|target| {
        Some(target.split_once("tests/")?.1.strip_suffix(".twin")?.to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_read_the_entries_and_their_conversations() {
        let text = "# Facts\n\n**D1.** One `fact`.\nShown in [a](../tests/conversations/a/b.twin), \
                    [c](../tests/recordings/c.twin).\n\n**D2.** No link.\nNot shown: it is rare.\n";
        let found = facts(text);
        assert_eq!(found.len(), 2);
        assert_eq!((&*found[0].name, &*found[0].text), ("D1", "One `fact`."));
        assert_eq!(found[0].conversations, ["conversations/a/b", "recordings/c"]);
        assert!(found[1].conversations.is_empty());
    }
}
