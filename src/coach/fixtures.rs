//! Synthetic movements for tests: the measurements of a person whose bend is known.

use euclid::Angle;

use crate::geometry::{Bend, HalfWidth90, Measurement, Segments, State};
use crate::source::Timestamp;

/// Frame rates, fps: single pictures, a slow camera, a usual one, a fast one.
pub const RATES: [f64; 4] = [2.0, 15.0, 30.0, 60.0];

/// Five seconds at a frame rate: one second each of standing, bending to `depth` degrees (of which `lumbar` from the
/// back), holding, coming up and standing.
pub fn set(rate: f64, depth: f32, lumbar: f32) -> Vec<(Timestamp, Measurement)> {
    let share = |time: f64| (time - 1.0).min(4.0 - time).clamp(0.0, 1.0) as f32;
    let times = (0..(5.0 * rate) as u32).map(|number| f64::from(number) / rate);
    times.map(|time| (Timestamp::from_secs_f64(time), measured(bent(depth, lumbar, share(time))))).collect()
}

fn bent(depth: f32, lumbar: f32, share: f32) -> Bend {
    Bend {
        hip_flexion: Angle::degrees((depth - lumbar) * share),
        lumbar_flexion: Angle::degrees(lumbar * share),
        trunk_inclination: Angle::degrees(depth * share),
        knee_flexion: Angle::degrees(10.0 * share),
    }
}

/// A leaning trunk and nothing else.
pub fn leaning(degrees: f32) -> Bend {
    Bend { trunk_inclination: Angle::degrees(degrees), ..Bend::default() }
}

/// A bend measured with certainty.
pub fn measured(bend: Bend) -> Measurement {
    Measurement {
        state: State::Measured,
        confidence: 0.9,
        raw: Some(bend),
        filtered: Some(bend),
        half_width_90: Some(HalfWidth90::default()),
        standing: Some(Segments::default()),
        ..Measurement::default()
    }
}
