use super::*;
use crate::profile::Profile;
use crate::state::cluster::{Cluster, ClusterNode};
use crate::state::config::Config;

fn engine(cluster: Cluster) -> TestEngine {
    TestEngine::with(Config { cluster: Some(cluster), port: 7001, ..Config::default() })
}

/// A node that serves half of the slots and knows the node that serves the others.
fn half() -> TestEngine {
    let other = ClusterNode { id: "b".repeat(40), host: "10.0.0.1".into(), port: 7000 };
    engine(Cluster::empty().id("a".repeat(40)).serve(0..=8191).elsewhere(8192..=16383, &other))
}

#[test]
fn requests_are_redirected_to_the_node_that_serves_the_slot() {
    let mut engine = half();
    let client = engine.connect();
    assert_answers(
        &mut engine,
        client,
        "SSUBSCRIBE a    -MOVED 15495 10.0.0.1:7000|
         SPUBLISH a hi   -MOVED 15495 10.0.0.1:7000|
         SPUBLISH b hi   :0|
         PUBLISH a hi    :0|
         DEL b c         -CROSSSLOT Keys in request don't hash to the same slot|",
    );
}

#[test]
fn deleting_a_slot_unsubscribes_from_its_shard_channels() {
    let mut engine = engine(Cluster::whole());
    let (sub, admin) = (engine.connect_resp3(), engine.connect());
    engine.request(sub, "SSUBSCRIBE a\r\nSSUBSCRIBE b\r\n");
    assert_answers(&mut engine, admin, "CLUSTER DELSLOTS 15495  +OK|");
    assert_eq!(engine.received(sub), ">3\r\n$12\r\nsunsubscribe\r\n$1\r\na\r\n:1\r\n");
    assert_answers(&mut engine, admin, "SPUBLISH a hi  -CLUSTERDOWN Hash slot not served|");
    assert_answers(&mut engine, admin, "GET b  -CLUSTERDOWN The cluster is down|");
}

#[test]
fn the_cluster_goes_down_at_the_end_of_the_round() {
    let mut engine = engine(Cluster::whole());
    let client = engine.connect();
    let reply = engine.request(client, "CLUSTER DELSLOTS 15495\r\nGET b\r\n");
    assert_eq!(reply, "+OK\r\n$-1\r\n");
    assert_answers(&mut engine, client, "GET b  -CLUSTERDOWN The cluster is down|");
}

#[test]
fn nodes_lists_ids_addresses_and_slots() {
    let mut engine = half();
    let client = engine.connect();
    assert_answers(
        &mut engine,
        client,
        "CLUSTER SETSLOT 3300 MIGRATING bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  +OK|",
    );
    let nodes = engine.request(client, "CLUSTER NODES\r\n");
    let (a, b) = ("a".repeat(40), "b".repeat(40));
    let own =
        format!("{a} 127.0.0.1:7001@17001 myself,master - 0 0 1 connected 0-8191 [3300->-{b}]\n");
    let other = format!("{b} 10.0.0.1:7000@17000 master - 0 0 2 disconnected 8192-16383\n");
    assert!(nodes.ends_with(&format!("\r\n{own}{other}\r\n")), "{nodes}");
}

#[test]
fn the_announced_address_is_the_one_that_parameters_name() {
    let mut engine = half();
    let client = engine.connect();
    let set = "CONFIG SET cluster-announce-ip 10.0.0.9 cluster-announce-port 7777\r\n";
    assert_eq!(engine.request(client, set), "+OK\r\n");
    assert!(engine.request(client, "CLUSTER NODES\r\n").contains(" 10.0.0.9:7777@17001 myself"));
    assert!(engine.request(client, "CLUSTER SLOTS\r\n").contains("10.0.0.9\r\n:7777\r\n"));
    assert_eq!(engine.request(client, "CONFIG SET cluster-announce-bus-port 8888\r\n"), "+OK\r\n");
    assert!(engine.request(client, "CLUSTER NODES\r\n").contains(" 10.0.0.9:7777@8888 myself"));
    let nothing = "CONFIG SET cluster-announce-ip \"\" cluster-announce-port 0\r\n";
    assert_eq!(engine.request(client, nothing), "+OK\r\n");
    assert!(engine.request(client, "CLUSTER NODES\r\n").contains(" :7001@8888 myself"));
}

