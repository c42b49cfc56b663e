use std::collections::BTreeSet;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use rstest::rstest;
use twincast_embedded::{COMMANDS, Profile};

use super::model::{Facts, Server};
use super::*;
use crate::conversation::ServerName;

const SERVERS: &str = "server redis-6.2 without subcommands keys tips docs
server redis-7.0
server redis-8.0
server valkey-8.1
server valkey-9.1
";

fn parse(text: &str) -> Result<Catalogue, String> {
    Catalogue::parse(&format!("{SERVERS}{text}"), "f").map_err(|error| error.to_string())
}

/// The facts of one server about one command.
fn facts_of(catalogue: &Catalogue, server: &str, name: &str) -> Option<String> {
    let (_, server) = catalogue.servers().find(|(name, _)| name.as_str() == server)?;
    let facts = server.commands.get(&CommandName::new(name))?;
    let facts = facts.iter().map(|(fact, value)| format!("{fact} {value}"));
    Some(facts.collect::<Vec<_>>().join("; "))
}

#[test]
fn should_print_the_committed_file_unchanged() {
    assert_eq!(Catalogue::committed().to_string(), COMMANDS);
}

#[test]
fn should_contain_every_profile() {
    let servers = Catalogue::committed().servers();
    let known: BTreeSet<&str> = servers.map(|(name, _)| name.as_str()).collect();
    for profile in Profile::ALL {
        assert!(known.contains(profile.name()), "run `just catalogue {}`", profile.name());
    }
}

#[test]
fn should_give_each_server_its_own_facts() {
    let text = "
a|b [!valkey-9.1]
  arity 2
  flags fast
  [valkey-8.1] flags
  [redis-7.0] tips x y

c [redis-6.2 redis-8.0]
  arity -1
  [redis-6.2] arity 1
  keys 1:RW
  notes 1 two  words
";
    let catalogue = parse(text).unwrap();
    for (server, name, facts) in [
        ("redis-6.2", "a|b", None),
        ("redis-7.0", "a|b", Some("arity 2; flags fast; tips x y")),
        ("valkey-8.1", "a|b", Some("arity 2")),
        ("valkey-9.1", "a|b", None),
        ("redis-6.2", "c", Some("arity 1")),
        ("redis-7.0", "c", None),
        ("redis-8.0", "c", Some("arity -1; keys 1:RW; notes 1 two  words")),
    ] {
        assert_eq!(facts_of(&catalogue, server, name).as_deref(), facts, "{server} {name}");
    }
}

#[test]
fn should_print_the_most_common_value_first() {
    let text = "
c
  [redis-7.0 redis-8.0 valkey-8.1] arity 1
  [redis-6.2 valkey-9.1] arity 2
  [redis-7.0 redis-8.0] group g
  [valkey-8.1 valkey-9.1] group h
  [redis-7.0] since 1.0.0

d [redis-7.0 redis-8.0 valkey-8.1 valkey-9.1]
  arity 1

e [!redis-6.2 !redis-7.0 !redis-8.0]
  arity 1
";
    let printed = parse(text).unwrap().to_string();
    let commands = "
c
  arity 1
  [redis-6.2 valkey-9.1] arity 2
  group g
  [valkey-8.1 valkey-9.1] group h
  [redis-7.0] since 1.0.0

d [!redis-6.2]
  arity 1

e [valkey-8.1 valkey-9.1]
  arity 1
";
    assert!(printed.ends_with(&format!("{SERVERS}{commands}")), "{printed}");
}

#[test]
fn should_replace_all_facts_of_a_server() {
    let mut catalogue = parse("\nc\n  arity 1\n\nd [redis-8.0]\n  arity 2\n").unwrap();
    let name = CommandName::new("c");
    let facts = Facts::from([(Fact::Arity, "3".to_owned())]);
    let server = Server { commands: [(name, facts)].into(), ..Server::default() };
    catalogue.learn(ServerName::new("redis-8.0"), server);
    assert_eq!(facts_of(&catalogue, "redis-8.0", "c").as_deref(), Some("arity 3"));
    assert_eq!(facts_of(&catalogue, "redis-8.0", "d"), None);
    assert_eq!(catalogue.names().len(), 1);
}

#[rstest]
#[case("1:", Begin::Index(1), Find::ONE)]
#[case("2..-1/2:RW,x", Begin::Index(2), Find::Range { last: -1, step: 2, limit: 0 })]
#[case("S@-2..-1/1/2:", Begin::Keyword("S".into(), -2), Find::Range { last: -1, step: 1, limit: 2 })]
#[case("1#0+1:RO", Begin::Index(1), Find::Count { at: 0, first: 1, step: 1 })]
#[case("1#0+1/2:RO", Begin::Index(1), Find::Count { at: 0, first: 1, step: 2 })]
#[case("1..?:", Begin::Index(1), Find::Unknown)]
#[case("?:OW", Begin::Unknown, Find::Unknown)]
#[case("?..0:OW", Begin::Unknown, Find::ONE)]
fn should_read_key_specifications(#[case] text: &str, #[case] begin: Begin, #[case] find: Find) {
    let spec: KeySpec = text.parse().unwrap();
    assert_eq!((&spec.begin, &spec.find), (&begin, &find));
    assert_eq!(spec.to_string(), text);
}

