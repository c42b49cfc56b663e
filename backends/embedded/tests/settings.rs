//! What the builder accepts, and what clients are told of it.

mod raw;

use raw::Raw;
use rstest::rstest;
use twincast_embedded::{Cluster, EmbeddedRedis, Profile};

#[test]
fn should_be_open_with_an_empty_password() {
    let redis = EmbeddedRedis::builder().password("").start().unwrap();
    assert_eq!(Raw::connect(&redis).request("PING\r\n", 7), "+PONG\r\n");
    assert_eq!(redis.url(), format!("redis://{}", redis.addr()));
}

#[test]
fn should_refuse_a_limit_of_no_clients() {
    let error = EmbeddedRedis::builder().max_clients(0).start().unwrap_err().to_string();
    assert!(error.starts_with("cannot begin with maxclients \"0\": "), "{error}");
    assert!(error.contains("`refuse_connections`"), "{error}");
    let error = EmbeddedRedis::builder().parameter("maxclients", "0").unwrap_err().to_string();
    assert!(error.ends_with("argument must be between 1 and 4294967295 inclusive"), "{error}");
}

#[rstest]
#[case::port("port", "17999", "set it with `.port()` of the builder")]
#[case::bind("bind", "0.0.0.0", "set it with `.bind()` of the builder")]
#[case::unix_socket("unixsocket", "/tmp/x", "set it with `.unix_path()` of the builder")]
#[case::misspelt("maxclient", "1", "redis-8.0 has no such parameter; check its name")]
#[case::not_honoured("hz", "20", "the embedded server knows no value but '10'")]
fn should_say_why_a_parameter_cannot_be_set(
    #[case] name: &str,
    #[case] value: &str,
    #[case] reason: &str,
) {
    let error = EmbeddedRedis::builder().parameter(name, value).unwrap_err().to_string();
    assert_eq!(error, format!("cannot begin with {name} {value:?}: {reason}"));
}

#[test]
fn should_accept_the_value_that_a_parameter_has() {
    let builder = EmbeddedRedis::builder().parameter("hz", "10").unwrap();
    let builder = builder.parameter("tcp-backlog", "1000").unwrap();
    let redis = builder.parameter("port", "0").unwrap().start().unwrap();
    let asked = Raw::connect(&redis).request("CONFIG GET tcp-backlog\r\n", 32);
    assert_eq!(asked, "*2\r\n$11\r\ntcp-backlog\r\n$4\r\n1000\r\n"[..32]);
}

#[test]
fn should_know_the_parameters_of_the_server_that_it_imitates() {
    let known = |profile: Profile, name: &str| {
        EmbeddedRedis::builder().profile(profile).parameter(name, "no").is_ok()
    };
    assert!(known(Profile::VALKEY_9_1, "import-mode"));
    assert!(!known(Profile::REDIS_8_0, "import-mode"));
    assert!(known(Profile::REDIS_6_2, "io-threads-do-reads"));
    assert!(!known(Profile::REDIS_8_0, "io-threads-do-reads"));
}

/// Clients of a cluster connect to the address that `CLUSTER SLOTS` gives them.
#[test]
fn should_announce_the_address_that_a_cluster_is_bound_to() {
    let redis = EmbeddedRedis::builder().cluster(Cluster::whole()).start().unwrap();
    let mut client = Raw::connect(&redis);
    let expected =
        format!("*1\r\n*3\r\n:0\r\n:16383\r\n*4\r\n$9\r\n127.0.0.1\r\n:{}\r\n", redis.port());
    assert_eq!(client.request("CLUSTER SLOTS\r\n", expected.len()), expected);
}

#[rstest]
#[case::its_own_address(None, "127.0.0.1")]
#[case::another_one(Some("10.0.0.1"), "10.0.0.1")]
#[case::none(Some(""), "")]
fn should_show_the_address_that_it_announces(#[case] set: Option<&str>, #[case] shown: &str) {
    let mut builder = EmbeddedRedis::builder().cluster(Cluster::whole());
    if let Some(address) = set {
        builder = builder.parameter("cluster-announce-ip", address).unwrap();
    }
    let redis = builder.start().unwrap();
    let expected = format!("*2\r\n$19\r\ncluster-announce-ip\r\n${}\r\n{shown}\r\n", shown.len());
    let asked = Raw::connect(&redis).request("CONFIG GET cluster-announce-ip\r\n", expected.len());
    assert_eq!(asked, expected);
}
