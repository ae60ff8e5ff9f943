//! Made sessions and sensors of known error.

use std::fmt::Write as _;

use super::numbers::median;
use super::session::{ComparedFrame, ComparedRepetition, ComparedSession};

/// Repeatable noise: the sum of uniform numbers, about normal.
#[derive(Clone, Debug)]
pub(crate) struct FakeNoise(u64);

impl FakeNoise {
    pub fn new(seed: u64) -> Self {
        Self(seed * 2 + 1)
    }

    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// With a standard deviation of 1.
    pub fn next(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// Bends that differ in length and depth, as a person's do: begin, length, depth of the trunk, lumbar part.
#[derive(Clone, Debug)]
pub(crate) struct FakePerson {
    bends: Vec<[f64; 4]>,
    end: f64,
}

impl FakePerson {
    pub fn new(bends: usize, seed: u64) -> Self {
        let mut noise = FakeNoise::new(seed);
        let mut begin = 6.0;
        let mut made = Vec::new();
        for _ in 0..bends {
            let length = 3.6 + 0.35 * noise.next();
            made.push([begin, length, 65.0 + 6.0 * noise.next(), 0.35 + 0.06 * noise.next()]);
            begin += length + 1.2 + 0.25 * noise.next().abs();
        }
        Self { bends: made, end: begin + 6.0 }
    }

    pub fn end(&self) -> f64 {
        self.end
    }

    /// Inclination of the trunk, flexion of the low back and of the hip at a time.
    pub fn posture(&self, time: f64) -> [f64; 3] {
        let within = self.bends.iter().find(|[begin, length, ..]| (*begin..begin + length).contains(&time));
        let Some([begin, length, depth, part]) = within else { return [0.0; 3] };
        let down = (0.5 - 0.5 * ((time - begin) / length * std::f64::consts::TAU).cos()).powf(0.8);
        let trunk = depth * down;
        [trunk, part * trunk * down.sqrt(), trunk - part * trunk * down.sqrt()]
    }

    /// What the program measures: the truth with an error of each frame, and intervals of 8°.
    pub fn session(&self, error: f64, seed: u64) -> ComparedSession {
        let mut noise = FakeNoise::new(seed);
        let frame = |at: usize| {
            let time = at as f64 / 30.0;
            let [trunk, lumbar, hip] = self.posture(time);
            let [of_lumbar, of_hip] = [noise.next() * error, noise.next() * error];
            ComparedFrame {
                time,
                trunk,
                hip: hip + of_hip,
                lumbar: lumbar + of_lumbar,
                hip_half_width: 8.0,
                lumbar_half_width: 8.0,
            }
        };
        let frames: Vec<ComparedFrame> = (0..(self.end * 30.0) as usize).map(frame).collect();
        let repetition = |[begin, length, ..]: &[f64; 4]| {
            let within = || frames.iter().filter(|frame| (*begin..begin + length).contains(&frame.time));
            let deepest = within().max_by(|one, other| one.trunk.total_cmp(&other.trunk)).copied().unwrap_or_default();
            let low = || within().filter(|frame| frame.trunk >= 0.9 * deepest.trunk);
            let typical = |value: fn(&ComparedFrame) -> f64| median(low().map(value)).unwrap_or_default();
            let (hip, lumbar) = (typical(|frame| frame.hip), typical(|frame| frame.lumbar));
            ComparedRepetition { bottom: ComparedFrame { hip, lumbar, ..deepest }, from: *begin, to: begin + length }
        };
        let repetitions = self.bends.iter().map(repetition).collect();
        ComparedSession { name: "made".to_owned(), program: Some("1.2.3".to_owned()), frames, repetitions }
    }
}

/// A made sensor of known error.
#[derive(Clone, Debug)]
pub(crate) struct FakeSensor {
    /// Time of the sensor minus time of the session at the session's 0, seconds, and the drift after it.
    pub offset: f64,
    pub drift: f64,
    /// What is added to every lumbar angle, in degrees and as a part of it.
    pub bias: f64,
    pub scale: f64,
    /// The standard deviation of its noise, degrees.
    pub noise: f64,
    /// Values a second.
    pub rate: f64,
    /// Spans on the session's clock in which it has no rows.
    pub gaps: Vec<[f64; 2]>,
}

impl Default for FakeSensor {
    fn default() -> Self {
        Self { offset: 100.0, drift: 0.0, bias: 0.0, scale: 1.0, noise: 0.0, rate: 50.0, gaps: Vec::new() }
    }
}

impl FakeSensor {
    /// The times of its rows on the session's clock and on its own.
    pub fn times(&self, person: &FakePerson) -> Vec<(f64, f64)> {
        let count = (person.end() * self.rate) as usize;
        let times = (0..count).map(|at| at as f64 / self.rate);
        let seen = times.filter(|time| !self.gaps.iter().any(|[from, to]| (*from..*to).contains(time)));
        seen.map(|time| (time, self.offset + time * (1.0 + self.drift))).collect()
    }

    /// A table with both inclinations. A bias appears as the person bends, or standing would take it away.
    pub fn inclinations(&self, person: &FakePerson, seed: u64) -> String {
        let mut noise = FakeNoise::new(seed);
        let mut text = "time_s,t12_deg,s1_deg\n".to_owned();
        for (time, own) in self.times(person) {
            let [trunk, lumbar, _] = person.posture(time);
            let read = lumbar * self.scale + self.bias * (trunk / 20.0).min(1.0);
            let [upper, lower] = [noise.next(), noise.next()].map(|noise| noise * self.noise);
            writeln!(text, "{own:.4},{:.3},{:.3}", 12.0 + trunk + upper, 5.0 + trunk - read + lower).ok();
        }
        text
    }

    /// The log of a phone: gravity in its axes while it leans by these degrees.
    pub fn phone(&self, person: &FakePerson, header: &str, lean: impl Fn([f64; 3]) -> f64) -> String {
        let mut text = format!("{header}\n");
        for (time, own) in self.times(person) {
            let angle = (lean(person.posture(time)) + 8.0).to_radians();
            let [x, y, z] = [0.2, angle.cos() * 0.98, angle.sin() * 0.98].map(|part| part * 9.81);
            writeln!(text, "{own:.4},{x:.5},{y:.5},{z:.5}").ok();
        }
        text
    }
}
