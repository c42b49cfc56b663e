//! Users as `ACL SETUSER` makes them, and what they may do then.

use super::*;
use crate::wire::Request;

struct Door(Access);

impl Door {
    fn of(profile: Profile) -> Self {
        Self(Access::new(profile, None))
    }

    fn set(&mut self, name: &str, rules: &str) -> Result<Option<UserKey>, SetUserError> {
        let rules = Request::of(rules.split(' ').filter(|rule| !rule.is_empty()));
        self.0.set_user(name.as_bytes(), rules.args(), false)
    }

    fn line(&self, name: &str) -> String {
        let user = self.0.user(self.0.find(name.as_bytes()).unwrap());
        String::from_utf8(user.line(self.0.grammar())).unwrap()
    }

    fn ask(&self, name: &str, request: &str) -> Result<(), Denied> {
        let request = Request::of(request.split(' '));
        let command = String::from_utf8(request.args()[0].to_vec()).unwrap();
        let asked =
            AccessRequest::new(self.0.catalogue(), &command, request.args(), false, (0, 16), 1000)
                .unwrap();
        self.0.permit(self.0.find(name.as_bytes()).unwrap(), &asked)
    }
}

fn denied(reason: Reason, word: usize) -> Result<(), Denied> {
    Err(Denied { reason, word })
}

#[test]
fn begins_with_a_default_user_who_may_do_everything() {
    let lines = [
        (Profile::REDIS_6_2, "user default on nopass ~* &* +@all"),
        (Profile::REDIS_8_0, "user default on nopass sanitize-payload ~* &* +@all"),
        (Profile::VALKEY_9_1, "user default on nopass ~* &* +@all"),
    ];
    for (profile, line) in lines {
        let door = Door::of(profile);
        assert_eq!(door.line("default"), line);
        assert!(door.0.is_unrestricted(UserKey::DEFAULT));
        assert!(!door.0.asks_for_password());
    }
}

#[test]
fn makes_users_who_may_do_nothing() {
    let mut door = Door::of(Profile::REDIS_8_0);
    door.set("alice", "").unwrap();
    assert_eq!(door.line("alice"), "user alice off sanitize-payload resetchannels -@all");
    assert_eq!(door.ask("alice", "get a"), denied(Reason::Command, 0));
}

#[test]
fn applies_all_rules_or_none() {
    let mut door = Door::of(Profile::REDIS_8_0);
    door.set("alice", "on ~a +get").unwrap();
    let before = door.line("alice");
    assert!(door.set("alice", "off ~b +nosuch").is_err());
    assert_eq!(door.line("alice"), before);
    assert!(door.set("bob", "on nosuch").is_err());
    assert_eq!(door.0.find(b"bob"), None);
}

#[test]
fn lets_in_with_a_password_of_the_user() {
    let mut door = Door::of(Profile::REDIS_8_0);
    door.set("alice", "on >one >two").unwrap();
    let logs_in = |door: &Door, secret: &str| door.0.log_in(b"alice", secret.as_bytes()).is_some();
    assert!(logs_in(&door, "one") && logs_in(&door, "two") && !logs_in(&door, "three"));
    door.set("alice", "<one").unwrap();
    assert!(!logs_in(&door, "one") && logs_in(&door, "two"));
    door.set("alice", "nopass").unwrap();
    assert!(logs_in(&door, "whatever"));
    door.set("alice", "off").unwrap();
    assert!(!logs_in(&door, "whatever"));
    assert!(door.0.log_in(b"nobody", b"").is_none());
}

#[test]
fn requires_the_password_of_the_default_user() {
    let mut access = Access::new(Profile::REDIS_8_0, Some(b"sesame"));
    assert!(access.asks_for_password());
    assert!(access.log_in(b"default", b"sesame").is_some());
    access.require(None);
    assert!(!access.asks_for_password());
}

#[test]
fn lets_pass_what_one_selector_allows_as_a_whole() {
    let mut door = Door::of(Profile::REDIS_8_0);
    door.set("alice", "+get +mget ~a (+set ~b) (+publish &c)").unwrap();
    assert_eq!(door.ask("alice", "get a"), Ok(()));
    assert_eq!(door.ask("alice", "set b 1"), Ok(()));
    assert_eq!(door.ask("alice", "publish c hi"), Ok(()));
    assert_eq!(door.ask("alice", "get b"), denied(Reason::Key, 1));
    assert_eq!(door.ask("alice", "mget a b"), denied(Reason::Key, 2));
    assert_eq!(door.ask("alice", "publish d hi"), denied(Reason::Channel, 1));
    assert_eq!(door.ask("alice", "del a"), denied(Reason::Command, 0));
}

#[test]
fn looks_at_every_channel() {
    let mut door = Door::of(Profile::REDIS_8_0);
    door.set("alice", "+@all &foo* &bar").unwrap();
    assert_eq!(door.ask("alice", "subscribe foo1 bar"), Ok(()));
    assert_eq!(door.ask("alice", "subscribe foo1 baz"), denied(Reason::Channel, 2));
    assert_eq!(door.ask("alice", "psubscribe foo* bar"), Ok(()));
    assert_eq!(door.ask("alice", "psubscribe foo1*"), denied(Reason::Channel, 1));
    assert_eq!(door.ask("alice", "ssubscribe baz"), denied(Reason::Channel, 1));
    assert_eq!(door.ask("alice", "unsubscribe baz"), Ok(()));
}

#[test]
fn guards_databases_before_anything_else() {
    let mut door = Door::of(Profile::VALKEY_9_1);
    door.set("alice", "+@all -del ~* &* db=1").unwrap();
    assert!(door.line("alice").ends_with("db=1 +@all -del"));
    assert_eq!(door.ask("alice", "get a"), denied(Reason::Database, 0));
    assert_eq!(door.ask("alice", "del a"), denied(Reason::Database, 0));
    assert_eq!(door.ask("alice", "select 2"), denied(Reason::Database, 1));
    assert_eq!(door.ask("alice", "swapdb 1 3"), denied(Reason::Database, 2));
    assert_eq!(door.ask("alice", "flushall"), denied(Reason::Database, 0));
    for allowed in ["select 1", "select 99", "select x", "publish a b", "ping"] {
        assert_eq!(door.ask("alice", allowed), Ok(()), "{allowed}");
    }
}

#[test]
fn looks_at_subscribers_when_channels_may_be_lost() {
    let mut door = Door::of(Profile::REDIS_8_0);
    assert!(door.set("alice", "&a").unwrap().is_none());
    assert!(door.set("alice", "+get").unwrap().is_some());
    let mut door = Door::of(Profile::REDIS_6_2);
    door.set("alice", "resetchannels").unwrap();
    let mut narrows = |rules: &str| door.set("alice", rules).unwrap().is_some();
    assert!(!narrows("&a &b"));
    assert!(!narrows("&c"));
    assert!(!narrows("allchannels"));
    assert!(narrows("resetchannels &a"));
    assert!(!narrows("off"));
}

#[test]
fn speaks_the_dialect_of_its_version() {
    let mut old = Door::of(Profile::REDIS_6_2);
    assert!(old.set("alice", "%R~a").is_err());
    assert!(old.set("alice", "(+get)").is_err());
    old.set("alice", "+config|get +get reset +get +config|nosuch ~a").unwrap();
    assert_eq!(old.line("alice"), {
        "user alice off sanitize-payload ~a resetchannels -@all +config|nosuch +get"
    });
    assert!(Door::of(Profile::REDIS_8_0).set("alice", "db=1").is_err());
}
