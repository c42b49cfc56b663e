use std::time::Duration;

use super::assert_answers;
use crate::dispatch::tests::harness::TestEngine;
use crate::profile::Profile;
use crate::state::ids::ClientKey;

fn titles(info: &str) -> Vec<&str> {
    info.lines().filter_map(|line| line.strip_prefix("# ")).collect()
}

#[test]
fn sections_are_shown_in_a_fixed_order() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    let mut info = |sections| engine.request(client, format!("INFO {sections}\r\n"));
    assert_eq!(titles(&info("Clients server clients")), ["Server", "Clients"]);
    assert_eq!(titles(&info("nosuch cpu")), ["CPU"]);
    assert_eq!(titles(&info("nosuch")), [""; 0]);
    let by_default = info("");
    assert_eq!(titles(&by_default), titles(&info("default")));
    assert_eq!(by_default.matches("\r\n\r\n# ").count(), titles(&by_default).len() - 1);
    assert!(!titles(&by_default).contains(&"Commandstats"));
    assert!(titles(&info("all")).contains(&"Commandstats"));
}

#[test]
fn the_text_of_every_profile_has_no_placeholder_left() {
    for profile in Profile::ALL {
        let mut engine = TestEngine::with_profile(*profile);
        let client = engine.connect();
        let info = engine.request(client, "INFO everything\r\n");
        assert!(!info.contains(['{', '}']), "{info}");
        let version = format!("\r\n{}_version:{}\r\n", profile.product(), profile.version());
        assert!(info.contains(&version), "{info}");
    }
}

#[test]
fn reads_and_expired_keys_are_counted() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(
        client,
        "SET a 1\r\nGET a\r\nGET n\r\nEXISTS a n a\r\nTTL n\r\nTYPE a\r\nDEL n\r\n",
    );
    engine.request(client, "SET b 1 PX 10\r\nSET c 1 GET\r\n");
    engine.advance(Duration::from_millis(20));
    let info = engine.request(client, "INFO stats\r\n");
    assert!(info.contains("\r\nkeyspace_hits:4\r\nkeyspace_misses:4\r\n"), "{info}");
    assert!(info.contains("\r\nexpired_keys:1\r\n"), "{info}");
}

#[test]
fn refusals_are_counted_by_what_is_not_allowed() {
    let mut engine = TestEngine::new();
    let (client, admin) = (engine.connect(), engine.connect());
    let rules = "on >pw +@all -type ~k* resetchannels &c*";
    engine.request(admin, format!("ACL SETUSER u {rules}\r\n"));
    engine.request(client, "AUTH u wrong\r\nAUTH u pw\r\nTYPE k\r\nTYPE k\r\nGET other\r\n");
    engine.request(client, "SUBSCRIBE x y\r\nPUBLISH z m\r\nMULTI\r\nGET other\r\n");
    let info = engine.request(admin, "INFO stats\r\n");
    for (what, count) in [("auth", 1), ("cmd", 2), ("key", 2), ("channel", 2)] {
        assert!(info.contains(&format!("\r\nacl_access_denied_{what}:{count}\r\n")), "{info}");
    }
    engine.request(admin, "CONFIG RESETSTAT\r\n");
    assert!(engine.request(admin, "INFO stats\r\n").contains("\r\nacl_access_denied_cmd:0\r\n"));
}

#[test]
fn rejected_connections_do_not_count_as_received() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    let peer = engine.engine.state.clients[client].peer.clone();
    engine.request(client, "CONFIG RESETSTAT\r\n");
    engine.request(client, "CONFIG SET maxclients 1\r\n");
    for _ in 0..3 {
        assert!(engine.engine.state.connect(peer.clone(), 4, engine.now).is_err());
    }
    let info = engine.request(client, "INFO stats\r\n");
    assert!(info.contains("\r\ntotal_connections_received:0\r\n"), "{info}");
    assert!(info.contains("\r\nrejected_connections:3\r\n"), "{info}");
    assert!(info.contains("\r\ntotal_error_replies:0\r\n"), "{info}");
}