#[test]
fn info_and_hello_name_the_cluster_mode() {
    let mut engine = engine(Cluster::whole());
    let client = engine.connect();
    assert!(engine.request(client, "INFO server\r\n").contains("\r\nredis_mode:cluster\r\n"));
    assert!(engine.request(client, "INFO cluster\r\n").contains("cluster_enabled:1"));
    assert!(engine.request(client, "HELLO\r\n").contains("\r\ncluster\r\n"));
}

#[test]
fn meet_is_not_implemented() {
    let mut engine = engine(Cluster::empty());
    let client = engine.connect();
    let reply = engine.request(client, "CLUSTER MEET 127.0.0.1 7000\r\n");
    assert!(reply.starts_with("-ERR the embedded server does not implement 'cluster|meet'"));
}

#[test]
fn versions_refuse_different_commands_without_a_cluster() {
    let refused = "-ERR This instance has cluster support disabled\r\n";
    let asked = |profile: Profile, request: &str| {
        let mut engine = TestEngine::with_profile(profile);
        let client = engine.connect();
        engine.request(client, request)
    };
    assert_eq!(asked(Profile::REDIS_8_0, "READONLY\r\n"), refused);
    assert_eq!(asked(Profile::VALKEY_8_0, "READONLY\r\n"), "+OK\r\n");
    assert_eq!(asked(Profile::VALKEY_8_1, "CLUSTER KEYSLOT x\r\n"), refused);
    assert_eq!(asked(Profile::VALKEY_9_1, "CLUSTER KEYSLOT x\r\n"), ":16287\r\n");
}

/// No conversation can start all servers with this parameter, because some do not know it.
#[test]
fn slot_stats_reports_memory_only_if_the_server_started_with_it() {
    let mut config = Config { cluster: Some(Cluster::whole()), ..Config::default() };
    let profile = Profile::REDIS_8_10;
    config.set_at_start("cluster-slot-stats-enabled", "mem", profile.behaviour()).unwrap();
    let mut engine = TestEngine::of(profile, config);
    let client = engine.connect();
    assert_answers(
        &mut engine,
        client,
        "SET a 1234  +OK|
         SET b 1  +OK|
         CLUSTER SLOT-STATS ORDERBY memory-bytes LIMIT 1  *1|*2|:15495|*4|$9|key-count|:1|$12|memory-bytes|:5|
         CONFIG SET cluster-slot-stats-enabled net  +OK|
         CONFIG SET cluster-slot-stats-enabled mem  -ERR CONFIG SET failed (possibly related to argument 'cluster-slot-stats-enabled') - memory tracking cannot be enabled at runtime|",
    );
}

#[test]
fn slot_stats_lists_own_slots_by_number_or_by_keys() {
    let mut engine = TestEngine::with_profile(Profile::REDIS_8_10);
    let client = engine.connect();
    assert_answers(
        &mut engine,
        client,
        "CLUSTER SLOT-STATS FOO x  -ERR This instance has cluster support disabled|",
    );
    let config = Config { cluster: Some(Cluster::whole()), ..Config::default() };
    let mut engine = TestEngine::of(Profile::REDIS_8_10, config);
    let client = engine.connect();
    assert_answers(
        &mut engine,
        client,
        "SET a 1  +OK|
         CLUSTER SLOT-STATS SLOTSRANGE 15495 15495  *1|*2|:15495|*2|$9|key-count|:1|
         CLUSTER SLOT-STATS ORDERBY key-count LIMIT 1  *1|*2|:15495|*2|$9|key-count|:1|
         CLUSTER SLOT-STATS ORDERBY key-count LIMIT 1 ASC  *1|*2|:0|*2|$9|key-count|:0|
         CLUSTER SLOT-STATS ORDERBY cpu-usec  -ERR Unrecognized sort metric for ORDERBY.|
         CLUSTER MIGRATION STATUS ALL  *0|
         CLUSTER MIGRATION IMPORT 0 1  -ERR this node is already the owner of the slot range|
         TRIMSLOTS RANGES 1 0 1  -ERR the slot 0 is served by this node|
         CLUSTER DELSLOTS 15495  +OK|
         TRIMSLOTS RANGES 1 15495 15495  +OK|
         DBSIZE  :0|
         CLUSTER SYNCSLOTS x  -ERR CLUSTER SYNCSLOTS subcommands are only allowed for internal clients|",
    );
    assert!(engine.close_mode(client).is_some());
}
