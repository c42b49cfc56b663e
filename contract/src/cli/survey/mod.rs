//! A look at a server that others run: what it is, what its user may do, and who else uses it. It
//! decides which conversations can be judged there.

mod requests;

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::sync::LazyLock;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use twincast::catalogue::{Catalogue, Fact};
use twincast::compare::Violation;
use twincast::conversation::{Conversation, ServerEvent, Shape};
use twincast::replay::{Address, Replay};
use twincast::report::counted;
use twincast::wire::{Frame, encode_request};

use requests::{LONGEST_WORD, channels_of, key_of, names, requests_of};

/// The channel to which a run is subscribed until it ends, so that two runs do not receive each
/// other's messages.
const RUNS: &str = "twincast:verify";

/// A run does not take one of so few connections for that.
const FEW_CLIENTS: u64 = 16;

/// Commands whose answers contain the addresses or the kind of connections.
const SHOWING_CONNECTIONS: &[&str] = &["CLIENT INFO", "CLIENT LIST", "MONITOR"];

/// Commands whose answers may name the role of the server, and the words with which they do.
const ABOUT_THE_ROLE: (&[&str], &[&str]) =
    (&["HELLO", "INFO", "ROLE"], &["\"role\"", "role:", "\"master\""]);
/// Commands that a replica refuses, although they write nothing.
const OF_A_MASTER: [&str; 2] = ["WAIT", "WAITAOF"];
/// Commands whose answers may tell a node of a cluster from a single server, in the same way.
const ABOUT_THE_CLUSTER: (&[&str], &[&str]) = (
    &["HELLO", "INFO", "CONFIG GET"],
    &["\"mode\"", "redis_mode:", "cluster_enabled:", "cluster-"],
);

/// Commands with keys or shard channels. A node of a cluster answers them for its own slots only.
static WITH_KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let servers = Catalogue::committed().servers();
    let commands = servers.flat_map(|(_, server)| &server.commands);
    let with_keys = commands.filter(|(_, facts)| facts.contains_key(&Fact::Keys));
    with_keys.map(|(name, _)| name.as_str().to_ascii_uppercase().replace('|', " ")).collect()
});

/// What a server at a URL is, and what can be judged there.
#[derive(Debug, Default)]
pub(super) struct Survey {
    info: BTreeMap<String, String>,
    /// The answer to `CLUSTER INFO`.
    cluster: BTreeMap<String, String>,
    user: Option<String>,
    max_clients: Option<u64>,
    /// Whether the user may run everything that was asked for.
    may_run_all: bool,
    /// The commands that the user may not run, as far as they are known.
    denied: RefCell<BTreeSet<String>>,
    /// The requests whose keys or channels the user may not use, by [`key_of`].
    denied_requests: BTreeSet<String>,
    /// The connection that is subscribed to [`RUNS`].
    _run: Option<Box<dyn Any + Send>>,
    /// Whether clients log in.
    has_password: bool,
    /// Whether clients connect to a Unix socket.
    is_unix: bool,
}

impl Survey {
    /// Asks the server. What it refuses to answer stays unknown.
    pub(super) async fn of(
        replay: &Replay,
        conversations: &[&Conversation],
    ) -> Result<Self, AnotherRun> {
        let mut survey = Self::default();
        let first = ["INFO", "CLUSTER INFO", "ACL WHOAMI", "CONFIG GET maxclients"];
        let first: Vec<Vec<Bytes>> = first.map(words).into();
        let Ok(answers) = replay.ask(&first).await else { return Ok(survey) };
        let text = |at: usize| answers.get(at).and_then(text_of);
        let fields = |text: &str| -> BTreeMap<String, String> {
            let pairs = text.lines().filter_map(|line| line.trim().split_once(':'));
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        };
        survey.info = text(0).map(|text| fields(&text)).unwrap_or_default();
        survey.cluster = text(1).map(|text| fields(&text)).unwrap_or_default();
        survey.user = text(2);
        survey.max_clients = match answers.get(3) {
            Some(ServerEvent::Frame(Shape::Exact(Frame::Array(items)))) => {
                items.get(1).and_then(frame_text).and_then(|text| text.parse().ok())
            }
            _ => survey.number("maxclients"),
        };
        survey.ask_permissions(replay, conversations).await;
        let asked = replay.ask(&[words(&format!("PUBSUB NUMSUB {RUNS}"))]).await;
        match asked.ok().and_then(|answers| counts(answers.first()?).into_iter().next()) {
            Some((_, 1..)) => Err(AnotherRun),
            _ => Ok(survey),
        }
    }

