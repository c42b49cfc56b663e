use std::collections::HashMap;

use bytes::{Bytes, BytesMut};

use super::words::{DEFAULT_USER_RULES, TEST_USERS};
use crate::conversation::{ClientAction, ClientStep, Conversation, Expectation, Name, ServerEvent};
use crate::wire::{ClientInput, decode_request};

/// Whether the reference answers every request of a conversation in the same way each time, apart
/// from what masks leave open.
pub(super) fn is_comparable(script: &Conversation) -> bool {
    let mut comparability = Comparability::default();
    script.turns.iter().all(|turn| {
        comparability.start_turn();
        turn.client_steps.iter().all(|client_step| comparability.accept(client_step))
    })
}

/// The client that the reference closed in the middle of an answer, because the client had closed its
/// writing half. How much of a long answer it still gets depends on the time.
pub(super) fn interrupted_client(recorded: &Conversation) -> Option<Name> {
    let has_half_closed = |name: &Name| {
        recorded
            .client_steps_of(name)
            .any(|(_, client_step)| client_step.action == ClientAction::HalfClose)
    };
    recorded
        .turns
        .iter()
        .flat_map(|turn| &turn.answer)
        .flat_map(Expectation::steps)
        .find(|step| matches!(step.event, ServerEvent::Raw(_)) && has_half_closed(&step.connection))
        .map(|step| step.connection.clone())
}

/// The facts about the steps so far that decide which steps are comparable next.
#[derive(Clone, Debug, Default)]
pub(super) struct Comparability {
    clients: HashMap<Name, ClientState>,
    turn: TurnState,
    /// A client has paused all clients that write.
    is_paused: bool,
    /// Clients can see when a round of the server's event loop ends: the server then sends the
    /// changed keys to a client, or closes a client that has quit with replies off.
    shows_rounds: bool,
    /// A monitor may see which client sent what.
    is_watched: bool,
    /// How many single commands users were allowed or denied.
    command_rules: usize,
}

#[derive(Clone, Debug, Default)]
struct ClientState {
    /// The needs of the commands that its transaction has queued.
    transaction: Option<Needs>,
    /// Its transaction has queued a command.
    has_queued: bool,
    /// CLIENT REPLY may suppress its replies.
    may_get_no_reply: bool,
    /// It may be a subscriber.
    may_subscribe: bool,
    /// It has sent something in this turn.
    has_sent: bool,
    /// How many patterns it has named in PSUBSCRIBE.
    patterns: usize,
    /// It has sent something during a pause, so that it may be blocked.
    may_wait: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum TurnState {
    /// All requests were answered.
    #[default]
    Idle,
    /// Requests may be in flight.
    InFlight,
    /// Another request could be processed in the same round of the event loop or in the next.
    Closed,
}

/// What a command requires so that it is answered in the same way each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Needs {
    #[default]
    Nothing,
    /// No request may be in flight.
    Idle,
    /// No request may be in flight, and none may follow in the same turn.
    Exclusive,
}

impl Comparability {
    /// Called when all requests were answered.
    pub(super) fn start_turn(&mut self) {
        self.turn = TurnState::Idle;
        self.clients.values_mut().for_each(|client_state| client_state.has_sent = false);
    }

    /// Accepts a step; `false` if it is not comparable here.
    pub(super) fn accept(&mut self, client_step: &ClientStep) -> bool {
        let client_state = self.clients.entry(client_step.connection.clone()).or_default();
        // A server that has not yet looked up a client's address cannot do so after the close.
        if client_step.action == ClientAction::Close && client_state.has_sent && self.is_watched {
            return false;
        }
        client_state.has_sent = true;
        // Like QUIT, malformed input closes a connection, also when replies are off.
        let least = match &client_step.action {
            ClientAction::Raw(_) if client_state.may_get_no_reply => Needs::Idle,
            _ => Needs::Nothing,
        };
        let needs = commands(&client_step.action).iter().try_fold(least, |needs, words| {
            Some(needs.max(self.needs_of(&client_step.connection, words)?))
        });
        let is_idle = self.turn == TurnState::Idle && !self.is_paused;
        let is_allowed = self.turn != TurnState::Closed
            && needs.is_some_and(|needs| needs == Needs::Nothing || is_idle);
        let may_close = needs == Some(Needs::Exclusive) || self.shows_rounds;
        self.turn = if may_close { TurnState::Closed } else { TurnState::InFlight };
        is_allowed
    }

