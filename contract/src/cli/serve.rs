use std::fs;
use std::io;
use std::net::IpAddr;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
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

/// Runs the embedded server until SIGINT or SIGTERM.
///
/// Prints its URL on a line of its own when it is ready.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The port [default: a free one]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// A Unix socket to listen on too
    #[arg(long, value_name = "PATH")]
    unix: Option<PathBuf>,
    /// The address to listen on [default: loopback only]
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
    /// The server to imitate
    #[arg(long, value_name = "PROFILE", value_parser = profiles(), default_value_t)]
    profile: Profile,
    /// Be a cluster of one node, which serves every slot
    #[arg(long)]
    cluster: bool,
    /// End with the standard input too: with whoever holds its other end, however that one ends
    #[arg(long)]
    until_eof: bool,
}

impl Serve {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            // Before anything is announced: whoever reads the URL may stop us at once.
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
            remove_stale_socket(&path);
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

/// Removes the file of a Unix socket on which no process listens: a killed server leaves it.
///
/// If that fails, binding to the path says why.
fn remove_stale_socket(path: &Path) {
    let is_socket = fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_socket());
    let refuses = |path| {
        UnixStream::connect(path)
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    };
    if is_socket && refuses(path) {
        let _ = fs::remove_file(path);
    }
}

/// When nothing is to be read any more. The thread that reads is left to the end of the process.
fn end_of_input() -> oneshot::Receiver<()> {
    let (last, end) = oneshot::channel();
    thread::spawn(move || {
        // An input that cannot be read is at its end.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = last.send(());
    });
    end
}

/// Reads a name of those that there are, which the help lists.
fn profiles() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.iter().map(Profile::name))
        .try_map(|name| name.parse::<Profile>())
}
