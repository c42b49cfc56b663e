//! Which clients are meant, by CLIENT KILL and, on some servers, by CLIENT LIST.

use std::time::Duration;

use super::{Class, SYNTAX};
use crate::access::UserKey;
use crate::client::{Client, ClientKey};
use crate::command::Turn;
use crate::moment::Moment;
use crate::profile::ClientIds;
use crate::wire::{Args, ErrorReply, parse_integer};
use crate::world::World;

const NO_INTEGER: &str = "ERR value is not an integer or out of range";
const NOT_POSITIVE: &str = "ERR client-id should be greater than 0";

/// All of which must hold. Given twice, the last one counts; only of numbers there may be several.
#[derive(Debug)]
pub(super) struct Conditions<'a> {
    /// One of these; of none at all, if `ID` was followed by no number.
    ids: Option<Vec<u64>>,
    address: Option<&'a [u8]>,
    local_address: Option<&'a [u8]>,
    class: Option<Class>,
    user: Option<UserKey>,
    least_age: Option<Duration>,
    spares_caller: bool,
}

impl<'a> Conditions<'a> {
    /// Every client.
    pub(super) const EVERYBODY: Self = Self {
        ids: None,
        address: None,
        local_address: None,
        class: None,
        user: None,
        least_age: None,
        spares_caller: false,
    };

    /// Every client but the caller.
    pub(super) const OTHERS: Self = Self { spares_caller: true, ..Self::EVERYBODY };

    /// Whoever connected from this address.
    pub(super) fn at(address: &'a [u8]) -> Self {
        Self { address: Some(address), ..Self::EVERYBODY }
    }

    /// These conditions and those that `words` name.
    pub(super) fn and(self, mut words: Args<'a>, world: &World) -> Result<Self, ErrorReply> {
        let mut conditions = self;
        while let Some(option) = words.get(0) {
            if option.eq_ignore_ascii_case(b"id") {
                words = conditions.take_ids(words.from(1), world.profile.client_ids)?;
                continue;
            }
            let value = words.get(1).ok_or(SYNTAX)?;
            match option.to_ascii_lowercase().as_slice() {
                b"addr" => conditions.address = Some(value),
                b"laddr" => conditions.local_address = Some(value),
                b"type" => conditions.class = Some(Class::parse(value)?),
                b"maxage" if world.profile.kills_by_age => {
                    let age = parse_integer(value);
                    age.ok_or("ERR maxage is not an integer or out of range")?;
                    let age = positive(value).ok_or("ERR maxage should be greater than 0")?;
                    conditions.least_age = Some(Duration::from_secs(age));
                }
                b"user" => {
                    let none = || ErrorReply::quoting("ERR No such user '", value, "'");
                    conditions.user = Some(world.access.find(value).ok_or_else(none)?);
                }
                b"skipme" => conditions.spares_caller = yes_or_no(value)?,
                _ => return Err(SYNTAX.into()),
            }
            words = words.from(2);
        }
        Ok(conditions)
    }

    /// Takes what follows `ID`, and returns what follows that.
    fn take_ids(&mut self, words: Args<'a>, kind: ClientIds) -> Result<Args<'a>, ErrorReply> {
        if kind == ClientIds::Several {
            return self.take_all_ids(words);
        }
        let word = words.get(0).ok_or(SYNTAX)?;
        self.ids = match kind {
            // Nobody has a negative number, and 0 is no condition.
            ClientIds::Any => match parse_integer(word).ok_or(NO_INTEGER)? {
                0 => None,
                id => Some(u64::try_from(id).ok().into_iter().collect()),
            },
            _ => Some(vec![positive(word).ok_or(NOT_POSITIVE)?]),
        };
        Ok(words.from(1))
    }

    /// Takes numbers up to the first word that is none.
    fn take_all_ids(&mut self, mut words: Args<'a>) -> Result<Args<'a>, ErrorReply> {
        let ids = self.ids.get_or_insert_default();
        while let Some(id) = words.get(0).and_then(parse_integer) {
            ids.push(u64::try_from(id).ok().filter(|id| *id > 0).ok_or(NOT_POSITIVE)?);
            words = words.from(1);
        }
        Ok(words)
    }

    /// The clients that are meant.
    pub(super) fn choose(&self, turn: &Turn<'_>) -> Vec<ClientKey> {
        let present = turn.world.clients.present().into_iter();
        present
            .filter(|(key, _)| !(self.spares_caller && *key == turn.me))
            .filter(|(_, client)| self.hold(client, turn.now))
            .map(|(key, _)| key)
            .collect()
    }

    fn hold(&self, client: &Client, now: Moment) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(&client.id))
            && self.address.is_none_or(|address| client.peer.remote().as_bytes() == address)
            && self.local_address.is_none_or(|address| client.peer.local().as_bytes() == address)
            && self.class.is_none_or(|class| Class::of(client) == class)
            && self.user.is_none_or(|user| client.session.user == user)
            && self.least_age.is_none_or(|age| now.since(client.connected) >= age)
    }
}

fn positive(value: &[u8]) -> Option<u64> {
    parse_integer(value).and_then(|number| u64::try_from(number).ok()).filter(|number| *number > 0)
}

fn yes_or_no(word: &[u8]) -> Result<bool, ErrorReply> {
    match word.to_ascii_lowercase().as_slice() {
        b"yes" => Ok(true),
        b"no" => Ok(false),
        _ => Err(SYNTAX.into()),
    }
}
