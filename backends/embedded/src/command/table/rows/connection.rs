use super::super::{Categories, Flags, Spec};
use super::build::{command, container};
use super::client::SUBCOMMANDS;
use crate::command::connection;

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
            .flags(&[Flags::READONLY, Flags::LOADING, Flags::STALE])
            .until("7.0.0")
            .docs("connection", "3.2.0", "O(1)", "Ends the connection of a browser."),
        command("host:", -1, connection::http)
            .flags(&[Flags::READONLY, Flags::LOADING, Flags::STALE])
            .until("7.0.0")
            .docs("connection", "3.2.0", "O(1)", "Ends the connection of a browser."),
        container("client", SUBCOMMANDS).docs(
            "connection",
            "2.4.0",
            "That of the subcommand.",
            "Tells about connections, and changes them.",
        ),
    ];
