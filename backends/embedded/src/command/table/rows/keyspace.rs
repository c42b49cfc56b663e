use super::super::{Categories, Flags, KeySpec, Spec};
use super::build::command;
use crate::command::keyspace;

const READ: &[Flags] = &[Flags::READONLY, Flags::FAST];
const WRITE: &[Flags] = &[Flags::WRITE, Flags::FAST];
const SUMMED: &[&str] = &["request_policy:multi_shard", "response_policy:agg_sum"];
const CHANGING: &[&str] = &["nondeterministic_output"];
const KEYS: &str = "O(N), N being the number of keys";

pub(super) static ROWS: &[Spec] = &[
    command("set", -3, keyspace::set)
        .flags(&[Flags::WRITE, Flags::DENYOOM])
        .category(Categories::STRING)
        .keys(KeySpec {
            notes: Some("RW and ACCESS due to the optional `GET` argument"),
            ..KeySpec::one(&["RW", "access", "update", "variable_flags"])
        })
        .docs("string", "1.0.0", "O(1)", "Gives a key a value."),
    command("get", 2, keyspace::get)
        .flags(READ)
        .category(Categories::STRING)
        .keys(KeySpec::one(&["RO", "access"]))
        .docs("string", "1.0.0", "O(1)", "Returns the value of a key."),
    command("del", -2, keyspace::del)
        .flags(&[Flags::WRITE])
        .category(Categories::KEYSPACE)
        .keys(KeySpec::many(&["RM", "delete"]))
        .tips(SUMMED)
        .docs("generic", "1.0.0", KEYS, "Removes keys and counts them."),
    command("unlink", -2, keyspace::del)
        .flags(WRITE)
        .category(Categories::KEYSPACE)
        .keys(KeySpec::many(&["RM", "delete"]))
        .tips(SUMMED)
        .docs("generic", "4.0.0", KEYS, "Removes keys and counts them."),
    command("exists", -2, keyspace::exists)
        .flags(READ)
        .category(Categories::KEYSPACE)
        .keys(KeySpec::many(&["RO"]))
        .tips(SUMMED)
        .docs("generic", "1.0.0", KEYS, "Counts which of the named keys there are."),
    command("expire", -3, keyspace::expire)
        .flags(WRITE)
        .category(Categories::KEYSPACE)
        .keys(KeySpec::one(&["RW", "update"]))
        .docs("generic", "1.0.0", "O(1)", "Lets a key live for some seconds more."),
    command("pexpire", -3, keyspace::pexpire)
        .flags(WRITE)
        .category(Categories::KEYSPACE)
        .keys(KeySpec::one(&["RW", "update"]))
        .docs("generic", "2.6.0", "O(1)", "Lets a key live for some milliseconds more."),
    command("persist", 2, keyspace::persist)
        .flags(WRITE)
        .category(Categories::KEYSPACE)
        .keys(KeySpec::one(&["RW", "update"]))
        .docs("generic", "2.2.0", "O(1)", "Lets a key live for ever."),
    command("ttl", 2, keyspace::ttl)
        .flags(READ)
        .category(Categories::KEYSPACE)
        .keys(KeySpec::one(&["RO", "access"]))
        .tips(CHANGING)
        .docs("generic", "1.0.0", "O(1)", "Tells how many seconds a key has left."),
    command("pttl", 2, keyspace::pttl)
        .flags(READ)
        .category(Categories::KEYSPACE)
        .keys(KeySpec::one(&["RO", "access"]))
        .tips(CHANGING)
        .docs("generic", "2.6.0", "O(1)", "Tells how many milliseconds a key has left."),
    command("type", 2, keyspace::kind)
        .flags(READ)
        .category(Categories::KEYSPACE)
        .keys(KeySpec::one(&["RO"]))
        .docs("generic", "1.0.0", "O(1)", "Tells what kind of value a key has."),
    command("keys", 2, keyspace::keys)
        .flags(&[Flags::READONLY])
        .category(Categories::KEYSPACE.with(Categories::DANGEROUS))
        .tips(&["request_policy:all_shards", "nondeterministic_output_order"])
        .docs("generic", "1.0.0", KEYS, "Lists the keys that a glob matches."),
    command("flushall", -1, keyspace::flushall)
        .flags(&[Flags::WRITE])
        .category(Categories::KEYSPACE.with(Categories::DANGEROUS))
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .docs("server", "1.0.0", KEYS, "Removes every key of every database."),
    command("flushdb", -1, keyspace::flushdb)
        .flags(&[Flags::WRITE])
        .category(Categories::KEYSPACE.with(Categories::DANGEROUS))
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .docs("server", "1.0.0", KEYS, "Removes every key of the selected database."),
    command("dbsize", 1, keyspace::dbsize)
        .flags(READ)
        .category(Categories::KEYSPACE)
        .tips(&["request_policy:all_shards", "response_policy:agg_sum"])
        .docs("server", "1.0.0", "O(1)", "Counts the keys of the selected database."),
];
