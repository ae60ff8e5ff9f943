//! The program's own measurement in a comparison.

use std::path::Path;

use euclid::Angle;

use super::error::AgreementError;
use super::file_fault::FileFault;
use super::numbers::median;
use super::series::TimeSeries;
use super::table::TextTable;
use super::{encoding, truth};
use crate::coach::{Coach, DEEP_ENOUGH, Event, Repetition};
use crate::export::{ExportError, SessionExport};
use crate::geometry::{Bend, HalfWidth90, Measurement, Segments, State};
use crate::source::Timestamp;

/// A measured frame: smoothed values, degrees, changes from standing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ComparedFrame {
    /// On the session's clock, seconds.
    pub time: f64,
    /// Inclination of the trunk.
    pub trunk: f64,
    /// Hip flexion.
    pub hip: f64,
    /// Lumbar flexion.
    pub lumbar: f64,
    /// Half the width of the 90 % interval of hip flexion.
    pub hip_half_width: f64,
    /// Half the width of that of lumbar flexion.
    pub lumbar_half_width: f64,
}

/// A repetition: the medians at its lowest point, as the program judges them, and when they were measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparedRepetition {
    /// The values at the lowest point; their time is when it was reached.
    pub bottom: ComparedFrame,
    /// When the bend began.
    pub from: f64,
    /// When it ended.
    pub to: f64,
}

/// A session as it is compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparedSession {
    /// Its id, or its file.
    pub name: String,
    /// The version of the program that measured it; `None` if that is unknown.
    pub program: Option<String>,
    /// The measured frames, in the order of their time.
    pub frames: Vec<ComparedFrame>,
    /// The repetitions.
    pub repetitions: Vec<ComparedRepetition>,
}

/// No angle of a person is larger, degrees.
const MOST_DEGREES: f64 = 360.0;

impl ComparedFrame {
    /// Whether all values can be those of a person: a file may hold any.
    fn is_possible(&self) -> bool {
        let values = [self.trunk, self.hip, self.lumbar, self.hip_half_width, self.lumbar_half_width];
        values.iter().all(|value| value.abs() <= MOST_DEGREES)
    }
}

impl ComparedSession {
    /// Takes a kept session, whose samples are read one by one.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn of_kept(kept: &SessionExport<'_>) -> Result<Self, ExportError> {
        let mut frames = Vec::new();
        kept.each(|sample| {
            let measured =
                (sample.state == State::Measured).then(|| sample.filtered.zip(sample.half_width_90)).flatten();
            let frame = measured.map(|(bend, half_width_90)| compared((sample.time, bend, half_width_90)));
            frames.extend(frame.filter(ComparedFrame::is_possible));
        })?;
        let repetitions = kept.session.repetitions.iter().map(|kept| ComparedRepetition::of(&kept.repetition));
        Ok(Self {
            name: kept.session.entry.id.clone(),
            program: Some(kept.session.entry.program.clone()),
            frames,
            repetitions: repetitions.filter(|repetition| repetition.bottom.is_possible()).collect(),
        })
    }

    /// Reads a table of samples. It holds no repetitions: they are counted again, as in the session.
    ///
    /// # Errors
    /// If the file cannot be read or is not such a table.
    pub fn read(file: &Path) -> Result<Self, AgreementError> {
        let name = file.display().to_string();
        let read = encoding::text(file).and_then(|text| samples(&name, &text));
        read.map_err(|fault| fault.of(&name))
    }

    /// The trunk's inclination over time.
    pub(super) fn series(&self, value: impl Fn(&ComparedFrame) -> f64) -> TimeSeries {
        TimeSeries::new(self.frames.iter().map(|frame| (frame.time, value(frame))))
    }

    /// The frames at the lowest point of a repetition.
    pub(super) fn at_bottom<'s>(&'s self, repetition: &ComparedRepetition) -> impl Iterator<Item = &'s ComparedFrame> {
        let begin = self.frames.partition_point(|frame| frame.time < repetition.from);
        let end = self.frames.partition_point(|frame| frame.time <= repetition.to);
        let within = self.frames.get(begin..end).unwrap_or_default();
        let deepest = within.iter().map(|frame| frame.trunk).fold(0.0, f64::max);
        within.iter().filter(move |frame| frame.trunk >= f64::from(DEEP_ENOUGH) * deepest)
    }

    /// The time between frames, seconds.
    pub(super) fn step(&self) -> Option<f64> {
        median(self.frames.windows(2).map(|pair| pair[1].time - pair[0].time))
    }
}