    /// Asks for each command of these conversations, with its keys and channels, whether the user
    /// may run it.
    async fn ask_permissions(&mut self, replay: &Replay, conversations: &[&Conversation]) {
        let Some(user) = &self.user else { return };
        let mut requests: BTreeMap<String, Vec<Bytes>> = BTreeMap::new();
        for request in conversations.iter().flat_map(|it| requests_of(it)) {
            requests.entry(key_of(&request)).or_insert(request);
        }
        let dry_run = ["ACL", "DRYRUN", user].map(|word| Bytes::copy_from_slice(word.as_bytes()));
        // Permissions do not depend on payloads, which can be large.
        let short = |word: &Bytes| word.slice(..word.len().min(LONGEST_WORD));
        let asked = requests.values().map(|request| {
            let request: Vec<Bytes> = request.iter().map(short).collect();
            [&dry_run[..], &request].concat()
        });
        let asked: Vec<Vec<Bytes>> = asked.collect();
        let Ok(answers) = replay.ask(&asked).await else { return };
        let mut denied = self.denied.borrow_mut();
        let mut is_refused = false;
        for (key, answer) in requests.keys().zip(&answers) {
            match answer {
                ServerEvent::Frame(Shape::Exact(Frame::Bulk(text))) => {
                    match denied_command(&String::from_utf8_lossy(text)) {
                        Some(command) => denied.extend([command]),
                        None => self.denied_requests.extend([key.clone()]),
                    }
                }
                ServerEvent::Frame(Shape::Exact(Frame::Error(text))) => {
                    is_refused |= text.starts_with(b"NOPERM");
                }
                _ => {}
            }
        }
        self.may_run_all = user == "default"
            && denied.is_empty()
            && self.denied_requests.is_empty()
            && !is_refused;
    }

    /// Keeps how clients get to the server, which some conversations show.
    pub(super) fn reached_by(&mut self, address: &Address, login: Option<&Vec<Bytes>>) {
        (self.has_password, self.is_unix) = (login.is_some(), matches!(address, Address::Unix(_)));
    }

    /// Tells other runs that this one plays conversations, as long as the survey lives.
    pub(super) fn announce(&mut self, address: &Address, login: Option<&Vec<Bytes>>) {
        if self.info.is_empty() || self.max_clients.is_some_and(|most| most < FEW_CLIENTS) {
            return;
        }
        let subscribe = words(&format!("SUBSCRIBE {RUNS}"));
        let mut request = BytesMut::new();
        login.into_iter().chain([&subscribe]).for_each(|words| encode_request(words, &mut request));
        let subscribed = || -> io::Result<Box<dyn Any + Send>> {
            let patience = Some(Duration::from_secs(1));
            Ok(match address {
                Address::Tcp(address) => {
                    let stream = TcpStream::connect(address)?;
                    stream.set_read_timeout(patience)?;
                    Box::new(asked(stream, &request)?)
                }
                Address::Unix(path) => {
                    let stream = UnixStream::connect(path)?;
                    stream.set_read_timeout(patience)?;
                    Box::new(asked(stream, &request)?)
                }
            })
        };
        self._run = subscribed().ok();
    }

    fn number(&self, field: &str) -> Option<u64> {
        self.info.get(field)?.parse().ok()
    }

    fn is(&self, field: &str, value: &str) -> bool {
        self.info.get(field).is_some_and(|known| known == value)
    }

    fn is_replica(&self) -> bool {
        self.is("role", "slave")
    }

    fn is_cluster_node(&self) -> bool {
        self.is("cluster_enabled", "1") || self.is("redis_mode", "cluster")
    }

    fn serves_all_slots(&self) -> bool {
        let is = |field: &str, value: &str| self.cluster.get(field).is_some_and(|it| it == value);
        is("cluster_state", "ok")
            && is("cluster_slots_assigned", "16384")
            && is("cluster_known_nodes", "1")
    }

