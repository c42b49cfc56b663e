//! How servers run scripts, wherever they do it differently.

use crate::wire::ErrorReply;

/// Scripts and functions of one server. A field of type `bool` is as in
/// [`Behaviour`](super::Behaviour).
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScriptBehaviour {
    /// A script may begin with `#!lua` and flags; otherwise that is an error of its syntax.
    pub(crate) has_headers: bool,
    /// The header names its engine in any case, and the engine may be a word of its own.
    pub(crate) headers_name_engines: bool,
    /// An error in a script is a table with its text and place; otherwise it is a text.
    pub(crate) errors_are_tables: bool,
    /// The text of the error that a table causes as an error, where errors are texts.
    pub(crate) table_as_error: &'static str,
    /// Commands get numbers with as few digits as possible; otherwise with 17.
    pub(crate) numbers_are_short: bool,
    /// Once a command of a script had keys of several slots, a node refuses every later one.
    pub(crate) keeps_several_slots: bool,
    /// Scripts may reply with numbers of any size and with text in a format.
    pub(crate) has_all_types: bool,
    /// A number of any size ends at its first NUL.
    pub(crate) big_numbers_end_at_nul: bool,
    /// `error_reply` removes line breaks at the end of every text; otherwise only of those with a code.
    pub(crate) trims_errors_without_a_code: bool,
    /// The code and the descriptions of a library end at the first NUL.
    pub(crate) libraries_end_at_nul: bool,
    /// `cjson` can mark arrays, so that an empty one stays an array.
    pub(crate) json_has_array_option: bool,
    /// Scripts cannot change the methods of texts.
    pub(crate) seals_methods: bool,
    /// The global functions of Lua that scripts see, besides those of every server.
    pub(crate) globals: &'static [&'static str],
    /// The names of the handlers of errors, which scripts see too.
    pub(crate) handlers: &'static [&'static str],
    /// The names of the table with `call` and the other functions. The first is in error texts.
    pub(crate) libraries: &'static [&'static str],
    /// `REDIS_VERSION` in a script; empty where there is none.
    pub(crate) redis_version: &'static str,
    /// `SERVER_NAME` and `VALKEY_VERSION` in a script; empty where there are none.
    pub(crate) server_version: (&'static str, &'static str),
    /// The error of a header that names another engine; it gets the word as it stands there, and
    /// without its `#!`.
    pub(crate) unknown_engine: fn(word: &[u8], engine: &[u8]) -> ErrorReply,
    /// The error of a script keeps its line breaks; otherwise they become blanks.
    pub(crate) errors_keep_breaks: bool,
    /// The same for the error of `FUNCTION LIST` that quotes an unknown word.
    pub(crate) list_keeps_breaks: bool,
    /// An integer that a script stores as a string stays text; otherwise it is stored as a number.
    pub(crate) integers_stay_text: bool,
    /// `acl_check_cmd` also checks the number of arguments.
    pub(crate) acl_check_counts: bool,
    /// `replicate_commands` reports whether the script has not written yet; otherwise it does nothing.
    pub(crate) tells_of_replication: bool,
    pub(crate) texts: ScriptTexts,
    /// The names of functions are checked after the library has run; otherwise while it runs.
    pub(crate) checks_functions_late: bool,
    /// A read in a script makes the server track the keys that the script was told; otherwise the keys
    /// that were read.
    pub(crate) tracks_told_keys: bool,
    /// Commands refuse the option `BLOCK` in a script; otherwise they do not wait.
    pub(crate) refuses_block: bool,
    /// The commands that may run while a script has run for too long, besides those with a flag.
    pub(crate) interrupting: &'static [&'static str],
    /// The reply to a script that ends with an error.
    pub(crate) failed: FailedScript,
    /// The error of a script that was killed.
    pub(crate) killed: &'static str,
    /// The same for a function.
    pub(crate) killed_function: &'static str,
}

/// Writes the error of a script: its text, the name of the script, and the source and the line.
pub(crate) type FailedScript = fn(&[u8], &str, Option<(&str, usize)>) -> ErrorReply;

/// The texts of errors that scripts see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScriptTexts {
    pub(crate) no_script: &'static str,
    pub(crate) unknown_command: &'static str,
    /// A subcommand is unknown; `None` if the text is that of an unknown command.
    pub(crate) unknown_subcommand: Option<fn(name: &[u8], container: &str) -> ErrorReply>,
    pub(crate) wrong_arity: &'static str,
    pub(crate) not_allowed: &'static str,
    pub(crate) read_only: &'static str,
    /// A command takes memory, and there is none left.
    pub(crate) out_of_memory: &'static str,
    pub(crate) no_arguments: &'static str,
    pub(crate) wrong_arguments: &'static str,
    pub(crate) invalid_level: &'static str,
    pub(crate) set_repl_arguments: &'static str,
    /// The user may not run the command; `None` if the text is that of a refused command.
    pub(crate) denied: Option<Denials>,
    /// The keys of a command are served by another node.
    pub(crate) not_local: &'static str,
    /// The keys of a command are in several slots; `{command}` is its name.
    pub(crate) several_slots: &'static str,
    /// Another client is refused while a script runs for too long. `{kill}` is the command that ends it.
    pub(crate) busy: &'static str,
}

/// The texts for a user who may not run a command, or not with this key or channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Denials {
    pub(crate) command: &'static str,
    pub(crate) key: &'static str,
    pub(crate) channel: &'static str,
}
