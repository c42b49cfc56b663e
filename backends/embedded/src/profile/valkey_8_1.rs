//! Clients say what they are capable of.

use super::events::EventTraits;
use super::help::Help;
use super::traits::{FilteredIds, Traits};
use super::valkey_8_0::{self, SINCE_8_0};
use crate::command::{Flags, Revision};
use crate::wire::Rules;

pub(super) const TRAITS: Traits = Traits {
    name: "valkey-8.1",
    version: "8.1.1",
    revisions: &[SINCE_8_0, SINCE_8_1],
    help: Help { client: include_str!("help/valkey-8.1.client.txt"), ..valkey_8_0::TRAITS.help },
    input: Rules { nul_hides_end: false, loses_last_byte: true, ..valkey_8_0::TRAITS.input },
    client_queue_stays: true,
    filtered_ids: FilteredIds::Many,
    lists_by_filters: true,
    lacks_parameters: &[],
    minds_more_words: false,
    monitor_escapes_quotes: false,
    info: include_str!("valkey-8.1.info"),
    client_fields: "id addr laddr fd name age idle flags capa db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver tot-net-in tot-net-out tot-cmds",
    events: EventTraits { past_is_expired: true, ..valkey_8_0::TRAITS.events },
    ..valkey_8_0::TRAITS
};

/// What every later Valkey has too.
pub(super) const SINCE_8_1: &[Revision] =
    &[Revision::of(&["exec"]).with(&[Flags::SKIP_COMMANDLOG]).without(&[Flags::SKIP_SLOWLOG])];
