//! Which keys are evicted first. A real server chooses among a few at random, so no conversation
//! can show it.

use std::time::Duration;

use crate::dispatch::tests::harness::TestEngine;
use crate::profile::Profile;

/// Four keys: `a` and `d` were written first, then `c`, then `b`. `a` was used last long ago, then
/// `c`, `b`, and `d`. `b` was used once, `d` twice, `a` four times, `c` five times. `c` expires
/// first, then `b` and `d`.
fn engine(policy: &str) -> TestEngine {
    let mut engine = TestEngine::with_profile(Profile::REDIS_8_10);
    let client = engine.connect();
    engine.request(client, &format!("CONFIG SET maxmemory-policy {policy}\r\n"));
    engine.request(client, "CONFIG SET lfu-log-factor 0\r\nCONFIG SET lfu-decay-time 0\r\n");
    engine.request(client, "SET a 1\r\nSET d 1 EX 900\r\nGET a\r\nGET a\r\nGET a\r\nGET a\r\n");
    engine.advance(Duration::from_secs(10));
    engine.request(client, "SET c 1 EX 100\r\nGET c\r\nGET c\r\nGET c\r\nGET c\r\nGET c\r\n");
    engine.advance(Duration::from_secs(10));
    engine.request(client, "SET b 1 EX 800\r\nGET b\r\n");
    engine.advance(Duration::from_secs(10));
    engine.request(client, "GET d\r\nGET d\r\n");
    engine.advance(Duration::from_secs(10));
    engine
}

/// The keys in the order in which they are evicted.
fn evicted(policy: &str) -> String {
    let mut engine = engine(policy);
    let client = engine.connect();
    let mut order = String::new();
    loop {
        let keys = |engine: &TestEngine| {
            let keys = engine.engine.state.keyspace.iter(0).map(|(key, _)| key[0] as char);
            keys.collect::<Vec<_>>()
        };
        let before = keys(&engine);
        let most = engine.engine.state.used_memory() - 1;
        engine.request(client, &format!("CONFIG SET maxmemory {most}\r\n"));
        engine.advance(Duration::ZERO);
        let after = keys(&engine);
        let gone: Vec<_> = before.into_iter().filter(|key| !after.contains(key)).collect();
        assert!(gone.len() <= 1, "{policy} evicted {gone:?} at once");
        if gone.is_empty() {
            return order;
        }
        order.extend(gone);
        let number = order.len();
        let stats = engine.request(client, "INFO stats\r\n");
        assert!(stats.contains(&format!("evicted_keys:{number}\r\n")), "{stats}");
    }
}

#[test]
fn should_evict_in_the_order_of_the_policy() {
    assert_eq!(evicted("allkeys-lru"), "acbd");
    assert_eq!(evicted("volatile-lru"), "cbd");
    assert_eq!(evicted("allkeys-lrm"), "adcb");
    assert_eq!(evicted("volatile-lrm"), "dcb");
    assert_eq!(evicted("allkeys-lfu"), "bdac");
    assert_eq!(evicted("volatile-lfu"), "bdc");
    assert_eq!(evicted("volatile-ttl"), "cbd");
    assert_eq!(evicted("allkeys-random").len(), 4);
    assert_eq!(evicted("volatile-random").len(), 3);
    assert_eq!(evicted("noeviction"), "");
}

#[test]
fn should_evict_no_more_than_needed() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "CONFIG SET maxmemory-policy allkeys-lru\r\n");
    for nth in 0..1000 {
        engine.request(client, &format!("SET key:{nth} value\r\n"));
    }
    let most = engine.engine.state.used_memory();
    engine.request(client, &format!("CONFIG SET maxmemory {most}\r\n"));
    engine.advance(Duration::from_secs(1));
    for nth in 1000..1500 {
        assert_eq!(engine.request(client, &format!("SET key:{nth} value\r\n")), "+OK\r\n");
    }
    engine.request(client, "PING\r\n");
    let left = engine.engine.state.keyspace.iter(0).len();
    // Later keys have longer names.
    assert!((970..=1000).contains(&left), "{left}");
    assert_eq!(engine.request(client, "EXISTS key:1499\r\n"), ":1\r\n");
    assert_eq!(engine.request(client, "EXISTS key:0\r\n"), ":0\r\n");
}
