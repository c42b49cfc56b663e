//! The commands that real servers have and this server has not.
//!
//! They are no typing errors: whoever uses one is told that a real server is needed.

use super::{Docs, Run, Spec};

/// Commands that came, and perhaps went, together.
struct Group {
    /// The version of Redis that brought them.
    since: &'static str,
    /// The version of Redis that has them no more.
    until: Option<&'static str>,
    /// The version of Valkey that brought them, where it is not the Redis that it descends from.
    valkey: Option<&'static str>,
    /// Name and arity, as the newest server lists them.
    commands: &'static [(&'static str, i64)],
}

impl Group {
    const fn of(commands: &'static [(&'static str, i64)]) -> Self {
        Self { since: "", until: None, valkey: None, commands }
    }
}

/// Every command that this server has not, with the versions that have it.
pub(super) fn commands() -> impl Iterator<Item = Spec> {
    GROUPS.iter().flat_map(|group| {
        group.commands.iter().map(|(name, arity)| {
            let missing = Spec::new(name, *arity, Run::Missing);
            let docs = Docs { since: group.since, ..missing.docs };
            Spec { docs, until: group.until, valkey: group.valkey, ..missing }
        })
    })
}

/// Later than any version.
const NO_REDIS: &str = "9999";

#[rustfmt::skip]
static GROUPS: &[Group] = &[
    Group::of(&[
        ("append", 3), ("bgrewriteaof", 1), ("bgsave", -1),
        ("bitcount", -2), ("bitfield", -2), ("bitfield_ro", -2), ("bitop", -4), ("bitpos", -3),
        ("blmove", 6), ("blpop", -3), ("brpop", -3), ("brpoplpush", 4), ("bzpopmax", -3),
        ("bzpopmin", -3), ("copy", -3), ("debug", -2), ("decr", 2),
        ("decrby", 3), ("dump", 2), ("eval", -3), ("evalsha", -3), ("expireat", -3),
        ("failover", -1), ("geoadd", -5), ("geodist", -4), ("geohash", -2), ("geopos", -2),
        ("georadius", -6), ("georadius_ro", -6), ("georadiusbymember", -5),
        ("georadiusbymember_ro", -5), ("geosearch", -7), ("geosearchstore", -8), ("getbit", 3),
        ("getdel", 2), ("getex", -2), ("getrange", 4), ("getset", 3), ("hdel", -3),
        ("hexists", 3), ("hget", 3), ("hgetall", 2), ("hincrby", 4), ("hincrbyfloat", 4),
        ("hkeys", 2), ("hlen", 2), ("hmget", -3), ("hmset", -4), ("hrandfield", -2),
        ("hscan", -3), ("hset", -4), ("hsetnx", 4), ("hstrlen", 3), ("hvals", 2), ("incr", 2),
        ("incrby", 3), ("incrbyfloat", 3), ("lastsave", 1), ("latency", -2), ("lindex", 3),
        ("linsert", 5), ("llen", 2), ("lmove", 5), ("lolwut", -1), ("lpop", -2), ("lpos", -3),
        ("lpush", -3), ("lpushx", -3), ("lrange", 4), ("lrem", 4), ("lset", 4), ("ltrim", 4),
        ("memory", -2), ("mget", -2), ("migrate", -6), ("module", -2),
        ("move", 3), ("mset", -3), ("msetnx", -3), ("object", -2), ("pexpireat", -3),
        ("pfadd", -2), ("pfcount", -2), ("pfdebug", 3), ("pfmerge", -2), ("pfselftest", 1),
        ("psetex", 4), ("psync", -3), ("randomkey", 1), 
        ("rename", 3), ("renamenx", 3), ("replconf", -1), ("replicaof", 3), ("restore", -4),
        ("restore-asking", -4), ("role", 1), ("rpop", -2), ("rpoplpush", 3), ("rpush", -3),
        ("rpushx", -3), ("sadd", -3), ("save", 1), ("scan", -2), ("scard", 2), ("script", -2),
        ("sdiff", -2), ("sdiffstore", -3), ("setbit", 4), ("setex", 4), ("setnx", 3),
        ("setrange", 4), ("shutdown", -1), ("sinter", -2), ("sinterstore", -3),
        ("sismember", 3), ("slaveof", 3), ("slowlog", -2), ("smembers", 2), ("smismember", -3),
        ("smove", 4), ("sort", -2), ("spop", -2), ("srandmember", -2), ("srem", -3),
        ("sscan", -3), ("strlen", 2), ("substr", 4), ("sunion", -2), ("sunionstore", -3),
        ("swapdb", 3), ("sync", 1), ("touch", -2), ("wait", 3), ("xack", -4), ("xadd", -5),
        ("xautoclaim", -6), ("xclaim", -6), ("xdel", -3), ("xgroup", -2), ("xinfo", -2),
        ("xlen", 2), ("xpending", -3), ("xrange", -4), ("xread", -4), ("xreadgroup", -7),
        ("xrevrange", -4), ("xsetid", -3), ("xtrim", -4), ("zadd", -4), ("zcard", 2),
        ("zcount", 4), ("zdiff", -3), ("zdiffstore", -4), ("zincrby", 4), ("zinter", -3),
        ("zinterstore", -4), ("zlexcount", 4), ("zmscore", -3), ("zpopmax", -2),
        ("zpopmin", -2), ("zrandmember", -2), ("zrange", -4), ("zrangebylex", -4),
        ("zrangebyscore", -4), ("zrangestore", -5), ("zrank", -3), ("zrem", -3),
        ("zremrangebylex", 4), ("zremrangebyrank", 4), ("zremrangebyscore", 4),
        ("zrevrange", -4), ("zrevrangebylex", -4), ("zrevrangebyscore", -4), ("zrevrank", -3),
        ("zscan", -3), ("zscore", 3), ("zunion", -3), ("zunionstore", -4),
    ]),
    Group { until: Some("7.0.0"), ..Group::of(&[
        ("stralgo", -2),
    ]) },
    Group { since: "7.0.0", ..Group::of(&[
        ("blmpop", -5), ("bzmpop", -5), ("eval_ro", -3), ("evalsha_ro", -3), ("expiretime", 2),
        ("fcall", -3), ("fcall_ro", -3), ("function", -2), ("lcs", -3), ("lmpop", -4),
        ("pexpiretime", 2), ("sintercard", -3), ("sort_ro", -2), ("zintercard", -3),
        ("zmpop", -4),
    ]) },
    Group { since: "7.2.0", ..Group::of(&[
        ("waitaof", 4),
    ]) },
    Group { since: "7.4.0", valkey: Some("9.0.0"), ..Group::of(&[
        ("hexpire", -6), ("hexpireat", -6), ("hexpiretime", -5), ("hpersist", -5),
        ("hpexpire", -6), ("hpexpireat", -6), ("hpexpiretime", -5), ("hpttl", -5), ("httl", -5),
    ]) },
    Group { since: "8.0.0", valkey: Some("9.1.0"), ..Group::of(&[
        ("hgetdel", -5), ("hgetex", -5), ("hsetex", -6),
    ]) },
    Group { since: "8.0.0", ..Group::of(&[
        ("vadd", -1), ("vcard", -1), ("vdim", -1), ("vemb", -1), ("vgetattr", -1),
        ("vinfo", -1), ("vismember", -1), ("vlinks", -1), ("vrandmember", -1), ("vrem", -1),
        ("vsetattr", -1), ("vsim", -1),
    ]) },
    Group { since: NO_REDIS, valkey: Some("8.1.0"), ..Group::of(&[
        ("commandlog", -2),
    ]) },
    Group { since: NO_REDIS, valkey: Some("9.0.0"), ..Group::of(&[
        ("delifeq", 3),
    ]) },
    Group { since: NO_REDIS, valkey: Some("9.1.0"), ..Group::of(&[
        ("clusterscan", -2), ("msetex", -4),
    ]) },
];
