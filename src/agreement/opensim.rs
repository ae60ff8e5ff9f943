//! OpenSim's motions and storages (`.mot`, `.sto`): a header up to `endheader`, then a table.
//!
//! `lumbar_extension` and `pelvis_tilt` are positive backwards there. In the usual models the lumbar joint is one joint
//! between pelvis and torso: its angle is that of the whole back, not of T12/L1 against S1.

use super::cell_check::AngleColumn;
use super::file_fault::FileFault;
use super::quantity::TruthQuantity;
use super::series::TimeSeries;
use super::table::{TextTable, check_times};

/// The line that ends the header.
const END: &str = "endheader";

/// How many lines a header may have.
const MOST_LINES: usize = 200;

/// Coordinates by their names, with what to multiply them by. The hip is the mean of both sides.
const COORDINATES: [(&str, TruthQuantity, f64); 5] = [
    ("lumbar_extension", TruthQuantity::Lumbar, -1.0),
    ("lumbar_flexion", TruthQuantity::Lumbar, 1.0),
    ("hip_flexion_r", TruthQuantity::Hip, 1.0),
    ("hip_flexion_l", TruthQuantity::Hip, 1.0),
    ("hip_flexion", TruthQuantity::Hip, 1.0),
];

/// Whether this is such a file.
pub(super) fn is_storage(text: &str) -> bool {
    text.lines().take(MOST_LINES).any(|line| line.trim().eq_ignore_ascii_case(END))
}

/// The known coordinates.
pub(super) fn series(text: &str) -> Result<Vec<(TruthQuantity, TimeSeries)>, FileFault> {
    let size = if in_degrees(text)? { 1.0 } else { 180.0 / std::f64::consts::PI };
    let (below, line) = below_header(text);
    let table = TextTable::read_blanks(below, line)?;
    check_counts(text, &table)?;
    let no_time = || FileFault::NoTime { header: table.header().to_vec(), near: None };
    let time = table.position("time").ok_or_else(no_time)?;
    let times = table.times(time, 1.0)?;
    check_times(&times)?;
    let mut found: Vec<(TruthQuantity, TimeSeries)> = Vec::new();
    for (at, column) in table.header().iter().enumerate() {
        let Some((_, quantity, sign)) = COORDINATES.iter().find(|(name, ..)| *name == coordinate(column)) else {
            continue;
        };
        let values = table.numbers(at)?;
        AngleColumn { name: column, times: &times, values: &values, size }.check()?;
        let points = times.iter().zip(values).filter_map(|(time, value)| Some(((*time)?, value? * sign * size)));
        found.push((*quantity, TimeSeries::new(points)));
    }
    if found.iter().all(|(quantity, _)| *quantity != TruthQuantity::Lumbar) {
        return Err(FileFault::NoLumbarCoordinate(table.header().to_vec()));
    }
    Ok(merged(found))
}

/// The last part of a path of a coordinate: `/jointset/back/lumbar_extension/value` is `lumbar_extension`.
fn coordinate(column: &str) -> &str {
    let path = column.strip_suffix("/value").unwrap_or(column);
    path.rsplit('/').next().unwrap_or(path)
}

/// The value of a key in the header.
fn header_value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let lines = text.lines().take(MOST_LINES).take_while(|line| !line.trim().eq_ignore_ascii_case(END));
    let values =
        lines.filter_map(|line| line.split_once('=')).filter(|(name, _)| name.trim().eq_ignore_ascii_case(key));
    values.last().map(|(_, value)| value.trim())
}

fn in_degrees(text: &str) -> Result<bool, FileFault> {
    match header_value(text, "inDegrees") {
        Some(yes) if yes.eq_ignore_ascii_case("yes") => Ok(true),
        Some(no) if no.eq_ignore_ascii_case("no") => Ok(false),
        other => Err(FileFault::NoDegrees(other.map(str::to_owned))),
    }
}

