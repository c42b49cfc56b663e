//! The filters of CLIENT KILL and CLIENT LIST.

use std::time::Duration;

use super::{ClientType, describe};
use crate::commands::Context;
use crate::commands::errors::SYNTAX;
use crate::profile::IdFilter;
use crate::state::State;
use crate::state::client::{Client, Peer};
use crate::state::ids::ClientKey;
use crate::state::ids::UserKey;
use crate::time::Timestamp;
use crate::wire::{Args, ErrorReply, parse_integer};

/// The letters that FLAGS accepts, including those that no client of the embedded server has.
const FLAGS: &[u8] = b"AbBcdEeiIMNOPrRStTuUx";

/// The filters of one request. A client must match all of them. A repeated filter replaces the
/// earlier one; where an ID filter takes many ids, a repeated one extends the earlier one.
#[derive(Debug)]
pub(super) struct Filters<'a> {
    /// Each filter with its option name and whether it is negated.
    filters: Vec<(&'static str, bool, Filter<'a>)>,
    pub(super) skip_me: bool,
}

#[derive(Debug)]
enum Filter<'a> {
    Ids(Vec<u64>),
    Address(&'a [u8]),
    LocalAddress(&'a [u8]),
    Ip(&'a [u8]),
    ClientType(ClientType),
    User(UserKey),
    Name(&'a [u8]),
    LibraryName(&'a [u8]),
    LibraryVersion(&'a [u8]),
    /// The client has all of these flags.
    Flags(&'a [u8]),
    Capabilities(&'a [u8]),
    Database(usize),
    MinAge(Duration),
    MinIdle(Duration),
}

impl<'a> Filters<'a> {
    /// Matches the client with this address.
    pub(super) fn address(address: &'a [u8]) -> Self {
        let filters = vec![("addr", false, Filter::Address(address))];
        Self { filters, skip_me: false }
    }

    pub(super) fn parse(
        mut words: Args<'a>,
        skip_me: bool,
        state: &State,
    ) -> Result<Self, ErrorReply> {
        let mut filters = Self { filters: Vec::new(), skip_me };
        while let Some(option) = words.get(0) {
            let option = state.profile.client_filter(option).ok_or(SYNTAX)?;
            let negated = option.strip_prefix("not-");
            let mut taken = 2;
            match negated.unwrap_or(option) {
                "skipme" => filters.skip_me = yes_or_no(words.get(1).ok_or(SYNTAX)?)?,
                "id" => {
                    let ids = ids(words.from(1), state.profile.id_filter)?;
                    taken = 1 + ids.len();
                    if state.profile.id_filter != IdFilter::Many {
                        filters.filters.retain(|(other, ..)| *other != option);
                    }
                    // Servers that accept the id 0 ignore the filter.
                    if ids != [0] {
                        filters.add_ids(option, negated.is_some(), &ids);
                    }
                }
                name => {
                    let value = words.get(1).ok_or(SYNTAX)?;
                    let filter = Filter::parse(name, value, state)?;
                    filters.filters.retain(|(other, ..)| *other != option);
                    filters.filters.push((option, negated.is_some(), filter));
                }
            }
            words = words.from(taken);
        }
        Ok(filters)
    }

    /// Adds ids to those of an earlier ID filter, if there is one.
    fn add_ids(&mut self, option: &'static str, negated: bool, ids: &[i64]) {
        // No client has a negative id.
        let mut ids = ids.iter().filter_map(|id| u64::try_from(*id).ok()).collect();
        let earlier = self.filters.iter_mut().find(|(other, ..)| *other == option);
        match earlier {
            Some((_, _, Filter::Ids(earlier))) => earlier.append(&mut ids),
            _ => self.filters.push((option, negated, Filter::Ids(ids))),
        }
    }

    /// The clients that match, oldest first.
    pub(super) fn matching(&self, ctx: &Context<'_>) -> Vec<ClientKey> {
        let present = ctx.state.clients.present().into_iter();
        present
            .filter(|(key, _)| !(self.skip_me && *key == ctx.me))
            .filter(|(_, client)| self.match_client(client, ctx.now))
            .map(|(key, _)| key)
            .collect()
    }

    fn match_client(&self, client: &Client, now: Timestamp) -> bool {
        self.filters.iter().all(|(_, negated, filter)| filter.matches(client, now) != *negated)
    }
}

impl<'a> Filter<'a> {
    fn parse(name: &str, value: &'a [u8], state: &State) -> Result<Self, ErrorReply> {
        Ok(match name {
            "addr" => Self::Address(value),
            "laddr" => Self::LocalAddress(value),
            "ip" => Self::Ip(value),
            "type" => Self::ClientType(ClientType::parse(value)?),
            "user" => {
                let none = || ErrorReply::quoting("ERR No such user '", value, "'");
                Self::User(state.access.find(value).ok_or_else(none)?)
            }
            "name" => Self::Name(value),
            "lib-name" => Self::LibraryName(value),
            "lib-ver" => Self::LibraryVersion(value),
            "flags" => Self::Flags(letters("flags", value, FLAGS)?),
            "capa" => Self::Capabilities(letters("capa", value, b"r")?),
            "db" => Self::Database(database(value, state.config.databases)?),
            "maxage" => Self::MinAge(seconds("maxage", value)?),
            "idle" => Self::MinIdle(seconds("idle", value)?),
            _ => return Err(SYNTAX.into()),
        })
    }

    fn matches(&self, client: &Client, now: Timestamp) -> bool {
        let session = &client.session;
        // A client without a name never matches, not even an empty name.
        let is = |name: &[u8], wanted: &[u8]| !name.is_empty() && name == wanted;
        match self {
            Self::Ids(ids) => ids.contains(&client.id),
            Self::Address(address) => client.peer.remote().as_bytes() == *address,
            Self::LocalAddress(address) => client.peer.local().as_bytes() == *address,
            Self::Ip(ip) => self::ip(&client.peer).as_bytes() == *ip,
            Self::ClientType(class) => ClientType::of(client) == *class,
            Self::User(user) => session.user == *user,
            Self::Name(name) => is(&session.name, name),
            Self::LibraryName(name) => is(&session.library_name, name),
            Self::LibraryVersion(version) => is(&session.library_version, version),
            Self::Flags(letters) => {
                let flags = describe::flags(client);
                letters.iter().all(|letter| flags.contains(letter))
            }
            Self::Capabilities(letters) => letters.is_empty() || session.understands_redirects,
            Self::Database(database) => session.database == *database,
            Self::MinAge(age) => now.since(client.connected) >= *age,
            Self::MinIdle(idle) => now.since(client.active) >= *idle,
        }
    }
}

/// The ids at the start of `words`.
fn ids(words: Args<'_>, expected: IdFilter) -> Result<Vec<i64>, ErrorReply> {
    const TOO_SMALL: &str = "ERR client-id should be greater than 0";
    let one = || Ok::<_, ErrorReply>(parse_integer(words.get(0).ok_or(SYNTAX)?));
    match expected {
        IdFilter::AnyOne => Ok(vec![one()?.ok_or("ERR value is not an integer or out of range")?]),
        IdFilter::One => Ok(vec![one()?.filter(|id| *id > 0).ok_or(TOO_SMALL)?]),
        IdFilter::Many => {
            let ids: Vec<i64> = words.iter().map_while(parse_integer).collect();
            match ids.iter().all(|id| *id > 0) {
                true => Ok(ids),
                false => Err(TOO_SMALL.into()),
            }
        }
    }
}

fn ip(peer: &Peer) -> String {
    match peer {
        Peer::Tcp { remote, .. } => remote.ip().to_string(),
        Peer::Unix(path) => path.display().to_string(),
        Peer::Script => String::new(),
    }
}

fn letters<'a>(what: &str, value: &'a [u8], known: &[u8]) -> Result<&'a [u8], ErrorReply> {
    if value.iter().all(|letter| known.contains(letter)) {
        return Ok(value);
    }
    let error = ErrorReply::text("ERR Unknown ").and(what);
    Err(error.and(" found in the provided filter: ").and_quote(value))
}

fn database(value: &[u8], databases: usize) -> Result<usize, ErrorReply> {
    let index = parse_integer(value).ok_or("ERR DB is not an integer or out of range")?;
    let index = usize::try_from(index).ok().filter(|index| *index < databases);
    let last = databases.saturating_sub(1);
    index.ok_or_else(|| format!("ERR DB number should be between 0 and {last}").into())
}

fn seconds(what: &str, value: &[u8]) -> Result<Duration, ErrorReply> {
    let none = || ErrorReply::from(format!("ERR {what} is not an integer or out of range"));
    let seconds = u64::try_from(parse_integer(value).ok_or_else(none)?).unwrap_or(0);
    match seconds {
        0 => Err(format!("ERR {what} should be greater than 0").into()),
        seconds => Ok(Duration::from_secs(seconds)),
    }
}

fn yes_or_no(word: &[u8]) -> Result<bool, ErrorReply> {
    match word.to_ascii_lowercase().as_slice() {
        b"yes" => Ok(true),
        b"no" => Ok(false),
        _ => Err(SYNTAX.into()),
    }
}
