use bytes::Bytes;

use crate::conversation::{Conversation, Name, Said, Say};

/// Where the clients left the recording.
pub(super) struct Departure<'a> {
    /// The turn of the recording that they did not play.
    pub(super) turn: usize,
    /// The last thing that they said as recorded.
    pub(super) last: Option<&'a Say>,
    /// What the recording has them say.
    pub(super) expected: Option<&'a Say>,
    /// What they said instead.
    pub(super) got: Option<&'a Say>,
    /// Whether they only stopped, as a scenario does that waited in vain.
    pub(super) broke_off: bool,
}

/// The first request on any connection that is not the recording's, by turn.
pub(super) fn departure<'a>(
    expected: &'a Conversation,
    observed: &'a Conversation,
) -> Option<Departure<'a>> {
    let mut names = expected.connections();
    let others = observed.connections();
    names.extend(others.into_iter().filter(|name| !expected.connections().contains(name)));
    let all = names.iter().filter_map(|name| departure_of(name, expected, observed));
    all.min_by_key(|departure| departure.turn)
}

fn departure_of<'a>(
    name: &Name,
    expected: &'a Conversation,
    observed: &'a Conversation,
) -> Option<Departure<'a>> {
    let mut observed = says(observed, name);
    let (mut turn, mut last) = (0, None);
    let (expected, got) = 'search: {
        for (at, say) in says(expected, name) {
            turn = at;
            match observed.next() {
                Some((_, got)) if same(&say.said, &got.said) => last = Some(say),
                got => break 'search (Some(say), got),
            }
            turn = at + 1;
        }
        (None, Some(observed.next()?))
    };
    let got = got.map(|(_, got)| got);
    let broke_off = got.is_none_or(|got| matches!(got.said, Said::Close | Said::HalfClose));
    Some(Departure { turn, last, expected, got, broke_off })
}

fn says<'a>(conversation: &'a Conversation, name: &Name) -> impl Iterator<Item = (usize, &'a Say)> {
    let turns = conversation.turns.iter().enumerate();
    let name = name.clone();
    turns
        .flat_map(|(turn, it)| it.says.iter().map(move |say| (turn, say)))
        .filter(move |(_, say)| say.connection == name)
}

/// Whether both say the same to the server. What a client library calls itself is no part of a
/// promise: `CLIENT SETINFO` may name another version.
pub(crate) fn same(a: &Said, b: &Said) -> bool {
    match (a, b) {
        (Said::Request(a), Said::Request(b)) if is_setinfo(a) && is_setinfo(b) => {
            a.len() == b.len() && a.iter().zip(b).take(3).all(|(a, b)| a.eq_ignore_ascii_case(b))
        }
        (a, b) => a == b,
    }
}

fn is_setinfo(words: &[Bytes]) -> bool {
    matches!(words, [client, setinfo, ..]
        if client.eq_ignore_ascii_case(b"client") && setinfo.eq_ignore_ascii_case(b"setinfo"))
}
