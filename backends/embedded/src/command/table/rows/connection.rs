use super::super::{Categories, Flags, Spec};
use super::build::{command, container, missing};
use crate::command::{client, connection};

const OPEN: &[Flags] = &[
    Flags::NOSCRIPT,
    Flags::LOADING,
    Flags::STALE,
    Flags::FAST,
    Flags::NO_AUTH,
    Flags::ALLOW_BUSY,
];
const LEAVING: &[Flags] = &[Flags::of(OPEN), Flags::SUBSCRIBED, Flags::NOT_QUEUED];
const CHEAP: &[Flags] = &[Flags::LOADING, Flags::STALE, Flags::FAST];
const OWN: &[Flags] = &[Flags::NOSCRIPT, Flags::LOADING, Flags::STALE];
const OTHERS: &[Flags] = &[Flags::ADMIN, Flags::NOSCRIPT, Flags::LOADING, Flags::STALE];
const CLIENTS: &str = "O(N), N being the number of clients";
const ON_ALL_NODES: &[&str] = &["request_policy:all_nodes", "response_policy:all_succeeded"];

pub(super) static ROWS: &[Spec] =
    &[
        command("ping", -1, connection::ping)
            .flags(&[Flags::FAST, Flags::SUBSCRIBED])
            .category(Categories::CONNECTION)
            .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
            .docs("connection", "1.0.0", "O(1)", "Shows that the server answers."),
        command("echo", 2, connection::echo).flags(CHEAP).category(Categories::CONNECTION).docs(
            "connection",
            "1.0.0",
            "O(1)",
            "Returns its argument.",
        ),
        command("hello", -1, connection::hello).flags(OPEN).category(Categories::CONNECTION).docs(
            "connection",
            "6.0.0",
            "O(1)",
            "Chooses the protocol and introduces both sides.",
        ),
        command("auth", -2, connection::auth).flags(OPEN).category(Categories::CONNECTION).docs(
            "connection",
            "1.0.0",
            "O(N), N being the number of the user's passwords",
            "Logs in.",
        ),
        command("select", 2, connection::select)
            .flags(CHEAP)
            .category(Categories::CONNECTION)
            .docs("connection", "1.0.0", "O(1)", "Chooses the database."),
        command("reset", 1, connection::reset)
            .flags(LEAVING)
            .category(Categories::CONNECTION)
            .docs("connection", "6.2.0", "O(1)", "Makes the connection as it was when it began."),
        command("quit", -1, connection::quit)
            .flags(LEAVING)
            .category(Categories::CONNECTION)
            .docs("connection", "1.0.0", "O(1)", "Ends the connection.")
            .deprecated("7.2.0", "just closing the connection"),
        command("post", -1, connection::http)
            .flags(&[Flags::LOADING, Flags::STALE])
            .until("7.0.0")
            .docs("connection", "3.2.0", "O(1)", "Ends the connection of a browser."),
        command("host:", -1, connection::http)
            .flags(&[Flags::LOADING, Flags::STALE])
            .until("7.0.0")
            .docs("connection", "3.2.0", "O(1)", "Ends the connection of a browser."),
        container("client", SUBCOMMANDS).docs(
            "connection",
            "2.4.0",
            "That of the subcommand.",
            "Tells about connections, and changes them.",
        ),
    ];

static SUBCOMMANDS: &[Spec] =
    &[
        command("client|id", 2, client::id).flags(OWN).category(Categories::CONNECTION).docs(
            "connection",
            "5.0.0",
            "O(1)",
            "Returns the connection's number.",
        ),
        command("client|getname", 2, client::getname)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .docs("connection", "2.6.9", "O(1)", "Returns the connection's name."),
        command("client|setname", 3, client::setname)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .tips(ON_ALL_NODES)
            .docs("connection", "2.6.9", "O(1)", "Gives the connection a name."),
        command("client|setinfo", 4, client::setinfo)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .tips(ON_ALL_NODES)
            .docs("connection", "7.2.0", "O(1)", "Notes which library speaks."),
        command("client|info", 2, client::info)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .tips(&["nondeterministic_output"])
            .docs("connection", "6.2.0", "O(1)", "Describes the connection."),
        command("client|list", -2, client::list)
            .flags(OTHERS)
            .category(Categories::CONNECTION)
            .tips(&["nondeterministic_output"])
            .docs("connection", "2.4.0", CLIENTS, "Describes connections, or all of them."),
        command("client|kill", -3, client::kill)
            .flags(OTHERS)
            .category(Categories::CONNECTION)
            .docs("connection", "2.4.0", CLIENTS, "Closes connections."),
        command("client|reply", 3, client::reply).flags(OWN).category(Categories::CONNECTION).docs(
            "connection",
            "3.2.0",
            "O(1)",
            "Chooses whether commands are answered.",
        ),
        command("client|no-evict", 3, client::no_evict)
            .flags(OTHERS)
            .category(Categories::CONNECTION)
            .docs("connection", "7.0.0", "O(1)", "Protects the connection when memory runs out."),
        command("client|no-touch", 3, client::no_touch)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .docs("connection", "7.2.0", "O(1)", "Lets keys age although they are used."),
        command("client|help", 2, client::help)
            .flags(&[Flags::LOADING, Flags::STALE])
            .category(Categories::CONNECTION)
            .docs("connection", "5.0.0", "O(1)", "Explains the subcommands."),
        missing("client|caching", 3),
        missing("client|getredir", 2),
        missing("client|pause", -3),
        missing("client|tracking", -3),
        missing("client|trackinginfo", 2),
        missing("client|unblock", -3),
        missing("client|unpause", 2),
    ];
