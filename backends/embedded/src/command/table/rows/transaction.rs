use super::super::{Categories, Flags, KeySpec, Spec};
use super::build::command;
use crate::command::transaction;

pub(super) static ROWS: &[Spec] = &[
    command("multi", 1, transaction::multi)
        .flags(&[
            Flags::NOSCRIPT,
            Flags::LOADING,
            Flags::STALE,
            Flags::FAST,
            Flags::ALLOW_BUSY,
            Flags::NOT_QUEUED,
        ])
        .category(Categories::TRANSACTION)
        .docs("transactions", "1.2.0", "O(1)", "Begins a transaction."),
    command("exec", 1, transaction::exec)
        .flags(&[
            Flags::NOSCRIPT,
            Flags::LOADING,
            Flags::STALE,
            Flags::SKIP_SLOWLOG,
            Flags::NOT_QUEUED,
        ])
        .category(Categories::TRANSACTION)
        .docs("transactions", "1.2.0", "That of its commands.", "Runs the transaction."),
    command("discard", 1, transaction::discard)
        .flags(&[
            Flags::NOSCRIPT,
            Flags::LOADING,
            Flags::STALE,
            Flags::FAST,
            Flags::ALLOW_BUSY,
            Flags::NOT_QUEUED,
        ])
        .category(Categories::TRANSACTION)
        .docs(
            "transactions",
            "2.0.0",
            "O(N), N being the number of its commands",
            "Gives the transaction up.",
        ),
    command("watch", -2, transaction::watch)
        .flags(&[
            Flags::NOSCRIPT,
            Flags::LOADING,
            Flags::STALE,
            Flags::FAST,
            Flags::ALLOW_BUSY,
            Flags::NOT_QUEUED,
        ])
        .category(Categories::TRANSACTION)
        .keys(KeySpec::many(&["RO"]))
        .docs(
            "transactions",
            "2.2.0",
            "O(1) for every key",
            "Lets the next transaction fail if one of these keys changes.",
        ),
    command("unwatch", 1, transaction::unwatch)
        .flags(&[Flags::NOSCRIPT, Flags::LOADING, Flags::STALE, Flags::FAST, Flags::ALLOW_BUSY])
        .category(Categories::TRANSACTION)
        .docs("transactions", "2.2.0", "O(1)", "Forgets the watched keys."),
];
