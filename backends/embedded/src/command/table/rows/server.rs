use super::super::{Categories, Flags, Spec};
use super::build::{command, container};
use crate::command::{config, info, introspection};

const ASKING: &[Flags] = &[Flags::LOADING, Flags::STALE];
const ADMIN: &[Flags] = &[Flags::ADMIN, Flags::NOSCRIPT, Flags::LOADING, Flags::STALE];
const COMMANDS: &str = "O(N), N being the number of commands";
const ON_ALL_NODES: &[&str] = &["request_policy:all_nodes", "response_policy:all_succeeded"];
const UNORDERED: &[&str] = &["nondeterministic_output_order"];

pub(super) static ROWS: &[Spec] = &[
    command("info", -1, info::info)
        .flags(ASKING)
        .category(Categories::DANGEROUS)
        .tips(&["nondeterministic_output", "request_policy:all_shards", "response_policy:special"])
        .docs("server", "1.0.0", "O(1)", "Describes the server and what it has done."),
    command("time", 1, info::time)
        .flags(&[Flags::LOADING, Flags::STALE, Flags::FAST])
        .tips(&["nondeterministic_output"])
        .docs("server", "2.6.0", "O(1)", "Returns the server's time."),
    command("monitor", 1, info::monitor).flags(ADMIN).docs(
        "server",
        "1.0.0",
        "O(1), and as much again for every command",
        "Shows every command that the server runs.",
    ),
    container("config", CONFIG).docs(
        "server",
        "2.0.0",
        "That of the subcommand.",
        "Shows and changes how the server is set up.",
    ),
    command("command", -1, introspection::command)
        .flags(ASKING)
        .category(Categories::CONNECTION)
        .tips(UNORDERED)
        .subcommands(COMMAND)
        .docs("server", "2.8.13", COMMANDS, "Describes every command."),
];

static CONFIG: &[Spec] = &[
    command("config|get", -3, config::get).flags(ADMIN).docs(
        "server",
        "2.0.0",
        "O(N), N being the number of patterns",
        "Shows parameters.",
    ),
    command("config|set", -4, config::set).flags(ADMIN).tips(ON_ALL_NODES).docs(
        "server",
        "2.0.0",
        "O(N), N being the number of parameters",
        "Changes parameters.",
    ),
    command("config|resetstat", 2, config::resetstat).flags(ADMIN).tips(ON_ALL_NODES).docs(
        "server",
        "2.0.0",
        "O(1)",
        "Lets the counters of INFO begin again.",
    ),
    command("config|rewrite", 2, config::rewrite).flags(ADMIN).tips(ON_ALL_NODES).docs(
        "server",
        "2.8.0",
        "O(1)",
        "Writes the parameters into the configuration file.",
    ),
    command("config|help", 2, config::help).flags(ASKING).docs(
        "server",
        "5.0.0",
        "O(1)",
        "Explains the subcommands.",
    ),
];

static COMMAND: &[Spec] = &[
    command("command|count", 2, introspection::count)
        .flags(ASKING)
        .category(Categories::CONNECTION)
        .docs("server", "2.8.13", "O(1)", "Counts the commands."),
    command("command|info", -2, introspection::info)
        .flags(ASKING)
        .category(Categories::CONNECTION)
        .tips(UNORDERED)
        .docs("server", "2.8.13", COMMANDS, "Describes commands, or all of them, to programs."),
    command("command|docs", -2, introspection::docs)
        .flags(ASKING)
        .category(Categories::CONNECTION)
        .tips(UNORDERED)
        .docs("server", "7.0.0", COMMANDS, "Describes commands, or all of them, to people."),
    command("command|list", -2, introspection::list)
        .flags(ASKING)
        .category(Categories::CONNECTION)
        .tips(UNORDERED)
        .docs("server", "7.0.0", COMMANDS, "Lists the names of commands."),
    command("command|getkeys", -3, introspection::getkeys)
        .flags(ASKING)
        .category(Categories::CONNECTION)
        .docs("server", "2.8.13", "O(N), N being the number of words", "Finds a command's keys."),
    command("command|getkeysandflags", -3, introspection::getkeysandflags)
        .flags(ASKING)
        .category(Categories::CONNECTION)
        .docs(
            "server",
            "7.0.0",
            "O(N), N being the number of words",
            "Finds a command's keys, and what it does with them.",
        ),
    command("command|help", 2, introspection::help)
        .flags(ASKING)
        .category(Categories::CONNECTION)
        .docs("server", "5.0.0", "O(1)", "Explains the subcommands."),
];
