//! Valkey 8.1 lets clients announce capabilities, and gives `CLIENT LIST` filters.

use super::behaviour::{Behaviour, IdFilter, LargeCommands};
use super::cluster::ClusterBehaviour;
use super::encodings::{EmbeddedStrings, EncodingBehaviour};
use super::events::EventBehaviour;
use super::help::Help;
use super::scripts::ScriptBehaviour;
use super::streams::StreamBehaviour;
use super::strings::StringBehaviour;
use super::valkey_8_0;
use crate::wire::{ErrorReply, InputRules};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "valkey-8.1",
    version: "8.1.1",
    revisions: &[],
    help: Help {
        client: include_str!("help/valkey-8.1.client.txt"),
        commandlog: include_str!("help/valkey-8.1.commandlog.txt"),
        debug: include_str!("help/valkey-8.1.debug.txt"),
        ..valkey_8_0::BEHAVIOUR.help
    },
    input: InputRules {
        nul_hides_count_end: false,
        nul_hides_length_end: false,
        drops_byte_ff: true,
        ..valkey_8_0::BEHAVIOUR.input
    },
    shows_empty_queue: true,
    cluster: &ClusterBehaviour { sort_may_get_elements: true, ..*valkey_8_0::BEHAVIOUR.cluster },
    id_filter: IdFilter::Many,
    client_list_has_filters: true,
    parameters: include_str!("valkey-8.1.config"),
    rejects_extra_arguments: false,
    monitor_escapes_quotes: false,
    info: include_str!("valkey-8.1.info"),
    client_fields: "id addr laddr fd name age idle flags capa db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver tot-net-in tot-net-out tot-cmds",
    events: EventBehaviour { past_expiry_event_is_expired: true, ..valkey_8_0::BEHAVIOUR.events },
    encodings: EncodingBehaviour {
        embedded: EmbeddedStrings::WithKey { short_key: [41, 33], long_key: [41, 41] },
        shares_integers: false,
        ..valkey_8_0::BEHAVIOUR.encodings
    },
    streams: StreamBehaviour {
        forgets_early_gaps: false,
        counts_reads_by_first: true,
        ..valkey_8_0::BEHAVIOUR.streams
    },
    strings: StringBehaviour {
        has_fast_registers: true,
        set_comparisons: "IFEQ",
        comparisons_may_repeat: false,
        presence_may_follow_comparison: false,
        ..valkey_8_0::BEHAVIOUR.strings
    },
    scripts: ScriptBehaviour {
        errors_keep_breaks: false,
        checks_functions_late: true,
        headers_name_engines: true,
        libraries_end_at_nul: true,
        seals_methods: true,
        globals: &["os"],
        handlers: &["__redis__err__handler", "__server__err__handler"],
        server_version: ("valkey", "8.1.1"),
        unknown_engine: |_, engine| {
            ErrorReply::quoting("ERR Could not find scripting engine '", engine, "'")
        },
        killed: "Script killed by user with SCRIPT KILL.",
        killed_function: "Script killed by user with FUNCTION KILL.",
        ..valkey_8_0::BEHAVIOUR.scripts
    },
    logs_large_commands: LargeCommands::WithRequestOfScript,
    latency_adds_up: true,
    ..valkey_8_0::BEHAVIOUR
};
