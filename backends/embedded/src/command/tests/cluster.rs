use super::*;
use crate::cluster::{Cluster, ClusterNode};
use crate::config::Config;
use crate::profile::Profile;

fn stage(cluster: Cluster) -> Stage {
    Stage::with(Config { cluster: Some(cluster), port: 7001, ..Config::default() })
}

/// A node that serves one half and knows who serves the other.
fn half() -> Stage {
    let other = ClusterNode { id: "b".repeat(40), host: "10.0.0.1".into(), port: 7000 };
    stage(Cluster::empty().id("a".repeat(40)).serve(0..=8191).elsewhere(8192..=16383, &other))
}

#[test]
fn sends_clients_to_who_serves_a_slot() {
    let mut stage = half();
    let client = stage.enter();
    assert_answers(
        &mut stage,
        client,
        "SSUBSCRIBE a    -MOVED 15495 10.0.0.1:7000|
         SPUBLISH a hi   -MOVED 15495 10.0.0.1:7000|
         SPUBLISH b hi   :0|
         PUBLISH a hi    :0|
         DEL b c         -CROSSSLOT Keys in request don't hash to the same slot|",
    );
}

#[test]
fn tells_a_subscriber_that_its_slot_has_gone() {
    let mut stage = stage(Cluster::whole());
    let (sub, admin) = (stage.enter_resp3(), stage.enter());
    stage.ask(sub, "SSUBSCRIBE a\r\nSSUBSCRIBE b\r\n");
    assert_answers(&mut stage, admin, "CLUSTER DELSLOTS 15495  +OK|");
    assert_eq!(stage.hear(sub), ">3\r\n$12\r\nsunsubscribe\r\n$1\r\na\r\n:1\r\n");
    assert_answers(&mut stage, admin, "SPUBLISH a hi  -CLUSTERDOWN Hash slot not served|");
    assert_answers(&mut stage, admin, "GET b  -CLUSTERDOWN The cluster is down|");
}

#[test]
fn is_down_only_when_the_round_is_over() {
    let mut stage = stage(Cluster::whole());
    let client = stage.enter();
    let heard = stage.ask(client, "CLUSTER DELSLOTS 15495\r\nGET b\r\n");
    assert_eq!(heard, "+OK\r\n$-1\r\n");
    assert_answers(&mut stage, client, "GET b  -CLUSTERDOWN The cluster is down|");
}

#[test]
fn lists_itself_by_id_and_port() {
    let mut stage = half();
    let client = stage.enter();
    assert_answers(
        &mut stage,
        client,
        "CLUSTER SETSLOT 3300 MIGRATING bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  +OK|",
    );
    let nodes = stage.ask(client, "CLUSTER NODES\r\n");
    let (a, b) = ("a".repeat(40), "b".repeat(40));
    let own = format!("{a} :7001@17001 myself,master - 0 0 1 connected 0-8191 [3300->-{b}]\n");
    let other = format!("{b} 10.0.0.1:7000@17000 master - 0 0 2 disconnected 8192-16383\n");
    assert!(nodes.ends_with(&format!("\r\n{own}{other}\r\n")), "{nodes}");
}

#[test]
fn runs_in_the_mode_that_it_says() {
    let mut stage = stage(Cluster::whole());
    let client = stage.enter();
    assert!(stage.ask(client, "INFO server\r\n").contains("\r\nredis_mode:cluster\r\n"));
    assert!(stage.ask(client, "INFO cluster\r\n").contains("cluster_enabled:1"));
    assert!(stage.ask(client, "HELLO\r\n").contains("\r\ncluster\r\n"));
}

#[test]
fn says_what_a_single_node_cannot_do() {
    let mut stage = stage(Cluster::empty());
    let client = stage.enter();
    let heard = stage.ask(client, "CLUSTER MEET 127.0.0.1 7000\r\n");
    assert!(heard.starts_with("-ERR the embedded server does not implement 'cluster|meet'"));
}

#[test]
fn is_refused_without_a_cluster_but_for_what_newer_servers_allow() {
    let refused = "-ERR This instance has cluster support disabled\r\n";
    let asked = |profile: Profile, request: &str| {
        let mut stage = Stage::imitating(profile);
        let client = stage.enter();
        stage.ask(client, request)
    };
    assert_eq!(asked(Profile::REDIS_8_0, "READONLY\r\n"), refused);
    assert_eq!(asked(Profile::VALKEY_8_0, "READONLY\r\n"), "+OK\r\n");
    assert_eq!(asked(Profile::VALKEY_8_1, "CLUSTER KEYSLOT x\r\n"), refused);
    assert_eq!(asked(Profile::VALKEY_9_1, "CLUSTER KEYSLOT x\r\n"), ":16287\r\n");
}
