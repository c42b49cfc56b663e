//! The results of a run: medians, and ratios to a real server.

use std::{fs, path::Path, thread};

use serde::Serialize;

use super::{BenchError, load::Load, sample::Sample};

/// All results of a run: the content of the JSON file, and the source of tables and plots.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The version of this program.
    pub twincast: &'static str,
    /// The machine. Figures of different machines cannot be compared; ratios nearly can.
    pub machine: Machine,
    /// How many times each load ran on each server.
    pub rounds: u32,
    /// How many seconds each of these runs took.
    pub seconds: f64,
    /// The names of the servers, in the order of the command line.
    pub servers: Vec<String>,
    /// The index of the first real server, to which ratios are.
    pub baseline: Option<usize>,
    /// One row for each finished load.
    pub rows: Vec<Row>,
}

/// The machine of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// `linux`, `macos` …
    pub os: &'static str,
    /// `x86_64`, `aarch64` …
    pub arch: &'static str,
    /// How many processors this program may use.
    pub cpus: usize,
    /// The program was built without optimisation, so its figures mean little.
    pub debug_build: bool,
}

/// One load on every server.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// [`Load::name`]
    pub load: &'static str,
    /// [`Load::what`]
    pub what: &'static str,
    /// The unit that was counted.
    pub unit: String,
    /// One result for each server, in their order; `None` where a load makes no sense.
    pub results: Vec<Option<Measured>>,
}

/// One load on one server.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// The medians over all rounds.
    pub median: Metrics,
    /// The medians of the ratios to the baseline of the same round; `None` for the baseline.
    pub ratio: Option<Metrics>,
    /// The rounds.
    pub samples: Vec<Sample>,
}

/// The figures of a server, or their ratios to those of the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Metrics {
    /// Units per second.
    pub rate: f64,
    /// The server's processor time for one unit, in nanoseconds.
    pub cpu_nanos: Option<f64>,
    /// Nanoseconds; see [`Latency`](super::sample::Latency).
    pub p50_nanos: Option<f64>,
    /// Nanoseconds.
    pub p99_nanos: Option<f64>,
}

impl Outcome {
    /// The outcome before the first load.
    pub(super) fn new(
        servers: Vec<String>,
        baseline: Option<usize>,
        rounds: u32,
        seconds: f64,
    ) -> Self {
        let machine = Machine {
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
            cpus: thread::available_parallelism().map_or(1, usize::from),
            debug_build: cfg!(debug_assertions),
        };
        let twincast = env!("CARGO_PKG_VERSION");
        Self { twincast, machine, rounds, seconds, servers, baseline, rows: Vec::new() }
    }

    /// Writes the outcome to a file, and replaces its earlier content.
    pub(super) fn save(&self, path: &Path) -> Result<(), BenchError> {
        let write = || -> std::io::Result<()> {
            let mut text = serde_json::to_string_pretty(self)?;
            text.push('\n');
            fs::write(path, text)
        };
        write().map_err(|reason| BenchError::File { path: path.to_owned(), reason })
    }
}

impl Row {
    /// The row of these samples. Each server has one for each round, or none.
    pub(super) fn new(load: &Load, samples: Vec<Vec<Sample>>, baseline: Option<usize>) -> Self {
        let metrics: Vec<Vec<Metrics>> =
            samples.iter().map(|rounds| rounds.iter().map(Metrics::of).collect()).collect();
        let results = samples.into_iter().enumerate().map(|(index, samples)| {
            let own = &metrics[index];
            let ratio = baseline.filter(|&baseline| baseline != index).and_then(|baseline| {
                let pairs = own.iter().zip(&metrics[baseline]);
                Metrics::median(&pairs.map(|(one, base)| one.over(base)).collect::<Vec<_>>())
            });
            Some(Measured { median: Metrics::median(own)?, ratio, samples })
        });
        let results = results.collect();
        Self { load: load.name, what: load.what, unit: load.unit.to_string(), results }
    }
}

impl Metrics {
    fn of(sample: &Sample) -> Self {
        Self {
            rate: sample.units as f64 / sample.seconds,
            cpu_nanos: sample.server_cpu_seconds.map(|spent| spent * 1e9 / sample.units as f64),
            p50_nanos: sample.latency.map(|latency| latency.p50 as f64),
            p99_nanos: sample.latency.map(|latency| latency.p99 as f64),
        }
    }

    fn over(&self, base: &Self) -> Self {
        // In a short round, the processor time can be 0.
        let ratio = |one: Option<f64>, base: Option<f64>| {
            Some(one? / base?).filter(|ratio| ratio.is_normal())
        };
        Self {
            rate: self.rate / base.rate,
            cpu_nanos: ratio(self.cpu_nanos, base.cpu_nanos),
            p50_nanos: ratio(self.p50_nanos, base.p50_nanos),
            p99_nanos: ratio(self.p99_nanos, base.p99_nanos),
        }
    }

    /// The median of each figure; `None` if there are no rounds.
    fn median(rounds: &[Self]) -> Option<Self> {
        // All rounds come from the same server, so they have the same figures.
        let of = |pick: fn(&Self) -> Option<f64>| median(rounds.iter().filter_map(pick).collect());
        Some(Self {
            rate: of(|one| Some(one.rate))?,
            cpu_nanos: of(|one| one.cpu_nanos),
            p50_nanos: of(|one| one.p50_nanos),
            p99_nanos: of(|one| one.p99_nanos),
        })
    }
}

/// The value in the middle, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (upper, lower) = (values.len() / 2, values.len().checked_sub(1)? / 2);
    Some((values[lower] + values[upper]) / 2.0)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::bench::{registry::LOADS, sample::Latency};

    #[rstest]
    #[case(&[], None)]
    #[case(&[7.0], Some(7.0))]
    #[case(&[9.0, 1.0, 5.0], Some(5.0))]
    #[case(&[4.0, 1.0, 100.0, 2.0], Some(3.0))]
    fn should_take_the_value_in_the_middle(#[case] values: &[f64], #[case] middle: Option<f64>) {
        assert_eq!(median(values.to_vec()), middle);
    }

    fn sample(units: u64, cpu: Option<f64>) -> Sample {
        Sample {
            units,
            seconds: 2.0,
            server_cpu_seconds: cpu,
            generator_cpu_seconds: Some(1.0),
            latency: cpu.map(|_| Latency { p50: 100, p99: 200, max: 300 }),
        }
    }

    #[test]
    fn should_compare_with_the_baseline_of_the_same_round() {
        // The machine slows down from round to round, for both alike.
        let baseline = vec![sample(400, Some(1.0)), sample(200, Some(1.0)), sample(100, Some(1.0))];
        let twice = vec![sample(800, Some(1.0)), sample(400, Some(1.0)), sample(200, None)];
        let row = Row::new(&LOADS[0], vec![Vec::new(), baseline, twice], Some(1));

        assert!(row.results[0].is_none());
        let [base, twice] = [1, 2].map(|index| row.results[index].as_ref().unwrap());
        assert_eq!(base.ratio, None);
        assert_eq!(base.median.rate, 100.0);
        assert_eq!(base.median.cpu_nanos, Some(5e6));
        let ratio = twice.ratio.unwrap();
        assert_eq!((ratio.rate, ratio.cpu_nanos), (2.0, Some(0.5)));
        assert_eq!(ratio.p99_nanos, Some(1.0));
    }

    #[test]
    fn should_have_no_ratio_without_a_real_server() {
        let row = Row::new(&LOADS[0], vec![vec![sample(1, None)]], None);
        assert_eq!(row.results[0].as_ref().unwrap().ratio, None);
    }
}
