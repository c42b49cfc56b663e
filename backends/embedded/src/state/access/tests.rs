//! Users as `ACL SETUSER` creates them, and their permissions.

use super::*;
use crate::profile::Profile;
use crate::wire::Request;

struct TestAccess(Access);

impl TestAccess {
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

    fn check(&self, name: &str, request: &str) -> Result<(), Denied> {
        let words = Request::of(request.split(' '));
        let command = self.0.catalogue().find(&words.args()[0]).unwrap();
        let request =
            AccessRequest::new(command, words.args(), (0, 16), Profile::default().behaviour())
                .unwrap();
        self.0.permit(self.0.find(name.as_bytes()).unwrap(), &request)
    }
}

fn denied(reason: Reason, word: usize) -> Result<(), Denied> {
    Err(Denied { reason, word })
}

#[test]
fn the_default_user_may_do_everything() {
    let lines = [
        (Profile::REDIS_6_2, "user default on nopass ~* &* +@all"),
        (Profile::REDIS_8_0, "user default on nopass sanitize-payload ~* &* +@all"),
        (Profile::VALKEY_9_1, "user default on nopass ~* &* +@all"),
    ];
    for (profile, line) in lines {
        let access = TestAccess::of(profile);
        assert_eq!(access.line("default"), line);
        assert!(access.0.is_unrestricted(UserKey::DEFAULT));
        assert!(!access.0.requires_password());
    }
}

#[test]
fn a_new_user_may_do_nothing() {
    let mut access = TestAccess::of(Profile::REDIS_8_0);
    access.set("alice", "").unwrap();
    assert_eq!(access.line("alice"), "user alice off sanitize-payload resetchannels -@all");
    assert_eq!(access.check("alice", "get a"), denied(Reason::Command, 0));
}

#[test]
fn either_all_rules_are_applied_or_none() {
    let mut access = TestAccess::of(Profile::REDIS_8_0);
    access.set("alice", "on ~a +get").unwrap();
    let before = access.line("alice");
    assert!(access.set("alice", "off ~b +nosuch").is_err());
    assert_eq!(access.line("alice"), before);
    assert!(access.set("bob", "on nosuch").is_err());
    assert_eq!(access.0.find(b"bob"), None);
}

#[test]
fn an_enabled_user_logs_in_with_any_of_its_passwords() {
    let mut access = TestAccess::of(Profile::REDIS_8_0);
    access.set("alice", "on >one >two").unwrap();
    let logs_in =
        |access: &TestAccess, secret: &str| access.0.log_in(b"alice", secret.as_bytes()).is_some();
    assert!(logs_in(&access, "one") && logs_in(&access, "two") && !logs_in(&access, "three"));
    access.set("alice", "<one").unwrap();
    assert!(!logs_in(&access, "one") && logs_in(&access, "two"));
    access.set("alice", "nopass").unwrap();
    assert!(logs_in(&access, "whatever"));
    access.set("alice", "off").unwrap();
    assert!(!logs_in(&access, "whatever"));
    assert!(access.0.log_in(b"nobody", b"").is_none());
}

#[test]
fn the_default_user_can_require_a_password() {
    let mut access = Access::new(Profile::REDIS_8_0, Some(b"sesame"));
    assert!(access.requires_password());
    assert!(access.log_in(b"default", b"sesame").is_some());
    access.set_default_password(None);
    assert!(!access.requires_password());
}

#[test]
fn one_selector_must_allow_the_whole_request() {
    let mut access = TestAccess::of(Profile::REDIS_8_0);
    access.set("alice", "+get +mget ~a (+set ~b) (+publish &c)").unwrap();
    assert_eq!(access.check("alice", "get a"), Ok(()));
    assert_eq!(access.check("alice", "set b 1"), Ok(()));
    assert_eq!(access.check("alice", "publish c hi"), Ok(()));
    assert_eq!(access.check("alice", "get b"), denied(Reason::Key, 1));
    assert_eq!(access.check("alice", "mget a b"), denied(Reason::Key, 2));
    assert_eq!(access.check("alice", "publish d hi"), denied(Reason::Channel, 1));
    assert_eq!(access.check("alice", "del a"), denied(Reason::Command, 0));
}

#[test]
fn every_channel_of_a_request_is_checked() {
    let mut access = TestAccess::of(Profile::REDIS_8_0);
    access.set("alice", "+@all &foo* &bar").unwrap();
    assert_eq!(access.check("alice", "subscribe foo1 bar"), Ok(()));
    assert_eq!(access.check("alice", "subscribe foo1 baz"), denied(Reason::Channel, 2));
    assert_eq!(access.check("alice", "psubscribe foo* bar"), Ok(()));
    assert_eq!(access.check("alice", "psubscribe foo1*"), denied(Reason::Channel, 1));
    assert_eq!(access.check("alice", "ssubscribe baz"), denied(Reason::Channel, 1));
    assert_eq!(access.check("alice", "unsubscribe baz"), Ok(()));
}

#[test]
fn databases_are_checked_first() {
    let mut access = TestAccess::of(Profile::VALKEY_9_1);
    access.set("alice", "+@all -del ~* &* db=1").unwrap();
    assert!(access.line("alice").ends_with("db=1 +@all -del"));
    assert_eq!(access.check("alice", "get a"), denied(Reason::Database, 0));
    assert_eq!(access.check("alice", "del a"), denied(Reason::Database, 0));
    assert_eq!(access.check("alice", "select 2"), denied(Reason::Database, 1));
    assert_eq!(access.check("alice", "swapdb 1 3"), denied(Reason::Database, 2));
    assert_eq!(access.check("alice", "flushall"), denied(Reason::Database, 0));
    for allowed in ["select 1", "select 99", "select x", "publish a b", "ping"] {
        assert_eq!(access.check("alice", allowed), Ok(()), "{allowed}");
    }
}

#[test]
fn set_user_returns_the_user_if_channels_may_be_lost() {
    let mut access = TestAccess::of(Profile::REDIS_8_0);
    assert!(access.set("alice", "&a").unwrap().is_none());
    assert!(access.set("alice", "+get").unwrap().is_some());
    let mut access = TestAccess::of(Profile::REDIS_6_2);
    access.set("alice", "resetchannels").unwrap();
    let mut narrows = |rules: &str| access.set("alice", rules).unwrap().is_some();
    assert!(!narrows("&a &b"));
    assert!(!narrows("&c"));
    assert!(!narrows("allchannels"));
    assert!(narrows("resetchannels &a"));
    assert!(!narrows("off"));
}

#[test]
fn rules_depend_on_the_version() {
    let mut old = TestAccess::of(Profile::REDIS_6_2);
    assert!(old.set("alice", "%R~a").is_err());
    assert!(old.set("alice", "(+get)").is_err());
    old.set("alice", "+config|get +get reset +get +config|nosuch ~a").unwrap();
    assert_eq!(old.line("alice"), {
        "user alice off sanitize-payload ~a resetchannels -@all +config|nosuch +get"
    });
    assert!(TestAccess::of(Profile::REDIS_8_0).set("alice", "db=1").is_err());
}
