//! `samples.csv`: a row a frame.
//!
//! Lines that begin with `#` tell what the columns are; then one header line; then the rows. An empty field means "not
//! measurable", and `state` says why. Angles are degrees, decimals are fixed, lines end in `\n`: the same video gives
//! the same bytes.

use std::io::Write;

use super::{DEFINITIONS, ExportError, degrees, rounded};
use crate::geometry::{Bend, Interval, Measurement, Segments, State};
use crate::source::Timestamp;

/// The header line.
const COLUMNS: [&str; 13] = [
    "time_s",
    "frame",
    "state",
    "confidence",
    "hip_flexion_deg",
    "lumbar_flexion_deg",
    "lumbar_share",
    "trunk_inclination_deg",
    "knee_flexion_deg",
    "hip_flexion_raw_deg",
    "lumbar_flexion_raw_deg",
    "hip_flexion_interval_deg",
    "lumbar_flexion_interval_deg",
];

/// The rows so far.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    rows: Vec<Row>,
    standing: Option<Segments>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    time: Timestamp,
    frame: u64,
    state: State,
    confidence: f32,
    raw: Option<Bend>,
    filtered: Option<Bend>,
    interval: Option<Interval>,
}

impl Samples {
    /// Adds one frame.
    pub fn record(&mut self, time: Timestamp, frame: u64, measurement: &Measurement) {
        let Measurement { state, confidence, raw, filtered, interval, standing } = *measurement;
        self.standing = standing.or(self.standing);
        self.rows.push(Row { time, frame, state, confidence, raw, filtered, interval });
    }

    /// Writes the whole file; `source` is what was analysed, as the person named it.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write(&self, mut out: impl Write, source: &str) -> Result<(), ExportError> {
        write_comments(&mut out, source, self.standing.as_ref())?;
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(COLUMNS)?;
        for row in &self.rows {
            csv.write_record(row.fields())?;
        }
        csv.flush()?;
        Ok(())
    }
}

impl Row {
    fn fields(&self) -> [String; COLUMNS.len()] {
        let angle = |bend: Option<Bend>, pick: fn(&Bend) -> euclid::Angle<f32>| {
            field(bend.and_then(|bend| degrees(pick(&bend))), 2)
        };
        let interval = |pick: fn(&Interval) -> euclid::Angle<f32>| {
            field(self.interval.and_then(|interval| degrees(pick(&interval))), 2)
        };
        let share = self.filtered.and_then(|bend| bend.lumbar_share());
        [
            field(rounded(self.time.as_secs_f64(), 4), 4),
            self.frame.to_string(),
            self.state.word().to_owned(),
            field(rounded(self.confidence.into(), 3), 3),
            angle(self.filtered, |bend| bend.hip_flexion),
            angle(self.filtered, |bend| bend.lumbar_flexion),
            field(share.and_then(|share| rounded(share.into(), 3)), 3),
            angle(self.filtered, |bend| bend.trunk_inclination),
            angle(self.filtered, |bend| bend.knee_flexion),
            angle(self.raw, |bend| bend.hip_flexion),
            angle(self.raw, |bend| bend.lumbar_flexion),
            interval(|interval| interval.hip_flexion),
            interval(|interval| interval.lumbar_flexion),
        ]
    }
}

/// A number with fixed decimals, or nothing.
fn field(value: Option<f64>, decimals: usize) -> String {
    value.map(|value| format!("{value:.decimals$}")).unwrap_or_default()
}

