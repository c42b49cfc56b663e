//! The commands that Redis 8.0 has and this server has not.
//!
//! They are no typing errors: whoever uses one is told that a real server is needed.

use super::{Run, Spec};

/// Name and arity, as `COMMAND` of Redis 8.0 lists them.
#[rustfmt::skip]
const NAMES: [(&str, i64); 223] = [
    ("append", 3), ("asking", 1), ("bgrewriteaof", 1), ("bgsave", -1),
    ("bitcount", -2), ("bitfield", -2), ("bitfield_ro", -2), ("bitop", -4), ("bitpos", -3),
    ("blmove", 6), ("blmpop", -5), ("blpop", -3), ("brpop", -3), ("brpoplpush", 4),
    ("bzmpop", -5), ("bzpopmax", -3), ("bzpopmin", -3), ("cluster", -2), ("copy", -3),
    ("debug", -2), ("decr", 2), ("decrby", 3), ("dump", 2), ("eval", -3), ("eval_ro", -3),
    ("evalsha", -3), ("evalsha_ro", -3), ("expireat", -3), ("expiretime", 2),
    ("failover", -1), ("fcall", -3), ("fcall_ro", -3), ("function", -2), ("geoadd", -5),
    ("geodist", -4), ("geohash", -2), ("geopos", -2), ("georadius", -6), ("georadius_ro", -6),
    ("georadiusbymember", -5), ("georadiusbymember_ro", -5), ("geosearch", -7),
    ("geosearchstore", -8), ("getbit", 3), ("getdel", 2), ("getex", -2), ("getrange", 4),
    ("getset", 3), ("hdel", -3), ("hexists", 3), ("hexpire", -6), ("hexpireat", -6),
    ("hexpiretime", -5), ("hget", 3), ("hgetall", 2), ("hgetdel", -5), ("hgetex", -5),
    ("hincrby", 4), ("hincrbyfloat", 4), ("hkeys", 2), ("hlen", 2), ("hmget", -3),
    ("hmset", -4), ("hpersist", -5), ("hpexpire", -6), ("hpexpireat", -6),
    ("hpexpiretime", -5), ("hpttl", -5), ("hrandfield", -2), ("hscan", -3), ("hset", -4),
    ("hsetex", -6), ("hsetnx", 4), ("hstrlen", 3), ("httl", -5), ("hvals", 2), ("incr", 2),
    ("incrby", 3), ("incrbyfloat", 3), ("lastsave", 1), ("latency", -2), ("lcs", -3),
    ("lindex", 3), ("linsert", 5), ("llen", 2), ("lmove", 5), ("lmpop", -4), ("lolwut", -1),
    ("lpop", -2), ("lpos", -3), ("lpush", -3), ("lpushx", -3), ("lrange", 4), ("lrem", 4),
    ("lset", 4), ("ltrim", 4), ("memory", -2), ("mget", -2), ("migrate", -6), ("module", -2),
    ("monitor", 1), ("move", 3), ("mset", -3), ("msetnx", -3), ("object", -2),
    ("pexpireat", -3), ("pexpiretime", 2), ("pfadd", -2), ("pfcount", -2), ("pfdebug", 3),
    ("pfmerge", -2), ("pfselftest", 1), ("psetex", 4), ("psync", -3), ("randomkey", 1),
    ("readonly", 1), ("readwrite", 1), ("rename", 3), ("renamenx", 3), ("replconf", -1),
    ("replicaof", 3), ("restore", -4), ("restore-asking", -4), ("role", 1), ("rpop", -2),
    ("rpoplpush", 3), ("rpush", -3), ("rpushx", -3), ("sadd", -3), ("save", 1), ("scan", -2),
    ("scard", 2), ("script", -2), ("sdiff", -2), ("sdiffstore", -3), ("setbit", 4),
    ("setex", 4), ("setnx", 3), ("setrange", 4), ("shutdown", -1), ("sinter", -2),
    ("sintercard", -3), ("sinterstore", -3), ("sismember", 3), ("slaveof", 3),
    ("slowlog", -2), ("smembers", 2), ("smismember", -3), ("smove", 4), ("sort", -2),
    ("sort_ro", -2), ("spop", -2), ("srandmember", -2), ("srem", -3), ("sscan", -3),
    ("strlen", 2), ("substr", 4), ("sunion", -2), ("sunionstore", -3), ("swapdb", 3),
    ("sync", 1), ("touch", -2), ("vadd", -1), ("vcard", -1), ("vdim", -1), ("vemb", -1),
    ("vgetattr", -1), ("vinfo", -1), ("vismember", -1), ("vlinks", -1), ("vrandmember", -1),
    ("vrem", -1), ("vsetattr", -1), ("vsim", -1), ("wait", 3), ("waitaof", 4), ("xack", -4),
    ("xadd", -5), ("xautoclaim", -6), ("xclaim", -6), ("xdel", -3), ("xgroup", -2),
    ("xinfo", -2), ("xlen", 2), ("xpending", -3), ("xrange", -4), ("xread", -4),
    ("xreadgroup", -7), ("xrevrange", -4), ("xsetid", -3), ("xtrim", -4), ("zadd", -4),
    ("zcard", 2), ("zcount", 4), ("zdiff", -3), ("zdiffstore", -4), ("zincrby", 4),
    ("zinter", -3), ("zintercard", -3), ("zinterstore", -4), ("zlexcount", 4), ("zmpop", -4),
    ("zmscore", -3), ("zpopmax", -2), ("zpopmin", -2), ("zrandmember", -2), ("zrange", -4),
    ("zrangebylex", -4), ("zrangebyscore", -4), ("zrangestore", -5), ("zrank", -3),
    ("zrem", -3), ("zremrangebylex", 4), ("zremrangebyrank", 4), ("zremrangebyscore", 4),
    ("zrevrange", -4), ("zrevrangebylex", -4), ("zrevrangebyscore", -4), ("zrevrank", -3),
    ("zscan", -3), ("zscore", 3), ("zunion", -3), ("zunionstore", -4),
];

pub(super) static COMMANDS: &[Spec; NAMES.len()] = &{
    let mut specs = [Spec::new("", 0, Run::Missing); NAMES.len()];
    let mut index = 0;
    while index < NAMES.len() {
        let (name, arity) = NAMES[index];
        specs[index] = Spec::new(name, arity, Run::Missing);
        index += 1;
    }
    specs
};