    /// Why the conversation cannot be judged on this server, if it cannot.
    pub(super) fn obstacle(&self, conversation: &Conversation) -> Option<String> {
        let requests = requests_of(conversation);
        let commands: Vec<String> = requests.iter().flat_map(|request| names(request)).collect();
        let first = |is: &dyn Fn(&String) -> bool| commands.iter().find(|name| is(name));
        let denied = self.denied.borrow();
        if let Some(name) = first(&|name| denied.contains(name)) {
            let user = self.user.as_deref().map_or(String::new(), |user| format!(" {user}"));
            return Some(format!("the user{user} of the URL may not run {name}"));
        }
        let is_denied = |request: &&Vec<Bytes>| self.denied_requests.contains(&key_of(request));
        if let Some(request) = requests.iter().find(is_denied) {
            let name = names(request).pop().unwrap_or_default();
            return Some(format!(
                "the user of the URL may not use the keys or channels of its {name}"
            ));
        }
        if let Some(user) = self.user.as_deref().filter(|user| *user != "default")
            && first(&|name| matches!(&**name, "ACL" | "CLIENT")).is_some()
            && ["user=default", "\"default\""]
                .iter()
                .any(|it| conversation.to_string().contains(it))
        {
            return Some(format!(
                "its answers name the user default, and the user of the URL is {user}"
            ));
        }
        let logs_in_or_out = |request: &&Vec<Bytes>| {
            let has_auth = request[1..].iter().any(|word| word.eq_ignore_ascii_case(b"auth"));
            names(request).first().is_some_and(|name| match &**name {
                "AUTH" | "RESET" => true,
                "HELLO" => has_auth,
                _ => false,
            })
        };
        if self.has_password
            && let Some(request) = requests.iter().find(logs_in_or_out)
        {
            let name = names(request).swap_remove(0);
            return Some(format!("the server has a password, and {name} logs in or out"));
        }
        if self.is_unix
            && let Some(name) = first(&|name| SHOWING_CONNECTIONS.contains(&&**name))
        {
            return Some(format!(
                "{name} shows how clients are connected, and here it is by a Unix socket"
            ));
        }
        let named = |(commands, words): (&[&str], &[&str])| {
            let name = first(&|name| commands.contains(&&**name))?;
            let text = conversation.to_string();
            words.iter().any(|word| text.contains(word)).then_some(name)
        };
        if self.is_replica()
            && let Some(name) = named(ABOUT_THE_ROLE)
        {
            return Some(format!("the server is a replica, and {name} says so"));
        }
        if self.is_replica()
            && let Some(name) = first(&|name| OF_A_MASTER.contains(&&**name))
        {
            return Some(format!("the server is a replica, which refuses {name}"));
        }
        if self.is_cluster_node() {
            if let Some(name) = named(ABOUT_THE_CLUSTER) {
                return Some(format!(
                    "the server is a node of a cluster: {name} answers otherwise"
                ));
            }
            if let Some(name) = first(&|name| name == "SELECT") {
                return Some(format!("the server is a node of a cluster: {name} is refused"));
            }
            // A node that serves all slots refuses only requests with keys of several slots.
            let most_words = if self.serves_all_slots() { 2 } else { 0 };
            let depends = |request: &&Vec<Bytes>| {
                request.len() > most_words && names(request).iter().any(|it| WITH_KEYS.contains(it))
            };
            if let Some(name) =
                requests.iter().find(depends).and_then(|request| names(request).into_iter().next())
            {
                return Some(format!(
                    "the server is a node of a cluster: {name} depends on its slots"
                ));
            }
        }
        let most = self.max_clients?;
        // One of the connected clients was this look.
        let others = self.number("connected_clients").unwrap_or(1).saturating_sub(1);
        // The player has a connection of its own.
        let needed = conversation.connections().len() as u64 + 1;
        (others + needed > most).then(|| {
            let (most, others) = (counted(most, "client"), counted(others, "other"));
            format!(
                "it needs {needed} connections, but the server takes {most}, with {others} there"
            )
        })
    }

    /// Whether the user was not allowed to do what the conversation asks for. Its commands are
    /// remembered.
    pub(super) fn refusal(&self, violations: &[Violation]) -> Option<String> {
        if self.may_run_all {
            return None;
        }
        let texts = violations.iter().filter_map(|violation| match &violation.got {
            Some(ServerEvent::Frame(Shape::Exact(Frame::Error(text)))) => {
                Some(String::from_utf8_lossy(text).into_owned())
            }
            _ => None,
        });
        let texts: Vec<String> = texts.filter(|text| text.starts_with("NOPERM")).collect();
        self.denied.borrow_mut().extend(texts.iter().filter_map(|text| denied_command(text)));
        Some(format!("the user of the URL may not do this: {}", texts.first()?))
    }
}

