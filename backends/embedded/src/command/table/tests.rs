use super::*;

fn find(name: &[u8]) -> Option<&'static Spec> {
    Commands::of(Profile::default()).find(name)
}

fn find_full(name: &[u8]) -> Option<&'static Spec> {
    Commands::of(Profile::default()).find_full(name)
}

#[test]
fn commands_are_found_in_any_case() {
    assert_eq!(find(b"PubLish").unwrap().full_name, "publish");
    assert_eq!(find_full(b"Config|GET").unwrap().full_name, "config|get");
    for unknown in [b"".as_slice(), b"nosuch", b"get ", b"config|get", &[b'a'; 33]] {
        assert!(find(unknown).is_none());
    }
    for unknown in [b"config|nosuch".as_slice(), b"nosuch|get", b"|", b"get|get"] {
        assert!(find_full(unknown).is_none());
    }
}

fn by_name() -> impl Iterator<Item = &'static Spec> {
    Profile::ALL.iter().flat_map(|profile| Commands::of(*profile).by_name.iter().copied())
}

fn with_subcommands() -> impl Iterator<Item = &'static Spec> {
    by_name().flat_map(|spec| std::iter::once(spec).chain(spec.subcommands))
}

#[test]
fn names_are_unique_and_lower_case() {
    for profile in Profile::ALL {
        for pair in Commands::of(*profile).by_name.windows(2) {
            assert!(pair[0].full_name < pair[1].full_name, "{profile}: {}", pair[0].full_name);
        }
    }
    for spec in with_subcommands() {
        assert_eq!(spec.full_name, spec.full_name.to_ascii_lowercase());
        assert!(spec.full_name.len() <= 32, "{}", spec.full_name);
        assert_ne!(spec.arity, 0, "{}", spec.full_name);
    }
}

#[test]
fn subcommands_are_named_after_their_container() {
    for spec in by_name() {
        for subcommand in spec.subcommands {
            let expected = format!("{}|{}", spec.full_name, subcommand.name());
            assert_eq!(subcommand.full_name, expected);
        }
    }
}

#[test]
fn what_is_implemented_is_documented() {
    for spec in with_subcommands().filter(|spec| spec.is_implemented()) {
        let Docs { group, since, complexity, summary, .. } = spec.docs;
        for text in [group, since, complexity, summary] {
            assert!(!text.is_empty(), "{}", spec.full_name);
        }
        assert!(summary.ends_with('.'), "{}", spec.full_name);
    }
}

#[test]
fn categories_follow_from_flags() {
    let categories =
        |name: &[u8]| find_full(name).unwrap().categories().names().collect::<Vec<_>>();
    assert_eq!(categories(b"get"), ["read", "string", "fast"]);
    assert_eq!(categories(b"publish"), ["pubsub", "fast"]);
    assert_eq!(categories(b"client|kill"), ["admin", "slow", "dangerous", "connection"]);
}

#[test]
fn arity_counts_the_name() {
    let accepts = |name: &[u8], words| find(name).unwrap().accepts(words);
    assert!(accepts(b"get", 2) && !accepts(b"get", 1) && !accepts(b"get", 3));
    assert!(accepts(b"set", 3) && accepts(b"set", 9) && !accepts(b"set", 2));
}

#[test]
fn a_server_has_no_command_that_came_later() {
    let has = |profile: Profile, name: &[u8]| Commands::of(profile).find_full(name).is_some();
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
fn revisions_are_about_commands_that_there_are() {
    for profile in Profile::ALL {
        for name in profile.traits().revisions().flat_map(Revision::commands) {
            assert!(
                Commands::of(*profile).find_full(name.as_bytes()).is_some(),
                "{profile}: {name}"
            );
        }
    }
}
