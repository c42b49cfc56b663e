//! Valkey 8.1 lets clients announce capabilities, and gives `CLIENT LIST` filters.

use super::behaviour::{Behaviour, IdFilter};
use super::events::EventBehaviour;
use super::help::Help;
use super::strings::StringBehaviour;
use super::valkey_8_0;
use crate::wire::InputRules;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "valkey-8.1",
    version: "8.1.1",
    revisions: &[],
    help: Help { client: include_str!("help/valkey-8.1.client.txt"), ..valkey_8_0::BEHAVIOUR.help },
    input: InputRules {
        nul_hides_count_end: false,
        nul_hides_length_end: false,
        drops_byte_ff: true,
        ..valkey_8_0::BEHAVIOUR.input
    },
    shows_empty_queue: true,
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
    strings: StringBehaviour {
        set_comparisons: "IFEQ",
        comparisons_may_repeat: false,
        presence_may_follow_comparison: false,
        ..valkey_8_0::BEHAVIOUR.strings
    },
    ..valkey_8_0::BEHAVIOUR
};
