//! Which members of a sorted set lie within a shape.

use super::cells::{Area, Cell, FINEST, Map, Position};
use super::shape::Shape;
use crate::state::keyspace::{SmallBytes, SortedSet};

/// Half of the width of the map in metres, at the equator.
const HALF_MAP: f64 = 20_037_726.37;

/// The columns to the east and the rows to the north of the cells around one, in the order in which
/// servers search them.
const AROUND: [(i32, i32); 9] =
    [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)];

/// A member that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) member: SmallBytes,
    pub(super) score: f64,
    /// The metres from the middle of the search.
    pub(super) distance: f64,
}

impl Found {
    pub(super) fn position(&self) -> Position {
        Cell::of_score(self.score).centre()
    }
}

/// A place to search in.
#[derive(Clone, Debug)]
pub(super) struct Search {
    pub(super) middle: Position,
    pub(super) shape: Shape,
}

impl Search {
    /// The members within the shape, at most so many: cell by cell, each in the order of scores.
    pub(super) fn members(
        &self,
        set: &SortedSet,
        measures_width_at_centre: bool,
        most: usize,
    ) -> Vec<Found> {
        let cells = self.cells(self.shape.area(self.middle, measures_width_at_centre));
        let scored = cells.into_iter().flat_map(|cell| {
            let scores = cell.scores();
            let rank = |bound: f64| set.leading(|_, score| score < bound);
            set.range(rank(scores.start)..rank(scores.end), false)
        });
        let found = scored.filter_map(|(member, score)| {
            let position = Cell::of_score(score).centre();
            let distance = self.shape.distance_within(self.middle, position)?;
            Some(Found { member: member.clone(), score, distance })
        });
        found.take(most).collect()
    }

    /// The cells that cover the area: the one in the middle, and those around it that are needed.
    fn cells(&self, area: Area) -> Vec<Cell> {
        let cell = |step| Map::STORED.cell(self.middle, step);
        let step = self.step();
        let is_too_small = step > 1 && !reaches_around(cell(step), area);
        let middle = cell(if is_too_small { step - 1 } else { step });
        let inner = middle.area();
        let is_needed = |(columns, rows): &&(i32, i32)| {
            let is_inside = (*rows < 0 && inner.latitudes.0 < area.latitudes.0)
                || (*rows > 0 && inner.latitudes.1 > area.latitudes.1)
                || (*columns < 0 && inner.longitudes.0 < area.longitudes.0)
                || (*columns > 0 && inner.longitudes.1 > area.longitudes.1);
            middle.step < 2 || !is_inside
        };
        let needed = AROUND.iter().filter(is_needed);
        let mut cells: Vec<_> =
            needed.map(|(columns, rows)| middle.moved(*columns, *rows)).collect();
        // On the coarsest grid, the neighbours on both sides are the same cell.
        cells.dedup();
        cells
    }

    /// The step of cells that are about as large as the shape. Near the poles they must be larger.
    fn step(&self) -> u32 {
        let radius = self.shape.radius(self.middle);
        if radius == 0.0 {
            return FINEST;
        }
        let mut radii = std::iter::successors(Some(radius), |radius| Some(radius * 2.0));
        let doublings = radii.position(|radius| radius >= HALF_MAP).unwrap_or_default();
        let near_pole = [66.0, 80.0].iter().filter(|it| self.middle.latitude.abs() > **it).count();
        (doublings + 1).saturating_sub(2 + near_pole).clamp(1, FINEST as usize) as u32
    }
}

/// Whether a cell and its neighbours cover an area.
fn reaches_around(cell: Cell, area: Area) -> bool {
    let neighbour = |columns, rows| cell.moved(columns, rows).area();
    neighbour(0, 1).latitudes.1 >= area.latitudes.1
        && neighbour(0, -1).latitudes.0 <= area.latitudes.0
        && neighbour(1, 0).longitudes.1 >= area.longitudes.1
        && neighbour(-1, 0).longitudes.0 <= area.longitudes.0
}
