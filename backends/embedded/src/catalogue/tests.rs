use super::*;
use crate::profile::Profile;
use crate::wire::Request;

fn redis() -> &'static Catalogue {
    Profile::REDIS_8_0.catalogue()
}

#[test]
fn every_server_has_a_catalogue() {
    for profile in Profile::ALL {
        let catalogue = profile.catalogue();
        assert!(catalogue.listed().count() > 200, "{profile}");
        let names: Vec<_> =
            catalogue.all().iter().map(|command| lower_case(command.name)).collect();
        assert!(names.is_sorted_by(|one, other| one < other), "{profile}");
        for (place, command) in catalogue.all().iter().enumerate() {
            assert_eq!(command.place, place, "{profile}: {}", command.name);
            assert_ne!(command.arity(), 0, "{profile}: {}", command.name);
            assert!(command.name.len() <= 32, "{}", command.name);
        }
    }
}

/// The kind and value of every fact in the text, for all servers.
fn facts() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = COMMANDS.lines().filter_map(|line| line.strip_prefix("  "));
    lines.map(|line| {
        let fact = line.strip_prefix('[').and_then(|line| line.split_once(']'));
        let fact = fact.map_or(line, |(_, fact)| fact.trim_start());
        fact.split_once(' ').unwrap_or((fact, ""))
    })
}

#[test]
fn every_word_of_the_text_is_known() {
    for (kind, value) in facts() {
        for word in value.split(' ').filter(|word| !word.is_empty()) {
            let is_known = match kind {
                "arity" | "range" => word.parse::<i64>().is_ok(),
                "flags" => Flags::named(word).is_some(),
                "categories" => Categories::named(word.as_bytes()).is_some(),
                "keys" => KeySpec::parse(word).is_some(),
                "notes" | "tips" | "group" | "since" | "deprecated" | "replaced" => true,
                // A test below parses them.
                "arguments" => true,
                _ => false,
            };
            assert!(is_known, "{kind} {value}: {word}");
        }
    }
}

#[test]
fn every_argument_has_a_known_type_and_known_flags() {
    fn check(arguments: Arguments) -> usize {
        let mut count = 0;
        for argument in arguments.iter() {
            const KINDS: &str =
                "block double integer key oneof pattern pure-token string unix-time";
            assert!(KINDS.split(' ').any(|kind| kind == argument.kind), "{argument:?}");
            let known = |flag| ["optional", "multiple", "multiple_token"].contains(&flag);
            assert!(argument.flags().all(known), "{argument:?}");
            count += 1 + check(argument.parts());
        }
        count
    }
    for (_, value) in facts().filter(|(kind, _)| *kind == "arguments") {
        let types = value.split([' ', '(']).filter(|word| word.contains(':')).count();
        assert_eq!(check(Arguments(value)), types, "{value}");
    }
}

#[test]
fn flags_and_categories_are_in_the_order_of_the_servers() {
    for (kind, value) in facts() {
        let words = value.split(' ').filter(|word| !word.is_empty());
        if kind == "flags" {
            let flags = words.clone().filter_map(Flags::named).fold(Flags::NONE, Flags::with);
            assert!(flags.names().eq(words), "{value}");
        } else if kind == "categories" {
            let named = words.clone().filter_map(|name| Categories::named(name.as_bytes()));
            let categories = named.fold(Categories::NONE, Categories::with);
            assert!(categories.names().eq(words), "{value}");
        }
    }
}

#[test]
fn finds_commands_in_any_case() {
    let name = |name: &str| redis().find_full(name.as_bytes()).map(|command| command.name);
    assert_eq!(name("PUBlish"), Some("publish"));
    assert_eq!(name("config|GET"), Some("config|get"));
    assert_eq!(name("vsim"), Some("VSIM"), "as its module writes it");
    for unknown in ["", "nosuch", "get ", "config|nosuch", "|", "get|get", &"a".repeat(33)] {
        assert_eq!(name(unknown), None, "{unknown}");
    }
    assert!(redis().find(b"config").is_some());
    assert!(
        redis().find(b"config|get").is_none(),
        "a request never calls a subcommand in this way"
    );
}

#[test]
fn finds_a_command_with_its_subcommands() {
    let family = |name: &str| {
        let command = redis().find_full(name.as_bytes()).unwrap();
        redis().with_subcommands(command).map(|command| command.name).collect::<Vec<_>>()
    };
    assert_eq!(family("get"), ["get"]);
    assert_eq!(family("config|get"), ["config|get"]);
    let config = ["config", "config|get", "config|help", "config|resetstat", "config|rewrite"];
    assert_eq!(family("config"), [&config[..], &["config|set"]].concat());
}

