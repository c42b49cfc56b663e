use std::time::Duration;

use maud::{Markup, html};

use super::state::State;
use crate::report::Case;

/// All cases, family by family.
pub(super) fn section(state: &State) -> Markup {
    let families = families(state);
    html! {
        @if !families.is_empty() {
            section aria-labelledby="all" {
                h2 #all { "All cases" }
                @for family in &families { (family.markup()) }
            }
        }
    }
}

/// The cases of one folder.
struct Family<'a> {
    name: &'a str,
    rows: Vec<Row<'a>>,
}

/// One case.
struct Row<'a> {
    case: &'a Case,
    kind: &'static str,
    why: &'a str,
    /// `None` if it was not judged.
    took: Option<Duration>,
}

fn families(state: &State) -> Vec<Family<'_>> {
    let judged = state.judged.iter().map(|judged| Row {
        case: &judged.case,
        kind: judged.kind,
        why: &judged.why,
        took: (judged.kind != "unjudged").then_some(judged.took),
    });
    let pending =
        state.pending().iter().map(|case| Row { case, kind: "unjudged", why: "", took: None });
    let mut families: Vec<Family<'_>> = Vec::new();
    for row in judged.chain(pending) {
        let name = &*row.case.subject;
        match families.iter_mut().find(|family| family.name == name) {
            Some(family) => family.rows.push(row),
            None => families.push(Family { name, rows: vec![row] }),
        }
    }
    families
}

impl Family<'_> {
    fn markup(&self) -> Markup {
        let held = self.rows.iter().filter(|row| row.kind == "held").count();
        let took: Duration = self.rows.iter().filter_map(|row| row.took).sum();
        html! {
            details.family data-group {
                summary {
                    b { (self.name) }
                    span { (held) " of " (self.rows.len()) " held, " (milliseconds(took)) }
                }
                ul.cases { @for row in &self.rows { (row.markup()) } }
            }
        }
    }
}

impl Row<'_> {
    fn markup(&self) -> Markup {
        let Self { case, kind, why, took } = self;
        let word = if *kind == "unjudged" { "not judged" } else { *kind };
        let has_article = matches!(*kind, "broken" | "failed");
        let short = case.name.rsplit('/').next().unwrap_or(&case.name);
        html! {
            li data-item data-counted data-kind=(kind) data-of=[has_article.then_some(&case.name)] {
                span class={ "outcome " (kind) } { (word) }
                span {
                    @if has_article {
                        a href={ "#" (case.name) } { (case.title) }
                    } @else {
                        (case.title)
                    }
                    " " code { (short) }
                }
                span.time.dim { @if let Some(took) = took { (milliseconds(*took)) } }
                @if !why.is_empty() { p.why { (why) } }
            }
        }
    }
}

fn milliseconds(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1000.0)
}
