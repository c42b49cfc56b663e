//! The words of a search.

use super::cells::{Cell, Position};
use super::search::Search;
use super::shape::{Shape, middle};
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::sorted_sets::score::parse_score;
use crate::commands::{Context, Outcome};
use crate::profile::geo::GeoBehaviour;
use crate::state::keyspace::SortedSet;
use crate::wire::{Args, ErrorReply, parse_integer};

/// A unit of length: its metres.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit(f64);

impl Unit {
    pub(super) const METRES: Self = Self(1.0);

    pub(super) fn parse(word: &[u8], behaviour: &GeoBehaviour) -> Result<Self, &'static str> {
        let lower = word.to_ascii_lowercase();
        let word = if behaviour.units_have_any_case { &lower } else { word };
        match word {
            b"m" => Ok(Self::METRES),
            b"km" => Ok(Self(1000.0)),
            b"ft" => Ok(Self(0.3048)),
            b"mi" => Ok(Self(1609.34)),
            _ if behaviour.units_have_any_case => {
                Err("ERR unsupported unit provided. please use M, KM, FT, MI")
            }
            _ => Err("ERR unsupported unit provided. please use m, km, ft, mi"),
        }
    }

    /// A length in this unit.
    pub(super) fn of(self, metres: f64) -> f64 {
        metres / self.0
    }

    pub(super) fn metres(self, length: f64) -> f64 {
        length * self.0
    }

    /// A length in this unit, as replies show it.
    pub(super) fn shown(self, metres: f64) -> String {
        format!("{:.4}", self.of(metres))
    }
}

/// The form of the words of a command, which follows from its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// The command, as errors name it.
    pub(super) command: &'static str,
    pub(super) start: Start,
    pub(super) stores: Stores,
}

/// The words before the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// None: options name the middle and the shape.
    Options,
    /// A longitude, a latitude, a radius and its unit.
    Position,
    /// A member, a radius and its unit.
    Member,
}

/// Whether the result of a command is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stores {
    Never,
    /// If an option names the key.
    WhenTold,
    Always,
}

/// The words of a search, parsed.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) search: Search,
    pub(super) options: Options<'a>,
}

#[derive(Clone, Debug)]
pub(super) struct Options<'a> {
    middle: Option<Middle>,
    shape: Option<Shape>,
    pub(super) unit: Unit,
    pub(super) with_distance: bool,
    pub(super) with_hash: bool,
    pub(super) with_position: bool,
    /// Whether the nearest member comes first; `None` without an order.
    pub(super) ascending: Option<bool>,
    pub(super) count: Option<usize>,
    /// Whether any members will do, not only the nearest.
    pub(super) any: bool,
    pub(super) target: Option<&'a [u8]>,
    pub(super) stores_distances: bool,
}

/// The middle of a search, by what named it.
#[derive(Clone, Copy, Debug)]
enum Middle {
    Member(Position),
    Coordinates(Position),
    Polygon(Position),
}

impl<'a> Request<'a> {
    /// Parses the words of a search in the sorted set `source`, which may be missing.
    pub(super) fn parse(
        ctx: &mut Context<'_>,
        form: Form,
        source: &[u8],
        mut words: Args<'a>,
    ) -> Result<Self, ErrorReply> {
        let has_source = ctx.look_up::<SortedSet>(source)?.is_some();
        let mut options = Options::NONE;
        match form.start {
            Start::Options => {}
            Start::Position => {
                options.middle = Some(Middle::Coordinates(ctx.position(&words[0], &words[1])?));
                options.set_circle(ctx, words.from(2))?;
                words = words.from(4);
            }
            Start::Member => {
                options.middle = Some(member_position(ctx, source, &words[0])?);
                options.shape = Some(Shape::Circle { radius: 0.0 });
                if has_source {
                    options.set_circle(ctx, words.from(1))?;
                }
                words = words.from(3);
            }
        }
        while !words.is_empty() {
            words = words.from(options.read(ctx, form, source, words)?);
        }
        let search = options.check(ctx, form)?;
        Ok(Self { search, options })
    }
}

impl<'a> Options<'a> {
    const NONE: Self = Self {
        middle: None,
        shape: None,
        unit: Unit::METRES,
        with_distance: false,
        with_hash: false,
        with_position: false,
        ascending: None,
        count: None,
        any: false,
        target: None,
        stores_distances: false,
    };

    /// Reads one option, and returns how many words it takes.
    fn read(
        &mut self,
        ctx: &mut Context<'_>,
        form: Form,
        source: &[u8],
        words: Args<'a>,
    ) -> Result<usize, ErrorReply> {
        let option = words[0].to_ascii_lowercase();
        let is_search = form.start == Start::Options;
        let has = |count: usize| words.len() > count;
        match option.as_slice() {
            b"withdist" => self.with_distance = true,
            b"withhash" => self.with_hash = true,
            b"withcoord" => self.with_position = true,
            b"any" => self.any = true,
            b"asc" => self.ascending = Some(true),
            b"desc" => self.ascending = Some(false),
            b"count" if has(1) => {
                let count = parse_integer(&words[1]).ok_or(NO_INTEGER)?;
                let count = usize::try_from(count).ok().filter(|count| *count > 0);
                self.count = Some(count.ok_or("ERR COUNT must be > 0")?);
                return Ok(2);
            }
            b"store" | b"storedist" if form.stores == Stores::WhenTold && has(1) => {
                self.target = words.get(1);
                self.stores_distances = option == b"storedist";
                return Ok(2);
            }
            b"storedist" if form.stores == Stores::Always => self.stores_distances = true,
            _ if is_search => return self.read_place(ctx, source, words),
            _ => return Err(SYNTAX.into()),
        }
        Ok(1)
    }

