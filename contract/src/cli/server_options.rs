use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use twincast_embedded::{Cluster, EmbeddedRedis, Profile};

use super::config_file;

/// How to start an embedded server that other programs use.
#[derive(Debug, Args)]
pub(super) struct ServerOptions {
    /// The TCP port [default: a free port]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Also listen on this Unix socket
    #[arg(long, value_name = "PATH")]
    unix: Option<PathBuf>,
    /// The address to listen on [default: loopback only]
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
    /// Require this password from clients
    #[arg(long, value_name = "PASSWORD")]
    password: Option<String>,
    /// Read parameters from a file like redis.conf; options here win over its lines
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The server to imitate
    #[arg(long, value_name = "PROFILE", value_parser = profiles(), default_value_t)]
    profile: Profile,
    /// Run as a cluster of one node that serves every slot
    #[arg(long)]
    cluster: bool,
}

impl ServerOptions {
    pub(super) fn start(self) -> Result<EmbeddedRedis> {
        let mut builder = EmbeddedRedis::builder().profile(self.profile);
        if let Some(path) = &self.config {
            builder = config_file::apply(path, builder)?;
        }
        if let Some(password) = self.password {
            builder = builder.password(password);
        }
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

/// Parses the name of a profile. The help lists all names.
fn profiles() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.iter().map(Profile::name))
        .try_map(|name| name.parse::<Profile>())
}
