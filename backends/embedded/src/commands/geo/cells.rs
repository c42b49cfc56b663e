//! Positions and the cells of the grid that they are stored in.
//!
//! A cell of step `n` is one of `2^n × 2^n` rectangles of the map. Its number interleaves the bits of
//! its row and its column, so that the cells within a larger cell have consecutive numbers. A sorted
//! set stores a position as the number of its cell of the smallest size.

use std::ops::Range;

/// A place on earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Position {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

/// The step of the smallest cells: their numbers have 52 bits, which a score holds exactly.
pub(super) const FINEST: u32 = 26;

/// The part of the earth that the grid covers.
#[derive(Clone, Copy)]
pub(super) struct Map {
    latitudes: (f64, f64),
}

impl Map {
    const LONGITUDES: (f64, f64) = (-180.0, 180.0);
    /// A square in the Mercator projection.
    pub(super) const STORED: Self = Self { latitudes: (-85.051_128_78, 85.051_128_78) };
    /// The map of public geohashes.
    const PUBLIC: Self = Self { latitudes: (-90.0, 90.0) };

    pub(super) fn contains(self, position: Position) -> bool {
        let within = |value, (min, max): (f64, f64)| (min..=max).contains(&value);
        within(position.longitude, Self::LONGITUDES) && within(position.latitude, self.latitudes)
    }

    /// The cell of a position.
    pub(super) fn cell(self, position: Position, step: u32) -> Cell {
        let index = |value: f64, (min, max): (f64, f64)| {
            ((value - min) / (max - min) * f64::from(1_u32 << step)) as u32
        };
        Cell {
            column: index(position.longitude, Self::LONGITUDES),
            row: index(position.latitude, self.latitudes),
            step,
        }
    }
}

/// A rectangle of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    column: u32,
    row: u32,
    pub(super) step: u32,
}

/// Edges in degrees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) longitudes: (f64, f64),
    pub(super) latitudes: (f64, f64),
}

impl Cell {
    /// The cell of a member with this score.
    pub(super) fn of_score(score: f64) -> Self {
        // As processors convert them: negative numbers wrap, and numbers that are too large are zero.
        let number = match score {
            ..0.0 => (score as i64).cast_unsigned(),
            18_446_744_073_709_551_616.0.. => 0,
            _ => score as u64,
        };
        Self { column: gathered(number >> 1), row: gathered(number), step: FINEST }
    }

    /// The number that interleaves the row and the column, the column first.
    pub(super) fn number(self) -> u64 {
        spread(self.row) | spread(self.column) << 1
    }

    /// The scores of the positions within the cell.
    pub(super) fn scores(self) -> Range<f64> {
        let first = |number: u64| (number << (2 * (FINEST - self.step))) as f64;
        first(self.number())..first(self.number() + 1)
    }

    /// The cell that is so many columns to the east and so many rows to the north. The grid has no
    /// edges. A cell beyond them, which a position on the eastern or northern edge has, stays beyond
    /// them in the direction in which it is not moved.
    pub(super) fn moved(self, columns: i32, rows: i32) -> Self {
        let last = (1 << self.step) - 1;
        let moved = |index: u32, by: i32| match by {
            0 => index,
            _ => index.wrapping_add_signed(by) & last,
        };
        Self { column: moved(self.column, columns), row: moved(self.row, rows), ..self }
    }

    pub(super) fn area(self) -> Area {
        let edges = |index: u32, (min, max): (f64, f64)| {
            let cells = f64::from(1_u32 << self.step);
            let edge = |index: f64| min + index / cells * (max - min);
            (edge(index.into()), edge(f64::from(index) + 1.0))
        };
        Area {
            longitudes: edges(self.column, Map::LONGITUDES),
            latitudes: edges(self.row, Map::STORED.latitudes),
        }
    }

    /// The middle of the cell.
    pub(super) fn centre(self) -> Position {
        let Area { longitudes, latitudes } = self.area();
        let middle = |(one, other): (f64, f64), (min, max): (f64, f64)| {
            f64::midpoint(one, other).clamp(min, max)
        };
        Position {
            longitude: middle(longitudes, Map::LONGITUDES),
            latitude: middle(latitudes, Map::STORED.latitudes),
        }
    }

    /// The geohash that other programs know, with 11 characters; the last one says nothing.
    pub(super) fn geohash(self) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
        let number = Map::PUBLIC.cell(self.centre(), FINEST).number();
        let characters = (1..=10).map(|place| number >> (2 * FINEST - 5 * place) & 31);
        characters.chain([0]).map(|index| char::from(ALPHABET[index as usize])).collect()
    }
}

/// The bits of a number with a zero before each.
fn spread(number: u32) -> u64 {
    (0..u32::BITS).map(|bit| u64::from(number >> bit & 1) << (2 * bit)).sum()
}

/// Every second bit of a number.
fn gathered(number: u64) -> u32 {
    (0..u32::BITS).map(|bit| ((number >> (2 * bit) & 1) as u32) << bit).sum()
}
