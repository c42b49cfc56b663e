use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use twincast::backend::{Spec, redacted};
use twincast::explore::{Explorer, Finding, Seed, Server, Trial, generate};
use twincast::report::{self, ExplorationReporter, Target};

use super::{BROKEN, NOTHING_JUDGED, interrupt, shell};

/// Play random conversations on two servers until their answers differ.
///
/// The conversation that shows the difference is made as short as possible. It is written to stdout
/// with the reference's answers, ready to be saved as a case.
#[derive(Debug, Args)]
pub(crate) struct Explore {
    /// The server to check: embedded[:PROFILE], container[:IMAGE], process[:PATH] or
    /// redis://host:port [default: the embedded server, imitating the reference]
    #[arg(long, value_name = "SERVER")]
    against: Option<Spec>,
    /// The real server to compare with: container[:IMAGE], process[:PATH] or redis://host:port
    /// [default: the server in TWINCAST_REDIS_URL or TWINCAST_REDIS_SERVER, else a container]
    #[arg(long, value_name = "SERVER")]
    reference: Option<Spec>,
    /// The seed of the random conversations: the same seed makes the same ones [default: a random
    /// seed]
    #[arg(long, value_name = "N")]
    seed: Option<Seed>,
    /// How many minutes to explore
    #[arg(long, value_name = "M", default_value = "1", value_parser = minutes)]
    minutes: Duration,
    /// Play only the Nth conversation of the seed, counted from 1. If the reference's answers vary,
    /// print the conversation
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    conversation: Option<u64>,
    /// Go on after the first difference, and only count differences that were found before
    #[arg(long)]
    all: bool,
    /// Save each difference in this folder, in a file named after the seed and the conversation
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Also write the differences to a report: html=PATH, junit=PATH, json=PATH or markdown=PATH
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Target>,
    /// Confirm that servers at URLs have no other users. Exploring changes their keys, settings and
    /// clients
    #[arg(long)]
    own: bool,
}

impl Explore {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let spec = self.reference.clone().unwrap_or_else(Spec::reference);
        let seed = self.seed.unwrap_or_else(Seed::random);
        let reference = self.server(&spec)?;
        let against = match &self.against {
            Some(spec) => spec.clone(),
            None => imitation_of(&reference),
        };
        let mut explorer = Explorer::new(self.server(&against)?, reference)?;
        let mut reporter = ExplorationReporter::start(
            &label(explorer.subject()),
            &label(explorer.reference()),
            explorer.reference().backend().identity().profile(),
            seed,
            self.report.iter().map(Target::reporter).collect(),
        )
        .context("cannot report")?;
        let interruptions = interrupt::watch().context("cannot await signals")?;
        let mut interruption = None;
        let end = Instant::now() + self.minutes;
        let numbers = match self.conversation {
            Some(nth) => nth..=nth,
            None => 1..=u64::MAX,
        };
        for nth in numbers {
            interruption = interruptions.try_recv().ok();
            if Instant::now() >= end || interruption.is_some() {
                break;
            }
            match explorer.explore(seed, nth)? {
                Trial::Agreed { frames } => reporter.count(|counts| {
                    counts.agreed += 1;
                    counts.frames += frames;
                }),
                Trial::Known => reporter.count(|counts| counts.known += 1),
                Trial::Unstable(reason) => {
                    reporter.leave_out(seed, nth, &reason)?;
                    if self.conversation.is_some() {
                        report::print_line(generate(seed, nth));
                    }
                    reporter.count(|counts| counts.unstable += 1);
                }
                Trial::Differed(finding) => {
                    reporter.count(|counts| counts.findings += 1);
                    reporter.show(&finding, &self.rerun(&explorer, &finding))?;
                    self.keep(&finding)?;
                    if !self.all {
                        break;
                    }
                }
            }
        }
        reporter.end()?;
        if let Some(signal) = interruption {
            report::print_error(format_args!("interrupted by {signal}"));
            return Ok(signal.exit_code());
        }
        Ok(match reporter.counts() {
            counts if counts.findings > 0 => ExitCode::from(BROKEN),
            counts if counts.agreed == 0 => ExitCode::from(NOTHING_JUDGED),
            _ => ExitCode::SUCCESS,
        })
    }

    fn server(&self, spec: &Spec) -> Result<Server> {
        let server = Server::start(spec.clone(), self.own)?;
        let login = super::login_request(&server.backend().url());
        Ok(server.login(login))
    }

    fn keep(&self, finding: &Finding) -> Result<()> {
        let Some(folder) = &self.keep else { return Ok(()) };
        let path = folder.join(finding.file_name());
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, finding.conversation.to_string()))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// The command that repeats this finding, for a shell.
    fn rerun(&self, explorer: &Explorer, finding: &Finding) -> String {
        let spec = |server: &Server| shell::server(server.spec());
        format!(
            "{} --against {} --reference {} --seed {} --conversation {}{}",
            super::invocation("explore"),
            spec(explorer.subject()),
            spec(explorer.reference()),
            finding.seed,
            finding.nth,
            if self.own { " --own" } else { "" },
        )
    }
}

/// The embedded server that comes closest to this one.
fn imitation_of(reference: &Server) -> Spec {
    Spec::Embedded(reference.backend().identity().closest_profile())
}

/// A server as the user named it, and as it identifies itself.
fn label(server: &Server) -> String {
    format!("{} ({})", redacted(&server.spec().to_string()), server.backend().identity())
}

fn minutes(text: &str) -> Result<Duration, String> {
    let minutes: f64 = text.parse().map_err(|_| "it must be a number of minutes".to_owned())?;
    match Duration::try_from_secs_f64(minutes * 60.0) {
        Ok(span) if !span.is_zero() => Ok(span),
        _ => Err("it must be more than 0".to_owned()),
    }
}
