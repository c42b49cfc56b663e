use super::access::AccessBehaviour;
use super::cluster::ClusterBehaviour;
use super::error_texts::ErrorTexts;
use super::events::EventBehaviour;
use super::help::Help;
use crate::catalogue::Revision;
use crate::wire::InputRules;

/// Everything that varies between servers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Behaviour {
    pub(crate) name: &'static str,
    /// As `HELLO` says it.
    pub(crate) product: &'static str,
    pub(crate) version: &'static str,
    /// What it brings along, as `HELLO` lists it.
    pub(crate) modules: &'static [Module],
    /// The version of Redis that it is, or descends from.
    pub(super) redis: (u32, u32),
    /// Commands that it has and `COMMAND` does not list.
    pub(super) unlisted_commands: &'static [&'static str],
    /// What `COMMAND` does not tell of its commands.
    pub(crate) revisions: &'static [Revision],
    /// Whether a subcommand is a command: with an arity of its own, flags, a full name.
    pub(crate) subcommands_are_commands: bool,
    /// Whether COMMAND tells of tips, key specs and subcommands.
    pub(crate) describes_commands_in_full: bool,
    pub(crate) help: Help,
    pub(crate) errors: ErrorTexts,
    pub(crate) input: InputRules,
    /// Whether CONFIG GET repeats a name as it was typed.
    pub(crate) config_get_echoes_names: bool,
    /// What clients `CLIENT KILL` may be about.
    pub(super) client_filters: &'static str,
    /// What numbers of clients may be among it.
    pub(crate) id_filter: IdFilter,
    /// Whether `CLIENT LIST` may be about the same, and in the same words.
    pub(crate) client_list_has_filters: bool,
    /// Whether a RESP3 client that publishes to itself gets the message before the reply.
    pub(crate) pushes_before_reply: bool,
    /// Whether a client that flushes waits for something that happens between two rounds.
    pub(crate) flushes_between_rounds: bool,
    /// Whether a pause that would end after all times is refused, and not over at once.
    pub(crate) rejects_endless_pauses: bool,
    /// Whether `CLIENT PAUSE` and `CLIENT UNBLOCK` mind more words than they know.
    pub(crate) rejects_extra_arguments: bool,
    /// How many stars a pattern may have and still match anything.
    pub(crate) max_stars: usize,
    pub(crate) silent_quit: SilentQuit,
    /// Whether no monitor sees what had to wait for the end of a pause, `EXEC` apart.
    pub(crate) hides_held_commands: bool,
    /// Whether an empty request is the one that `CLIENT REPLY SKIP` does not answer.
    pub(crate) empty_request_ends_reply_skip: bool,
    /// Whether malformed input that waited for the end of a pause is noticed only when more arrives.
    pub(crate) reports_held_protocol_errors_late: bool,
    /// Whether a large payload is kept once for all its receivers, and not held against them.
    pub(crate) shares_large_payloads: bool,
    /// Whether `CONFIG GET` begins its reply before it knows how long it becomes.
    pub(crate) config_get_defers_length: bool,
    /// The same of `COMMAND INFO`.
    pub(crate) command_info_defers_length: bool,
    /// Parameters that came later.
    pub(crate) missing_parameters: &'static [&'static str],
    /// Whether RESP3 shows the subcommands of a command without any as a set.
    pub(crate) empty_subcommands_are_a_set: bool,
    /// Whether `RESET` ends `CLIENT NO-EVICT`.
    pub(crate) reset_clears_no_evict: bool,
    /// Whether `HELLO` does what an option says before it reads the next.
    pub(crate) hello_applies_options_in_order: bool,
    /// Whether a stranger is asked for a password before it is told that it asks for nonsense.
    pub(crate) checks_password_first: bool,
    /// Whether what waits in a transaction is forgotten once something in it was refused.
    pub(crate) drops_queue_on_error: bool,
    /// Whether `CLIENT LIST` shows an empty queue for good once there was a transaction or a watch.
    pub(crate) shows_empty_queue: bool,
    /// Commands that no monitor sees although no administrator is needed for them; with all their
    /// subcommands.
    pub(super) hidden_from_monitors: &'static [&'static str],
    /// Whether a monitor can tell a quote within a word from the end of the word.
    pub(crate) monitor_escapes_quotes: bool,
    pub(crate) access: AccessBehaviour,
    /// In a cluster, and without one.
    pub(crate) cluster: &'static ClusterBehaviour,
    pub(crate) events: EventBehaviour,
    /// What becomes of errors of more kinds than are told apart.
    pub(crate) error_stats_overflow: ErrorStatsOverflow,
    /// Whether `INFO` takes the names of several sections.
    pub(crate) info_accepts_many_sections: bool,
    /// The lines of `INFO`, with `{places}` for what changes while a server runs.
    pub(crate) info: &'static str,
    /// The fields of a line of `CLIENT LIST`, in order.
    pub(super) client_fields: &'static str,
}

/// A module that is loaded from the start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Module {
    pub(crate) name: &'static str,
    pub(crate) version: i64,
    pub(crate) path: &'static str,
}

/// The numbers of clients that `CLIENT KILL` takes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdFilter {
    /// One, also one that nobody can have; 0 is no filter at all.
    AnyOne,
    /// One that somebody may have.
    One,
    /// As many as follow, or none: then nobody is meant.
    Many,
}

/// What closes who said QUIT, or killed itself, in silence: no answer does, after which that would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SilentQuit {
    /// Nothing: it stays, and is counted.
    Stay,
    /// The next message or confirmation, which it does not get.
    CloseOnMessage,
    /// The same, or what it would see as a monitor.
    CloseOnMessageOrMonitor,
}

/// What becomes of errors where more than 128 kinds have been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorStatsOverflow {
    /// All kinds are counted.
    Counted,
    /// No kind is counted any more.
    Forgotten,
    /// Further kinds count as one.
    Together,
}

impl Behaviour {
    /// Whether a command is kept from monitors.
    pub(crate) fn is_hidden_from_monitors(&self, full_name: &str) -> bool {
        full_name.split('|').next().is_some_and(|name| self.hidden_from_monitors.contains(&name))
    }

    /// The name of a condition on clients, if it is known, in any case.
    pub(crate) fn client_filter(&self, word: &[u8]) -> Option<&'static str> {
        let mut known = self.client_filters.split_ascii_whitespace();
        known.find(|known| known.as_bytes().eq_ignore_ascii_case(word))
    }

    /// The fields of a line of `CLIENT LIST`, in order.
    pub(crate) fn client_fields(&self) -> impl Iterator<Item = &'static str> {
        self.client_fields.split_ascii_whitespace()
    }
}
