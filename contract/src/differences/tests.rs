use super::{NamedConversation, facts, site, summary};
use crate::conversation::Conversation;
use crate::ledger::Ledger;

const LEDGER: &str = "\
conversations/scripts/*
on embedded
breaks different error
because it runs no scripts
";

const CORPUS: &[(&str, &str)] = &[
    (
        "conversations/publishing/should_answer_first",
        r#"# Should answer first
# Redis 7.0 delivers first.
# recorded from redis 6.2.14, redis 7.0.15, redis 8.0.2, valkey 9.1.2

c> SUBSCRIBE a
c< >["subscribe" "a" 1]

c> PUBLISH a b
c< 1
c< >["message" "a" "b"]
on redis-6.2 redis-7.0
  c< >["message" "a" "b"]
  c< 1
end
on valkey-9.1
end

c> PUBLISH a b
c< 1
c< >["message" "a" "b"]
on redis-6.2 redis-7.0
  c< >["message" "a" "b"]
  c< 1
end
on valkey-9.1
end
"#,
    ),
    (
        "conversations/publishing/should_agree",
        "# Should agree\n# recorded from redis 8.0.2\n\nc> PING\nc< +PONG\n",
    ),
    (
        "conversations/scripts/should_run",
        r#"# Should run
# recorded from redis 6.2.14, redis 8.0.2

c> FCALL f 0
c< 1
on redis-6.2
  c< -ERR unknown command `FCALL`, with args beginning with: `f`, `0`,
end

c> PING
c< +PONG
on redis-6.2
  c< +OTHER
end
"#,
    ),
];

fn corpus() -> Vec<NamedConversation> {
    let named = |(name, text): &(&str, &str)| NamedConversation {
        name: (*name).to_owned(),
        conversation: Conversation::parse(text, name).expect("well formed"),
    };
    CORPUS.iter().map(named).collect()
}

fn ledger() -> Ledger {
    Ledger::parse(LEDGER, "tests/ledger").expect("well formed")
}

#[test]
fn should_count_the_ledger_and_every_variant() {
    insta::assert_snapshot!(summary(&corpus(), &ledger()));
}

#[test]
fn should_show_every_answer_with_its_servers_and_facts() {
    let facts = facts(
        "**D1.** Redis 7.0 sends `message` first.\nShown in \
         [a](../tests/conversations/publishing/should_answer_first.twin).\n",
    );
    let page = site(&corpus(), &ledger(), &facts);
    // The servers are Redis 6.2, 7.0, 8.0 and Valkey 9.1; the default answer has the number 0.
    assert_eq!(page.matches(r#"data-by="1 1 0 2""#).count(), 2, "{page}");
    assert_eq!(page.matches(r#"data-by="1 - 0 -""#).count(), 2, "{page}");
    for part in [
        "<p>Redis 6.2, Redis 7.0</p><pre>c&lt; &gt;[&quot;message&quot; &quot;a&quot; &quot;b&quot;]\nc&lt; 1</pre>",
        "<p>Valkey 9.1</p><pre>nothing</pre>",
        "<b>D1</b> Redis 7.0 sends <code>message</code> first.",
        "Redis 6.2 does not know FCALL.",
        r##"<a href="#right=redis-6.2&amp;family=publishing">1</a>"##,
        r#"href="conversations/publishing.should_answer_first.html""#,
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert!(!page.contains("Should agree"), "all servers agree there");
}
