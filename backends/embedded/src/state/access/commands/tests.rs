use super::*;
use crate::profile::Profile;
use crate::wire::Request;

struct Set {
    commands: Commands,
    catalogue: &'static Catalogue,
}

impl Set {
    fn of(rules: &str) -> Self {
        let mut set =
            Self { commands: Commands::default(), catalogue: Profile::REDIS_8_0.catalogue() };
        for rule in rules.split_whitespace() {
            set.apply(rule).unwrap();
        }
        set
    }

    fn apply(&mut self, rule: &str) -> Result<(), RuleError> {
        self.commands.apply(rule.as_bytes(), self.catalogue, true)
    }

    fn shown(&self, remembers: bool) -> String {
        String::from_utf8(self.commands.rules(self.catalogue, remembers)).unwrap()
    }

    fn permits(&self, name: &str, request: &str) -> bool {
        let command = self.catalogue.find_full(name.as_bytes()).unwrap();
        self.commands.permit(command, Request::of(request.split(' ')).args())
    }
}

fn remembered(rules: &str) -> String {
    Set::of(rules).shown(true)
}

fn derived(rules: &str) -> String {
    Set::of(rules).shown(false)
}

#[test]
fn rules_are_remembered_as_given() {
    assert_eq!(remembered(""), "-@all");
    assert_eq!(remembered("+GET +@PubSub -publish +config|get"), {
        "-@all +get +@pubsub -publish +config|get"
    });
    assert_eq!(remembered("+get +@all"), "+@all");
    assert_eq!(remembered("+@all -get +get"), "+@all +get");
}

#[test]
fn a_later_rule_replaces_earlier_ones_for_the_same_command() {
    assert_eq!(remembered("+get +set -get"), "-@all +set -get");
    assert_eq!(remembered("+config|get +config|set +config"), "-@all +config");
    assert_eq!(remembered("+config -config|set"), "-@all +config -config|set");
    assert_eq!(remembered("+@read +get -@read"), "-@all +get -@read");
    assert_eq!(remembered("+select|0 +select|1 +SELECT|0"), "-@all +select|1 +select|0");
}

#[test]
fn derived_rules_name_categories_and_commands() {
    assert_eq!(derived("+@all -@all"), "-@all");
    assert_eq!(derived("+@all -get +get"), "+@all");
    assert_eq!(derived("+@pubsub -publish"), "-@all +@pubsub -publish");
    assert_eq!(derived("+@all -@read +get"), "+@all -@read +get");
    assert_eq!(derived("+config -config|set"), "-@all +config -config|set");
    assert_eq!(derived("+select|0 +get +get|x"), "-@all +get +select|0");
}

#[test]
fn rules_permit_commands_subcommands_and_first_arguments() {
    let set = Set::of("+@all -config|set");
    assert!(set.permits("config|get", "config get x"));
    assert!(!set.permits("config|set", "config set x y"));
    let set = Set::of("+client|id +ping|hi");
    assert!(set.permits("client|id", "client id") && !set.permits("client|info", "client info"));
    assert!(set.permits("ping", "ping HI") && !set.permits("ping", "ping"));
    assert!(!set.permits("ping", "ping you"));
    let set = Set::of("+acl -acl|log -@slow");
    assert!(!set.permits("acl|whoami", "acl whoami"));
}

#[test]
fn a_forbidden_command_ends_all() {
    assert!(Set::of("+@all").commands.all);
    assert!(!Set::of("+@all -get").commands.all);
    assert!(!Set::of("+@all -get +get").commands.all);
}

#[test]
fn invalid_rules_are_refused() {
    use RuleError::{FirstArgumentOfSubcommand, Syntax, UnknownCommand};
    let cases = [
        ("+nosuch", UnknownCommand),
        ("-", UnknownCommand),
        ("+@nosuch", UnknownCommand),
        ("+@", UnknownCommand),
        ("-get|x", UnknownCommand),
        ("+|get", UnknownCommand),
        ("+|", UnknownCommand),
        ("+config|nosuch", UnknownCommand),
        ("+select|0|1", UnknownCommand),
        ("+config|get|x", FirstArgumentOfSubcommand),
        ("+get|", Syntax),
        ("+config|", Syntax),
    ];
    for (rule, error) in cases {
        assert_eq!(Set::of("").apply(rule), Err(error), "{rule}");
    }
}