    /// What a command needs; `None` if it is never comparable here.
    fn needs_of(&mut self, connection: &Name, words: &[Bytes]) -> Option<Needs> {
        let is = |at: usize, word: &str| {
            words.get(at).is_some_and(|it: &Bytes| it.eq_ignore_ascii_case(word.as_bytes()))
        };
        let client = |word: &str| is(0, "CLIENT") && is(1, word);
        let client_state = self.clients.entry(connection.clone()).or_default();
        let leaves_all = ["UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE"]
            .iter()
            .any(|word| is(0, word) && words.len() == 1);
        // In the array of EXEC, the names would have a random order that no group leaves open,
        // and a missing reply would move the replies behind it.
        let logs_in = is(0, "AUTH") || is(0, "HELLO") && words.len() > 2;
        if client_state.transaction.is_some() && (leaves_all || logs_in || client("REPLY")) {
            return None;
        }
        // A node of Valkey 9.1 puts its keys into the slot of another command of the transaction.
        if client_state.transaction.is_some() && is(0, "MSETEX") {
            return None;
        }
        // Without replies nobody sees that a transaction is discarded, and which request a later
        // confirmation belongs to.
        let subscribes =
            words.first().is_some_and(|name| name.to_ascii_uppercase().ends_with(b"SUBSCRIBE"));
        if client_state.transaction.is_some() && client_state.may_get_no_reply && subscribes {
            return None;
        }
        // How much output waits depends on the replies before, and no server promises which of them
        // it begins before it knows their length.
        let describes_clients = client("LIST") || client("INFO");
        if client_state.transaction.is_some() && client_state.has_queued && describes_clients {
            return None;
        }
        // Builds differ in their commands, in the texts about them, and in their parameters.
        let lists_all = is(0, "COMMAND")
            && (words.len() == 1
                || is(1, "LIST")
                || is(1, "DOCS")
                || is(1, "INFO") && words.len() == 2)
            || is(0, "CONFIG") && is(1, "GET") && words[2..].iter().any(is_open_pattern);
        // Many servers do not survive a subscriber that takes channels from itself.
        let subscribes = ["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE"].iter().any(|word| is(0, word));
        client_state.may_subscribe |= subscribes;
        if client_state.may_subscribe && is(0, "ACL") && is(1, "SETUSER") {
            return None;
        }
        // Redis 6.2 lists several such rules in a random order.
        if is(0, "ACL") && is(1, "SETUSER") {
            self.command_rules += words[2..].iter().filter(|rule| is_command_rule(rule)).count();
        }
        if self.command_rules > 1 && is(0, "ACL") && (is(1, "LIST") || is(1, "GETUSER")) {
            return None;
        }
        if is(0, "PSUBSCRIBE") {
            client_state.patterns += words.len() - 1;
        }
        // Old servers put messages to the publishing client itself into the array of EXEC, where
        // patterns have no order.
        let may_message_itself = client_state.transaction.is_some() && client_state.patterns > 1;
        if may_message_itself && PUBLISHING.iter().any(|word| is(0, word)) {
            return None;
        }
        let pauses_for_good = client("PAUSE") && !lasts_until_unpause(words);
        if lists_all || pauses_for_good || expires_soon(words) || changes_users_for_good(words) {
            return None;
        }
        // Requests in flight decide which replies a killed client loses, which clients a list
        // has, whether a wrong password is answered, and how an HTTP request is answered. A client
        // that quits with replies off stays until something else is written to it.
        let may_disconnect = is(0, "ACL") && (is(1, "SETUSER") || is(1, "DELUSER"));
        let wants_idle = client("KILL")
            || describes_clients
            || may_disconnect
            || logs_in
            || is(0, "QUIT") && client_state.may_get_no_reply
            || is(0, "POST")
            || is(0, "HOST:");
        // Blocked clients go on at the end of the round, and a flush may wait for it.
        let ends_with_round = client("UNPAUSE") || is(0, "FLUSHALL") || is(0, "FLUSHDB");
        let mut needs = match ends_with_round {
            true => Needs::Exclusive,
            false if wants_idle => Needs::Idle,
            false => Needs::Nothing,
        };
        let resets = is(0, "RESET") && words.len() == 1;
        client_state.has_queued = client_state.transaction.is_some() && !is(0, "MULTI");
        if is(0, "MULTI") {
            client_state.transaction.get_or_insert_default();
        } else if is(0, "EXEC") || is(0, "DISCARD") || resets {
            needs = needs.max(client_state.transaction.take().unwrap_or_default());
        } else if let Some(queued) = &mut client_state.transaction {
            *queued = needs.max(*queued);
        }
        client_state.may_get_no_reply |= client("REPLY") && (is(2, "OFF") || is(2, "SKIP"));
        if client("UNPAUSE") && client_state.transaction.is_none() && !client_state.may_wait {
            self.is_paused = false;
        }
        client_state.may_wait |= self.is_paused;
        self.is_paused |= client("PAUSE");
        self.shows_rounds |= is(0, "QUIT") && client_state.may_get_no_reply;
        self.is_watched |= is(0, "MONITOR");
        let has = |word: &str| words.iter().any(|it| it.eq_ignore_ascii_case(word.as_bytes()));
        self.shows_rounds |= client("TRACKING") && has("BCAST");
        Some(needs)
    }
}

