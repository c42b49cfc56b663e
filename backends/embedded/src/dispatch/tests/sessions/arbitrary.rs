//! Generates sessions: a server, its settings, and what its clients do.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::catalogue::{Arguments, Command};
use crate::profile::Profile;
use crate::state::cluster::{Cluster, ClusterNode};
use crate::state::config::Config;

/// How many clients a session has at a time.
pub(super) const CLIENTS: usize = 4;

/// Which sessions are generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Everything,
    /// Only sessions that give the same output each time, however their input is cut.
    Repeatable,
}

/// A server and what its clients do.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) profile: Profile,
    pub(super) config: Config,
    pub(super) steps: Vec<Step>,
}

/// Shows of the settings only those that are generated.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Config { cluster, password, query_buffer, max_clients, tracked_keys, .. } =
            &self.config;
        f.debug_struct(self.profile.name())
            .field("cluster", cluster)
            .field("password", password)
            .field("query_buffer", query_buffer)
            .field("max_clients", max_clients)
            .field("tracked_keys", tracked_keys)
            .field("steps", &self.steps)
            .finish()
    }
}

/// One round of the server. Steps name clients by their seats: whoever leaves makes room for a new
/// client.
#[derive(Clone)]
pub(super) enum Step {
    Send {
        seat: usize,
        bytes: Vec<u8>,
    },
    /// From now on the client's socket takes so many bytes in a round.
    Read {
        seat: usize,
        room: usize,
    },
    Leave {
        seat: usize,
    },
    Wait {
        millis: u64,
    },
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send { seat, bytes } => {
                write!(f, "{seat} sends {:?}", bytes.escape_ascii().to_string())
            }
            Self::Read { seat, room } => write!(f, "{seat} reads {room}"),
            Self::Leave { seat } => write!(f, "{seat} leaves"),
            Self::Wait { millis } => write!(f, "wait {millis} ms"),
        }
    }
}

/// Words that commands take for keys, channels, patterns, numbers and rules.
const WORDS: &[&str] = &[
    "k",
    "a",
    "b",
    "{a}k",
    "",
    "a*",
    "*",
    "[ab]",
    "__keyspace@0__:*",
    "__keyevent@0__:del",
    "0",
    "1",
    "2",
    "3",
    "-1",
    "10",
    "100",
    "16384",
    "-9223372036854775808",
    "9223372036854775807",
    "1e3000",
    "1.5",
    "x",
    "default",
    "ann",
    "on",
    "off",
    "yes",
    "no",
    "nopass",
    ">secret",
    "secret",
    "+@all",
    "-@all",
    "-publish",
    "+client",
    "allchannels",
    "resetchannels",
    "&a",
    "~*",
    "~a",
    "allkeys",
    "(+get ~b)",
    "reset",
    "requirepass",
    "maxclients",
    "timeout",
    "notify-keyspace-events",
    "KEA",
    "client-output-buffer-limit",
    "pubsub 100 50 1",
    "normal 20000 16384 1",
    "proto-max-bulk-len",
    "1048576",
    "client-query-buffer-limit",
    "tracking-table-max-keys",
    "acllog-max-len",
    "databases",
    "publish",
    "subscribe",
    "get",
    "set",
    "multi",
    "client",
    "client|kill",
    "config|get",
    "pubsub",
    "normal",
    "master",
    "replica",
    "127.0.0.1:1",
    "10.0.0.1",
    "7000",
    "$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
];

/// Commands whose replies differ between two servers: they tell random values, hash orders or how
/// the input has arrived.
const UNREPEATABLE: &[&str] = &[
    "acl|genpass",
    "acl|getuser",
    "acl|list",
    "acl|log",
    "acl|setuser",
    "client|info",
    "client|list",
    "cluster|getkeysinslot",
    "cluster|reset",
    "info",
    "keys",
    "pubsub|channels",
    "pubsub|shardchannels",
    "randomkey",
    "scan",
];

/// Whether a request of this command, or some of its words alone, can be unrepeatable: behind noise
/// each word is an inline request.
fn is_unrepeatable(command: &Command) -> bool {
    [command.name, command.short_name()].iter().any(|name| UNREPEATABLE.contains(name))
}

pub(super) fn session(scope: Scope) -> impl Strategy<Value = Session> {
    // Servers that hang at a malformed length which arrives late answer pieces differently.
    let profiles: Vec<Profile> = Profile::ALL
        .iter()
        .filter(|profile| {
            scope == Scope::Everything || !profile.behaviour().reports_held_protocol_errors_late
        })
        .copied()
        .collect();
    (select(profiles), config(scope)).prop_flat_map(move |(profile, config)| {
        let steps = vec(step(profile, scope), 1..24);
        (Just(profile), Just(config), steps).prop_map(|(profile, config, steps)| Session {
            profile,
            config,
            steps,
        })
    })
}