impl ComparedRepetition {
    fn of(repetition: &Repetition) -> Self {
        Self {
            bottom: compared((repetition.bottom, repetition.bend, repetition.half_width_90)),
            from: repetition.start.as_secs_f64(),
            to: repetition.end.as_secs_f64(),
        }
    }
}

fn compared((time, bend, half): (Timestamp, Bend, HalfWidth90)) -> ComparedFrame {
    let degrees = |angle: Angle<f32>| f64::from(angle.to_degrees());
    ComparedFrame {
        time: time.as_secs_f64(),
        trunk: degrees(bend.trunk_inclination),
        hip: degrees(bend.hip_flexion),
        lumbar: degrees(bend.lumbar_flexion),
        hip_half_width: degrees(half.hip_flexion),
        lumbar_half_width: degrees(half.lumbar_flexion),
    }
}

/// The columns of a table of samples that are needed.
const COLUMNS: [&str; 8] = [
    "time_s",
    "confidence",
    "hip_flexion_deg",
    "lumbar_flexion_deg",
    "trunk_inclination_deg",
    "knee_flexion_deg",
    "hip_flexion_interval_deg",
    "lumbar_flexion_interval_deg",
];

/// Reads a table of samples.
fn samples(name: &str, text: &str) -> Result<ComparedSession, FileFault> {
    let table = TextTable::read(text)?;
    let places = COLUMNS.map(|column| table.position(column));
    let mut columns = Vec::new();
    for place in places {
        // A column without any number belongs to a session in which nothing was measured.
        columns.push(match table.numbers(place.ok_or(FileFault::NoSamples)?) {
            Err(FileFault::NoNumbers(_)) => Vec::new(),
            read => read?,
        });
    }
    truth::times(&table)?; // in order
    let rows = columns.first().map_or(0, Vec::len);
    let value = |column: usize, row: usize| columns[column].get(row).copied().flatten();
    let row = |row| -> Option<[f64; COLUMNS.len()]> {
        let values: Option<Vec<f64>> = (0..COLUMNS.len()).map(|column| value(column, row)).collect();
        values?.try_into().ok()
    };
    let mut measured: Vec<_> = (0..rows).filter_map(row).filter(is_possible).map(measurement).collect();
    measured.sort_by_key(|(time, _)| *time); // a row may come late
    let program = text.lines().next().and_then(|line| line.strip_prefix("# bendwise "));
    let frame = |(time, measured): &(Timestamp, Measurement)| {
        Some(compared((*time, measured.filtered?, measured.half_width_90?)))
    };
    Ok(ComparedSession {
        name: name.to_owned(),
        program: program.map(str::to_owned),
        frames: measured.iter().filter_map(frame).collect(),
        repetitions: counted(&measured),
    })
}

/// Whether a row's numbers can be those of a person.
fn is_possible(row: &[f64; COLUMNS.len()]) -> bool {
    row[0] >= 0.0 && row[1..].iter().all(|value| value.abs() <= MOST_DEGREES)
}

fn measurement(row: [f64; COLUMNS.len()]) -> (Timestamp, Measurement) {
    let [time, confidence, hip, lumbar, trunk, knee, hip_half, lumbar_half] = row;
    let degrees = |angle: f64| Angle::degrees(angle as f32);
    let bend = Bend {
        hip_flexion: degrees(hip),
        lumbar_flexion: degrees(lumbar),
        trunk_inclination: degrees(trunk),
        knee_flexion: degrees(knee),
    };
    let half = HalfWidth90 { hip_flexion: degrees(hip_half), lumbar_flexion: degrees(lumbar_half) };
    let measured = Measurement {
        state: State::Measured,
        confidence: confidence as f32,
        filtered: Some(bend),
        half_width_90: Some(half),
        standing: Some(Segments::default()),
        ..Measurement::default()
    };
    (Timestamp::from_secs_f64(time), measured)
}

