use super::super::{Categories, Flags, Spec};
use super::build::{command, container};
use crate::command::cluster;

const TELLING: &[Flags] = &[Flags::STALE];
const TELLING_EARLY: &[Flags] = &[Flags::LOADING, Flags::STALE];
const ADMIN: &[Flags] = &[Flags::ADMIN, Flags::STALE];
const CHANGING: &[Flags] = &[Flags::ADMIN, Flags::STALE, Flags::NO_ASYNC_LOADING];
const READING: &[Flags] = &[Flags::LOADING, Flags::STALE, Flags::FAST];
const VARYING: &[&str] = &["nondeterministic_output"];
const NODES: &str = "O(N), N being the number of nodes";
const SLOTS: &str = "O(N), N being the number of slots";

pub(super) static ROWS: &[Spec] = &[
    command("asking", 1, cluster::asking)
        .flags(&[Flags::FAST])
        .category(Categories::CONNECTION)
        .docs("cluster", "3.0.0", "O(1)", "Lets the next command in to a slot that moves here."),
    command("readonly", 1, cluster::readonly).flags(READING).category(Categories::CONNECTION).docs(
        "cluster",
        "3.0.0",
        "O(1)",
        "Lets a replica answer what it could send elsewhere.",
    ),
    command("readwrite", 1, cluster::readwrite)
        .flags(READING)
        .category(Categories::CONNECTION)
        .docs("cluster", "3.0.0", "O(1)", "Has a replica send every key elsewhere again."),
    container("cluster", SUBCOMMANDS).docs(
        "cluster",
        "3.0.0",
        "That of the subcommand.",
        "Tells about the cluster, and changes it.",
    ),
];

