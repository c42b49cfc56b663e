//! Geo positions, which are stored as scores of sorted sets: GEOADD, GEOPOS, GEODIST, GEOHASH.
//!
//! Reading order: [`cells`] (positions and the grid that they are stored in), [`shape`] (distances and
//! shapes), [`search`] (the members within a shape), [`options`] (the words of a search), [`searches`]
//! (GEOSEARCH, GEORADIUS and their variants).

mod cells;
mod options;
mod search;
mod searches;
mod shape;

use cells::{Cell, FINEST, Map, Position};
use options::Unit;
use searches::{
    georadius, georadius_ro, georadiusbymember, georadiusbymember_ro, geosearch, geosearchstore,
};

use super::errors::SYNTAX;
use super::sorted_sets::add::{self, Options};
use super::sorted_sets::score::{NO_FLOAT, parse_score};
use super::{Context, Family, Outcome};
use crate::profile::geo::GeoBehaviour;
use crate::state::keyspace::SortedSet;
use crate::wire::{Args, ErrorReply, Reply, shortest};

pub(crate) const FAMILY: Family = &[
    ("geoadd", geoadd),
    ("geopos", geopos),
    ("geodist", geodist),
    ("geohash", geohash),
    ("geosearch", geosearch),
    ("geosearchstore", geosearchstore),
    ("georadius", georadius),
    ("georadius_ro", georadius_ro),
    ("georadiusbymember", georadiusbymember),
    ("georadiusbymember_ro", georadiusbymember_ro),
];

impl Context<'_> {
    fn geo(&self) -> &'static GeoBehaviour {
        &self.state.profile.geo
    }

    /// Parses a position, which must be on the map.
    fn position(&self, longitude: &[u8], latitude: &[u8]) -> Result<Position, ErrorReply> {
        let number = |text| parse_score(text, self.sorted_sets()).ok_or(NO_FLOAT);
        let position = Position { longitude: number(longitude)?, latitude: number(latitude)? };
        if Map::STORED.contains(position) {
            return Ok(position);
        }
        let Position { longitude, latitude } = position;
        Err(format!("ERR invalid longitude,latitude pair {longitude:.6},{latitude:.6}").into())
    }
}

fn geoadd(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let mut options = Options::default();
    let mut words = args.from(2);
    while let Some(word) = words.get(0) {
        match word.to_ascii_lowercase().as_slice() {
            b"nx" => options.only_new = true,
            b"xx" => options.only_present = true,
            b"ch" => options.counts_changes = true,
            _ => break,
        }
        words = words.from(1);
    }
    if words.is_empty()
        || !words.len().is_multiple_of(3)
        || (options.only_new && options.only_present)
    {
        return Err(SYNTAX.into());
    }
    let places = (0..words.len()).step_by(3).map(|place| {
        let position = ctx.position(&words[place], &words[place + 1])?;
        Ok((Map::STORED.cell(position, FINEST).number() as f64, member(words, place + 2)))
    });
    let places = places.collect::<Result<Vec<_>, ErrorReply>>()?;
    add::insert(ctx, &args[1], options, places)
}

/// The word at an index that the caller has checked.
fn member<'a>(words: Args<'a>, index: usize) -> &'a [u8] {
    words.get(index).unwrap_or_default()
}

fn geopos(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let behaviour = ctx.geo();
    let (set, mut reply) = ctx.read::<SortedSet>(&args[1])?;
    let members = args.from(2);
    reply.array(members.len());
    for member in members.iter() {
        match set.and_then(|set| set.score(member)) {
            Some(score) => write_position(&mut reply, Cell::of_score(score).centre(), behaviour),
            None => _ = reply.null_array(),
        }
    }
    Ok(())
}

fn geohash(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (set, mut reply) = ctx.read::<SortedSet>(&args[1])?;
    let members = args.from(2);
    reply.array(members.len());
    for member in members.iter() {
        let score = set.and_then(|set| set.score(member));
        reply.bulk_or_null(score.map(|score| Cell::of_score(score).geohash()));
    }
    Ok(())
}

fn geodist(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let unit = match args.get(4) {
        None => Unit::METRES,
        Some(_) if args.len() > 5 => return Err(SYNTAX.into()),
        Some(word) => Unit::parse(word, ctx.geo())?,
    };
    let (set, mut reply) = ctx.read::<SortedSet>(&args[1])?;
    let position = |member| Some(Cell::of_score(set?.score(member)?).centre());
    match (position(&args[2]), position(&args[3])) {
        (Some(from), Some(to)) => reply.bulk(unit.shown(from.distance(to))),
        _ => reply.null(),
    };
    Ok(())
}

fn write_position(reply: &mut Reply<'_>, position: Position, behaviour: &GeoBehaviour) {
    let shown = |degrees: f64| match behaviour.coordinates_are_short {
        true => shortest(degrees),
        false => {
            let text = format!("{degrees:.17}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    };
    reply.array(2).decimal(&shown(position.longitude)).decimal(&shown(position.latitude));
}
