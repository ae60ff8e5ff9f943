//! `samples.csv`: one row per frame.
//!
//! Lines starting with `#` describe the columns; they are followed by one header line and the rows. An empty field
//! means "not measurable", and `state` says why. Angles are in degrees, decimals are fixed, lines end in `\n`: the same
//! video gives the same bytes.
//!
//! The standing posture, the baseline of every angle, is known only after the first frames, is refined later, and is
//! found again when the person comes back: a `#` line announces each before the first row that uses it.

use std::io::{self, Write};

use super::quantity::QUANTITIES;
use super::{CsvDialect, DEFINITIONS, Definition, degrees, seconds};
use crate::geometry::{Measurement, Segments, State};
use crate::source::Timestamp;
use crate::store::segments;

/// Decimals of a time in seconds.
const TIME_DECIMALS: usize = 4;

/// The columns before the quantities.
const FIRST: [&str; 3] = ["time_s", "frame", "state"];

/// The file, written frame by frame in constant memory.
#[derive(Debug)]
pub struct Samples<W> {
    out: W,
    dialect: CsvDialect,
    /// The last posture that was written.
    standing: Option<Segments>,
}

impl<W: Write> Samples<W> {
    /// Begins the file. `source` is the name of the recording, `program` the version that measured it.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn begin(mut out: W, dialect: CsvDialect, source: &str, program: &str) -> io::Result<Self> {
        write!(out, "{}", dialect.start())?;
        write!(out, "{}", dialect.comments(comments(source, program)))?;
        let columns = FIRST.into_iter().chain(QUANTITIES.map(|quantity| quantity.name));
        writeln!(out, "{}", dialect.header(columns))?;
        Ok(Self { out, dialect, standing: None })
    }

    /// Adds one frame, preceded by its standing posture if that changed.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn record(&mut self, time: Timestamp, frame: u64, measurement: &Measurement) -> io::Result<()> {
        if let Some(standing) = measurement.standing.filter(|standing| self.standing.as_ref() != Some(standing)) {
            let from = CsvDialect::Standard.number(seconds(time), TIME_DECIMALS);
            writeln!(self.out, "# standing from time_s={from} [degree]: {}", posture(standing))?;
            self.standing = Some(standing);
        }
        // Only numbers and plain words: no field needs quotes.
        writeln!(self.out, "{}", self.dialect.row(&fields(self.dialect, time, frame, measurement)))
    }

    /// The output.
    pub fn out(&self) -> &W {
        &self.out
    }

    /// Returns the output.
    pub fn into_out(self) -> W {
        self.out
    }
}

fn fields(dialect: CsvDialect, time: Timestamp, frame: u64, measurement: &Measurement) -> Vec<String> {
    let quantities = QUANTITIES.iter().map(|quantity| dialect.number(quantity.of(measurement), quantity.decimals));
    let time = dialect.number(seconds(time), TIME_DECIMALS);
    [time, frame.to_string(), measurement.state.word().to_owned()].into_iter().chain(quantities).collect()
}

/// What stands above the table.
fn comments(source: &str, program: &str) -> String {
    let mut lines = vec![
        format!("bendwise {}", CsvDialect::comment(program)),
        format!("source: {}", CsvDialect::comment(source)),
        "one row a frame; an empty field means not measurable, the state says why".to_owned(),
    ];
    let definition =
        |definition: &Definition| format!("{} [{}]: {}", definition.name, definition.unit, definition.meaning);
    lines.extend(DEFINITIONS.iter().map(definition));
    lines.push("values are smoothed over time, those named _raw_ are of their frame alone".to_owned());
    lines.extend(State::ALL.map(|state| format!("state {}: {}", state.word(), meaning(state))));
    lines.push(
        "standing posture, the zero of every angle: a line \"# standing from time_s=…\" before the rows it counts for"
            .to_owned(),
    );
    lines.iter().map(|line| format!("# {line}\n")).collect()
}

/// The absolute inclinations of the standing posture, positive forward.
fn posture(mut standing: Segments) -> String {
    let degrees = |angle| CsvDialect::Standard.number(degrees(angle), 2);
    segments(&mut standing).map(|segment| format!("{}={}", segment.name, degrees(*segment.angle))).join(" ")
}