/// The subscriptions of other clients that would hear the conversation, or change its answers.
pub(super) async fn listeners(replay: &Replay, conversation: &Conversation) -> Option<String> {
    let channels: BTreeSet<Bytes> =
        requests_of(conversation).iter().flat_map(|request| channels_of(request)).collect();
    let numsub = |subcommand: &'static str| {
        let head = ["PUBSUB", subcommand].map(Bytes::from);
        head.into_iter().chain(channels.iter().cloned()).collect::<Vec<_>>()
    };
    let asked = [words("PUBSUB NUMPAT"), numsub("NUMSUB"), numsub("SHARDNUMSUB")];
    let answers = replay.ask(&asked).await.ok()?;
    if let Some(ServerEvent::Frame(Shape::Exact(Frame::Integer(1..)))) = answers.first()
        && !channels.is_empty()
    {
        return Some("another client has subscribed to a pattern, and would hear it".to_owned());
    }
    let counts = answers.iter().skip(1).flat_map(counts);
    let (channel, _) = counts.into_iter().find(|(_, count)| *count > 0)?;
    Some(format!("another client has subscribed to {channel}"))
}

/// One sentence about the server.
impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.info.is_empty() {
            f.write_str("role, cluster and clients unknown, because INFO is not answered")?;
        } else {
            f.write_str(if self.is_replica() { "a replica" } else { "a master" })?;
            if self.is_cluster_node() {
                let state = self.cluster.get("cluster_state").map_or("unknown", |state| state);
                write!(f, ", a node of a cluster (state {state})")?;
            }
        }
        if let Some(user) = &self.user {
            write!(f, "; user {user}")?;
        }
        let denied = self.denied.borrow();
        if !denied.is_empty() {
            let denied: Vec<&str> = denied.iter().map(String::as_str).collect();
            write!(f, ", who may not run {}", denied.join(", "))?;
        }
        if let Some(most) = self.max_clients {
            write!(f, "; at most {}", counted(most, "client"))?;
        }
        let subscribed = |field| self.number(field).filter(|count| *count > 0);
        for (field, noun) in [
            ("pubsub_channels", "channel"),
            ("pubsub_patterns", "pattern"),
            ("pubsubshard_channels", "shard channel"),
        ] {
            if let Some(count) = subscribed(field) {
                write!(f, "; other clients have subscribed to {}", counted(count, noun))?;
            }
        }
        Ok(())
    }
}

/// Another run plays conversations on the server.
#[derive(Debug, thiserror::Error)]
#[error(
    "another run of verify plays conversations on this server, and both would receive each other's \
     messages: wait until it has ended"
)]
pub(super) struct AnotherRun;

fn words(text: &str) -> Vec<Bytes> {
    text.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect()
}

/// The names and counts of an answer to `PUBSUB NUMSUB`.
fn counts(answer: &ServerEvent) -> Vec<(String, i64)> {
    let ServerEvent::Frame(Shape::Exact(Frame::Array(items))) = answer else { return Vec::new() };
    let pairs = items.chunks_exact(2).filter_map(|pair| match &pair[1] {
        Frame::Integer(count) => Some((pair[0].to_string(), *count)),
        _ => None,
    });
    pairs.collect()
}

/// The command in `… has no permissions to run the 'client|list' command`.
fn denied_command(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("to run the '")?;
    let (name, _) = rest.split_once('\'')?;
    Some(name.to_ascii_uppercase().replace('|', " "))
}

fn text_of(event: &ServerEvent) -> Option<String> {
    match event {
        ServerEvent::Frame(Shape::Exact(frame)) => frame_text(frame),
        _ => None,
    }
}

fn frame_text(frame: &Frame) -> Option<String> {
    match frame {
        Frame::Bulk(bytes) | Frame::Simple(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
        _ => None,
    }
}

/// The stream, after the server has read a request on it: its first bytes show that.
fn asked<S: Read + Write>(mut stream: S, request: &[u8]) -> io::Result<S> {
    stream.write_all(request)?;
    stream.read_exact(&mut [0])?;
    Ok(stream)
}
