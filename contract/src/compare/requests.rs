use bytes::Bytes;

use crate::conversation::{ClientAction, ClientStep, Conversation, Name};

/// Where the clients left the recording.
pub(super) struct Departure<'a> {
    /// The turn of the recording that they did not play, or past the last.
    pub(super) turn: usize,
    /// The last thing that they said as recorded.
    pub(super) last: Option<&'a ClientStep>,
    /// What the recording has them say.
    pub(super) expected: Option<&'a ClientStep>,
    /// What they said instead.
    pub(super) got: Option<&'a ClientStep>,
    /// Whether it may follow from something that the server did: a scenario that waited in vain
    /// stops, and one that was cut off comes back on another connection.
    pub(super) follows: bool,
}

/// The first request on any connection that is not the recording's, by turn.
pub(super) fn departure<'a>(
    expected: &'a Conversation,
    observed: &'a Conversation,
) -> Option<Departure<'a>> {
    let names = connections(expected, observed);
    let all = names.iter().filter_map(|name| departure_of(name, expected, observed));
    all.min_by_key(|departure| departure.turn)
}

/// The connections of both, the recording's first.
pub(super) fn connections(expected: &Conversation, observed: &Conversation) -> Vec<Name> {
    let mut names = expected.connections();
    for name in observed.connections() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn departure_of<'a>(
    name: &Name,
    expected: &'a Conversation,
    observed: &'a Conversation,
) -> Option<Departure<'a>> {
    let mut observed = client_steps(observed, name);
    let (mut turn, mut last) = (0, None);
    let (expected, got) = 'search: {
        for (at, client_step) in client_steps(expected, name) {
            turn = at;
            match observed.next() {
                Some((_, got)) if same(&client_step.action, &got.action) => {
                    last = Some(client_step)
                }
                got => break 'search (Some(client_step), got),
            }
            turn = at + 1;
        }
        (None, Some(observed.next()?))
    };
    let got = got.map(|(_, got)| got);
    let ended =
        got.is_none_or(|got| matches!(got.action, ClientAction::Close | ClientAction::HalfClose));
    // A client that lost its connection comes back on one that the recording does not know.
    let unknown = expected.is_none() && last.is_none();
    let turn = if unknown { usize::MAX } else { turn };
    Some(Departure { turn, last, expected, got, follows: ended || unknown })
}

fn client_steps<'a>(
    conversation: &'a Conversation,
    name: &Name,
) -> impl Iterator<Item = (usize, &'a ClientStep)> {
    let turns = conversation.turns.iter().enumerate();
    let name = name.clone();
    turns
        .flat_map(|(turn, it)| it.client_steps.iter().map(move |client_step| (turn, client_step)))
        .filter(move |(_, client_step)| client_step.connection == name)
}

/// Whether both say the same to the server. What a client library calls itself is no part of a
/// promise: `CLIENT SETINFO` may name another version.
pub(crate) fn same(a: &ClientAction, b: &ClientAction) -> bool {
    match (a, b) {
        (ClientAction::Request(a), ClientAction::Request(b)) if is_setinfo(a) && is_setinfo(b) => {
            a.len() == b.len() && a.iter().zip(b).take(3).all(|(a, b)| a.eq_ignore_ascii_case(b))
        }
        (a, b) => a == b,
    }
}

fn is_setinfo(words: &[Bytes]) -> bool {
    matches!(words, [client, setinfo, ..]
        if client.eq_ignore_ascii_case(b"client") && setinfo.eq_ignore_ascii_case(b"setinfo"))
}