/// Counts the repetitions as a session does.
fn counted(measured: &[(Timestamp, Measurement)]) -> Vec<ComparedRepetition> {
    let mut coach = Coach::default();
    let mut found = Vec::new();
    for (time, measurement) in measured {
        for event in coach.observe(*time, measurement).events {
            if let Event::RepetitionFinished(repetition) = event {
                found.push(ComparedRepetition::of(&repetition));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{CsvDialect, fixtures, samples::Samples};
    use crate::spine::Facing;

    fn table(bends: usize) -> String {
        let mut table = Samples::begin(Vec::new(), CsvDialect::Standard, "clip.mp4", "1.2.3").unwrap();
        for frame in 0..bends * 120 {
            let time = frame as f64 / 30.0;
            let trunk = 30.0 - 30.0 * (time * std::f64::consts::TAU / 4.0).cos();
            let row = [time, 0.9, trunk * 0.7, trunk * 0.3, trunk, 3.0, 8.0, 9.0];
            let (time, measurement) = measurement(row);
            table.record(time, frame as u64, &measurement).unwrap();
        }
        table.record(Timestamp::from_secs_f64(1e3), 1 << 20, &Measurement::default()).unwrap();
        String::from_utf8(table.into_out()).unwrap()
    }

    #[test]
    fn a_table_of_samples_gives_frames_and_counts_the_repetitions_again() {
        let told = samples("a.csv", &table(3)).unwrap();
        assert_eq!((told.frames.len(), told.repetitions.len(), told.program.as_deref()), (360, 3, Some("1.2.3")));
        let first = &told.repetitions[0];
        assert!((first.bottom.time - 2.0).abs() < 0.1 && (first.bottom.lumbar - 17.8).abs() < 0.6, "{first:?}");
        assert!(told.at_bottom(first).all(|frame| frame.trunk >= 53.9 && frame.time < first.to));
    }

    #[test]
    fn a_row_that_comes_late_is_put_where_it_belongs() {
        let whole = table(1);
        let mut rows: Vec<&str> = whole.lines().collect();
        let at = rows.iter().position(|row| row.starts_with("2.0333")).unwrap();
        rows.swap(at, at + 1);
        assert_eq!(samples("a.csv", &rows.join("\n")).unwrap(), samples("a.csv", &whole).unwrap());
    }

    #[test]
    fn another_table_is_refused() {
        let fault = |text: &str| samples("a.csv", text).unwrap_err().to_string();
        assert!(fault("time_s,t12_deg\n0,1\n").contains("analyze --samples"));
        assert!(fault(&table(1).replace("0.0333", "ab")).contains("ab is not a number"));
    }

    #[test]
    fn a_table_in_which_nothing_was_measured_is_a_session_without_frames() {
        let mut empty = Samples::begin(Vec::new(), CsvDialect::Standard, "clip.mp4", "1.2.3").unwrap();
        empty.record(Timestamp::default(), 0, &Measurement::default()).unwrap();
        let told = samples("a.csv", &String::from_utf8(empty.into_out()).unwrap()).unwrap();
        assert_eq!((told.frames, told.repetitions), (vec![], vec![]));
    }

    #[test]
    fn a_kept_session_gives_its_frames_and_repetitions() {
        let kept = fixtures::session(Facing::Right);
        let told = ComparedSession::of_kept(&SessionExport::new(kept.session, &kept.samples)).unwrap();
        assert_eq!((told.frames.len(), told.repetitions.len()), (2, 1));
        assert!((told.frames[0].hip - 40.0).abs() < 1e-4 && (told.frames[0].lumbar_half_width - 8.5).abs() < 1e-4);
    }
}