    /// Reads an option that names the middle or the shape.
    fn read_place(
        &mut self,
        ctx: &mut Context<'_>,
        source: &[u8],
        words: Args<'a>,
    ) -> Result<usize, ErrorReply> {
        let has = |count: usize| words.len() > count;
        match (words[0].to_ascii_lowercase().as_slice(), self.middle, &self.shape) {
            (b"frommember", None | Some(Middle::Member(_)), _) if has(1) => {
                self.middle = Some(member_position(ctx, source, &words[1])?);
                Ok(2)
            }
            (b"fromlonlat", None | Some(Middle::Coordinates(_)), _) if has(2) => {
                self.middle = Some(Middle::Coordinates(ctx.position(&words[1], &words[2])?));
                Ok(3)
            }
            (b"byradius", _, None | Some(Shape::Circle { .. })) if has(2) => {
                self.set_circle(ctx, words.from(1))?;
                Ok(3)
            }
            (b"bybox", _, None | Some(Shape::Rectangle { .. })) if has(3) => {
                self.set_rectangle(ctx, words.from(1))?;
                Ok(4)
            }
            (b"bypolygon", None | Some(Middle::Polygon(_)), None | Some(Shape::Polygon { .. }))
                if has(1) && ctx.geo().searches_polygons =>
            {
                let corners = parse_corners(ctx, words.from(1))?;
                let taken = 2 + 2 * corners.len();
                self.middle = Some(Middle::Polygon(middle(&corners)));
                self.shape = Some(Shape::Polygon { corners });
                Ok(taken)
            }
            _ => Err(SYNTAX.into()),
        }
    }

    /// Sets the shape to a circle with a radius in a unit.
    fn set_circle(&mut self, ctx: &Context<'_>, words: Args<'_>) -> Outcome {
        let radius = ctx.length(&words[0], "ERR need numeric radius")?;
        if radius < 0.0 {
            return Err("ERR radius cannot be negative".into());
        }
        self.unit = Unit::parse(&words[1], ctx.geo())?;
        self.shape = Some(Shape::Circle { radius: self.unit.metres(radius) });
        Ok(())
    }

    /// Sets the shape to a rectangle with a width and a height in a unit.
    fn set_rectangle(&mut self, ctx: &Context<'_>, words: Args<'_>) -> Outcome {
        let width = ctx.length(&words[0], "ERR need numeric width")?;
        let height = ctx.length(&words[1], "ERR need numeric height")?;
        if width < 0.0 || height < 0.0 {
            return Err("ERR height or width cannot be negative".into());
        }
        self.unit = Unit::parse(&words[2], ctx.geo())?;
        let (width, height) = (self.unit.metres(width), self.unit.metres(height));
        self.shape = Some(Shape::Rectangle { width, height });
        Ok(())
    }

    /// Checks the options together, and returns where to search.
    fn check(&mut self, ctx: &Context<'_>, form: Form) -> Result<Search, ErrorReply> {
        let stores = form.stores == Stores::Always || self.target.is_some();
        if stores && (self.with_distance || self.with_hash || self.with_position) {
            let behaviour = ctx.geo();
            return Err((behaviour.stores_no_details)(match form.stores {
                Stores::Always => "GEOSEARCHSTORE",
                _ => "STORE option in GEORADIUS",
            }));
        }
        let named = match self.middle {
            Some(Middle::Member(it) | Middle::Coordinates(it) | Middle::Polygon(it)) => Some(it),
            None => None,
        };
        let one_of = |words: &str| {
            format!("ERR exactly one of {words} can be specified for {}", form.command)
        };
        let middle = named.ok_or_else(|| one_of("FROMMEMBER or FROMLONLAT"))?;
        let shapes = match ctx.geo().searches_polygons {
            true => "BYRADIUS, BYBOX and BYPOLYGON",
            false => "BYRADIUS and BYBOX",
        };
        let shape = self.shape.take().ok_or_else(|| one_of(shapes))?;
        if self.any && self.count.is_none() {
            return Err("ERR the ANY argument requires COUNT argument".into());
        }
        Ok(Search { middle, shape })
    }
}

impl Context<'_> {
    fn length(&self, word: &[u8], error: &'static str) -> Result<f64, &'static str> {
        parse_score(word, self.sorted_sets()).ok_or(error)
    }
}

/// The position of a member. In a missing set nothing is found, wherever the middle is.
fn member_position(
    ctx: &mut Context<'_>,
    source: &[u8],
    member: &[u8],
) -> Result<Middle, ErrorReply> {
    let behaviour = ctx.geo();
    let score = match ctx.peek::<SortedSet>(source)? {
        Some(set) => set.score(member).ok_or_else(|| (behaviour.no_member)(member))?,
        None => 0.0,
    };
    Ok(Middle::Member(Cell::of_score(score).centre()))
}

/// Parses the number of corners, and the corners.
fn parse_corners(ctx: &Context<'_>, words: Args<'_>) -> Result<Vec<Position>, ErrorReply> {
    let number = parse_integer(&words[0]).ok_or("ERR invalid number of vertices")?;
    let corners = words.from(1);
    let number = usize::try_from(number).ok().filter(|it| (3..=corners.len() / 2).contains(it));
    let Some(number) = number else {
        return Err("ERR GEOSEARCH BYPOLYGON must have at least 3 vertices".into());
    };
    (0..number).map(|corner| ctx.position(&corners[2 * corner], &corners[2 * corner + 1])).collect()
}