/// Commands that publish messages, some of them as keyspace events.
const PUBLISHING: &[&str] = &[
    "PUBLISH", "SET", "GET", "DEL", "UNLINK", "EXPIRE", "PEXPIRE", "PERSIST", "FLUSHALL", "FLUSHDB",
];

/// Whether the pattern may match parameters that differ between builds.
fn is_open_pattern(word: &Bytes) -> bool {
    word.iter().any(|byte| b"*?[".contains(byte)) && !word.starts_with(b"notify-")
}

/// `+publish`, `-client`; not `+@pubsub`.
fn is_command_rule(rule: &Bytes) -> bool {
    matches!(rule[..], [b'+' | b'-', first, ..] if first != b'@')
}

/// Whether it changes users in a way that a reset does not undo.
fn changes_users_for_good(words: &[Bytes]) -> bool {
    let [acl, setuser, user, rules @ ..] = words else { return false };
    acl.eq_ignore_ascii_case(b"ACL")
        && setuser.eq_ignore_ascii_case(b"SETUSER")
        && !TEST_USERS.contains(&&user[..])
        && (user != "default" || rules.iter().any(|rule| !DEFAULT_USER_RULES.contains(&&rule[..])))
}

/// Whether a pause lasts until CLIENT UNPAUSE and lets clients send it.
fn lasts_until_unpause(words: &[Bytes]) -> bool {
    let [_, _, span, mode] = words else { return false };
    mode.eq_ignore_ascii_case(b"WRITE") && !(1..MIN_SPAN).contains(&number(span).unwrap_or(0))
}

/// Whether a key or a field may expire before the conversation ends.
fn expires_soon(words: &[Bytes]) -> bool {
    let is = |at: usize, names: &[&str]| {
        names.iter().any(|name| words[at].eq_ignore_ascii_case(name.as_bytes()))
    };
    let spans = (1..words.len()).filter_map(|at| match at {
        2 if is(0, &["EXPIRE", "SETEX", "HEXPIRE"]) => Some((at, 1000)),
        2 if is(0, &["PEXPIRE", "PSETEX", "HPEXPIRE", "RESTORE"]) => Some((at, 1)),
        2.. if is(at - 1, &["EX"]) => Some((at, 1000)),
        2.. if is(at - 1, &["PX"]) => Some((at, 1)),
        _ => None,
    });
    let mut lengths = spans.filter_map(|(at, unit)| number(&words[at])?.checked_mul(unit));
    lengths.any(|length| (1..MIN_SPAN).contains(&length))
}

