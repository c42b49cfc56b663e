//! CLIENT KILL, in its old form (an address) and its new one (conditions).

use std::time::Duration;

use super::{Class, Outcome, SYNTAX};
use crate::access::UserKey;
use crate::client::{Client, ClientKey};
use crate::command::Turn;
use crate::moment::Moment;
use crate::wire::{Args, ErrorReply, parse_integer};
use crate::world::World;

/// All of which must hold. Given twice, the last one counts.
#[derive(Debug)]
struct Conditions<'a> {
    id: Option<u64>,
    address: Option<&'a [u8]>,
    local_address: Option<&'a [u8]>,
    class: Option<Class>,
    user: Option<UserKey>,
    least_age: Option<Duration>,
    spares_caller: bool,
}

impl<'a> Conditions<'a> {
    /// Every client but the caller.
    const ALL: Self = Self {
        id: None,
        address: None,
        local_address: None,
        class: None,
        user: None,
        least_age: None,
        spares_caller: true,
    };

    fn parse(mut words: Args<'a>, world: &World) -> Result<Self, ErrorReply> {
        let mut conditions = Self::ALL;
        while let Some(option) = words.get(0) {
            let value = words.get(1).ok_or(SYNTAX)?;
            match option.to_ascii_lowercase().as_slice() {
                b"id" => {
                    let id = positive(value).ok_or("ERR client-id should be greater than 0")?;
                    conditions.id = Some(id);
                }
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

    fn hold(&self, client: &Client, now: Moment) -> bool {
        self.id.is_none_or(|id| client.id == id)
            && self.address.is_none_or(|address| client.peer.remote().as_bytes() == address)
            && self.local_address.is_none_or(|address| client.peer.local().as_bytes() == address)
            && self.class.is_none_or(|class| Class::of(client) == class)
            && self.user.is_none_or(|user| client.session.user == user)
            && self.least_age.is_none_or(|age| now.since(client.connected) >= age)
    }
}

pub(in crate::command) fn kill(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let old_form = args.len() == 3;
    let conditions = if old_form {
        Conditions { address: args.get(2), spares_caller: false, ..Conditions::ALL }
    } else {
        Conditions::parse(args.from(2), turn.world)?
    };
    let killed = condemned(turn, &conditions);
    for key in &killed {
        turn.world.kill(*key);
    }
    match killed.len() {
        0 if old_form => return Err("ERR No such client".into()),
        _ if old_form => turn.reply().ok(),
        killed => turn.reply().count(killed),
    };
    Ok(())
}

fn condemned(turn: &Turn<'_>, conditions: &Conditions<'_>) -> Vec<ClientKey> {
    let present = turn.world.clients.present().into_iter();
    present
        .filter(|(key, _)| !(conditions.spares_caller && *key == turn.me))
        .filter(|(_, client)| conditions.hold(client, turn.now))
        .map(|(key, _)| key)
        .collect()
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
