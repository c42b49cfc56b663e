use super::access::AccessBehaviour;
use super::changes::ChangeBehaviour;
use super::cluster::ClusterBehaviour;
use super::debug::DebugBehaviour;
use super::encodings::EncodingBehaviour;
use super::error_texts::ErrorTexts;
use super::events::EventBehaviour;
use super::geo::GeoBehaviour;
use super::hashes::HashBehaviour;
use super::help::Help;
use super::lists::ListBehaviour;
use super::scripts::ScriptBehaviour;
use super::sorted_sets::SortedSetBehaviour;
use super::streams::StreamBehaviour;
use super::strings::StringBehaviour;
use crate::catalogue::{KeySearch, Revision};
use crate::wire::InputRules;

/// How one server behaves, wherever servers behave differently.
///
/// A field of type `bool` says what the server does when it is `true`; the sentence after the
/// semicolon, if any, says what it does otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Behaviour {
    /// The name of the profile: the product, a dash, and the first two numbers of the version.
    pub(crate) name: &'static str,
    /// The `server` field of the `HELLO` reply.
    pub(crate) product: &'static str,
    /// The `version` field of the `HELLO` reply.
    pub(crate) version: &'static str,
    /// The modules that the server loads at its start; the `HELLO` reply lists them.
    pub(crate) modules: &'static [Module],
    /// The version of Redis that the server is, or that it descends from.
    pub(super) redis: (u32, u32),
    /// Commands that the server runs although `COMMAND` does not list them.
    pub(super) unlisted_commands: &'static [&'static str],
    /// Arities and flags that differ from the ones that `COMMAND` shows.
    pub(crate) revisions: &'static [Revision],
    /// A subcommand is a command of its own, with its own arity, flags and full name; otherwise
    /// `COMMAND` lists containers only, and the container looks up the subcommand when it runs.
    pub(crate) subcommands_are_commands: bool,
    /// A key specification whose first key is missing finds no keys; otherwise a request with such
    /// a specification has no keys at all.
    pub(crate) passes_over_missing_keys: bool,
    /// `COMMAND` shows tips, key specifications and subcommands; otherwise its entries end with the
    /// ACL categories.
    pub(crate) describes_commands_in_full: bool,
    /// `COMMAND DOCS` shows a `display_text` for each argument.
    pub(crate) documents_display_texts: bool,
    /// The texts of the `HELP` subcommands.
    pub(crate) help: Help,
    /// The texts of error replies.
    pub(crate) errors: ErrorTexts,
    /// The rules by which the server splits its input into requests.
    pub(crate) input: InputRules,
    /// `CONFIG GET` repeats the name of a parameter as the client typed it; otherwise it shows the
    /// name in lower case.
    pub(crate) config_get_echoes_names: bool,
    /// The filters that `CLIENT KILL` accepts, separated by blanks.
    pub(super) client_filters: &'static str,
    /// The values that the `ID` filter of `CLIENT KILL` accepts.
    pub(crate) id_filter: IdFilter,
    /// `CLIENT LIST` accepts all filters of `CLIENT KILL`; otherwise it accepts `TYPE` and `ID`
    /// only.
    pub(crate) client_list_has_filters: bool,
    /// A client that causes a push to itself gets the push before the reply, for example a RESP3
    /// client that publishes to its own channel; otherwise it gets the reply first.
    pub(crate) pushes_before_reply: bool,
    /// `FLUSHALL` and `FLUSHDB` run outside of their command, so their client gets the
    /// invalidations before the reply, unless it asked for `ASYNC` or is in a transaction;
    /// otherwise they run as part of their command.
    pub(crate) flushes_between_rounds: bool,
    /// `CLIENT PAUSE` rejects a timeout whose end overflows the clock; otherwise such a pause is
    /// over at once.
    pub(crate) rejects_endless_pauses: bool,
    /// `CLIENT PAUSE` and `CLIENT UNBLOCK` reject extra arguments; otherwise they ignore them.
    pub(crate) rejects_extra_arguments: bool,
    /// The most stars that a pattern may hold; a pattern with more stars matches nothing.
    pub(crate) max_stars: usize,
    /// The event that closes a client that has quit while its replies were turned off.
    pub(crate) silent_quit: SilentQuit,
    /// Monitors do not see commands that waited for the end of a `CLIENT PAUSE`; they do see `EXEC`
    /// and the commands of its transaction.
    pub(crate) hides_held_commands: bool,
    /// An empty request uses up a `CLIENT REPLY SKIP`; otherwise the next command does.
    pub(crate) empty_request_ends_reply_skip: bool,
    /// Malformed input that arrived during a `CLIENT PAUSE` is reported when the client sends more;
    /// otherwise it is reported when the pause ends.
    pub(crate) reports_held_protocol_errors_late: bool,
    /// How a request's keys are found, by which it is routed.
    pub(crate) key_search: KeySearch,
    /// How the keys are found that a client has read, and tracks.
    pub(crate) tracking_search: KeySearch,
    /// `COMMAND GETKEYS` finds keys in the same way; otherwise by the specs, unless they say that they
    /// are not enough.
    pub(crate) getkeys_searches_as_routing: bool,
    /// All receivers of a large payload share one copy, which does not count against their output
    /// buffer limits; otherwise every receiver has a copy that counts.
    pub(crate) shares_large_payloads: bool,
    /// The commands that a transaction has queued count against `client-query-buffer-limit`.
    pub(crate) queued_commands_fill_query_buffer: bool,
    /// `CONFIG GET` begins its reply before it knows the number of items. Such a reply counts more
    /// against the output buffer limit, and a client with replies turned off still gets its header.
    pub(crate) config_get_defers_length: bool,
    /// `COMMAND INFO` begins its reply before it knows the number of items, with the same effects.
    pub(crate) command_info_defers_length: bool,
    /// A key that is renamed or moved counts as used as often as a new one; otherwise as before.
    pub(crate) moved_keys_are_new: bool,
    /// `maxmemory-policy` can evict the keys that were not written for longest.
    pub(crate) evicts_by_modification: bool,
    /// The parameters that `CONFIG GET` lists: a line each, with `mutable`, `immutable` or
    /// `protected` (as `CONFIG SET` treats it), the name, and the default. `{dir}` stands for the
    /// working directory.
    pub(crate) parameters: &'static str,
    /// `COMMAND` shows a missing list of subcommands as an empty set in RESP3; otherwise as an
    /// empty array.
    pub(crate) empty_subcommands_are_a_set: bool,
    /// `RESET` turns `CLIENT NO-EVICT` off.
    pub(crate) reset_clears_no_evict: bool,
    /// `HELLO` applies each option before it reads the next one; otherwise it reads all of them
    /// first, and an error leaves the connection as it was.
    pub(crate) hello_applies_options_in_order: bool,
    /// A client that has not authenticated gets `NOAUTH` even for unknown commands and wrong
    /// numbers of arguments; otherwise it gets the error for these first.
    pub(crate) checks_password_first: bool,
    /// `CLIENT LIST` shows `multi=0` for a client that used `MULTI` or `WATCH` before and has no
    /// open transaction; otherwise it shows `multi=-1`.
    pub(crate) shows_empty_queue: bool,
    /// Commands without the flag `admin` that monitors do not see, nor their subcommands.
    pub(super) hidden_from_monitors: &'static [&'static str],
    /// `MONITOR` escapes a quote within a word; otherwise it looks like the end of the word.
    pub(crate) monitor_escapes_quotes: bool,
    /// Access control lists.
    pub(crate) access: AccessBehaviour,
    /// Cluster commands, in a cluster and without one.
    pub(crate) cluster: &'static ClusterBehaviour,
    /// Which commands with large requests and replies are logged.
    pub(crate) logs_large_commands: LargeCommands,
    /// The queue of a transaction that will fail, because a watched key has changed or a command was
    /// rejected.
    pub(crate) vain_queue: VainQueue,
    /// `COPY`, and commands that store what they make of keys, count a missing one as a miss.
    pub(crate) copies_count_misses: bool,
    /// A key whose time is over, and that is kept, can be watched: it ends at `EXEC`.
    pub(crate) watches_kept_keys: bool,
    /// `LATENCY LATEST` also shows the sum and the number of the times.
    pub(crate) latency_adds_up: bool,
    /// What `LATENCY DOCTOR` says when nothing is watched, and when nothing was slow.
    pub(crate) latency_doctor: [&'static str; 2],
    /// `DEBUG`.
    pub(crate) debug: DebugBehaviour,
    /// Keyspace notifications.
    pub(crate) events: EventBehaviour,
    /// How `INFO` counts changes.
    pub(crate) changes: ChangeBehaviour,
    /// Encodings of values.
    pub(crate) encodings: EncodingBehaviour,
    /// A timeout in seconds with a fraction of a millisecond is rounded up; otherwise the fraction
    /// is dropped.
    pub(crate) rounds_timeouts_up: bool,
    /// `SCAN` refuses a type that it does not know; otherwise it finds no key of that type.
    pub(crate) refuses_unknown_types: bool,
    /// The cursor of a scan may begin with blanks and must have no minus; otherwise it may have a
    /// minus and no blanks.
    pub(crate) cursors_are_unsigned: bool,
    /// Commands of hashes.
    pub(crate) hashes: HashBehaviour,
    /// Commands of sorted sets.
    pub(crate) sorted_sets: SortedSetBehaviour,
    /// An entry of `SLOWLOG GET` ends with the number of words.
    pub(crate) slow_log_counts_words: bool,
    /// The figures of `MEMORY STATS`; `db` stands for all databases with keys.
    pub(crate) memory_stats: &'static [&'static str],
    /// The figures of each database there.
    pub(crate) memory_stats_of_database: &'static [&'static str],
    /// The name of the server in `LOLWUT`.
    pub(crate) lolwut_name: &'static str,
    /// `LOLWUT` has a drawing for this version.
    pub(crate) lolwut_draws: bool,
    /// The payloads of `DUMP` and `RESTORE`.
    pub(crate) payload: PayloadFormat,
    /// Without memory left, no command is queued in a transaction; otherwise only those that may take
    /// memory are refused.
    pub(crate) queues_nothing_out_of_memory: bool,
    /// Commands of geo positions.
    pub(crate) geo: GeoBehaviour,
    /// A timeout that the clock cannot reach counts as negative; otherwise as out of range.
    pub(crate) long_timeouts_are_negative: bool,
    /// A client that waits for several keys is served from the one that changed; otherwise its
    /// request runs again, and takes the first key that has a value.
    pub(crate) serves_the_changed_key: bool,
    /// Commands of lists.
    pub(crate) lists: ListBehaviour,
    /// Commands of streams.
    pub(crate) streams: StreamBehaviour,
    /// Commands of strings.
    pub(crate) strings: StringBehaviour,
    /// Scripts and functions.
    pub(crate) scripts: ScriptBehaviour,
    /// What `INFO errorstats` does with the 129th kind of error.
    pub(crate) error_stats_overflow: ErrorStatsOverflow,
    /// `INFO` accepts several sections; otherwise a second one is a syntax error.
    pub(crate) info_accepts_many_sections: bool,
    /// The lines of `INFO`, with a `{placeholder}` for each value that changes while a server runs.
    pub(crate) info: &'static str,
    /// `SHUTDOWN` takes one option; otherwise any number.
    pub(crate) one_shutdown_option: bool,
    /// The options of `SHUTDOWN`.
    pub(crate) shutdown_options: &'static [&'static str],
    /// The fields of a line of `CLIENT LIST`, in order, separated by blanks.
    pub(super) client_fields: &'static str,
}

