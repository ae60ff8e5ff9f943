//! The inclination of a phone from the direction of gravity in it, however it is fixed to the back.
//!
//! In a bend the phone turns about one axis, so the direction of gravity moves along a circle in the phone's own axes.
//! The plane of this circle is found from the recording itself: the mean direction, and the direction in which it varies
//! most. The angle within that plane is the inclination but for its zero, which is that of standing, and its sign, which
//! is the one that grows when the person bends.

use super::file_fault::FileFault;
use super::numbers::median;
use super::series::TimeSeries;

/// An acceleration or a direction in the axes of the phone.
pub type PhoneVector = [f64; 3];

/// The length of gravity in m/s² and in g; that of a plain accelerometer is off by a few percent at most.
const GRAVITY: [f64; 2] = [9.81, 1.0];
const GRAVITY_TOLERANCE: f64 = 0.1;

/// Accelerations are averaged over this time to each side, seconds: a bend is slow, a step or a heartbeat is not. [own]
const SMOOTHING: f64 = 0.1;

/// The least movement of a phone on the back over its whole recording, degrees. [own]
const LEAST_TURN: f64 = 15.0;

/// The inclination over time, degrees, from an arbitrary zero and with an arbitrary sign.
pub fn inclination(rows: &[(f64, PhoneVector)]) -> Result<TimeSeries, FileFault> {
    let length = median(rows.iter().map(|(_, vector)| dot(vector, vector).sqrt())).unwrap_or_default();
    if !GRAVITY.iter().any(|gravity| (length / gravity - 1.0).abs() < GRAVITY_TOLERANCE) {
        return Err(FileFault::NoGravity(length));
    }
    let smooth = smoothed(rows);
    let directions: Vec<PhoneVector> = smooth.iter().filter_map(|(_, vector)| unit(vector)).collect();
    let upright = unit(&sum(&directions)).ok_or(FileFault::NotTurned(LEAST_TURN))?;
    let ahead = most_varying(&directions, &upright).ok_or(FileFault::NotTurned(LEAST_TURN))?;
    let angle =
        |(time, vector): &(f64, PhoneVector)| (*time, dot(vector, &ahead).atan2(dot(vector, &upright)).to_degrees());
    let series = TimeSeries::new(smooth.iter().map(angle));
    if turn(&series) < LEAST_TURN {
        return Err(FileFault::NotTurned(LEAST_TURN));
    }
    Ok(series)
}

/// The range of the angle without its outermost hundredths.
fn turn(series: &TimeSeries) -> f64 {
    let mut angles: Vec<f64> = series.points().iter().map(|(_, angle)| *angle).collect();
    angles.sort_by(f64::total_cmp);
    let edge = angles.len() / 100;
    let ends = angles.get(edge).zip(angles.get(angles.len().saturating_sub(1 + edge)));
    ends.map_or(0.0, |(low, high)| high - low)
}

/// Each vector as the mean of those around it.
fn smoothed(rows: &[(f64, PhoneVector)]) -> Vec<(f64, PhoneVector)> {
    let (mut first, mut next) = (0, 0);
    let mut total = [0.0; 3];
    let mean = |(time, _): &(f64, PhoneVector)| {
        while let Some((_, vector)) = rows.get(next).filter(|(later, _)| *later <= time + SMOOTHING) {
            total = added(&total, vector, 1.0);
            next += 1;
        }
        while let Some((_, vector)) = rows.get(first).filter(|(earlier, _)| *earlier < time - SMOOTHING) {
            total = added(&total, vector, -1.0);
            first += 1;
        }
        (*time, total) // the length does not matter
    };
    rows.iter().map(mean).collect()
}

/// The direction at right angles to `upright` along which the vectors vary most, by power iteration.
fn most_varying(vectors: &[PhoneVector], upright: &PhoneVector) -> Option<PhoneVector> {
    let mut scatter = [[0.0; 3]; 3];
    for vector in vectors {
        let off = added(vector, upright, -dot(vector, upright));
        for (row, across) in scatter.iter_mut().zip(off) {
            row.iter_mut().zip(off).for_each(|(cell, down)| *cell += across * down);
        }
    }
    let strongest = scatter.into_iter().max_by(|one, other| dot(one, one).total_cmp(&dot(other, other)))?;
    let mut ahead = unit(&strongest)?;
    for _ in 0..100 {
        ahead = unit(&[dot(&scatter[0], &ahead), dot(&scatter[1], &ahead), dot(&scatter[2], &ahead)])?;
    }
    Some(ahead)
}

fn dot(one: &PhoneVector, other: &PhoneVector) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn added(one: &PhoneVector, other: &PhoneVector, times: f64) -> PhoneVector {
    std::array::from_fn(|axis| one[axis] + times * other[axis])
}

fn sum(vectors: &[PhoneVector]) -> PhoneVector {
    vectors.iter().fold([0.0; 3], |sum, vector| added(&sum, vector, 1.0))
}

fn unit(vector: &PhoneVector) -> Option<PhoneVector> {
    let length = dot(vector, vector).sqrt();
    (length > 1e-9).then(|| vector.map(|part| part / length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gravity in a phone whose axes lie in any way, while it turns by these degrees.
    fn rows(turn: impl Fn(f64) -> f64, length: f64) -> Vec<(f64, PhoneVector)> {
        let (upright, ahead) = ([0.6, 0.0, 0.8], [0.48, 0.8, -0.36]);
        (0..2000)
            .map(|at| {
                let time = f64::from(at) * 0.01;
                let angle = turn(time).to_radians();
                (time, std::array::from_fn(|axis| length * (angle.cos() * upright[axis] + angle.sin() * ahead[axis])))
            })
            .collect()
    }

    fn bends(time: f64) -> f64 {
        35.0 - 35.0 * (time * 1.2).cos()
    }

    #[test]
    fn the_turn_is_found_in_any_orientation_of_the_phone() {
        for length in [9.81, 1.0] {
            let series = inclination(&rows(bends, length)).unwrap();
            let sign = (series.at(2.6).unwrap() - series.at(0.1).unwrap()).signum();
            for time in [1.0, 2.6, 5.0, 13.3] {
                let turned = sign * (series.at(time).unwrap() - series.at(0.1).unwrap());
                assert!((turned - (bends(time) - bends(0.1))).abs() < 0.6, "{time}: {turned}");
            }
        }
    }

    #[test]
    fn a_phone_that_lies_still_or_has_no_gravity_is_refused() {
        assert!(matches!(inclination(&rows(|_| 3.0, 9.81)), Err(FileFault::NotTurned(_))));
        assert!(matches!(inclination(&rows(bends, 0.3)), Err(FileFault::NoGravity(_))));
        assert!(matches!(inclination(&[]), Err(FileFault::NoGravity(_))));
    }
}
