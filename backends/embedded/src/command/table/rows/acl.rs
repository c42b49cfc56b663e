use super::super::{Flags, Spec};
use super::build::{command, container};
use crate::command::acl;

const RULING: &[Flags] = &[Flags::ADMIN, Flags::NOSCRIPT, Flags::LOADING, Flags::STALE];
const ASKING: &[Flags] = &[Flags::LOADING, Flags::STALE];
const OWN: &[Flags] = &[Flags::NOSCRIPT, Flags::LOADING, Flags::STALE];
const ON_ALL_NODES: &[&str] = &["request_policy:all_nodes", "response_policy:all_succeeded"];
const USERS: &str = "O(N), N being the number of users";
const COMMANDS: &str = "O(N), N being the number of commands";
const RULES: &str = "O(N), N being the number of rules";

pub(super) static ROWS: &[Spec] = &[container("acl", SUBCOMMANDS).docs(
    "server",
    "6.0.0",
    "That of the subcommand.",
    "Tells who may do what, and changes it.",
)];

static SUBCOMMANDS: &[Spec] = &[
    command("acl|cat", -2, acl::cat).flags(OWN).docs(
        "server",
        "6.0.0",
        COMMANDS,
        "Lists the categories of commands, or the commands of one.",
    ),
    command("acl|deluser", -3, acl::deluser).flags(RULING).tips(ON_ALL_NODES).docs(
        "server",
        "6.0.0",
        USERS,
        "Removes users and sends them away.",
    ),
    command("acl|dryrun", -4, acl::dryrun).flags(RULING).docs(
        "server",
        "7.0.0",
        "O(1)",
        "Tells whether a user may do something.",
    ),
    command("acl|genpass", -2, acl::genpass).flags(OWN).docs(
        "server",
        "6.0.0",
        "O(1)",
        "Makes up a password.",
    ),
    command("acl|getuser", 3, acl::getuser).flags(RULING).docs(
        "server",
        "6.0.0",
        RULES,
        "Tells what a user may do.",
    ),
    command("acl|help", 2, acl::help).flags(ASKING).docs(
        "server",
        "6.0.0",
        "O(1)",
        "Explains the subcommands.",
    ),
    command("acl|list", 2, acl::list).flags(RULING).docs(
        "server",
        "6.0.0",
        USERS,
        "Lists all users with their rules.",
    ),
    command("acl|load", 2, acl::no_file).flags(RULING).docs(
        "server",
        "6.0.0",
        USERS,
        "Reads the users anew from their file.",
    ),
    command("acl|log", -2, acl::log).flags(RULING).docs(
        "server",
        "6.0.0",
        "O(N), N being the number of entries",
        "Lists what was refused lately, or forgets it.",
    ),
    command("acl|save", 2, acl::no_file).flags(RULING).tips(ON_ALL_NODES).docs(
        "server",
        "6.0.0",
        USERS,
        "Writes the users into their file.",
    ),
    command("acl|setuser", -3, acl::setuser).flags(RULING).tips(ON_ALL_NODES).docs(
        "server",
        "6.0.0",
        RULES,
        "Changes what a user may do, or makes a new one.",
    ),
    command("acl|users", 2, acl::users).flags(RULING).docs(
        "server",
        "6.0.0",
        USERS,
        "Lists the names of all users.",
    ),
    command("acl|whoami", 2, acl::whoami).flags(OWN).docs(
        "server",
        "6.0.0",
        "O(1)",
        "Tells whom the connection is logged in as.",
    ),
];
