//! How fast servers are, side by side: `twincast bench`.
//!
//! Within each round, every load runs on every server in turn, so that ratios compare runs under
//! the same conditions. Every delivery is checked: a lost, repeated or damaged one ends the run,
//! because the speed of a server that loses messages means nothing.
//!
//! Reading order:
//!
//! 1. [`args`](Args): the options of the command;
//! 2. [`load`] and [`LOADS`]: the loads, as data;
//! 3. `plan`, `cyclic_stream`: all bytes of a load, computed before the first connection;
//! 4. `server`, `endpoint`, `floor`: the server under load, and the connections to it;
//! 5. `driver`, `connect_loop`: the load generator, which must be cheaper than the server;
//! 6. `cpu`, `sample`: one round of one load on one server; [`failure`]: the ways to fail;
//! 7. [`outcome`]: medians and ratios; `table`, `plot`, `page`, `progress`: their output.

mod args;
mod connect_loop;
mod cpu;
mod cyclic_stream;
mod driver;
mod endpoint;
mod error;
pub mod failure;
mod floor;
mod human_format;
pub mod load;
pub mod outcome;
mod page;
mod plan;
mod plot;
mod progress;
mod registry;
pub mod sample;
mod server;
mod table;
#[cfg(test)]
mod tests;

use std::{
    fs,
    io::{self, Write},
};

pub use args::Args;
pub use error::BenchError;
pub use registry::LOADS;
pub use server::BenchTarget;

use self::{
    args::Html,
    load::Load,
    outcome::{Outcome, Row},
    progress::Progress,
    sample::{Sample, Target},
    server::Server,
};
use crate::report;

/// The name of the floor in tables.
const NO_SERVER: &str = "no server";

/// Runs the chosen loads on the chosen servers. After each load, its part of the table is printed
/// and the files are written again, so that an interrupted run keeps its results.
pub fn run(args: &Args, out: &mut impl Write) -> Result<(), BenchError> {
    if args.list {
        return Ok(table::list(LOADS, out)?);
    }
    let loads = registry::choose(&args.load)?;
    let running = args
        .against
        .iter()
        .map(|target| match target {
            BenchTarget::Floor => Ok(None),
            BenchTarget::Server(spec) => Server::start(spec).map(Some),
        })
        .collect::<Result<Vec<_>, _>>()?;

    let names = running.iter().map(|server| name(server.as_ref()).to_owned()).collect();
    let baseline = running.iter().position(|server| server.as_ref().is_some_and(|one| one.is_real));
    let mut outcome = Outcome::new(names, baseline, args.rounds, args.seconds.as_secs_f64());
    table::head(&outcome, out)?;
    let columns = report::columns(io::stdout());

    let progress = Progress::new(loads.len() * args.rounds as usize * running.len());
    for load in loads {
        let samples = match rounds(load, &running, args, &progress) {
            Ok(samples) => samples,
            Err(error) => {
                save_page(&outcome, args, Some(&error.to_string()))?;
                return Err(error);
            }
        };
        let row = Row::new(load, samples, baseline);
        progress.suspend(|| table::row(&row, &outcome, columns, out))?;
        outcome.rows.push(row);
        if let Some(path) = &args.json {
            outcome.save(path)?;
        }
        if let Some(path) = &args.svg {
            plot::save(&outcome, path)?;
        }
        save_page(&outcome, args, None)?;
    }
    Ok(())
}

/// Writes the page, if one was asked for.
fn save_page(outcome: &Outcome, args: &Args, failure: Option<&str>) -> Result<(), BenchError> {
    let Some(Html(path)) = &args.report else { return Ok(()) };
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(path, page::page(outcome, failure)))
        .map_err(|reason| BenchError::File { path: path.clone(), reason })
}

/// Runs every round of a load, and returns the samples of each server.
fn rounds(
    load: &Load,
    running: &[Option<Server>],
    args: &Args,
    progress: &Progress,
) -> Result<Vec<Vec<Sample>>, BenchError> {
    let mut samples = vec![Vec::new(); running.len()];
    for round in 0..args.rounds as usize {
        for turn in 0..running.len() {
            // The servers take turns at being first: the first run after an idle moment is faster.
            let index = (round + turn) % running.len();
            let server = running[index].as_ref();
            progress.show(load, name(server), round);
            let target = match server {
                None => Target::Floor,
                Some(server) => Target::Server(&server.endpoint, server.cpu.as_ref()),
            };
            let prefix = twincast_redis::unique_prefix();
            let sample = sample::take(load, target, args.seconds, &prefix).map_err(|failure| {
                let (load, server) = (load.name, name(server).to_owned());
                BenchError::Failed { load, server, failure: Box::new(failure) }
            })?;
            samples[index].push(sample);
            progress.advance();
        }
    }
    Ok(samples)
}

fn name(server: Option<&Server>) -> &str {
    server.map_or(NO_SERVER, |server| &server.name)
}