fn config(scope: Scope) -> impl Strategy<Value = Config> {
    let other = ClusterNode { id: "b".repeat(40), host: "10.0.0.1".into(), port: 7000 };
    let half = Cluster::empty().serve(0..=8191).elsewhere(8192..=16383, &other);
    let id = |cluster: Cluster| cluster.id("a".repeat(40));
    // A cluster goes up and down after the requests that have arrived together.
    let cluster_weight = u32::from(scope == Scope::Everything);
    let cluster = prop_oneof![
        4 => Just(None),
        cluster_weight => Just(Some(id(Cluster::whole()))),
        cluster_weight => Just(Some(id(half))),
    ];
    // Limits of the query buffer count the bytes that have arrived so far.
    let query_buffer = match scope {
        Scope::Everything => select(vec![100, 1 << 20, 1 << 30]),
        Scope::Repeatable => select(vec![1 << 30]),
    };
    let password = prop_oneof![4 => Just(None), 1 => Just(Some("secret".into()))];
    (cluster, password, query_buffer, select(vec![2, 4, 10_000]), select(vec![0, 1, 1_000_000]))
        .prop_map(|(cluster, password, query_buffer, max_clients, tracked_keys)| Config {
            cluster,
            password,
            query_buffer,
            max_clients,
            tracked_keys,
            port: 7001,
            ..Config::default()
        })
}

fn step(profile: Profile, scope: Scope) -> impl Strategy<Value = Step> {
    let seat = 0..CLIENTS;
    let pipeline = vec(input(profile, scope), 1..4).prop_map(|inputs| inputs.concat());
    prop_oneof![
        20 => (seat.clone(), pipeline).prop_map(|(seat, bytes)| Step::Send { seat, bytes }),
        2 => (seat.clone(), select(vec![0, 1, 50, usize::MAX, usize::MAX]))
            .prop_map(|(seat, room)| Step::Read { seat, room }),
        1 => seat.prop_map(|seat| Step::Leave { seat }),
        1 => select(vec![1, 999, 2_000, 100_000]).prop_map(|millis| Step::Wait { millis }),
    ]
}

/// Mostly whole requests, sometimes with an error in them, and noise.
fn input(profile: Profile, scope: Scope) -> impl Strategy<Value = Vec<u8>> {
    let noise = vec(select(&b"*$\r\n\0 \"'\\x0142-"[..]), 0..12);
    let edit = (any::<Index>(), 0..4_usize, any::<u8>());
    let broken = (request(profile, scope), edit).prop_map(|(mut request, (at, length, byte))| {
        let at = at.index(request.len());
        request.splice(at..request.len().min(at + length), [byte]);
        request
    });
    // An error may turn a request into an unrepeatable one.
    let broken_weight = u32::from(scope == Scope::Everything);
    prop_oneof![
        20 => request(profile, scope),
        1 => noise,
        broken_weight => broken,
    ]
}

/// A request of one of the server's commands, as an array or inline, with words that often fit.
fn request(profile: Profile, scope: Scope) -> impl Strategy<Value = Vec<u8>> {
    let commands: Vec<&'static Command> = profile
        .catalogue()
        .all()
        .iter()
        // It resets the counters that the accounts check.
        .filter(|command| command.name != "config|resetstat")
        .filter(|command| scope == Scope::Everything || !is_unrepeatable(command))
        .collect();
    let implemented = implemented(profile, &commands);
    let command = prop_oneof![9 => select(implemented), 1 => select(commands)];
    (command, vec(any::<Index>(), 0..6), 0..10_u8, any::<bool>()).prop_map(
        |(command, picks, habit, is_large)| {
            let mut words: Vec<Vec<u8>> = vec![command.container().into()];
            words.extend(command.is_subcommand().then(|| command.short_name().into()));
            let options = options(command.arguments());
            let needed = command.arity().unsigned_abs() as usize;
            for (at, pick) in picks.iter().enumerate() {
                // Most requests have the right number of words.
                if habit < 6 && words.len() >= needed && at + 1 < picks.len() {
                    continue;
                }
                let at = pick.index(WORDS.len() + 4 * options.len());
                let option = at.checked_sub(WORDS.len()).map(|at| options[at / 4]);
                words.push(option.unwrap_or_else(|| WORDS[at]).into());
            }
            if is_large && habit == 9 {
                words.push(vec![b'x'; 20_000]);
            }
            match habit {
                8 => [words.join(&b' '), b"\r\n".to_vec()].concat(),
                _ => array(&words),
            }
        },
    )
}

/// The commands that have handlers, and those that prepare them more often.
fn implemented(profile: Profile, commands: &[&'static Command]) -> Vec<&'static Command> {
    let handlers = crate::dispatch::table::handlers(profile);
    let often =
        ["subscribe", "psubscribe", "publish", "multi", "exec", "hello", "set", "client|tracking"];
    let implemented = commands.iter().filter(|command| handlers.of(command).is_some());
    let often = commands.iter().filter(|command| often.contains(&command.name));
    implemented.chain(often.flat_map(|command| [command; 6])).copied().collect()
}

/// The words that the documentation of a command names.
fn options(arguments: Arguments) -> Vec<&'static str> {
    let mut tokens = Vec::new();
    for argument in arguments.iter() {
        tokens.extend(argument.token());
        tokens.extend(options(argument.parts()));
    }
    tokens
}

fn array(words: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend(format!("${}\r\n", word.len()).into_bytes());
        bytes.extend(word);
        bytes.extend(b"\r\n");
    }
    bytes
}