#[rstest]
#[case("  arity 1", 6, "a fact needs a command above it")]
#[case("c\n  colour red", 7, "\"colour\" is not a fact: write one of arity, flags,")]
#[case("c\n  arity x", 7, "\"x\" is not an arity")]
#[case("c\n  range 1 2", 7, "write FIRST LAST STEP")]
#[case("c\n  keys 1", 7, "\"1\" is not a key specification")]
#[case("c\n  keys x:RW", 7, "\"x:RW\" is not a key specification")]
#[case("c\n  keys 1..2/3/4/5:RW", 7, "is not a key specification")]
#[case("c\n  keys 1#2:RW", 7, "is not a key specification")]
#[case("c\n  notes x y", 7, "\"x\" is not the number of a key specification")]
#[case("c\n  flags", 7, "flags has no value: leave the line out")]
#[case("c\n  arity 1\n  arity 2", 8, "arity is given above already")]
#[case("c\n  [redis-8.0] arity 1\n  [redis-8.0] arity 2", 8, "already for redis-8.0")]
#[case("c\n  [redis-8.0", 7, "the list of servers has no end")]
#[case(
    "c\n  [redis-9.9] arity 2",
    7,
    "\"redis-9.9\" is not one of the servers allowed here: redis-6.2,"
)]
#[case("c [redis-8.0]\n  [redis-7.0] arity 2", 7, "\"redis-7.0\" is not one of the servers")]
#[case("c\n  [redis-6.2] keys 1:RW", 7, "redis-6.2 does not report keys")]
#[case("c|d [redis-6.2]", 6, "\"redis-6.2\" is not one of the servers")]
#[case("c [redis-8.0 !redis-7.0]", 6, "either all servers of a list have ! or none")]
#[case("c redis-8.0", 6, "expected [SERVER…], [!SERVER…] or nothing")]
#[case("c [!redis-6.2 !redis-7.0 !redis-8.0 !valkey-8.1 !valkey-9.1]", 6, "no server has c")]
#[case("c\n  [redis-8.0] arity 1", 6, "c has no arity on redis-6.2")]
#[case("d\n  arity 1\nc", 8, "c cannot follow d")]
#[case("d\n  arity 1\nd\n  arity 1", 8, "d cannot follow d")]
#[case("server redis-8.0", 6, "server redis-8.0 is declared above already")]
#[case(
    "server x with docs",
    6,
    "expected \"without\" after the name of the server, found \"with\""
)]
#[case("server x without news", 6, "\"news\" is not a section: write some of subcommands, keys,")]
#[case("c\n  arity 1\nserver x", 8, "a server must be declared above the first command")]
fn should_name_the_line_with_the_fault(#[case] text: &str, #[case] line: u32, #[case] fault: &str) {
    let error = parse(text).unwrap_err();
    assert!(error.starts_with(&format!("f:{line}: ")), "{error}");
    assert!(error.contains(fault), "{error}");
}

#[test]
fn should_sort_subcommands_after_their_container() {
    let mut names =
        ["VADD", "clusterscan", "cluster|nodes", "xadd", "cluster"].map(CommandName::new);
    names.sort();
    assert_eq!(
        names.each_ref().map(CommandName::as_str),
        ["cluster", "cluster|nodes", "clusterscan", "VADD", "xadd"]
    );
}

fn facts() -> impl Strategy<Value = Facts> {
    let spec = (
        "([0-9]{1,2}|[A-Z]{1,5}@-?[0-9]|\\?)",
        "(\\.\\.(-?[0-9](/[1-3](/[0-2])?)?|\\?)|#[0-3]\\+[0-3](/[1-3])?)?",
        "[A-Za-z_,]{0,9}",
    );
    let spec = spec.prop_map(|(begin, find, flags)| {
        format!("{begin}{find}:{flags}").parse::<KeySpec>().unwrap().to_string()
    });
    let values = prop_oneof![
        (
            prop_oneof![Just(Fact::Flags), Just(Fact::Categories), Just(Fact::Tips)],
            "[a-z_:]{1,3}( [a-z]{1,3}){0,2}"
        ),
        (Just(Fact::Range), "-?[0-9] -?[0-9] [0-9]"),
        (Just(Fact::Keys), vec(spec, 1..3).prop_map(|specs| specs.join(" "))),
        ((1..4usize).prop_map(Fact::Notes), "[a-zA-Z`\\[\\]!#][a-zA-Z `\\[\\]!#]{0,5}[a-z`\\]#]"),
        (
            prop_oneof![Just(Fact::Group), Just(Fact::Since), Just(Fact::Deprecated)],
            "[a-z0-9.]{1,3}"
        ),
        (Just(Fact::Replaced), "[`a-z]( [a-z`]{1,3}){0,2}"),
    ];
    (-9..9i64, vec(values, 0..6)).prop_map(|(arity, values)| {
        values.into_iter().chain([(Fact::Arity, arity.to_string())]).collect()
    })
}

fn server() -> impl Strategy<Value = Server> {
    let name = "[ab][ab]?|a\\|[ab]|V".prop_map(|name| CommandName::new(&name));
    let unreported = btree_set(proptest::sample::select(&Section::ALL), 0..4);
    (unreported, btree_map(name, facts(), 0..6)).prop_map(|(unreported, commands)| {
        let mut server = Server { unreported, commands };
        let mut commands = std::mem::take(&mut server.commands);
        commands.retain(|name, _| server.reports_command(name));
        commands.values_mut().for_each(|facts| facts.retain(|fact, _| server.reports_fact(*fact)));
        Server { commands, ..server }
    })
}

proptest! {
    #[test]
    fn should_read_what_it_prints(
        servers in btree_map("(redis|valkey)-[6-9](\\.[0-2])?", server(), 0..5),
    ) {
        let mut catalogue = Catalogue::default();
        for (name, server) in servers {
            catalogue.learn(ServerName::new(&name), server);
        }
        let printed = catalogue.to_string();
        let read = Catalogue::parse(&printed, "f").map_err(|error| format!("{error}\n{printed}"));
        prop_assert_eq!(read.as_ref(), Ok(&catalogue), "{}", printed);
        prop_assert_eq!(read.unwrap().to_string(), printed);
    }
}
