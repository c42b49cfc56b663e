use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_unix(Duration::from_millis(millis))
}

/// Sets a key to a string.
fn set(database: &mut Database, key: &[u8], value: &[u8], lifetime: Lifetime) {
    database.set(key, StringValue::new(value).into_value(), lifetime, Use::Plain, at(0));
}

fn text(database: &Database, key: &[u8]) -> Option<Vec<u8>> {
    StringValue::of(database.get(key)?).map(|string| string.bytes().to_vec())
}

#[test]
fn a_key_is_removed_when_it_expires() {
    let mut keyspace = Keyspace::new(1);
    set(keyspace.database(0), b"k", b"v", Lifetime::Until(100));
    assert_eq!(keyspace.next_expiry(), Some(100));
    assert!(keyspace.expire(0, at(99)).is_empty());
    assert_eq!(text(keyspace.database(0), b"k").unwrap(), b"v");
    assert_eq!(keyspace.expire(0, at(100)), [SmallBytes::new(b"k")]);
    let database = keyspace.database(0);
    assert_eq!((text(database, b"k"), database.len(), database.expiring()), (None, 0, 0));
    assert_eq!(keyspace.next_expiry(), None);
}

#[test]
fn a_new_value_replaces_the_expiry_unless_it_is_kept() {
    let mut database = Database::default();
    set(&mut database, b"k", b"v", Lifetime::Until(100));
    set(&mut database, b"k", b"w", Lifetime::Kept);
    assert_eq!((database.expiry(b"k"), database.expiring()), (Some(Some(100)), 1));
    set(&mut database, b"k", b"w", Lifetime::Endless);
    assert_eq!((database.expiry(b"k"), database.expiring()), (Some(None), 0));
    database.set_expiry(b"k", Some(50));
    assert_eq!((database.expiry(b"k"), database.expiring()), (Some(Some(50)), 1));
    assert_eq!(text(&database, b"k").unwrap(), b"w");
    database.set_expiry(b"nosuch", Some(50));
    assert_eq!((database.expiry(b"nosuch"), database.expiring()), (None, 1));
    assert!(database.remove(b"k").is_some());
    assert!(database.remove(b"k").is_none());
    assert_eq!(database.expiring(), 0);
}

#[test]
fn databases_do_not_share_keys() {
    let mut keyspace = Keyspace::new(2);
    set(keyspace.database(0), b"k", b"v", Lifetime::Endless);
    set(keyspace.database(1), b"k", b"v", Lifetime::Until(10));
    keyspace.database(0).clear();
    let sizes = |keyspace: &mut Keyspace| [0, 1].map(|index| keyspace.database(index).len());
    assert_eq!(sizes(&mut keyspace), [0, 1]);
    assert_eq!((keyspace.expire(0, at(10)).len(), keyspace.expire(1, at(10)).len()), (0, 1));
    assert_eq!(sizes(&mut keyspace), [0, 0]);
    set(keyspace.database(0), b"k", b"v", Lifetime::Endless);
    keyspace.clear();
    assert_eq!(sizes(&mut keyspace), [0, 0]);
}

#[test]
fn a_single_star_matches_the_empty_name_too() {
    let mut database = Database::default();
    set(&mut database, b"", b"", Lifetime::Endless);
    set(&mut database, b"a", b"", Lifetime::Endless);
    assert_eq!(database.matching(b"*", 0).len(), 2);
    assert_eq!(database.matching(b"**", 1), [&SmallBytes::new(b"a")]);
    assert_eq!(database.matching(b"", 1), [&SmallBytes::new(b"")]);
}

#[test]
fn average_ttl_counts_only_keys_with_an_expiry() {
    let mut database = Database::default();
    assert_eq!(database.average_ttl(at(0)), 0);
    set(&mut database, b"a", b"", Lifetime::Until(100));
    set(&mut database, b"b", b"", Lifetime::Until(Expiry::MAX));
    set(&mut database, b"c", b"", Lifetime::Endless);
    assert_eq!(database.average_ttl(at(50)), (Expiry::MAX - 50) / 2 + 25);
}

/// A change of a database with few keys, so that changes meet.
#[derive(Clone, Debug)]
enum Change {
    Set(u8, Option<u8>),
    Keep(u8),
    Remove(u8),
    SetExpiry(u8, Option<u8>),
    Expire(u8),
}

fn change() -> impl Strategy<Value = Change> {
    let key = 0_u8..12;
    let expiry = proptest::option::of(0_u8..20);
    prop_oneof![
        (key.clone(), expiry.clone()).prop_map(|(key, expiry)| Change::Set(key, expiry)),
        key.clone().prop_map(Change::Keep),
        key.clone().prop_map(Change::Remove),
        (key, expiry).prop_map(|(key, expiry)| Change::SetExpiry(key, expiry)),
        (0_u8..20).prop_map(Change::Expire),
    ]
}

proptest! {
    #[test]
    fn a_database_is_a_map_with_expiries(changes in proptest::collection::vec(change(), 0..60)) {
        let mut database = Database::default();
        let mut model: BTreeMap<u8, Option<Expiry>> = BTreeMap::new();
        for change in changes {
            match change {
                Change::Set(key, expiry) => {
                    let expiry = expiry.map(Expiry::from);
                    let lifetime = expiry.map_or(Lifetime::Endless, Lifetime::Until);
                    set(&mut database, &[key], b"v", lifetime);
                    model.insert(key, expiry);
                }
                Change::Keep(key) => {
                    set(&mut database, &[key], b"v", Lifetime::Kept);
                    model.entry(key).or_insert(None);
                }
                Change::Remove(key) => {
                    prop_assert_eq!(database.remove(&[key]).is_some(), model.remove(&key).is_some());
                }
                Change::SetExpiry(key, expiry) => {
                    let expiry = expiry.map(Expiry::from);
                    database.set_expiry(&[key], expiry);
                    model.entry(key).and_modify(|present| *present = expiry);
                }
                Change::Expire(now) => {
                    let expired = database.expire(at(now.into())).len();
                    let before = model.len();
                    model.retain(|_, expiry| expiry.is_none_or(|expiry| expiry > now.into()));
                    prop_assert_eq!(expired, before - model.len());
                }
            }
            prop_assert_eq!(database.len(), model.len());
            prop_assert_eq!(database.expiring(), model.values().flatten().count());
            prop_assert_eq!(database.next_expiry(), model.values().flatten().min().copied());
            for key in 0..12 {
                prop_assert_eq!(database.expiry(&[key]), model.get(&key).copied());
            }
        }
    }
}