#[test]
fn arity_counts_the_name() {
    let accepts = |name: &[u8], words| redis().find(name).unwrap().accepts(words);
    assert!(accepts(b"get", 2) && !accepts(b"get", 1) && !accepts(b"get", 3));
    assert!(accepts(b"set", 3) && accepts(b"set", 9) && !accepts(b"set", 2));
}

#[test]
fn a_server_lacks_commands_of_later_versions() {
    let has = |profile: Profile, name: &[u8]| profile.catalogue().find_full(name).is_some();
    for (profile, had, not_had) in [
        (Profile::REDIS_6_2, [&b"stralgo"[..], b"host:"], [&b"ssubscribe"[..], b"command|docs"]),
        (Profile::REDIS_7_0, [b"ssubscribe", b"command|docs"], [b"stralgo", b"client|no-touch"]),
        (Profile::REDIS_7_2, [b"client|no-touch", b"waitaof"], [b"hexpire", b"commandlog"]),
        (Profile::REDIS_8_0, [b"hexpire", b"vadd"], [b"commandlog", b"delifeq"]),
        (Profile::VALKEY_8_0, [b"waitaof", b"client|no-touch"], [b"hexpire", b"commandlog"]),
        (Profile::VALKEY_8_1, [b"commandlog", b"waitaof"], [b"hexpire", b"delifeq"]),
        (Profile::VALKEY_9_1, [b"hexpire", b"delifeq"], [b"vadd", b"stralgo"]),
    ] {
        for name in had {
            assert!(has(profile, name), "{profile} has {}", name.escape_ascii());
        }
        for name in not_had {
            assert!(!has(profile, name), "{profile} has no {}", name.escape_ascii());
        }
    }
}

#[test]
fn a_server_knows_the_categories_of_its_own_commands() {
    let array = |profile: Profile| profile.catalogue().category(b"ARRAY");
    assert_eq!(array(Profile::REDIS_8_6), None);
    assert_eq!(array(Profile::REDIS_8_10), Some(Categories::ARRAY));
    let names = |profile: Profile| profile.catalogue().categories().names().count();
    assert_eq!((names(Profile::REDIS_6_2), names(Profile::REDIS_8_10)), (21, 22));
}

#[test]
fn a_server_that_lists_no_subcommands_still_has_them() {
    let catalogue = Profile::REDIS_6_2.catalogue();
    let listed = |name: &str| catalogue.find_full(name.as_bytes()).map(|it| it.is_listed);
    for (name, is_listed) in [
        ("config", Some(true)),
        ("config|get", Some(false)),
        ("quit", Some(false)),
        ("client|no-evict", None),
    ] {
        assert_eq!(listed(name), is_listed, "{name}");
    }
    assert_eq!(catalogue.find_full(b"config|get").unwrap().arity(), 3);
}

#[test]
fn revisions_name_existing_commands() {
    for profile in Profile::ALL {
        let has = |name: &&str| profile.catalogue().find_full(name.as_bytes()).is_some();
        let revisions = profile.behaviour().revisions.iter().flat_map(|it| it.commands);
        assert!(revisions.into_iter().all(has), "{profile}");
    }
    for name in revision::EVERYWHERE.iter().flat_map(|revision| revision.commands) {
        assert!(redis().find_full(name.as_bytes()).is_some(), "{name}");
    }
}

/// The keys of a request and how it uses them: `key:rw`.
fn keys(request: &str) -> String {
    let request = Request::of(request.split(' '));
    let args = request.args();
    let command = redis().find(&args[0]).unwrap();
    let keys = command.keys().accesses(args).map(|(at, access)| {
        let letters = [("r", access.read), ("w", access.write)];
        let letters: String = letters.iter().filter(|(_, set)| *set).map(|(it, _)| *it).collect();
        format!("{}:{letters}", String::from_utf8_lossy(&args[at]))
    });
    keys.collect::<Vec<_>>().join(" ")
}

#[test]
fn finds_the_keys_of_a_request() {
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
fn key_access_depends_on_the_options() {
    assert_eq!(keys("set a 1"), "a:w");
    assert_eq!(keys("set get get"), "get:w");
    assert_eq!(keys("set a 1 ex 3 GET"), "a:rw");
    assert_eq!(keys("bitfield a GET u8 0"), "a:r");
    assert_eq!(keys("bitfield a GET u8 0 set u8 0 1"), "a:rw");
}