/// Whether the header says as many rows and columns as there are: a file that was cut off says more.
fn check_counts(text: &str, table: &TextTable) -> Result<(), FileFault> {
    for (what, has) in [("nRows", table.len()), ("nColumns", table.header().len())] {
        if let Some(said) = header_value(text, what).filter(|said| said.parse() != Ok(has)) {
            return Err(FileFault::Count { what, said: said.to_owned(), has });
        }
    }
    Ok(())
}

/// Whether a text has the beginning of such a header, but not its end.
pub(super) fn lacks_end(text: &str) -> bool {
    !is_storage(text) && ["inDegrees", "nRows", "nColumns"].iter().any(|key| header_value(text, key).is_some())
}

/// The text below the header, and the line that it begins with, from 1.
fn below_header(text: &str) -> (&str, u64) {
    let (mut rest, mut line_number) = (text, 1);
    while let Some((line, below)) = rest.split_once('\n') {
        (rest, line_number) = (below, line_number + 1);
        if line.trim().eq_ignore_ascii_case(END) {
            return (rest, line_number);
        }
    }
    ("", line_number)
}

/// One series of each quantity: the mean where there are two, as of both hips.
fn merged(found: Vec<(TruthQuantity, TimeSeries)>) -> Vec<(TruthQuantity, TimeSeries)> {
    let mut merged: Vec<(TruthQuantity, TimeSeries)> = Vec::new();
    for (quantity, series) in found {
        match merged.iter_mut().find(|(known, _)| *known == quantity) {
            Some((_, first)) => *first = first.combined(&series, |one, other| (one + other) / 2.0),
            None => merged.push((quantity, series)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOTION: &str = "Coordinates\nversion=1\nnRows=2\nnColumns=4\ninDegrees=yes\n\nendheader\n\
        time\thip_flexion_r\thip_flexion_l\tlumbar_extension\n0.0\t10.0\t20.0\t-5.0\n0.1\t30.0\t20.0\t-8.0\n";

    #[test]
    fn a_motion_is_read_with_the_signs_of_opensim() {
        assert!(is_storage(MOTION));
        let found = series(MOTION).unwrap();
        let of = |wanted| found.iter().find(|(quantity, _)| *quantity == wanted).unwrap().1.points().to_vec();
        assert_eq!(of(TruthQuantity::Lumbar), [(0.0, 5.0), (0.1, 8.0)]);
        assert_eq!(of(TruthQuantity::Hip), [(0.0, 15.0), (0.1, 25.0)]);
    }

    #[test]
    fn radians_and_paths_of_newer_files_are_known() {
        let text = "states\r\ninDegrees=no\r\nendheader\r\ntime /jointset/back/lumbar_extension/value /jointset/back/lumbar_extension/speed\r\n0 -1 0\r\n0.1 -1 0\r\n";
        let found = series(text).unwrap();
        assert!((found[0].1.at(0.0).unwrap() - 57.2958).abs() < 1e-3 && found.len() == 1);
    }

    #[test]
    fn what_is_missing_is_said() {
        let told = |text: String| series(&text).unwrap_err().to_string();
        assert!(told(MOTION.replace("inDegrees=yes\n", "")).contains("inDegrees=yes or inDegrees=no"));
        assert!(told(MOTION.replace("=yes", "=maybe")).contains("(it says inDegrees=maybe)"));
        let hips = told(MOTION.replace("lumbar_extension", "knee_angle_r"));
        assert!(hips.contains("no coordinate lumbar_extension (it has time, hip_flexion_r"), "{hips}");
        assert!(told(MOTION.replace("nRows=2", "nRows=9")).contains("says nRows=9, but it has 2"));
        assert!(told(MOTION.replace("nColumns=4", "nColumns=3")).contains("says nColumns=3, but it has 4"));
        assert!(told(MOTION.replace("nRows=2", "nRows=-2")).contains("says nRows=-2, but it has 2"));
        assert!(
            lacks_end(&MOTION.replace("endheader", "")) && !lacks_end(MOTION) && !lacks_end("time_s,s1_deg\n0,1\n")
        );
        assert!(told(MOTION.replace("time\t", "frame\t")).contains("no column holds the time"));
        assert!(told(MOTION.split("time").next().unwrap().to_owned()).contains("it has no rows"));
    }
}