/// The payloads that a server writes and reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PayloadFormat {
    /// Their version, and the newest that is accepted.
    pub(crate) version: u16,
    /// The newest type of a value. Types are numbered as they were invented, in Redis and in Valkey.
    pub(crate) newest_type: u8,
}

/// A module that the server loads at its start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Module {
    pub(crate) name: &'static str,
    pub(crate) version: i64,
    pub(crate) path: &'static str,
}

/// The values that the `ID` filter accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdFilter {
    /// One integer. A negative one matches no client, and 0 is no filter.
    AnyOne,
    /// One positive integer.
    One,
    /// All positive integers that follow. An empty list matches no client.
    Many,
}

/// The event that closes a client that has quit, or has killed itself, while `CLIENT REPLY` was
/// off.
///
/// A server closes such a client after its last reply, and this client gets no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SilentQuit {
    /// No event. The client stays connected, and deliveries to it are counted.
    Stay,
    /// The next message or confirmation for it, which it does not get.
    CloseOnMessage,
    /// The next message or confirmation, or the next line for it as a monitor.
    CloseOnMessageOrMonitor,
}

/// What `INFO errorstats` does with an error when it holds 128 other kinds already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorStatsOverflow {
    /// The new kind gets a counter too.
    Unlimited,
    /// The server drops all counters and counts no kinds until `CONFIG RESETSTAT`.
    Disable,
    /// All new kinds share one counter.
    Merge,
}

impl Behaviour {
    /// Whether monitors do not see this command, apart from the commands that are `admin`.
    pub(crate) fn is_hidden_from_monitors(&self, full_name: &str) -> bool {
        full_name.split('|').next().is_some_and(|name| self.hidden_from_monitors.contains(&name))
    }

    /// The client filter of this name, in any case.
    pub(crate) fn client_filter(&self, word: &[u8]) -> Option<&'static str> {
        let mut known = self.client_filters.split_ascii_whitespace();
        known.find(|known| known.as_bytes().eq_ignore_ascii_case(word))
    }

    /// The fields of a line of `CLIENT LIST`, in order.
    pub(crate) fn client_fields(&self) -> impl Iterator<Item = &'static str> {
        self.client_fields.split_ascii_whitespace()
    }
}

/// How a server goes on with the queue of a transaction that will fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VainQueue {
    /// It takes more commands until one is rejected.
    Grows,
    Stays,
    IsDropped,
}

/// Which commands with large requests and replies are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LargeCommands {
    None,
    /// All, and those of a script have the request of their script.
    WithRequestOfScript,
    /// All, and those of a script have the reply that the script gets.
    WithReplyToScript,
}