#[test]
fn counters_and_gauges_are_current() {
    let mut engine = TestEngine::new();
    let (client, subscriber) = (engine.connect(), engine.connect());
    engine.request(subscriber, "SUBSCRIBE a b\r\nPSUBSCRIBE p\r\n");
    engine.request(client, "SET k v EX 10\r\nSET l v\r\nFOO\r\nWATCH l l m\r\n");
    engine.advance(Duration::from_secs(90_000));
    let info = engine.request(client, "INFO\r\n");
    let expected = [
        "connected_clients:2",
        "pubsub_clients:1",
        "watching_clients:1",
        "total_watched_keys:2",
        "pubsub_channels:2",
        "pubsub_patterns:1",
        "pubsubshard_channels:0",
        "total_connections_received:2",
        "total_error_replies:1",
        "uptime_in_seconds:90000",
        "uptime_in_days:1",
        "db0:keys=1,expires=0,avg_ttl=0,subexpiry=0",
    ];
    for line in expected {
        assert!(info.contains(&format!("\r\n{line}\r\n")), "{line}");
    }
}

/// The statistics lines of a section, without times.
fn section(engine: &mut TestEngine, client: ClientKey, name: &str) -> Vec<String> {
    let info = engine.request(client, format!("INFO {name}\r\n"));
    let lines = info.lines().filter(|line| line.contains("stat_") || line.contains("latency_"));
    lines.map(|line| line.replace(",usec=0,usec_per_call=0.00", "")).collect()
}

#[test]
fn calls_are_counted_by_command_and_outcome() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(
        client,
        "PUBLISH a m\r\nPUBLISH a\r\nCONFIG GET\r\nSET k v\r\nEXPIRE k x\r\nFOO\r\n",
    );
    assert_eq!(
        section(&mut engine, client, "commandstats"),
        [
            "cmdstat_config|get:calls=0,rejected_calls=1,failed_calls=0",
            "cmdstat_expire:calls=1,rejected_calls=0,failed_calls=1",
            "cmdstat_publish:calls=1,rejected_calls=1,failed_calls=0",
            "cmdstat_set:calls=1,rejected_calls=0,failed_calls=0",
        ]
    );
    assert_eq!(section(&mut engine, client, "errorstats"), ["errorstat_ERR:count=4"]);
    engine.request(client, "CONFIG RESETSTAT\r\n");
    assert_eq!(
        section(&mut engine, client, "latencystats"),
        ["latency_percentiles_usec_config|resetstat:p50=0.000,p99=0.000,p99.9=0.000"]
    );
    assert!(
        engine.request(client, "INFO stats\r\n").contains("\r\ntotal_commands_processed:2\r\n")
    );
}

#[test]
fn error_kinds_beyond_128_are_counted_as_in_each_version() {
    let kinds = |profile, errors: usize| {
        let mut engine = TestEngine::with_profile(profile);
        let client = engine.connect();
        for number in 0..errors {
            engine.engine.state.faults.inject(None, format!("KIND{number:03} x").into());
            engine.request(client, "PING\r\n");
        }
        section(&mut engine, client, "errorstats")
    };
    assert_eq!(kinds(Profile::REDIS_7_0, 140).len(), 140);
    assert_eq!(kinds(Profile::REDIS_8_0, 128).len(), 128);
    assert_eq!(kinds(Profile::REDIS_8_0, 140), ["errorstat_ERRORSTATS_DISABLED:count=1"]);
    let together = kinds(Profile::VALKEY_9_1, 140);
    assert_eq!(together.len(), 129);
    assert_eq!(together[0], "errorstat_ERRORSTATS_OVERFLOW:count=12");
}

#[test]
fn info_is_verbatim_text_in_resp3() {
    let mut engine = TestEngine::new();
    let client = engine.connect_resp3();
    assert_answers(&mut engine, client, "INFO cluster  =34|txt:# Cluster|cluster_enabled:0||");
}

#[test]
fn time_replies_with_seconds_and_microseconds() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.advance(Duration::from_micros(42));
    assert_answers(&mut engine, client, "TIME  *2|$10|1700000000|$2|42|");
}
