use super::{Canvas, Lanes, Part};
use crate::compare::compare;
use crate::conversation::{Conversation, ServerName};

const RECORDED: &str = r#"# Should deliver once for each pattern that matches
# recorded from redis 8.0.2, valkey 8.1.1

# Both patterns match.
sub> PSUBSCRIBE per:* per:a?
sub< ["psubscribe" "per:*" 1]
sub< ["psubscribe" "per:a?" 2]

pub> PUBLISH per:ab "x</script>\x00"
pub< 2
any order
  sub< ["pmessage" "per:*" "per:ab" "x</script>\x00"]
  sub< ["pmessage" "per:a?" "per:ab" "x</script>\x00"]
end
# Valkey closes.
on valkey-8.1
  sub< closed
end

sub> PING
sub< ["pong" ""]

a-connection-with-a-long-name> open
"#;

fn parse(text: &str) -> Conversation {
    Conversation::parse(text, "tests/a.twin").expect("well formed")
}

fn server() -> ServerName {
    ServerName::new("redis-8.0")
}

/// The lanes of the recording, with what a run found that changed one of its lines.
fn broken(from: &str, to: &str) -> Lanes {
    assert!(RECORDED.contains(from), "{from:?} is no part of the recording");
    let recording = parse(RECORDED);
    let violations = compare(&recording, &parse(&RECORDED.replace(from, to)), &server());
    assert!(!violations.is_empty());
    let mut lanes = Lanes::of(&recording, Some(&server()));
    violations.iter().for_each(|violation| lanes.mark(violation));
    lanes
}

fn plain(lanes: &Lanes, width: usize) -> String {
    anstream::adapter::strip_str(&lanes.text(Canvas { width })).to_string()
}

#[test]
fn should_draw_lanes_as_wide_as_the_terminal() {
    let lanes = Lanes::of(&parse(RECORDED), None);
    let drawn = [160, 80, 40].map(|width| {
        let text = plain(&lanes, width);
        for line in text.lines() {
            assert!(line.chars().count() <= width, "{line:?} is wider than {width}");
        }
        format!("{width} columns\n\n{text}")
    });
    insta::assert_snapshot!(drawn.join("\n\n"));
}

#[test]
fn should_mark_the_broken_step_and_show_both_sides() {
    let lanes = broken("sub< [\"pong\" \"\"]", "sub< [\"pong\" \"late\"]");
    insta::assert_snapshot!(plain(&lanes, 80));
}

#[test]
fn should_leave_out_turns_far_from_a_mark() {
    let lanes = broken("sub< [\"pong\" \"\"]", "").around_marks(0);
    assert_eq!((lanes.turns.len(), lanes.turns[0].left_out, lanes.left_out), (1, 2, 1));
    let text = plain(&lanes, 80);
    assert!(text.contains("… 2 turns …") && text.contains("… 1 turn …"), "{text}");
    let parts: Vec<Part> = lanes.turns[0].steps.iter().map(|step| step.part).collect();
    assert_eq!(parts, [Part::Context, Part::Expected("expected"), Part::Got("got")]);
}

#[test]
fn should_mark_every_violation_once() {
    let lost = "  sub< [\"pmessage\" \"per:a?\" \"per:ab\" \"x</script>\\x00\"]\n";
    let lanes = broken(lost, "");
    let steps = &lanes.turns[1].steps;
    let marked: Vec<&str> =
        steps.iter().filter(|step| step.part != Part::Context).map(|step| &*step.text).collect();
    assert_eq!(marked.len(), 2, "{marked:?}");
    assert!(marked[0].contains("per:a?") && marked[1] == "nothing", "{marked:?}");
    let unexpected = broken("pub< 2\n", "pub< 2\npub< 3\n");
    let added = &unexpected.turns[1].steps[2];
    assert_eq!((&*added.text, added.part), ("3", Part::Got("got")));
}

#[test]
fn should_show_bytes_that_are_no_text_and_never_end_the_page() {
    let markup = Lanes::of(&parse(RECORDED), None).markup("A \"label\"").into_string();
    assert!(!markup.contains("</script>"), "{markup}");
    assert!(markup.contains("x&lt;/script&gt;\\x00"), "{markup}");
    assert!(markup.contains("aria-label=\"A &quot;label&quot;\""), "{markup}");
    assert_eq!(markup.matches("<li").count(), markup.matches("</li>").count());
}

#[test]
fn should_show_where_time_passes() {
    let lanes = Lanes::of(&parse("# Should\n\na> PING\n\nwait 1500ms\na< closed\n"), None);
    let text = plain(&lanes, 80);
    let line = |part: &str| text.lines().position(|line| line.contains(part));
    assert!(line("PING") < line("wait 1500ms") && line("wait 1500ms") < line("closed"), "{text}");
    assert!(lanes.markup("").into_string().contains("wait 1500ms"));
}
