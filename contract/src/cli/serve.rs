use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, Result};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tokio::runtime;
use tokio::sync::oneshot;
use twincast::report;
use twincast_embedded::{Cluster, EmbeddedRedis, Profile};

use super::interrupt::Interruptions;

/// Run the embedded server until SIGINT or SIGTERM.
///
/// When the server is ready, its URL is printed on a line of its own.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The TCP port [default: a free port]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Also listen on this Unix socket
    #[arg(long, value_name = "PATH")]
    unix: Option<PathBuf>,
    /// The address to listen on [default: loopback only]
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
    /// The server to imitate
    #[arg(long, value_name = "PROFILE", value_parser = profiles(), default_value_t)]
    profile: Profile,
    /// Run as a cluster of one node that serves every slot
    #[arg(long)]
    cluster: bool,
    /// Also stop at the end of standard input, for example when the parent process ends
    #[arg(long)]
    until_eof: bool,
}

impl Serve {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            // Before the URL is printed, because its reader may stop this server at once.
            let mut interruptions = Interruptions::new().context("cannot await signals")?;
            let mut input_ended = self.until_eof.then(end_of_input);
            let server = self.start()?;
            report::print_line(server.url());
            if let Some(url) = server.unix_url() {
                report::print_line(url);
            }
            tokio::select! {
                _ = interruptions.next() => {}
                Some(_) = async { Some(input_ended.as_mut()?.await) } => {}
            }
            drop(server);
            Ok(ExitCode::SUCCESS)
        })
    }

    fn start(self) -> Result<EmbeddedRedis> {
        let mut builder = EmbeddedRedis::builder().profile(self.profile);
        if let Some(port) = self.port {
            builder = builder.port(port);
        }
        if let Some(path) = self.unix {
            builder = builder.unix_path(path);
        }
        if let Some(address) = self.bind {
            builder = builder.bind(address);
        }
        if self.cluster {
            builder = builder.cluster(Cluster::whole());
        }
        Ok(builder.start()?)
    }
}

/// Resolves at the end of standard input. The thread that reads lives as long as the process.
fn end_of_input() -> oneshot::Receiver<()> {
    let (last, end) = oneshot::channel();
    thread::spawn(move || {
        // A failed read counts as the end.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = last.send(());
    });
    end
}

/// Parses the name of a profile. The help lists all names.
fn profiles() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.iter().map(Profile::name))
        .try_map(|name| name.parse::<Profile>())
}
