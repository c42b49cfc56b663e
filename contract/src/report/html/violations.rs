use maud::{Markup, html};

use crate::compare::{Violation, ViolationKind};
use crate::conversation::{Conversation, ServerName};
use crate::lanes::Lanes;
use crate::ledger::StaleEntry;
use crate::page::again;
use crate::report::{Case, Outcome};

/// A conversation with at most this many turns is drawn as a whole.
const FEW_TURNS: usize = 12;
/// Of a longer one, this many turns are drawn before and after a broken one.
const AROUND: usize = 3;

/// Everything that broke: the articles of cases, and the stale entries of the ledger.
pub(super) fn section(articles: &[Markup], stale: &[StaleEntry]) -> Markup {
    html! {
        @if !articles.is_empty() || !stale.is_empty() {
            section aria-labelledby="broken" data-group {
                h2 #broken { "What broke" }
                @for article in articles { (article) }
                @for stale in stale {
                    article data-item data-kind="stale" {
                        h3 { "An entry of the ledger is stale" }
                        p { code { (stale.place) } ": " (stale.reason) }
                    }
                }
            }
        }
    }
}

/// A case that is broken or failed; `None` for any other.
pub(super) fn article(case: &Case, outcome: &Outcome, server: &ServerName) -> Option<Markup> {
    let (kind, details) = match outcome {
        Outcome::Broken { violations, recording } => {
            ("broken", differences(case, violations, recording, server))
        }
        Outcome::Failed(reason) => ("failed", html! { p { (reason) } }),
        _ => return None,
    };
    let title = if case.title.is_empty() { &case.name } else { &case.title };
    Some(html! {
        article id=(case.name) data-item data-kind=(kind) {
            h3 { a href={ "#" (case.name) } { (title) } }
            (details)
            (again(&case.rerun))
        }
    })
}

fn differences(
    case: &Case,
    violations: &[Violation],
    recording: &Conversation,
    server: &ServerName,
) -> Markup {
    let mut lanes = Lanes::of(recording, Some(server));
    violations.iter().for_each(|violation| lanes.mark(violation));
    if lanes.turns.len() > FEW_TURNS {
        lanes = lanes.around_marks(AROUND);
    }
    html! {
        @if let Some(first) = violations.first() { p { code.dim { (first.place) } } }
        ul.kinds {
            @for (kind, of_kind) in by_kind(violations) {
                li {
                    b { (kind.name()) } ": " (kind.describe())
                    span.dim { " (" (places(&of_kind)) ")" }
                }
            }
        }
        (lanes.markup(&format!("The conversation of {}", case.name)))
    }
}

/// The violations of each kind, in the order in which the kinds first appear.
fn by_kind(violations: &[Violation]) -> Vec<(ViolationKind, Vec<&Violation>)> {
    let mut kinds: Vec<(ViolationKind, Vec<&Violation>)> = Vec::new();
    for violation in violations {
        match kinds.iter_mut().find(|(kind, _)| *kind == violation.kind) {
            Some((_, of_kind)) => of_kind.push(violation),
            None => kinds.push((violation.kind, vec![violation])),
        }
    }
    kinds
}

/// The most places that are named of one kind.
const MOST: usize = 6;

/// `line 20 on two, line 25 on three and 3 more`
fn places(violations: &[&Violation]) -> String {
    let named = violations.iter().take(MOST).map(|violation| match violation.place.line {
        0 => format!("on {}", violation.connection),
        line => format!("line {line} on {}", violation.connection),
    });
    let named = named.collect::<Vec<_>>().join(", ");
    match violations.len().saturating_sub(MOST) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