fn write_comments(out: &mut impl Write, source: &str, standing: Option<&Segments>) -> Result<(), ExportError> {
    writeln!(out, "# hinge {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "# source: {}", source.replace(['\n', '\r'], " "))?;
    writeln!(out, "# one row a frame; an empty field means not measurable, the state says why")?;
    for definition in DEFINITIONS {
        writeln!(out, "# {} [{}]: {}", definition.name, definition.unit, definition.meaning)?;
    }
    writeln!(out, "# values are smoothed over time, those named _raw_ are of their frame alone")?;
    for state in State::ALL {
        writeln!(out, "# state {}: {}", state.word(), meaning(state))?;
    }
    match standing {
        Some(standing) => writeln!(out, "# standing posture, the zero of every angle [degree]: {}", posture(standing))?,
        None => writeln!(out, "# standing posture: not found, so there are no angles")?,
    }
    Ok(())
}

/// The absolute inclinations of the standing posture, positive forward.
fn posture(standing: &Segments) -> String {
    [
        ("pelvis", standing.pelvis),
        ("upper_lumbar", standing.upper_lumbar),
        ("thigh", standing.thigh),
        ("trunk", standing.trunk),
        ("knee", standing.knee),
    ]
    .map(|(name, angle)| format!("{name}={}", field(degrees(angle), 2)))
    .join(" ")
}

/// What a state means, for somebody who reads the file.
fn meaning(state: State) -> &'static str {
    match state {
        State::Nobody => "nobody is in view",
        State::Several => "more than one person is in view",
        State::CutOff => "part of the body is outside the picture",
        State::Far => "the person is too small in the picture",
        State::Turned => "the person is not side-on to the camera",
        State::NotStanding => "the person is not standing on both feet",
        State::Hidden => "the outline of the back is hidden",
        State::Calibrating => "the person is in view, their standing posture is not known yet",
        State::Measured => "hip and lumbar flexion are measured",
    }
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;

    fn written(samples: &Samples) -> String {
        let mut out = Vec::new();
        samples.write(&mut out, "clip.mp4").unwrap();
        String::from_utf8(out).unwrap()
    }

    fn bend(hip: f32, lumbar: f32) -> Bend {
        let hip_flexion = Angle::degrees(hip);
        let lumbar_flexion = Angle::degrees(lumbar);
        Bend { hip_flexion, lumbar_flexion, trunk_inclination: hip_flexion, knee_flexion: Angle::degrees(-0.001) }
    }

    #[test]
    fn a_row_holds_what_was_measured_and_nothing_else() {
        let mut samples = Samples::default();
        samples.record(Timestamp::default(), 0, &Measurement::default());
        let measured = Measurement {
            state: State::Measured,
            confidence: 0.9,
            raw: Some(bend(31.0, 11.0)),
            filtered: Some(bend(30.0, 10.0)),
            interval: Some(Interval { hip_flexion: Angle::degrees(7.0), lumbar_flexion: Angle::degrees(8.5) }),
            standing: Some(Segments { pelvis: Angle::degrees(12.5), ..Segments::default() }),
        };
        samples.record(Timestamp::from_secs_f64(0.04), 1, &measured);
        let still = Measurement { filtered: Some(bend(2.0, 1.0)), raw: None, ..measured };
        samples.record(Timestamp::from_secs_f64(0.08), 2, &still);
        let text = written(&samples);
        let table: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            table,
            [
                "time_s,frame,state,confidence,hip_flexion_deg,lumbar_flexion_deg,lumbar_share,trunk_inclination_deg,\
                 knee_flexion_deg,hip_flexion_raw_deg,lumbar_flexion_raw_deg,hip_flexion_interval_deg,\
                 lumbar_flexion_interval_deg",
                "0.0000,0,nobody,0.000,,,,,,,,,",
                "0.0400,1,measured,0.900,30.00,10.00,0.250,30.00,0.00,31.00,11.00,7.00,8.50",
                "0.0800,2,measured,0.900,2.00,1.00,,2.00,0.00,,,7.00,8.50",
            ]
        );
        assert!(text.contains("pelvis=12.50 upper_lumbar=0.00"), "{text}");
    }

    #[test]
    fn the_comments_tell_every_state_and_unit() {
        let text = written(&Samples::default());
        for state in State::ALL {
            assert!(text.contains(&format!("# state {}: ", state.word())));
        }
        assert!(text.starts_with(&format!("# hinge {}\n# source: clip.mp4\n", env!("CARGO_PKG_VERSION"))));
        assert!(text.contains("# hip_flexion_deg [degree]: "));
        assert!(text.contains("# standing posture: not found"));
    }
}
