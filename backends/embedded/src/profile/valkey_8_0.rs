//! The first Valkey that is not a Redis by another name.

use super::access::AccessTraits;
use super::cluster::ClusterTraits;
use super::events::EventTraits;
use super::help::Help;
use super::redis_7_2;
use super::traits::{ManyErrors, SilentQuitters, Traits};
use crate::command::{Flags, Revision};

pub(super) const TRAITS: Traits = Traits {
    name: "valkey-8.0",
    product: "valkey",
    version: "8.0.1",
    revisions: &[SINCE_8_0, REVISIONS],
    help: Help {
        cluster: include_str!("help/valkey-8.0.cluster.txt"),
        command: include_str!("help/valkey-8.0.command.txt"),
        client: include_str!("help/valkey-8.0.client.txt"),
        ..redis_7_2::TRAITS.help
    },
    silent_quitters: SilentQuitters::Stay,
    forgets_refused_transactions: true,
    cluster: &ClusterTraits {
        reads_without_cluster: true,
        writes_without_cluster: true,
        shards_in_transactions: true,
        ..*redis_7_2::TRAITS.cluster
    },
    many_errors: ManyErrors::Together,
    info: include_str!("valkey-8.0.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver tot-net-in tot-net-out tot-cmds",
    access: AccessTraits {
        no_file: "This instance is not configured to use an ACL file. You may want to specify \
                  users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you \
                  have a configuration file set) in order to store users in the configuration.",
        ..redis_7_2::TRAITS.access
    },
    events: EventTraits { drops_past_set: true, ..redis_7_2::TRAITS.events },
    ..redis_7_2::TRAITS
};

/// What every Valkey has.
pub(super) const SINCE_8_0: &[Revision] = &[
    Revision::of(&["multi", "watch"]).with(&[Flags::NO_MULTI]),
    Revision::of(&["cluster|info", "cluster|myid", "cluster|myshardid", "cluster|nodes"])
        .with(&[Flags::LOADING]),
];

/// What no other server does.
const REVISIONS: &[Revision] =
    &[Revision::of(&["unsubscribe", "punsubscribe", "sunsubscribe"])
        .with(&[Flags::WANTS_SUBSCRIBER])];