/// Longer than any conversation, in milliseconds.
const MIN_SPAN: i64 = 100_000;

fn number(word: &[u8]) -> Option<i64> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// The commands in an action; malformed input counts as far as it can be parsed.
fn commands(action: &ClientAction) -> Vec<Vec<Bytes>> {
    match action {
        ClientAction::Request(_) | ClientAction::RequestWithIds(_) => {
            action.words().into_iter().map(Into::into).collect()
        }
        ClientAction::Raw(bytes) => {
            let mut buffer = BytesMut::from(&bytes[..]);
            let mut commands = Vec::new();
            while let Some(input) = decode_request(&mut buffer) {
                commands.push(match input {
                    ClientInput::Request(words) => words,
                    ClientInput::Raw(line) => line
                        .split(u8::is_ascii_whitespace)
                        .filter(|word| !word.is_empty())
                        .map(Bytes::copy_from_slice)
                        .collect(),
                });
            }
            commands
        }
        ClientAction::Open
        | ClientAction::StopReading
        | ClientAction::StartReading
        | ClientAction::HalfClose
        | ClientAction::Close => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a> SUBSCRIBE x y\na> UNSUBSCRIBE", true)]
    #[case("a> MULTI\na> UNSUBSCRIBE x\na> EXEC\na> UNSUBSCRIBE", true)]
    #[case("a> MULTI\nb> UNSUBSCRIBE", true)]
    #[case("a> MULTI\n\na> UNSUBSCRIBE", false)]
    #[case("a> MULTI\na> raw \"punsubscribe\\r\\n\"", false)]
    #[case("a> CLIENT KILL TYPE pubsub\na> PING", true)]
    #[case("a> PING\n\na> CLIENT KILL TYPE pubsub", true)]
    #[case("a> PING\na> CLIENT KILL TYPE pubsub", false)]
    #[case("a> PING\na> hello 3 auth x y", false)]
    #[case("a> PING\na> HELLO 3", true)]
    #[case("a> COMMAND", false)]
    #[case("a> PSUBSCRIBE x*\na> MULTI\na> PUBLISH x y", true)]
    #[case("a> PSUBSCRIBE x* *\na> MULTI\na> PUBLISH x y", false)]
    #[case("a> MULTI\na> PSUBSCRIBE x*\na> PSUBSCRIBE *\na> SET x y", false)]
    #[case("a> PSUBSCRIBE x* *\nb> MULTI\nb> PUBLISH x y", true)]
    #[case("a> MULTI\na> PING\na> EXEC", true)]
    #[case("a> MULTI\n\na> CLIENT LIST\n\na> EXEC", true)]
    #[case("a> MULTI\n\na> CLIENT LIST\na> EXEC", false)]
    #[case("a> MULTI\n\na> KEYS *\n\na> CLIENT LIST", false)]
    #[case("a> MULTI\n\na> KEYS *\n\na> EXEC\n\na> MULTI\n\na> CLIENT INFO", true)]
    #[case("a> KEYS *\na> CLIENT INFO", false)]
    #[case("a> CLIENT REPLY OFF\na> SUBSCRIBE x\n\na> QUIT", true)]
    #[case("a> CLIENT REPLY OFF\n\na> SUBSCRIBE x\na> QUIT", false)]
    #[case("a> CLIENT REPLY OFF\n\na> SUBSCRIBE x\na> raw \"*x\\r\\n\"", false)]
    #[case("a> SUBSCRIBE x\na> QUIT", true)]
    #[case("a> PING\na> ACL DELUSER x", false)]
    #[case("a> ACL SETUSER ann on", true)]
    #[case("a> ACL SETUSER x on", false)]
    #[case("a> SUBSCRIBE x\n\nb> ACL SETUSER ann resetchannels", true)]
    #[case("a> SUBSCRIBE x\n\na> ACL SETUSER ann resetchannels", false)]
    #[case("a> ACL SETUSER default resetchannels &a", true)]
    #[case("a> ACL SETUSER default off", false)]
    #[case("a> ACL SETUSER ann +get +@pubsub\n\na> ACL LIST", true)]
    #[case("a> ACL SETUSER ann +get\n\na> ACL SETUSER bob -set\n\na> ACL GETUSER bob", false)]
    #[case("a> ACL LIST\n\na> ACL SETUSER ann +get -set", true)]
    #[case("a> CLIENT PAUSE 100000 WRITE\n\na> PUBLISH x y\n\nb> CLIENT UNPAUSE", true)]
    #[case("a> CLIENT PAUSE 100000 WRITE\n\na> PUBLISH x y\n\na> CLIENT UNPAUSE", false)]
    #[case("a> CLIENT PAUSE 100000 WRITE\n\nb> CLIENT UNPAUSE\nb> PING", false)]
    #[case("a> CLIENT PAUSE 100000 WRITE\n\na> CLIENT KILL TYPE pubsub", false)]
    #[case("a> CLIENT PAUSE 100000", false)]
    #[case("a> CLIENT PAUSE 1 WRITE", false)]
    #[case("a> CLIENT TRACKING ON BCAST\n\na> SET x y", true)]
    #[case("a> CLIENT TRACKING ON BCAST\n\na> SET x y\na> SET x z", false)]
    #[case("a> CLIENT REPLY OFF\n\na> QUIT\n\nb> PUBLISH x y", true)]
    #[case("a> MULTI\n\na> SUBSCRIBE x", true)]
    #[case("a> CLIENT REPLY OFF\n\na> MULTI\n\na> SUBSCRIBE x", false)]
    #[case("a> MSETEX 1 x y", true)]
    #[case("a> MULTI\n\na> MSETEX 1 x y", false)]
    #[case("a> CLIENT REPLY OFF\n\na> QUIT\n\nb> PUBLISH x y\nb> PING", false)]
    #[case("a> MONITOR\n\nb> PING\n\nb> close", true)]
    #[case("a> MONITOR\n\nb> PING\nb> close", false)]
    #[case("b> PING\nb> close", true)]
    #[case("a> FLUSHALL\na> PING", false)]
    #[case("a> CONFIG GET timeout notify-*", true)]
    #[case("a> CONFIG GET timeout no*", false)]
    #[case("a> EXPIRE x 100\na> SET x y PX 100000\na> PEXPIRE x -1", true)]
    #[case("a> INCREX x EX 100\na> HPEXPIRE x 0 FIELDS 1 y", true)]
    #[case("a> INCREX x PX 1", false)]
    #[case("a> HEXPIRE x 1 FIELDS 1 y", false)]
    #[case("a> PEXPIRE x 1000", false)]
    #[case("a> SET x y NX EX 1", false)]
    fn should_reject_steps_whose_answers_vary(
        #[case] client_steps: &str,
        #[case] is_allowed: bool,
    ) {
        let script = Conversation::parse(&format!("# Should\n\n{client_steps}\n"), "t").unwrap();
        assert_eq!(is_comparable(&script), is_allowed, "{client_steps}");
    }

    #[rstest]
    #[case("a> PING\na> half-close\na< +PONG\na< closed", None)]
    #[case("a> GET x\na> half-close\na< raw \"$9\\r\\nab\"\na< closed", Some("a"))]
    #[case("a> GET x\nb> half-close\na< raw \"$9\\r\\nab\"\na< closed\nb< closed", None)]
    fn should_name_the_client_whose_answer_its_half_close_interrupts(
        #[case] steps: &str,
        #[case] interrupted: Option<&str>,
    ) {
        let text = format!("# Should\n# recorded from redis 8.0.2\n\n{steps}\n");
        let recorded = Conversation::parse(&text, "t").unwrap();
        let name = interrupted_client(&recorded).map(|name| name.to_string());
        assert_eq!(name.as_deref(), interrupted, "{steps}");
    }
}
