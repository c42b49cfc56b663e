//! Distances on earth, and the shapes that searches look into.

use std::f64::consts::PI;

use super::cells::{Area, Position};

/// The radius of the earth in metres.
const EARTH: f64 = 6_372_797.560_856;

/// Degrees as radians. The factor is rounded first, as in servers.
fn radians(degrees: f64) -> f64 {
    degrees * (PI / 180.0)
}

fn degrees(radians: f64) -> f64 {
    radians / (PI / 180.0)
}

impl Position {
    /// The metres to another position, along the surface of a sphere.
    pub(super) fn distance(self, other: Self) -> f64 {
        let longitude = radians(other.longitude) - radians(self.longitude);
        let east = (longitude / 2.0).sin();
        if east == 0.0 {
            return self.distance_north(other);
        }
        let (from, to) = (radians(self.latitude), radians(other.latitude));
        let north = ((to - from) / 2.0).sin();
        let square = north * north + from.cos() * to.cos() * east * east;
        2.0 * EARTH * square.sqrt().asin()
    }

    /// The metres between two parallels.
    fn distance_north(self, other: Self) -> f64 {
        EARTH * (radians(other.latitude) - radians(self.latitude)).abs()
    }
}

/// A shape around a position, with its size in metres.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Circle { radius: f64 },
    Rectangle { width: f64, height: f64 },
    Polygon { corners: Vec<Position> },
}

impl Shape {
    /// The metres from the middle to a position, if the shape contains it.
    pub(super) fn distance_within(&self, middle: Position, position: Position) -> Option<f64> {
        let contains = match self {
            Self::Circle { radius } => {
                return Some(middle.distance(position)).filter(|it| it <= radius);
            }
            Self::Rectangle { width, height } => {
                let beside = Position { longitude: middle.longitude, ..position };
                middle.distance_north(position) <= height / 2.0
                    && beside.distance(position) <= width / 2.0
            }
            Self::Polygon { corners } => has_inside(corners, position),
        };
        contains.then(|| middle.distance(position))
    }

    /// The radius of a circle around the shape.
    pub(super) fn radius(&self, middle: Position) -> f64 {
        match self {
            Self::Circle { radius } => *radius,
            Self::Rectangle { width, height } => (width / 2.0).hypot(height / 2.0),
            Self::Polygon { corners } => {
                corners.iter().map(|corner| middle.distance(*corner)).fold(0.0, f64::max)
            }
        }
    }

    /// A rectangle on the map that contains the shape.
    pub(super) fn area(&self, middle: Position, measures_width_at_centre: bool) -> Area {
        let (width, height) = match self {
            Self::Circle { radius } => (*radius, *radius),
            Self::Rectangle { width, height } => (width / 2.0, height / 2.0),
            Self::Polygon { corners } => return around(corners),
        };
        let Position { longitude, latitude } = middle;
        let north = degrees(height / EARTH);
        let parallel = match measures_width_at_centre {
            true => latitude,
            false if latitude < 0.0 => latitude - north,
            false => latitude + north,
        };
        let east = degrees(width / EARTH / radians(parallel).cos());
        Area {
            longitudes: (longitude - east, longitude + east),
            latitudes: (latitude - north, latitude + north),
        }
    }
}

/// The middle of the corners of a polygon on the sphere.
pub(super) fn middle(corners: &[Position]) -> Position {
    let mut sum = (0.0, 0.0, 0.0);
    for corner in corners {
        let (longitude, latitude) = (radians(corner.longitude), radians(corner.latitude));
        sum.0 += latitude.cos() * longitude.cos();
        sum.1 += latitude.cos() * longitude.sin();
        sum.2 += latitude.sin();
    }
    let (x, y, z) = sum;
    Position { longitude: degrees(y.atan2(x)), latitude: degrees(z.atan2(x.hypot(y))) }
}

/// Whether a line from the position to the east leaves the polygon once more than it enters it.
fn has_inside(corners: &[Position], position: Position) -> bool {
    let Position { longitude, latitude } = position;
    let ends = corners.iter().cycle().skip(1);
    let crossed = corners.iter().zip(ends).filter(|(one, other)| {
        let is_between = (one.latitude > latitude) != (other.latitude > latitude);
        let slope = (other.longitude - one.longitude) / (other.latitude - one.latitude);
        is_between && longitude < slope * (latitude - one.latitude) + one.longitude
    });
    crossed.count() % 2 == 1
}

/// The smallest rectangle on the map around positions.
fn around(corners: &[Position]) -> Area {
    let edges = |of: fn(&Position) -> f64| {
        let values = || corners.iter().map(of);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    Area { longitudes: edges(|it| it.longitude), latitudes: edges(|it| it.latitude) }
}
