use super::*;
use crate::command::table::{self, Commands};
use crate::wire::Request;

fn redis() -> Catalogue {
    Catalogue::of(Profile::REDIS_8_0)
}

#[test]
fn every_server_has_one() {
    for profile in Profile::ALL {
        let catalogue = Catalogue::of(*profile);
        assert!(catalogue.iter().count() > 200, "{profile}");
        let names: Vec<_> = catalogue.iter().map(|(_, command)| command.name).collect();
        let lower = |name: &str| name.to_ascii_lowercase();
        let ascends = |pair: &[&str]| lower(pair[0]) < lower(pair[1]);
        assert!(names.windows(2).all(ascends), "{profile}");
    }
}

#[test]
fn finds_commands_in_any_case() {
    let catalogue = redis();
    let name = |name: &str| catalogue.find(name.as_bytes()).map(|id| catalogue.command(id).name);
    assert_eq!(name("PUBlish"), Some("publish"));
    assert_eq!(name("config|GET"), Some("config|get"));
    assert_eq!(name("vsim"), Some("VSIM"), "as its module writes it");
    assert_eq!(name("config|nosuch"), None);
    assert_eq!(name(""), None);
}

#[test]
fn knows_families() {
    let catalogue = redis();
    let family = |name: &str| {
        let id = catalogue.find(name.as_bytes()).unwrap();
        catalogue.family(id).map(|id| catalogue.command(id).name).collect::<Vec<_>>()
    };
    assert_eq!(family("get"), ["get"]);
    assert_eq!(family("config|get"), ["config|get"]);
    let config = ["config", "config|get", "config|help", "config|resetstat", "config|rewrite"];
    assert_eq!(family("config"), [&config[..], &["config|set"]].concat());
}

#[test]
fn agrees_with_the_table_of_commands() {
    let catalogue = redis();
    for spec in Commands::of(Profile::default()).listed() {
        let command = catalogue.command(catalogue.find(spec.full_name.as_bytes()).unwrap());
        assert_eq!(command.categories, spec.categories(), "{}", spec.full_name);
        assert_eq!(command.arity, spec.arity, "{}", spec.full_name);
        let has_keys = spec.keys.is_some_and(table::KeySpec::are_keys);
        assert_eq!(!command.keys.is_empty(), has_keys, "{}", spec.full_name);
    }
}

/// The keys of a request: `key:rw`.
fn keys(request: &str) -> String {
    let catalogue = redis();
    let request = Request::of(request.split(' '));
    let args = request.args();
    let command = catalogue.command(catalogue.find(&args[0]).unwrap());
    let keys = command.keys.among(args).map(|(at, need)| {
        let letters = [("r", need.read), ("w", need.write)];
        let letters: String = letters.iter().filter(|(_, set)| *set).map(|(it, _)| *it).collect();
        format!("{}:{letters}", String::from_utf8_lossy(&args[at]))
    });
    keys.collect::<Vec<_>>().join(" ")
}

#[test]
fn finds_keys_where_they_stand() {
    let cases = [
        ("get a", "a:r"),
        ("exists a b", "a: b:"),
        ("mset a 1 b 2", "a:w b:w"),
        ("mset a 1 b", "a:w b:w"),
        ("copy a b", "a:r b:w"),
        ("blpop a b 0", "a:rw b:rw"),
        ("zunion 2 a b withscores", "a:r b:r"),
        ("zunion x a b", ""),
        ("zunion 3 a b", ""),
        ("eval script 1 a b", "a:rw"),
        ("xread count 1 streams a b 0 0", "a:r b:r"),
        ("xread count 1 streams", ""),
        ("georadius a 1 1 1 m store b", "a:r b:w"),
        ("sort a by b store c", "a:r c:w"),
        ("migrate host port a 0 10", "a:rw"),
        ("pfmerge a", ""),
        ("zunionstore a x b", ""),
        ("zunionstore a 1 b", "a:w b:r"),
        ("publish a b", ""),
        ("ssubscribe a b", ""),
    ];
    for (request, found) in cases {
        assert_eq!(keys(request), found, "{request}");
    }
}

#[test]
fn reads_and_writes_as_it_is_asked_to() {
    assert_eq!(keys("set a 1"), "a:w");
    assert_eq!(keys("set get get"), "get:w");
    assert_eq!(keys("set a 1 ex 3 GET"), "a:rw");
    assert_eq!(keys("bitfield a GET u8 0"), "a:r");
    assert_eq!(keys("bitfield a GET u8 0 set u8 0 1"), "a:rw");
}
