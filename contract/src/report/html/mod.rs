//! A page: the verdict, what broke as lanes, and all cases by family.

mod cases;
mod state;
mod violations;

use std::io;
use std::time::{Duration, Instant};

use maud::{Markup, html};

use super::file::ReportFile;
use super::{Event, Reporter, Summary, Verdict, counted};
use crate::page::{Document, tally};
use state::State;

/// How old the file may be while the run goes on. To write it after every case would take longer
/// than to judge the case.
const AGE: Duration = Duration::from_millis(500);

/// Writes the page again and again, so that it is complete at any moment: it names the cases that
/// were not judged when it was written.
struct Html {
    file: ReportFile,
    state: State,
    written: Option<Instant>,
}

pub(super) fn open(file: ReportFile) -> Box<dyn Reporter> {
    Box::new(Html { file, state: State::default(), written: None })
}

impl Reporter for Html {
    fn report(&mut self, event: &Event<'_>) -> io::Result<()> {
        self.state.update(event);
        if let Event::RunFinished(..) = event {
            return self.file.append(&page(&self.state), "");
        }
        if self.written.is_some_and(|written| written.elapsed() < AGE) {
            return Ok(());
        }
        self.written = Some(Instant::now());
        self.file.append("", &page(&self.state))
    }
}

fn page(state: &State) -> String {
    let title = format!("The contract on {}", state.run.backend);
    let main = html! {
        (tools())
        (violations::section(&state.broken, &state.stale))
        (cases::section(state))
    };
    Document { title: &title, header: header(state, &title), main, script: "" }.render()
}

fn header(state: &State, title: &str) -> Markup {
    let (style, sentence) = verdict(state);
    let Summary { held, broken, failed, declared, ignored, stale, .. } = state.summary;
    let took = state.took.map(|took| format!("{:.2} s", took.as_secs_f64()));
    html! {
        h1 { (title) }
        p.facts {
            span { (state.run.server) }
            @if let Some(about) = &state.run.about { span { (about) } }
            @if let Some(corpus) = &state.run.corpus { span { "the cases of " (corpus) } }
            @if let Some(took) = took { span { "in " (took) } }
        }
        p class={ "verdict " (style) } role="status" { (sentence) }
        nav aria-label="Outcomes" {
            ul.tallies {
                li { (tally(held, "held", "held")) }
                li { (tally(broken, "broken", "broken")) }
                li { (tally(failed, "failed", "failed")) }
                li { (tally(declared, "declared", "declared")) }
                li { (tally(ignored, "ignored", "ignored")) }
                @if stale > 0 { li { (tally(stale, "stale", "stale")) } }
                @if state.unjudged() > 0 {
                    li { (tally(state.unjudged(), "not judged", "unjudged")) }
                }
            }
        }
    }
}

fn tools() -> Markup {
    html! {
        form.tools role="search" hidden {
            input #q type="search" placeholder="Search (press /)" aria-label="Search the cases"
                autocomplete="off";
            output #count for="q" {}
        }
    }
}

/// The verdict in a sentence, and how it is shown.
fn verdict(state: &State) -> (&'static str, String) {
    let Summary { held, broken, failed, declared, stale, violations, .. } = state.summary;
    let mut wrong = Vec::new();
    if broken > 0 {
        let promises = if broken == 1 {
            "1 promise is broken"
        } else {
            &format!("{broken} promises are broken")
        };
        wrong.push(format!("{promises} ({})", counted(violations, "violation")));
    }
    if failed > 0 {
        wrong.push(format!("{} could not be played to the end", counted(failed, "conversation")));
    }
    if stale > 0 {
        let noun = if stale == 1 { "entry of the ledger is" } else { "entries of the ledger are" };
        wrong.push(format!("{stale} {noun} stale"));
    }
    let open = match (state.took, state.unjudged()) {
        (_, 0) => None,
        (Some(_), count) => {
            Some(format!("the run ended before {}", counted(count, "conversation")))
        }
        (None, count) => Some(format!(
            "{} not judged when this was written: the run goes on, or was cut off",
            if count == 1 {
                "1 conversation was".to_owned()
            } else {
                format!("{count} conversations were")
            },
        )),
    };
    let is_wrong = !wrong.is_empty();
    wrong.extend(open.clone());
    let sentence = match (is_wrong, open.is_some(), state.summary.verdict()) {
        (true, ..) => format!("✗ {}.", wrong.join("; ")),
        (false, true, _) => format!("… {}.", capital(&wrong.join("; "))),
        (false, false, Verdict::Passed) => {
            let declared = match declared {
                0 => String::new(),
                1 => ", and 1 differs only as the ledger declares".to_owned(),
                count => format!(", and {count} differ only as the ledger declares"),
            };
            let hold = if held == 1 { "holds" } else { "hold" };
            format!(
                "✓ Every promise that was judged is kept: {} {hold}{declared}.",
                counted(held, "conversation")
            )
        }
        (false, false, _) => "… Nothing was judged, which is no success.".to_owned(),
    };
    let style = match (is_wrong, sentence.starts_with('✓')) {
        (true, _) => "bad",
        (false, true) => "good",
        (false, false) => "warn",
    };
    (style, sentence)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
