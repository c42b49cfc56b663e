use super::{NamedConversation, page};
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

#[test]
fn should_show_the_ledger_and_every_variant() {
    let named = |(name, text): &(&str, &str)| NamedConversation {
        name: (*name).to_owned(),
        conversation: Conversation::parse(text, name).expect("well formed"),
    };
    let corpus: Vec<NamedConversation> = CORPUS.iter().map(named).collect();
    let ledger = Ledger::parse(LEDGER, "tests/ledger").expect("well formed");
    insta::assert_snapshot!(page(&corpus, &ledger));
}
