//! Options that start a real server with the setup of a conversation.

use std::fmt::Write;

use super::Identity;
use crate::conversation::{Node, SLOTS, ServerName, Setup};

/// The log line of a cluster node that begins to serve, which is a while after it listens.
const CLUSTER_READY: &str = "Cluster state changed: ok";

/// The parameter that allows clients to use `DEBUG`.
const DEBUG: &str = "enable-debug-command";

/// Longer than any conversation, so that unreachable nodes do not count as failed.
const NODE_TIMEOUT: (&str, &str) = ("cluster-node-timeout", "86400000");

/// Options for starting a real server.
#[derive(Debug, Default)]
pub(super) struct StartOptions {
    /// The parameters of its configuration.
    pub(super) options: Vec<(String, String)>,
    /// The content of its `nodes.conf`, if it starts as a node of a cluster.
    pub(super) nodes: Option<String>,
    /// The log line that shows that it is ready, if it is not the usual one.
    pub(super) ready: Option<&'static str>,
}

impl StartOptions {
    /// The options for this setup. The format of `nodes.conf` depends on the server's version.
    pub(super) fn with(setup: &Setup, server: &Identity) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let mut options: Vec<_> = parameters(setup, &server.judged_as()).map(owned).collect();
        let mut default = |name: &str, value: &str| {
            if !options.iter().any(|(other, _)| other == name) {
                options.push(owned((name, value)));
            }
        };
        let nodes = setup.slots().next().map(|_| nodes(setup, has_shards(server)));
        if nodes.is_some() {
            default("cluster-enabled", "yes");
            default(NODE_TIMEOUT.0, NODE_TIMEOUT.1);
        }
        Self { options, nodes, ready: becomes_ready(setup).then_some(CLUSTER_READY) }
    }
}

/// The parameters of a setup that a server has. Redis 6.2 has none for `DEBUG`, which it always allows.
pub(super) fn parameters<'s>(
    setup: &'s Setup,
    server: &ServerName,
) -> impl Iterator<Item = (&'s str, &'s str)> {
    let always_debugs = *server == ServerName::new("redis-6.2");
    setup.parameters().filter(move |(name, _)| !(always_debugs && *name == DEBUG))
}

/// Whether the cluster state becomes `ok`: only then does a node log that it is ready.
fn becomes_ready(setup: &Setup) -> bool {
    let mut served = vec![false; usize::from(SLOTS)];
    for (range, _) in setup.slots() {
        range.for_each(|slot| served[usize::from(slot)] = true);
    }
    let mut parameters = setup.parameters();
    let partly = parameters.any(|it| it == ("cluster-require-full-coverage", "no"));
    served.iter().any(|it| *it) && (partly || served.iter().all(|it| *it))
}

/// The ID of a node, which is one letter forty times. The server itself has place 0.
pub(super) fn node_id(place: usize) -> String {
    let letter = b'a' + u8::try_from(place % 26).unwrap_or(0);
    char::from(letter).to_string().repeat(40)
}

/// Whether `nodes.conf` must name each node's shard. A server that knows shard IDs and finds none
/// crashes at the first SPUBLISH.
fn has_shards(identity: &Identity) -> bool {
    match identity {
        Identity::Real { product, version } if product == "redis" => {
            !["6.", "7.0."].iter().any(|old| version.starts_with(old))
        }
        _ => true,
    }
}

fn nodes(setup: &Setup, sharded: bool) -> String {
    let mut text = String::new();
    let mut line = |place: usize, address: &str, flags: &str, node: &Node| {
        let id = node_id(place);
        let shard = if sharded { format!(",,shard-id={id}") } else { String::new() };
        let epoch = place + 1;
        let _ = write!(text, "{id} {address}{shard} {flags} - 0 0 {epoch} connected");
        for (range, _) in setup.slots().filter(|(_, other)| *other == node) {
            let _ = write!(text, " {}-{}", range.start(), range.end());
        }
        text.push('\n');
    };
    line(0, ":0@0", "myself,master", &Node::Here);
    let others = setup.others();
    for (address, place) in others.iter().zip(1..) {
        let port: u32 = address.rsplit_once(':').and_then(|it| it.1.parse().ok()).unwrap_or(0);
        let address = (*address).to_owned();
        line(place, &format!("{address}@{}", port + 10_000), "master", &Node::At(address));
    }
    let _ = writeln!(text, "vars currentEpoch {} lastVoteEpoch 0", others.len() + 1);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Conversation;

    fn options(settings: &str) -> StartOptions {
        start_of("redis", "7.0.15", settings)
    }

    fn start_of(product: &str, version: &str, settings: &str) -> StartOptions {
        let text = format!("# t\n\n{settings}");
        let setup = Conversation::parse(&text, "t").expect("a conversation").setup;
        StartOptions::with(
            &setup,
            &Identity::Real { product: product.into(), version: version.into() },
        )
    }

    #[test]
    fn should_write_shard_ids_for_versions_that_know_them() {
        for (product, version, sharded) in [
            ("redis", "6.2.14", false),
            ("redis", "7.0.15", false),
            ("redis", "7.2.1", true),
            ("redict", "7.3.6", true),
            ("valkey", "9.1.2", true),
        ] {
            let nodes = start_of(product, version, "with slots 0-99 here\n").nodes;
            let nodes = nodes.unwrap_or_default();
            assert_eq!(nodes.contains(" :0@0,,shard-id=aaaa"), sharded, "{product} {version}");
        }
    }

    #[test]
    fn should_write_each_node_with_its_slots() {
        let options = options(
            "with slots 0-8191 here\nwith slots 9000-16383 at 127.0.0.1:7000\nwith slots 8192-8999 here\n",
        );
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        assert_eq!(
            options.nodes.unwrap_or_default(),
            format!(
                "{a} :0@0 myself,master - 0 0 1 connected 0-8191 8192-8999\n\
                 {b} 127.0.0.1:7000@17000 master - 0 0 2 connected 9000-16383\n\
                 vars currentEpoch 2 lastVoteEpoch 0\n"
            )
        );
        assert_eq!(options.options[0], ("cluster-enabled".to_owned(), "yes".to_owned()));
        assert_eq!(options.ready, Some(CLUSTER_READY));
    }

    #[test]
    fn should_not_wait_for_a_cluster_that_never_becomes_ok() {
        assert_eq!(options("with slots 0-99 here\n").ready, None);
        let partly = "with slots 0-99 here\nwith cluster-require-full-coverage no\n";
        assert_eq!(options(partly).ready, Some(CLUSTER_READY));
        assert_eq!(options("with cluster-require-full-coverage no\n").ready, None);
    }

    #[test]
    fn should_pass_parameters_on_unchanged() {
        let options = options("with maxclients 5\nwith save \"\"\n");
        let expected = [("maxclients", "5"), ("save", "")].map(|(n, v)| (n.into(), v.into()));
        assert_eq!(options.options, expected);
        assert_eq!((options.nodes, options.ready), (None, None));
    }
}
