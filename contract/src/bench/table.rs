use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{
    human_format,
    load::{Load, Unit},
    outcome::{Measured, Metrics, Outcome, Row},
};
use crate::report::counted;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();

/// Lists every load with its description.
pub(super) fn list(loads: &[Load], out: &mut impl Write) -> io::Result<()> {
    let width = loads.iter().map(|load| load.name.len()).max().unwrap_or(0);
    loads.iter().try_for_each(|load| writeln!(out, "{:width$}  {}", load.name, load.what))
}

/// Writes how the figures were measured.
pub(super) fn head(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    let Outcome { machine, rounds, seconds, .. } = outcome;
    let (os, arch, cpus) = (machine.os, machine.arch, counted(machine.cpus, "processor"));
    writeln!(out, "{DIM}{os} {arch}, {cpus}; medians of {rounds} × {seconds} s{DIM:#}")?;
    if let Some(baseline) = outcome.baseline {
        writeln!(out, "{DIM}× is the ratio to {}{DIM:#}", outcome.servers[baseline])?;
    }
    if machine.debug_build {
        writeln!(
            out,
            "{BAD}this is a debug build: use a build with --release for meaningful figures{BAD:#}"
        )?;
    }
    Ok(())
}

/// Writes one load: a line for each server, or several in a terminal with fewer columns.
pub(super) fn row(
    row: &Row,
    outcome: &Outcome,
    columns: Option<usize>,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "\n{BOLD}{}{BOLD:#}  {}", row.load, row.what)?;
    let width = outcome.servers.iter().map(String::len).max().unwrap_or(0);
    for (name, result) in outcome.servers.iter().zip(&row.results) {
        if let Some(measured) = result {
            let cells = cells(row, measured);
            let whole = 2 + width + CELL * cells.len();
            if columns.is_none_or(|columns| whole <= columns) {
                writeln!(out, "  {name:width$}{}", cells.concat())?;
                continue;
            }
            writeln!(out, "  {name}")?;
            let fitting = columns.map_or(1, |columns| (columns / CELL).max(1));
            cells.chunks(fitting).try_for_each(|some| writeln!(out, "{}", some.concat()))?;
        }
    }
    out.flush()
}

/// The columns of a cell: a figure and its ratio.
const CELL: usize = 22;

fn cells(row: &Row, measured: &Measured) -> Vec<String> {
    let Measured { median, ratio, .. } = measured;
    let of = |pick: fn(&Metrics) -> Option<f64>| (pick(median), ratio.as_ref().and_then(pick));
    let cell = |label: &str, (value, ratio): (Option<String>, Option<f64>), more_is_better| {
        let value = value.map_or_else(String::new, |value| value + label);
        let style = match ratio {
            Some(ratio) if (ratio >= 1.0) == more_is_better => GOOD,
            Some(_) => BAD,
            None => Style::new(),
        };
        let ratio = ratio.map(human_format::ratio).unwrap_or_default();
        format!("  {value:>12} {style}{ratio:>7}{style:#}")
    };
    let spans = |(value, ratio): (Option<f64>, Option<f64>)| (value.map(human_format::span), ratio);

    let mut cells = Vec::new();
    if median.p50_nanos.is_some() {
        cells.push(cell(" p50", spans(of(|one| one.p50_nanos)), false));
        cells.push(cell(" p99", spans(of(|one| one.p99_nanos)), false));
    } else if row.unit == Unit::Connection.to_string() {
        // Connections come one after the other, so a time says more than a rate.
        let each = ratio.map(|ratio| 1.0 / ratio.rate);
        cells.push(cell(" each", (Some(human_format::span(1e9 / median.rate)), each), false));
    } else {
        let rate = Some(human_format::rate(median.rate));
        cells.push(cell("", (rate, ratio.map(|one| one.rate)), true));
    }
    cells.push(cell(" CPU", spans(of(|one| one.cpu_nanos)), false));
    cells
}
