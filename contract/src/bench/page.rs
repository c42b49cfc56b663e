use maud::{Markup, PreEscaped, html};

use super::{
    human_format,
    load::Unit,
    outcome::{Measured, Metrics, Outcome, Row},
    plot,
};
use crate::page::Document;
use crate::report::counted;

/// The page of a run: how it was measured, the ratios as bars, and every figure. `failure` is what
/// ended the run early.
pub(super) fn page(outcome: &Outcome, failure: Option<&str>) -> String {
    let title = format!("The speed of {}", outcome.servers.join(", "));
    let Outcome { machine, rounds, seconds, .. } = outcome;
    let header = html! {
        h1 { (title) }
        p.facts {
            span { (machine.os) " " (machine.arch) ", " (counted(machine.cpus, "processor")) }
            span { "medians of " (rounds) " × " (seconds) " s" }
            @if let Some(baseline) = outcome.baseline {
                span { "× is the ratio to " (outcome.servers[baseline]) }
            }
        }
        @if let Some(failure) = failure { p.verdict.bad role="status" { "✗ " (failure) } }
        @if machine.debug_build {
            p.verdict.warn {
                "This is a debug build: use a build with --release for meaningful figures."
            }
        }
    };
    let main = html! {
        @if outcome.baseline.is_some() && outcome.servers.len() > 1 && !outcome.rows.is_empty() {
            section aria-labelledby="ratios" {
                h2 #ratios { "Ratios" }
                div.scroll role="region" aria-labelledby="ratios" tabindex="0" {
                    (PreEscaped(plot::svg(outcome)))
                }
            }
        }
        section aria-labelledby="figures" {
            h2 #figures { "Figures" }
            @for row in &outcome.rows { (load(row, outcome)) }
        }
    };
    Document { title: &title, header, main, script: "" }.render()
}

fn load(row: &Row, outcome: &Outcome) -> Markup {
    let measured: Vec<(&String, &Measured)> = outcome
        .servers
        .iter()
        .zip(&row.results)
        .filter_map(|(name, result)| Some((name, result.as_ref()?)))
        .collect();
    html! {
        article id=(row.load) {
            h3 { (row.load) " " span.dim { (row.what) } }
            div.scroll role="region" aria-label=(row.load) tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "server" }
                        th.number scope="col" { "speed" }
                        th.number scope="col" { "p50" }
                        th.number scope="col" { "p99" }
                        th.number scope="col" { "server CPU" }
                    } }
                    tbody { @for (name, measured) in measured { tr {
                        th scope="row" { (name) }
                        @for cell in cells(row, measured) { td.number { (cell) } }
                    } } }
                }
            }
        }
    }
}

/// The figures of a server, each with its ratio.
fn cells(row: &Row, measured: &Measured) -> [String; 4] {
    let Measured { median, ratio, .. } = measured;
    let cell = |value: Option<String>, pick: fn(&Metrics) -> Option<f64>| {
        let ratio = ratio.as_ref().and_then(pick).map(human_format::ratio);
        match (value, ratio) {
            (None, _) => "·".to_owned(),
            (Some(value), None) => value,
            (Some(value), Some(ratio)) => format!("{value} ({ratio})"),
        }
    };
    let speed = match row.unit == Unit::Connection.to_string() {
        true => format!("{} each", human_format::span(1e9 / median.rate)),
        false => human_format::rate(median.rate),
    };
    let span = |nanos: Option<f64>| nanos.map(human_format::span);
    [
        cell(Some(speed), |one| Some(one.rate)),
        cell(span(median.p50_nanos), |one| one.p50_nanos),
        cell(span(median.p99_nanos), |one| one.p99_nanos),
        cell(span(median.cpu_nanos), |one| one.cpu_nanos),
    ]
}