/// The meaning of a state, for readers of the file.
pub(super) fn meaning(state: State) -> &'static str {
    match state {
        State::Nobody => "nobody is in view",
        State::Several => "more than one person is in view",
        State::CutOff => "part of the body is outside the picture",
        State::Far => "the person is too small in the picture",
        State::Turned => "the person is not side-on to the camera",
        State::NotStanding => "the person is not standing on both feet",
        State::Hidden => "the outline of the back is hidden",
        State::Glare => "light behind the person hides the outline of the back",
        State::LegsHidden => "something before the legs hides them",
        State::Covered => "the shape of the thighs is hidden, by a skirt or a coat for example",
        State::Calibrating => "the person is in view, their standing posture is not known yet",
        State::Measured => "hip and lumbar flexion are measured",
    }
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;
    use crate::geometry::{Bend, HalfWidth90, Origin};

    #[test]
    fn the_page_about_files_names_every_column() {
        let page = include_str!("../../docs/export.md");
        for column in FIRST.into_iter().chain(QUANTITIES.map(|quantity| quantity.name)) {
            assert!(page.contains(&format!("`{column}`")), "{column}");
        }
    }

    fn written(frames: &[(f64, Measurement)]) -> String {
        let mut samples = Samples::begin(Vec::new(), CsvDialect::Standard, "clip.mp4", "1.2.3").unwrap();
        for (number, (time, measurement)) in frames.iter().enumerate() {
            samples.record(Timestamp::from_secs_f64(*time), number as u64, measurement).unwrap();
        }
        String::from_utf8(samples.into_out()).unwrap()
    }

    fn bend(hip: f32, lumbar: f32) -> Bend {
        let hip_flexion = Angle::degrees(hip);
        let lumbar_flexion = Angle::degrees(lumbar);
        Bend { hip_flexion, lumbar_flexion, trunk_inclination: hip_flexion, knee_flexion: Angle::degrees(-0.001) }
    }

    #[test]
    fn a_row_holds_what_was_measured_and_nothing_else() {
        let measured = Measurement {
            state: State::Measured,
            confidence: 0.9,
            raw: Some(bend(31.0, 11.0)),
            filtered: Some(bend(30.0, 10.0)),
            half_width_90: Some(HalfWidth90 { hip_flexion: Angle::degrees(7.0), lumbar_flexion: Angle::degrees(8.5) }),
            standing: Some(Segments { pelvis: Angle::degrees(12.5), ..Segments::default() }),
            standing_doubt: None,
            origin: Origin::Frame,
        };
        let still = Measurement { filtered: Some(bend(2.0, 1.0)), ..measured };
        let text = written(&[(0.0, Measurement::default()), (0.04, measured), (0.08, still.hold())]);
        let table: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            table,
            [
                "time_s,frame,state,confidence,hip_flexion_deg,lumbar_flexion_deg,lumbar_share,trunk_inclination_deg,\
                 knee_flexion_deg,hip_flexion_raw_deg,lumbar_flexion_raw_deg,hip_flexion_interval_deg,\
                 lumbar_flexion_interval_deg,held,interpolated",
                "0.0000,0,nobody,0.000,,,,,,,,,,0,0",
                "0.0400,1,measured,0.900,30.00,10.00,0.250,30.00,0.00,31.00,11.00,7.00,8.50,0,0",
                "0.0800,2,measured,0.900,2.00,1.00,,2.00,0.00,,,7.00,8.50,1,0",
            ]
        );
    }

    #[test]
    fn each_standing_posture_is_told_before_the_first_row_that_it_counts_for() {
        let standing = |pelvis| Measurement {
            state: State::Measured,
            standing: Some(Segments { pelvis: Angle::degrees(pelvis), ..Segments::default() }),
            ..Measurement::default()
        };
        let frames = [Measurement::default(), standing(12.5), standing(12.5), Measurement::default(), standing(11.0)];
        let text = written(&frames.map(|frame| (1.0, frame)));
        let table = text.lines().skip_while(|line| !line.starts_with("time_s")).skip(1);
        let kinds: Vec<_> = table.map(|line| line.split_once([' ', ','].as_slice()).unwrap().0).collect();
        assert_eq!(kinds, ["1.0000", "#", "1.0000", "1.0000", "1.0000", "#", "1.0000"]);
        assert!(text.contains("# standing from time_s=1.0000 [degree]: pelvis=12.50 upper_lumbar=0.00"), "{text}");
        assert!(text.contains("# standing from time_s=1.0000 [degree]: pelvis=11.00"), "{text}");
    }

    #[test]
    fn the_comments_tell_every_state_and_unit() {
        let text = written(&[]);
        for state in State::ALL {
            assert!(text.contains(&format!("# state {}: ", state.word())));
        }
        assert!(text.starts_with("# bendwise 1.2.3\n# source: clip.mp4\n"));
        assert!(text.contains("# hip_flexion_deg [degree]: "));
    }

    #[test]
    fn the_name_of_a_recording_is_no_formula_in_a_spreadsheet() {
        let samples = Samples::begin(Vec::new(), CsvDialect::Standard, "a,=1+1.mp4", "1.2.3").unwrap();
        let text = String::from_utf8(samples.into_out()).unwrap();
        assert!(text.contains("# source: a,'=1+1.mp4\n"), "{text}");
    }
}
