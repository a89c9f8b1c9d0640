//! Places on a fixed grid. A member's place is snapped to the centre of its cell before anything is
//! stored or compared, so that no answer of this service can tell more than the cell.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A distance on the ground, in kilometres.
pub type Kilometres = f64;

/// Mean radius of the Earth (IUGG), in kilometres.
const EARTH_RADIUS: Kilometres = 6_371.008_8;
const KM_PER_DEGREE: Kilometres = EARTH_RADIUS * std::f64::consts::PI / 180.0;

/// A point on the Earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// North positive, -90 to 90.
    pub latitude: f64,
    /// East positive, -180 to 180.
    pub longitude: f64,
}

impl Place {
    /// A point, if the numbers name one.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let valid = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        valid.then_some(Self { latitude, longitude })
    }

    /// The great-circle distance (haversine formula).
    #[must_use]
    pub fn distance(self, other: Self) -> Kilometres {
        let half_chord = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let by_latitude = half_chord(other.latitude - self.latitude);
        let by_longitude = half_chord(other.longitude - self.longitude);
        let across = self.latitude.to_radians().cos() * other.latitude.to_radians().cos();
        let chord = (by_latitude + across * by_longitude).clamp(0.0, 1.0);
        2.0 * EARTH_RADIUS * chord.sqrt().asin()
    }
}

/// One cell of a [`Grid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cell {
    row: u32,
    column: u32,
}

/// As `row.column`.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.row, self.column)
    }
}

/// A division of the Earth into rows of equal height, each cut into cells about as wide as high.
///
/// The same place always falls into the same cell; the grid has no randomness and no state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    rows: u32,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "every cast is of a number just clamped to the grid"
)]
impl Grid {
    /// A grid of cells about `side` kilometres high and wide, and never higher or wider: the centres
    /// of two cells that share an edge are at most `side` apart. `side` is at least 1.
    #[must_use]
    pub fn of_side(side: Kilometres) -> Self {
        Self { rows: (180.0 * KM_PER_DEGREE / side.max(1.0)).ceil().max(1.0) as u32 }
    }

    /// The cell a place is in.
    #[must_use]
    pub fn cell(self, place: Place) -> Cell {
        let row = self.row(place.latitude);
        Cell { row, column: self.column(row, place.longitude) }
    }

    /// The middle of a cell.
    #[must_use]
    pub fn centre(self, cell: Cell) -> Place {
        Place {
            latitude: self.middle(cell.row),
            longitude: (f64::from(cell.column) + 0.5) * 360.0 / f64::from(self.columns(cell.row))
                - 180.0,
        }
    }

    /// Every cell that may hold a place within `radius` of `place`.
    #[must_use]
    pub fn cells_within(self, place: Place, radius: Kilometres) -> Vec<Cell> {
        let reach = radius / KM_PER_DEGREE;
        let (south, north) = (place.latitude - reach, place.latitude + reach);
        // The meridians touched by a circle on a sphere; all of them when it reaches a pole.
        let spread = if south <= -90.0 || north >= 90.0 {
            180.0
        } else {
            let sine = (radius / EARTH_RADIUS).sin() / place.latitude.to_radians().cos();
            sine.clamp(-1.0, 1.0).asin().to_degrees()
        };
        let mut cells = Vec::new();
        for row in self.row(south)..=self.row(north) {
            let columns = self.columns(row);
            let width = 360.0 / f64::from(columns);
            let first = ((place.longitude - spread + 180.0) / width).floor() as i64;
            let last = ((place.longitude + spread + 180.0) / width).floor() as i64;
            let last = last.min(first + i64::from(columns) - 1);
            cells.extend(
                (first..=last).map(|column| Cell {
                    row,
                    column: column.rem_euclid(i64::from(columns)) as u32,
                }),
            );
        }
        cells
    }

