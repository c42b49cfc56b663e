use super::super::{Flags, KeySpec, Spec};
use super::build::{command, container};
use crate::command::pubsub;

const SUBSCRIBING: &[Flags] =
    &[Flags::PUBSUB, Flags::NOSCRIPT, Flags::LOADING, Flags::STALE, Flags::SUBSCRIBED];
const PUBLISHING: &[Flags] =
    &[Flags::PUBSUB, Flags::LOADING, Flags::STALE, Flags::FAST, Flags::REPLICATED];
const ASKING: &[Flags] = &[Flags::PUBSUB, Flags::LOADING, Flags::STALE];
const CHANNELS: &str = "O(N), N being the number of channels";
const PATTERNS: &str = "O(N), N being the number of patterns";

pub(super) static ROWS: &[Spec] = &[
    command("subscribe", -2, pubsub::subscribe).flags(SUBSCRIBING).docs(
        "pubsub",
        "2.0.0",
        CHANNELS,
        "Begins to listen to channels.",
    ),
    command("unsubscribe", -1, pubsub::unsubscribe).flags(SUBSCRIBING).docs(
        "pubsub",
        "2.0.0",
        CHANNELS,
        "Ends listening to channels, or to all of them.",
    ),
    command("psubscribe", -2, pubsub::psubscribe).flags(SUBSCRIBING).docs(
        "pubsub",
        "2.0.0",
        PATTERNS,
        "Begins to listen to all channels that globs match.",
    ),
    command("punsubscribe", -1, pubsub::punsubscribe).flags(SUBSCRIBING).docs(
        "pubsub",
        "2.0.0",
        PATTERNS,
        "Ends listening by globs, or by all of them.",
    ),
    command("publish", 3, pubsub::publish).flags(PUBLISHING).docs(
        "pubsub",
        "2.0.0",
        "O(N+M), N being the subscribers of the channel and M the patterns of all clients",
        "Sends a message to everybody who listens to a channel.",
    ),
    command("ssubscribe", -2, pubsub::ssubscribe)
        .flags(SUBSCRIBING)
        .keys(KeySpec::many(&["not_key"]))
        .docs("pubsub", "7.0.0", CHANNELS, "Begins to listen to shard channels."),
    command("sunsubscribe", -1, pubsub::sunsubscribe)
        .flags(SUBSCRIBING)
        .keys(KeySpec::many(&["not_key"]))
        .docs("pubsub", "7.0.0", CHANNELS, "Ends listening to shard channels, or to all of them."),
    command("spublish", 3, pubsub::spublish)
        .flags(PUBLISHING)
        .keys(KeySpec::one(&["not_key"]))
        .docs(
            "pubsub",
            "7.0.0",
            "O(N), N being the subscribers of the shard channel",
            "Sends a message to everybody who listens to a shard channel.",
        ),
    container("pubsub", SUBCOMMANDS).docs(
        "pubsub",
        "2.8.0",
        "That of the subcommand.",
        "Tells who listens to what.",
    ),
];

static SUBCOMMANDS: &[Spec] = &[
    command("pubsub|channels", -2, pubsub::channels).flags(ASKING).docs(
        "pubsub",
        "2.8.0",
        CHANNELS,
        "Lists the channels that somebody listens to.",
    ),
    command("pubsub|numpat", 2, pubsub::numpat).flags(ASKING).docs(
        "pubsub",
        "2.8.0",
        "O(1)",
        "Counts the different patterns.",
    ),
    command("pubsub|numsub", -2, pubsub::numsub).flags(ASKING).docs(
        "pubsub",
        "2.8.0",
        CHANNELS,
        "Counts the subscribers of channels.",
    ),
    command("pubsub|shardchannels", -2, pubsub::shardchannels).flags(ASKING).docs(
        "pubsub",
        "7.0.0",
        CHANNELS,
        "Lists the shard channels that somebody listens to.",
    ),
    command("pubsub|shardnumsub", -2, pubsub::shardnumsub).flags(ASKING).docs(
        "pubsub",
        "7.0.0",
        CHANNELS,
        "Counts the subscribers of shard channels.",
    ),
    command("pubsub|help", 2, pubsub::help).flags(&[Flags::LOADING, Flags::STALE]).docs(
        "pubsub",
        "6.2.0",
        "O(1)",
        "Explains the subcommands.",
    ),
];
