//! Valkey 8.0, the first version of Valkey whose behaviour differs from Redis.

use super::access::AccessBehaviour;
use super::behaviour::{Behaviour, ErrorStatsOverflow, PayloadFormat, SilentQuit, VainQueue};
use super::cluster::ClusterBehaviour;
use super::debug::DebugBehaviour;
use super::events::EventBehaviour;
use super::help::Help;
use super::redis_7_2;
use super::scripts::{ScriptBehaviour, ScriptTexts};
use super::strings::StringBehaviour;
use crate::catalogue::{Flags, Revision};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "valkey-8.0",
    product: "valkey",
    version: "8.0.1",
    payload: PayloadFormat { version: 11, newest_type: 21 },
    revisions: REVISIONS,
    help: Help {
        cluster: include_str!("help/valkey-8.0.cluster.txt"),
        debug: include_str!("help/valkey-8.0.debug.txt"),
        command: include_str!("help/valkey-8.0.command.txt"),
        client: include_str!("help/valkey-8.0.client.txt"),
        script: include_str!("help/valkey-8.0.script.txt"),
        ..redis_7_2::BEHAVIOUR.help
    },
    silent_quit: SilentQuit::Stay,
    vain_queue: VainQueue::IsDropped,
    cluster: &ClusterBehaviour {
        readonly_works_without_cluster: true,
        readwrite_works_without_cluster: true,
        routes_queued_shard_commands_as_shards: true,
        charges_messages_to_next_command: true,
        ..*redis_7_2::BEHAVIOUR.cluster
    },
    error_stats_overflow: ErrorStatsOverflow::Merge,
    info: include_str!("valkey-8.0.info"),
    parameters: include_str!("valkey-8.0.config"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver tot-net-in tot-net-out tot-cmds",
    access: AccessBehaviour {
        no_file: "This instance is not configured to use an ACL file. You may want to specify \
                  users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you \
                  have a configuration file set) in order to store users in the configuration.",
        ..redis_7_2::BEHAVIOUR.access
    },
    refuses_unknown_types: true,
    strings: StringBehaviour { bitcount_end_is_optional: true, ..redis_7_2::BEHAVIOUR.strings },
    events: EventBehaviour { set_in_the_past_removes_key: true, ..redis_7_2::BEHAVIOUR.events },
    scripts: ScriptBehaviour {
        errors_keep_breaks: true,
        seals_methods: false,
        globals: &["os", "getfenv", "newproxy", "setfenv"],
        libraries: &["server", "redis"],
        server_version: ("valkey", "8.0.1"),
        texts: ScriptTexts {
            no_script: "NOSCRIPT No matching script.",
            unknown_command: "ERR Unknown command called from script",
            wrong_arity: "ERR Wrong number of args calling command from script",
            no_arguments: "ERR Please specify at least one argument for this call",
            wrong_arguments: "ERR Command arguments must be strings or integers",
            set_repl_arguments: "server.set_repl() requires one argument.",
            busy: "BUSY Valkey is busy running a script. You can only call {kill} or SHUTDOWN \
                   NOSAVE.",
            ..redis_7_2::BEHAVIOUR.scripts.texts
        },
        ..redis_7_2::BEHAVIOUR.scripts
    },
    latency_doctor: [
        "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Valkey instance. \
         You may use \"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to enable \
         it.\n",
        "No latency spike was observed during the lifetime of this Valkey instance, not in the \
         slightest bit.\n",
    ],
    debug: DebugBehaviour {
        describes_fast: true,
        shows_frequency: true,
        ..redis_7_2::BEHAVIOUR.debug
    },
    ..redis_7_2::BEHAVIOUR
};

const REVISIONS: &[Revision] =
    &[Revision::of(&["unsubscribe", "punsubscribe", "sunsubscribe"]).with(Flags::SUBSCRIBERS_ONLY)];
