//! The line that describes a client in CLIENT LIST and CLIENT INFO.

use super::tracking::redirect;
use crate::profile::Behaviour;
use crate::state::State;
use crate::state::client::{Client, Peer};
use crate::state::ids::ClientKey;
use crate::state::pubsub::Kind;
use crate::state::session::TrackingMode;
use crate::time::Timestamp;

/// The line of `CLIENT LIST`, with its line break.
///
/// Fields about Redis' own buffers are zero. They are present because client libraries read them.
pub(super) fn line(state: &State, key: ClientKey, now: Timestamp) -> Vec<u8> {
    let client = &state.clients[key];
    let user = &state.access.user(client.session.user).name;
    let mut line = Vec::new();
    for field in state.profile.client_fields() {
        line.extend_from_slice(field.as_bytes());
        line.push(b'=');
        write(field, client, user, state.profile, now, &mut line);
        line.push(b' ');
    }
    line.pop();
    line.push(b'\n');
    line
}

fn write(
    field: &str,
    client: &Client,
    user: &[u8],
    profile: &Behaviour,
    now: Timestamp,
    line: &mut Vec<u8>,
) {
    let session = &client.session;
    let charged = || client.output.charged(profile.shares_large_payloads);
    let number = match field {
        "name" => return line.extend_from_slice(&session.name),
        "lib-name" => return line.extend_from_slice(&session.library_name),
        "lib-ver" => return line.extend_from_slice(&session.library_version),
        "addr" => return line.extend(client.peer.remote().bytes()),
        "laddr" => return line.extend(client.peer.local().bytes()),
        "flags" => return line.extend(flags(client)),
        "events" => return line.extend_from_slice(b"r"),
        "capa" => return line.extend(session.understands_redirects.then_some(b'r')),
        "user" => return line.extend_from_slice(user),
        "redir" => {
            let redirect = redirect(session.tracking.as_deref());
            return line.extend(redirect.to_string().bytes());
        }
        "cmd" => {
            let command = client.last_command.map_or("NULL", |command| command.name);
            return line.extend_from_slice(command.as_bytes());
        }
        "multi"
            if session.transaction.is_none()
                && !(profile.shows_empty_queue && session.has_used_transactions) =>
        {
            return line.extend_from_slice(b"-1");
        }
        "multi" => session.transaction.as_ref().map_or(0, |open| open.len()) as u64,
        "watch" => session.watch.as_ref().map_or(0, |watch| watch.keys.len()) as u64,
        "id" => client.id,
        "fd" => client.fd.try_into().unwrap_or(0),
        "age" => now.since(client.connected).as_secs(),
        "idle" => now.since(client.active).as_secs(),
        "db" => session.database as u64,
        "sub" => session.subscriptions.len(Kind::Channel) as u64,
        "psub" => session.subscriptions.len(Kind::Pattern) as u64,
        "ssub" => session.subscriptions.len(Kind::Shard) as u64,
        "resp" => session.protocol.version().unsigned_abs(),
        "qbuf" => client.parser.unparsed(client.input.len()) as u64,
        // Both are about the output that does not fit into the buffer that every client has.
        "oll" if charged() > 0 => client.output.sealed_chunks().max(1) as u64,
        "omem" => charged() as u64,
        "tot-mem" => client.output.len() as u64,
        _ => 0,
    };
    line.extend(number.to_string().bytes());
}

/// The letters of the `flags` field; `N` if there are none.
pub(super) fn flags(client: &Client) -> Vec<u8> {
    let session = &client.session;
    let tracking = session.tracking.as_deref();
    let letters = [
        (b'O', session.is_monitor),
        (b'P', session.is_subscriber()),
        (b'x', session.transaction.is_some()),
        (b'b', client.is_held || client.wait.is_some()),
        (b't', tracking.is_some()),
        (b'R', tracking.is_some_and(|tracking| tracking.is_broken)),
        (b'B', tracking.is_some_and(|tracking| tracking.mode == TrackingMode::Broadcast)),
        (b'd', session.watch.as_ref().is_some_and(|watch| watch.broken)),
        (b'c', client.is_closing()),
        (b'U', matches!(client.peer, Peer::Unix(_))),
        (b'r', session.read_only),
        (b'e', session.no_evict),
        (b'T', session.no_touch),
    ];
    let flags: Vec<u8> =
        letters.into_iter().filter(|(_, set)| *set).map(|(letter, _)| letter).collect();
    if flags.is_empty() { b"N".to_vec() } else { flags }
}