static SUBCOMMANDS: &[Spec] =
    &[
        command("cluster|addslots", -3, cluster::addslots).flags(CHANGING).docs(
            "cluster",
            "3.0.0",
            SLOTS,
            "Takes slots that nobody serves.",
        ),
        command("cluster|addslotsrange", -4, cluster::addslotsrange).flags(CHANGING).docs(
            "cluster",
            "7.0.0",
            SLOTS,
            "Takes ranges of slots that nobody serves.",
        ),
        command("cluster|bumpepoch", 2, cluster::bumpepoch).flags(CHANGING).tips(VARYING).docs(
            "cluster",
            "3.0.0",
            "O(1)",
            "Gives the node the newest epoch.",
        ),
        command("cluster|count-failure-reports", 3, cluster::count_failure_reports)
            .flags(ADMIN)
            .tips(VARYING)
            .docs(
                "cluster",
                "3.0.0",
                "O(N), N being the number of reports",
                "Counts who reports that a node fails.",
            ),
        command("cluster|countkeysinslot", 3, cluster::countkeysinslot).flags(TELLING).docs(
            "cluster",
            "3.0.0",
            "O(N), N being the number of keys",
            "Counts the keys of a slot.",
        ),
        command("cluster|delslots", -3, cluster::delslots).flags(CHANGING).docs(
            "cluster",
            "3.0.0",
            SLOTS,
            "Lets nobody serve slots any more.",
        ),
        command("cluster|delslotsrange", -4, cluster::delslotsrange).flags(CHANGING).docs(
            "cluster",
            "7.0.0",
            SLOTS,
            "Lets nobody serve ranges of slots any more.",
        ),
        command("cluster|failover", -2, cluster::failover).flags(CHANGING).docs(
            "cluster",
            "3.0.0",
            "O(1)",
            "Lets a replica take its master's place.",
        ),
        command("cluster|flushslots", 2, cluster::flushslots).flags(CHANGING).docs(
            "cluster",
            "3.0.0",
            SLOTS,
            "Lets nobody serve the node's slots any more.",
        ),
        command("cluster|forget", 3, cluster::forget).flags(CHANGING).docs(
            "cluster",
            "3.0.0",
            SLOTS,
            "Forgets another node.",
        ),
        command("cluster|getkeysinslot", 4, cluster::getkeysinslot)
            .flags(TELLING)
            .tips(VARYING)
            .docs("cluster", "3.0.0", "O(N), N being the number of keys", "Lists keys of a slot."),
        command("cluster|help", 2, cluster::help).flags(TELLING_EARLY).docs(
            "cluster",
            "5.0.0",
            "O(1)",
            "Explains the subcommands.",
        ),
        command("cluster|info", 2, cluster::info).flags(TELLING).tips(VARYING).docs(
            "cluster",
            "3.0.0",
            SLOTS,
            "Describes the cluster in numbers.",
        ),
        command("cluster|keyslot", 3, cluster::keyslot).flags(TELLING).docs(
            "cluster",
            "3.0.0",
            "O(N), N being the length of the key",
            "Tells which slot a key is in.",
        ),
        command("cluster|links", 2, cluster::links).flags(TELLING).tips(VARYING).docs(
            "cluster",
            "7.0.0",
            NODES,
            "Lists the connections to other nodes.",
        ),
        command("cluster|meet", -4, cluster::meet).flags(CHANGING).docs(
            "cluster",
            "3.0.0",
            "O(1)",
            "Makes the node known to another one.",
        ),
        command("cluster|myid", 2, cluster::myid).flags(TELLING).docs(
            "cluster",
            "3.0.0",
            "O(1)",
            "Returns the node's id.",
        ),
        command("cluster|myshardid", 2, cluster::myshardid).flags(TELLING).tips(VARYING).docs(
            "cluster",
            "7.2.0",
            "O(1)",
            "Returns the id of the node's shard.",
        ),
        command("cluster|nodes", 2, cluster::nodes).flags(TELLING).tips(VARYING).docs(
            "cluster",
            "3.0.0",
            NODES,
            "Lists the nodes, each in one line.",
        ),
        command("cluster|replicas", 3, cluster::replicas).flags(ADMIN).tips(VARYING).docs(
            "cluster",
            "5.0.0",
            NODES,
            "Lists a node's replicas.",
        ),
        command("cluster|replicate", 3, cluster::replicate).flags(CHANGING).docs(
            "cluster",
            "3.0.0",
            "O(1)",
            "Makes the node another one's replica.",
        ),
        command("cluster|reset", -2, cluster::reset)
            .flags(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::STALE])
            .docs("cluster", "3.0.0", SLOTS, "Forgets the cluster."),
        command("cluster|saveconfig", 2, cluster::saveconfig).flags(CHANGING).docs(
            "cluster",
            "3.0.0",
            "O(1)",
            "Writes down what the node knows of the cluster.",
        ),
        command("cluster|set-config-epoch", 3, cluster::set_config_epoch).flags(CHANGING).docs(
            "cluster",
            "3.0.0",
            "O(1)",
            "Gives a new node its epoch.",
        ),
        command("cluster|setslot", -4, cluster::setslot).flags(CHANGING).docs(
            "cluster",
            "3.0.0",
            "O(1)",
            "Moves a slot, or lets it begin to move.",
        ),
        command("cluster|shards", 2, cluster::shards).flags(TELLING_EARLY).tips(VARYING).docs(
            "cluster",
            "7.0.0",
            NODES,
            "Lists the shards, with their slots and nodes.",
        ),
        command("cluster|slaves", 3, cluster::replicas)
            .flags(ADMIN)
            .tips(VARYING)
            .docs("cluster", "3.0.0", NODES, "Lists a node's replicas.")
            .deprecated("5.0.0", "`CLUSTER REPLICAS`"),
        command("cluster|slots", 2, cluster::slots)
            .flags(TELLING_EARLY)
            .tips(VARYING)
            .docs("cluster", "3.0.0", NODES, "Lists ranges of slots, with their nodes.")
            .deprecated("7.0.0", "`CLUSTER SHARDS`"),
    ];
