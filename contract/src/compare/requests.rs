use bytes::Bytes;

use crate::conversation::{ClientAction, ClientStep, Conversation, Name};

/// The first place where the steps of a client differ from the recording.
pub(super) struct Divergence<'a> {
    /// The first turn of the recording that was not played, or the number of turns.
    pub(super) turn: usize,
    /// The client's last step that is as recorded.
    pub(super) last: Option<&'a ClientStep>,
    /// The client's next step in the recording.
    pub(super) expected: Option<&'a ClientStep>,
    /// The step that the client took instead.
    pub(super) got: Option<&'a ClientStep>,
    /// Whether a fault of the server may have caused it: a scenario stops when it waits in vain,
    /// and a disconnected client reconnects.
    pub(super) is_consequence: bool,
}

/// The divergence with the lowest turn, of all connections.
pub(super) fn divergence<'a>(
    recording: &'a Conversation,
    observed: &'a Conversation,
) -> Option<Divergence<'a>> {
    let names = connections(recording, observed);
    let all = names.iter().filter_map(|name| divergence_on(name, recording, observed));
    all.min_by_key(|divergence| divergence.turn)
}

/// The connections of both conversations, with those of the recording first.
pub(super) fn connections(recording: &Conversation, observed: &Conversation) -> Vec<Name> {
    let mut names = recording.connections();
    for name in observed.connections() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn divergence_on<'a>(
    name: &Name,
    recording: &'a Conversation,
    observed: &'a Conversation,
) -> Option<Divergence<'a>> {
    let mut observed = client_steps(observed, name);
    let (mut turn, mut last) = (0, None);
    let (expected, got) = 'search: {
        for (at, client_step) in client_steps(recording, name) {
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
    // A client that lost its connection reconnects under a name that the recording does not have.
    let unknown = expected.is_none() && last.is_none();
    let turn = if unknown { usize::MAX } else { turn };
    Some(Divergence { turn, last, expected, got, is_consequence: ended || unknown })
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

/// Whether both actions are the same for the server. `CLIENT SETINFO` may name another version,
/// because the version of a client library is not part of a promise.
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
