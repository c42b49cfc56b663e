use super::super::{Categories, Flags, Spec};
use super::build::command;
use crate::command::client;

const OWN: &[Flags] = &[Flags::NOSCRIPT, Flags::LOADING, Flags::STALE];
const OTHERS: &[Flags] = &[Flags::ADMIN, Flags::NOSCRIPT, Flags::LOADING, Flags::STALE];
const CLIENTS: &str = "O(N), N being the number of clients";
const ON_ALL_NODES: &[&str] = &["request_policy:all_nodes", "response_policy:all_succeeded"];

pub(super) static SUBCOMMANDS: &[Spec] =
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
        command("client|tracking", -3, client::tracking)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .docs(
                "connection",
                "6.0.0",
                "O(1), and O(N) for N prefixes",
                "Chooses whether the connection is told when keys change that it may have cached.",
            ),
        command("client|caching", 3, client::caching)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .docs(
                "connection",
                "6.0.0",
                "O(1)",
                "Makes an exception of what the next command reads.",
            ),
        command("client|getredir", 2, client::getredir)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .docs("connection", "6.0.0", "O(1)", "Returns who is told in its place."),
        command("client|trackinginfo", 2, client::trackinginfo)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .docs("connection", "6.2.0", "O(1)", "Describes what the connection is told of."),
        command("client|pause", -3, client::pause)
            .flags(OTHERS)
            .category(Categories::CONNECTION)
            .docs("connection", "3.0.0", "O(1)", "Lets commands wait for a while."),
        command("client|unpause", 2, client::unpause)
            .flags(OTHERS)
            .category(Categories::CONNECTION)
            .docs(
                "connection",
                "6.2.0",
                "O(N), N being the number of waiting clients",
                "Lets clients go on that wait for the end of a pause.",
            ),
        command("client|unblock", -3, client::unblock)
            .flags(OTHERS)
            .category(Categories::CONNECTION)
            .docs("connection", "5.0.0", CLIENTS, "Lets a client go on that waits for a key."),
        command("client|capa", -3, client::capa)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .docs("connection", "8.0.0", "O(1)", "Notes what the client is capable of.")
            .only_valkey("8.0.0"),
        command("client|import-source", 3, client::import_source)
            .flags(OWN)
            .category(Categories::CONNECTION)
            .docs("connection", "8.1.0", "O(1)", "Marks the connection as one that imports keys.")
            .only_valkey("8.1.0"),
    ];
