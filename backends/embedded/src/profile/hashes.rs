//! How servers differ in the commands of hashes.

/// How a server's commands work on hashes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HashBehaviour {
    /// `HSCAN` accepts `NOVALUES`, and the scans of other types have an error of their own for it.
    pub(crate) scans_without_values: bool,
    /// A sum that `HINCRBY` stores can make a hash a hash table by its length; otherwise only what
    /// clients send can.
    pub(crate) measures_sums: bool,
    /// How the words of commands for fields that expire are parsed.
    pub(crate) field_words: FieldWords,
    /// A hash with a field that expires becomes a hash table; otherwise it stays a listpack.
    pub(crate) expiring_hash_is_table: bool,
    /// The milliseconds that are added before they are divided into seconds.
    pub(crate) seconds_round: i64,
    /// The event of a field whose expiry is set to a time in the past.
    pub(crate) past_expiry_event: &'static str,
    /// `HGETEX` counts hits and misses, and tells of a missing key.
    pub(crate) hgetex_counts_as_read: bool,
    /// The error for an option that another command has repeats the option.
    pub(crate) names_foreign_options: bool,
}

/// How the words of commands for fields that expire are parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldWords {
    /// Options come first, `FIELDS` and the fields come last.
    Ordered,
    /// Options may also come behind the fields.
    AnyOrder,
    /// Options come first. Most errors are about the number of fields.
    Valkey,
}
