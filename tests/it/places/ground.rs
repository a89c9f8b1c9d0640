//! Ways on the ground and points of cells, as somebody with a map has them.

use rand_chat::base::{Cell, Grid, Kilometres, Place};

const EARTH_RADIUS: Kilometres = 6_371.008_8;
const KM_PER_DEGREE: Kilometres = 111.195;

/// The grid of the program.
pub fn grid() -> Grid {
    Grid::of_side(5.0)
}

/// The centre of the cell that a place is in.
pub fn snapped(place: Place) -> Place {
    grid().centre(grid().cell(place))
}

/// A place as a point of the unit sphere, from which distances are computed faster.
#[derive(Clone, Copy)]
pub struct Point([f64; 3]);

impl Point {
    pub fn of(place: Place) -> Self {
        let (latitude, longitude) = (place.latitude.to_radians(), place.longitude.to_radians());
        let out = latitude.cos();
        Self([out * longitude.cos(), out * longitude.sin(), latitude.sin()])
    }

    pub fn distance(self, other: Self) -> Kilometres {
        let between = |axis: usize| (self.0[axis] - other.0[axis]).powi(2);
        let chord = (between(0) + between(1) + between(2)).sqrt();
        2.0 * EARTH_RADIUS * (chord / 2.0).min(1.0).asin()
    }
}

/// About where one arrives, walking so far in a direction (radians from north to east).
pub fn walk(from: Place, bearing: f64, length: Kilometres) -> Place {
    let latitude = from.latitude + length * bearing.cos() / KM_PER_DEGREE;
    let degree = KM_PER_DEGREE * from.latitude.to_radians().cos();
    let longitude = from.longitude + length * bearing.sin() / degree;
    let longitude = (longitude + 180.0).rem_euclid(360.0) - 180.0;
    Place { latitude: latitude.clamp(-90.0, 90.0), longitude }
}

/// The last place in a cell on the way from its centre in a direction, a few centimetres from the edge.
pub fn edge(cell: Cell, bearing: f64) -> Place {
    let centre = grid().centre(cell);
    let (mut inside, mut outside) = (0.0, 10.0);
    while outside - inside > 0.000_02 {
        let middle = f64::midpoint(inside, outside);
        if grid().cell(walk(centre, bearing, middle)) == cell {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    walk(centre, bearing, inside)
}

/// Every point of a cell on a lattice of this width.
pub fn lattice(cell: Cell, width: Kilometres) -> Vec<Place> {
    let centre = grid().centre(cell);
    let (north, east) = (0.0, std::f64::consts::FRAC_PI_2);
    let mut points = Vec::new();
    let steps = || (-100..=100).map(|step| f64::from(step) * width).filter(|far| far.abs() < 2.7);
    for up in steps() {
        let row = walk(centre, north, up);
        points.extend(steps().map(|right| walk(row, east, right)));
    }
    points.retain(|point| grid().cell(*point) == cell);
    points
}

/// The point in the middle of some that are near each other.
pub fn middle(points: &[Place]) -> Place {
    let first = points[0];
    let count = f64::from(u32::try_from(points.len()).unwrap());
    let mean = |offset: &dyn Fn(&Place) -> f64| points.iter().map(offset).sum::<f64>() / count;
    // Across the line where days change, longitudes are not near each other, but their differences are.
    let east = |to: &Place| (to.longitude - first.longitude + 540.0).rem_euclid(360.0) - 180.0;
    let longitude = (first.longitude + mean(&east) + 540.0).rem_euclid(360.0) - 180.0;
    Place { latitude: mean(&|point| point.latitude), longitude }
}