    fn row(self, latitude: f64) -> u32 {
        let row = (latitude + 90.0) / 180.0 * f64::from(self.rows);
        row.clamp(0.0, f64::from(self.rows - 1)) as u32
    }

    fn column(self, row: u32, longitude: f64) -> u32 {
        let columns = self.columns(row);
        let column = (longitude + 180.0) / 360.0 * f64::from(columns);
        column.clamp(0.0, f64::from(columns - 1)) as u32
    }

    fn columns(self, row: u32) -> u32 {
        let around = self.middle(row).to_radians().cos() * f64::from(self.rows) * 2.0;
        around.ceil().max(1.0) as u32
    }

    fn middle(self, row: u32) -> f64 {
        (f64::from(row) + 0.5) * 180.0 / f64::from(self.rows) - 90.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place() -> impl Strategy<Value = Place> {
        (-90.0..=90.0, -180.0..=180.0)
            .prop_map(|(latitude, longitude)| Place { latitude, longitude })
    }

    #[test]
    fn seoul_is_about_325_km_from_busan() {
        let seoul = Place { latitude: 37.5665, longitude: 126.978 };
        let busan = Place { latitude: 35.1796, longitude: 129.0756 };

        assert!((seoul.distance(busan) - 325.0).abs() < 3.0, "{}", seoul.distance(busan));
    }

    #[test]
    fn numbers_that_name_no_place_are_refused() {
        assert_eq!(Place::new(91.0, 0.0), None);
        assert_eq!(Place::new(0.0, -180.5), None);
        assert_eq!(Place::new(f64::NAN, 0.0), None);
        assert_eq!(Place::new(f64::INFINITY, 0.0), None);
    }

    proptest! {
        #[test]
        fn a_place_is_near_the_centre_of_its_cell(place in place()) {
            let grid = Grid::of_side(5.0);
            let centre = grid.centre(grid.cell(place));

            // Half the diagonal of a cell; its southern or northern edge may be the wider.
            prop_assert!(place.distance(centre) < 5.0, "{}", place.distance(centre));
            prop_assert_eq!(grid.cell(centre), grid.cell(place));
        }

        #[test]
        fn neighbours_are_at_most_one_side_apart(place in place()) {
            let grid = Grid::of_side(5.0);
            let cell = grid.cell(place);
            let centre = grid.centre(cell);

            let east = Cell { column: (cell.column + 1) % grid.columns(cell.row), ..cell };
            let north = Place { latitude: grid.middle(cell.row + 1), ..centre };

            prop_assert!(centre.distance(grid.centre(east)) <= 5.0);
            prop_assert!(centre.distance(north) <= 5.0);
        }

        #[test]
        fn whoever_is_within_the_radius_is_in_one_of_the_cells(
            here in place(),
            bearing in 0.0..360.0_f64,
            part in 0.0..1.0_f64,
            side in prop::sample::select(vec![5.0, 10.0, 25.0, 50.0, 100.0]),
        ) {
            let radius = side;
            let there = walk(here, bearing, radius * part * 0.999);
            let grid = Grid::of_side(side);

            let cells = grid.cells_within(here, radius);

            prop_assert!(cells.contains(&grid.cell(there)), "{here:?} {there:?}");
        }
    }

    /// Where one arrives, walking from `from` for `length` kilometres.
    fn walk(from: Place, bearing: f64, length: Kilometres) -> Place {
        let (angle, bearing) = (length / EARTH_RADIUS, bearing.to_radians());
        let (lat, lon) = (from.latitude.to_radians(), from.longitude.to_radians());
        let to_lat = (lat.sin() * angle.cos() + lat.cos() * angle.sin() * bearing.cos()).asin();
        let east = bearing.sin() * angle.sin() * lat.cos();
        let to_lon = lon + east.atan2(angle.cos() - lat.sin() * to_lat.sin());
        let longitude = (to_lon.to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
        Place { latitude: to_lat.to_degrees(), longitude }
    }
}
