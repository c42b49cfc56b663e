use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use super::BenchTarget;

/// Measure the speed of servers side by side, and check every delivery.
///
/// A lost, repeated or damaged message ends the run with exit code 1.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// What to measure: a server as for verify, or floor (no server: bytes are written straight
    /// into the sockets). Repeat the option to compare several; they take turns within each round.
    /// Ratios are to the first real server. Docker's network slows a container down, so a process
    /// is the fairer comparison.
    #[arg(
        long,
        value_name = "floor|embedded|container[:IMAGE]|process[:PATH]|URL",
        default_values = ["floor", "embedded"],
    )]
    pub against: Vec<BenchTarget>,

    /// Measure only the load with this name, or those with this in their name
    #[arg(long, value_name = "FILTER")]
    pub load: Vec<String>,

    /// List the loads and measure nothing
    #[arg(long)]
    pub list: bool,

    /// How many times to run each load on each server
    #[arg(long, value_name = "N", default_value = "5", value_parser = rounds)]
    pub rounds: u32,

    /// How many seconds each of these runs takes
    #[arg(long, value_name = "S", default_value = "1", value_parser = seconds)]
    pub seconds: Duration,

    /// Write all samples, medians and ratios to this file
    #[arg(long, value_name = "PATH")]
    pub json: Option<PathBuf>,

    /// Draw the ratios into this SVG file
    #[arg(long, value_name = "PATH")]
    pub svg: Option<PathBuf>,

    /// Write a page with all figures: html=PATH
    #[arg(long, value_name = "html=PATH", value_parser = html)]
    pub report: Option<Html>,
}

/// The file of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html(pub PathBuf);

fn html(text: &str) -> Result<Html, String> {
    match text.split_once('=') {
        Some(("html", path)) if !path.is_empty() => Ok(Html(path.into())),
        _ => Err("bench writes html=PATH; --json and --svg write other files".to_owned()),
    }
}

fn rounds(text: &str) -> Result<u32, String> {
    text.parse::<NonZeroU32>()
        .map(NonZeroU32::get)
        .map_err(|_| "it must be a whole number from 1".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it must be a number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(span) if !span.is_zero() => Ok(span),
        _ => Err("it must be more than 0".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command, FromArgMatches};

    use super::*;

    fn parse(words: &[&str]) -> Result<Args, clap::Error> {
        let command = Args::augment_args(Command::new("bench").no_binary_name(true));
        Args::from_arg_matches(&command.try_get_matches_from(words)?)
    }

    #[test]
    fn should_measure_the_embedded_server_and_the_floor_by_default() {
        let args = parse(&[]).unwrap();
        let against: Vec<_> = args.against.iter().map(ToString::to_string).collect();
        assert_eq!(against, ["floor", "embedded"]);
        assert_eq!((args.rounds, args.seconds), (5, Duration::from_secs(1)));
    }

    #[test]
    fn should_take_servers_in_the_order_in_which_they_are_named() {
        let args = parse(&["--against", "process", "--against", "embedded"]).unwrap();
        let against: Vec<_> = args.against.iter().map(ToString::to_string).collect();
        assert_eq!(against, ["process", "embedded"]);
    }

    #[test]
    fn should_refuse_zero_rounds_and_zero_seconds() {
        for words in [["--rounds", "0"], ["--seconds", "0"], ["--seconds", "-1"]] {
            assert!(parse(&words).is_err(), "{words:?}");
        }
    }
}
