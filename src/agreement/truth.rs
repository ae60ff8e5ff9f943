//! The second measurement, out of one or two files.

use std::fs;
use std::path::PathBuf;

use super::cell_check::AngleColumn;
use super::error::AgreementError;
use super::file_fault::FileFault;
use super::phone::{self, PhoneVector};
use super::quantity::{EXTENSION, TruthQuantity};
use super::requirements::MIN_RATE;
use super::series::TimeSeries;
use super::table::{TextTable, check_times};
use super::units::{ColumnName, ColumnUnit};
use super::wording::NearMiss;
use super::{encoding, opensim};

/// One recording with its own clock.
#[derive(Clone, Debug)]
pub struct TruthRecording {
    /// The file as the user named it.
    pub file: String,
    /// What it measured, over its own time.
    pub series: Vec<(TruthQuantity, TimeSeries)>,
    /// Whether its signs are known. Those of a phone are not: it may be fixed either way round.
    pub signed: bool,
    /// Whether it is a file of OpenSim.
    pub is_opensim: bool,
    /// Columns that are not known, but whose names come close.
    pub near_misses: Vec<NearMiss>,
}

impl TruthRecording {
    /// What it measured of this quantity.
    pub fn of(&self, quantity: TruthQuantity) -> Option<&TimeSeries> {
        self.series.iter().find(|(known, _)| *known == quantity).map(|(_, series)| series)
    }
}

/// The second measurement: lumbar flexion in one recording, or both inclinations in one or two.
#[derive(Clone, Debug)]
pub struct Truth {
    /// The recordings, in the order of the command line.
    pub recordings: Vec<TruthRecording>,
}

impl Truth {
    /// Reads one or two files. Logs of phones have no name for their place: the first is taken for T12/L1, the second for
    /// S1.
    ///
    /// # Errors
    /// If a file cannot be read or does not hold what is needed.
    pub fn read(files: &[PathBuf]) -> Result<Self, AgreementError> {
        let name = |file: &PathBuf| file.display().to_string();
        let read = |file: &PathBuf| encoding::text(file).map_err(|fault| fault.of(&name(file)));
        let texts = files.iter().map(|file| Ok((file, read(file)?))).collect::<Result<Vec<_>, AgreementError>>()?;
        if let [(one, first), (other, second)] = texts.as_slice() {
            let linked =
                fs::canonicalize(one).ok().zip(fs::canonicalize(other).ok()).is_some_and(|(one, other)| one == other);
            if linked || first == second {
                return Err(AgreementError::SameFile(name(one), name(other)));
            }
        }
        let places = [TruthQuantity::UpperLumbar, TruthQuantity::Sacrum];
        let recordings = texts
            .iter()
            .zip(places)
            .map(|((file, text), place)| recording(&name(file), text, place).map_err(|fault| fault.of(&name(file))));
        Self::of(recordings.collect::<Result<_, _>>()?)
    }

    /// Checks that the recordings together give lumbar flexion.
    pub(super) fn of(recordings: Vec<TruthRecording>) -> Result<Self, AgreementError> {
        let count = |quantity| recordings.iter().filter(|recording| recording.of(quantity).is_some()).count();
        let places = [(TruthQuantity::UpperLumbar, "T12/L1"), (TruthQuantity::Sacrum, "S1")];
        if let Some((_, place)) = places.iter().find(|(quantity, _)| count(*quantity) > 1) {
            return Err(AgreementError::SamePlace(place));
        }
        let angles = [
            (TruthQuantity::Lumbar, "lumbar flexion"),
            (TruthQuantity::Hip, "hip flexion"),
            (TruthQuantity::Thigh, "the inclination of the thigh"),
        ];
        if let Some((_, angle)) = angles.iter().find(|(quantity, _)| count(*quantity) > 1) {
            return Err(AgreementError::SameAngle(angle));
        }
        let lumbar = count(TruthQuantity::Lumbar) > 0;
        let near = || recordings.iter().flat_map(|recording| &recording.near_misses).next().cloned();
        let one = |has| Err(AgreementError::OneSensor { has, near: near() });
        match places.map(|(quantity, _)| count(quantity) > 0) {
            [true, true] => Ok(Self { recordings }),
            _ if lumbar => Ok(Self { recordings }),
            [true, false] => one("the inclination of T12/L1"),
            [false, true] => one("the inclination of S1"),
            [false, false] => one("the hip's or the thigh's angle"),
        }
    }
}

/// Reads a recording; `place` is where a phone was, if it is the log of one.
pub(super) fn recording(file: &str, text: &str, place: TruthQuantity) -> Result<TruthRecording, FileFault> {
    let is_opensim = opensim::is_storage(text);
    if opensim::lacks_end(text) {
        return Err(FileFault::NoEndHeader);
    }
    let (series, signed, near_misses) = if is_opensim {
        (opensim::series(text)?, true, Vec::new())
    } else {
        let table = TextTable::read(text)?;
        let (series, signed) = match named_series(&table)? {
            Some(series) => (series, true),
            None => (vec![(place, phone_series(&table)?)], false),
        };
        let present: Vec<_> = series.iter().map(|(quantity, _)| *quantity).collect();
        let near_misses = near_misses(&table, &present);
        (series, signed, near_misses)
    };
    for (_, series) in &series {
        check_rate(series)?;
    }
    Ok(TruthRecording { file: file.to_owned(), series, signed, is_opensim, near_misses })
}

/// The times between rows that a sensor may have, seconds. [own]
const SHORTEST_STEP: f64 = 2e-4;
/// One at exactly [`MIN_RATE`] is fast enough, however its times are rounded.
const SLOWEST_STEP: f64 = (1.0 + 1e-6) / MIN_RATE;

fn check_rate(series: &TimeSeries) -> Result<(), FileFault> {
    match series.step() {
        None => Err(FileFault::OneTime),
        Some(step) if step > SLOWEST_STEP => Err(FileFault::TooSlow(step)),
        Some(step) if step < SHORTEST_STEP => Err(FileFault::TooFast(step)),
        Some(_) => Ok(()),
    }
}

fn near_misses(table: &TextTable, present: &[TruthQuantity]) -> Vec<NearMiss> {
    TruthQuantity::near_misses(table.names().map(|(_, name)| name), present)
}

/// The columns with a quantity's name; `None` if the table is the log of a phone.
fn named_series(table: &TextTable) -> Result<Option<Vec<(TruthQuantity, TimeSeries)>>, FileFault> {
    let mut found: Vec<(TruthQuantity, usize, f64)> = Vec::new();
    for (at, name) in table.names() {
        let reversed = name.base == EXTENSION;
        let quantity = TruthQuantity::of(&name).or(reversed.then_some(TruthQuantity::Lumbar));
        let Some(quantity) = quantity else { continue };
        let size = match name.unit {
            ColumnUnit::Angle(size) => size,
            ColumnUnit::Missing => return Err(FileFault::NoUnit(name.whole.to_owned(), "deg")),
            _ => return Err(FileFault::Unit(name.whole.to_owned(), "angles are in degrees (_deg) or radians (_rad)")),
        };
        if let Some((_, before, _)) = found.iter().find(|(known, ..)| *known == quantity) {
            return Err(FileFault::Twice(table.header()[*before].clone(), name.whole.to_owned()));
        }
        found.push((quantity, at, if reversed { -size } else { size }));
    }
    if found.is_empty() {
        return Ok(None);
    }
    let times = times(table)?;
    check_times(&times)?;
    let series = found.into_iter().map(|(quantity, at, size)| Ok((quantity, column(table, &times, at, size)?)));
    series.collect::<Result<Vec<_>, _>>().map(Some)
}

fn column(table: &TextTable, times: &[Option<f64>], at: usize, size: f64) -> Result<TimeSeries, FileFault> {
    let (name, values) = (table.header()[at].as_str(), table.numbers(at)?);
    AngleColumn { name, times, values: &values, size }.check()?;
    let points = || times.iter().zip(&values).filter_map(|(time, value)| Some(((*time)?, (*value)? * size)));
    if points().count() == 1 {
        return Err(FileFault::OneNumber(name.to_owned()));
    }
    Ok(TimeSeries::new(points()))
}

/// The time of each row, seconds.
pub(super) fn times(table: &TextTable) -> Result<Vec<Option<f64>>, FileFault> {
    let (at, size) = time_column(table)?;
    table.times(at, size)
}

/// The column of the time and the length of its unit. Sensor Logger's `seconds_elapsed` is preferred to its `time`, whose
/// unit it does not name.
fn time_column(table: &TextTable) -> Result<(usize, f64), FileFault> {
    let names: Vec<(usize, ColumnName)> = table.names().collect();
    if let Some((at, _)) = names.iter().find(|(_, name)| name.base == "seconds_elapsed") {
        return Ok((*at, 1.0));
    }
    let is_time = |name: &ColumnName| ["time", "t", "timestamp", "elapsed"].contains(&name.base.as_str());
    let (at, name) = names
        .iter()
        .find(|(_, name)| is_time(name))
        .ok_or_else(|| FileFault::NoTime { header: table.header().to_vec(), near: None })?;
    match name.unit {
        ColumnUnit::Time(size) => Ok((*at, size)),
        ColumnUnit::Missing => Err(FileFault::NoUnit(name.whole.to_owned(), "s")),
        _ => Err(FileFault::Unit(name.whole.to_owned(), "times are in s, ms, us or ns")),
    }
}

/// The inclination in the log of a phone.
fn phone_series(table: &TextTable) -> Result<TimeSeries, FileFault> {
    let bases: Vec<String> = table.names().map(|(_, name)| name.base).collect();
    let has = |base: &str| bases.iter().any(|known| known == base);
    let axes = ["acceleration_", "gravity_", "accelerometer_", "acc_", ""].into_iter().find_map(|prefix| {
        let axis = |axis| bases.iter().position(|base| *base == format!("{prefix}{axis}"));
        Some([axis("x")?, axis("y")?, axis("z")?])
    });
    let Some(axes) = axes else {
        return Err(match () {
            () if has("qx") && has("qw") => FileFault::Orientation,
            () if has("tilt_up_down") || has("rotation") => FileFault::Inclination,
            () => FileFault::NoKnownColumn {
                header: table.header().to_vec(),
                near: near_misses(table, &[]).into_iter().next(),
            },
        });
    };
    let times = times(table)?;
    check_times(&times)?;
    let [x, y, z] = [acceleration(table, axes[0])?, acceleration(table, axes[1])?, acceleration(table, axes[2])?];
    let row = |at: usize| -> Option<(f64, PhoneVector)> { Some((times[at]?, [x[at]?, y[at]?, z[at]?])) };
    let mut rows: Vec<_> = (0..times.len()).filter_map(row).collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    phone::inclination(&rows)
}

/// The largest acceleration that a phone on a back has, m/s²: its sensor ends at 16 g at most.
const MOST_ACCELERATION: f64 = 200.0;

/// A column of accelerations.
fn acceleration(table: &TextTable, at: usize) -> Result<Vec<Option<f64>>, FileFault> {
    let values = table.numbers(at)?;
    match values.iter().enumerate().find_map(|(row, value)| Some((row, value.filter(|v| v.abs() > MOST_ACCELERATION)?)))
    {
        Some((row, value)) => {
            Err(FileFault::ImpossibleAcceleration { row: row + 1, column: table.header()[at].clone(), value })
        }
        None => Ok(values),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEEDS: [&str; 3] = [
        "time_s;t12_deg;s1_rad\n0;1,5;0,1\n0,1;1,6;0,2\n0,2;;\n",
        "\"Time (s)\",\"Acceleration x (m/s^2)\",\"Acceleration y (m/s^2)\",\"Acceleration z (m/s^2)\"\n0,0,9.8,0\n0.1,9.8,0,0\n",
        "inDegrees=no\nendheader\ntime lumbar_extension\n0 -1\n0.1 -2\n",
    ];

    #[test]
    fn five_rows_a_second_are_enough_however_their_times_are_rounded() {
        let apart =
            |step: f64| check_rate(&TimeSeries::new((0..90).map(|row| (f64::from(row) * step, f64::from(row)))));
        assert!(apart(0.2).is_ok() && apart(1.0 / 5.0 + 1e-9).is_ok());
        assert!(matches!(apart(0.21), Err(FileFault::TooSlow(_))));
    }

    proptest! {
        /// Whatever stands in a file, reading it ends with a recording or one sentence that controls no terminal.
        #[test]
        fn any_file_is_read_or_refused(seed in 0..3usize, at in 0..200usize, put in ".{0,6}", cut in 0..8usize) {
            let mut letters: Vec<char> = SEEDS[seed].chars().collect();
            let at = at.min(letters.len());
            let end = (at + cut).min(letters.len());
            letters.splice(at..end, put.chars());
            let text: String = letters.into_iter().collect();
            if let Err(fault) = recording("truth.csv", &text, TruthQuantity::Sacrum) {
                prop_assert!(!fault.to_string().contains(|letter: char| letter.is_control()), "{fault:?}");
            }
        }
    }

    fn read(text: &str) -> Result<TruthRecording, FileFault> {
        recording("truth.csv", text, TruthQuantity::UpperLumbar)
    }

    fn fault(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn columns_are_known_by_their_names_and_units() {
        let told = read("Time (ms);T12/L1 (rad);S1 [deg];other\n0;0,1;5;x\n100;0,2;6;y\n200;;7;z\n").unwrap();
        let upper = told.of(TruthQuantity::UpperLumbar).unwrap();
        assert!((upper.at(0.1).unwrap() - 11.459).abs() < 1e-3 && upper.points().len() == 2);
        assert_eq!(told.of(TruthQuantity::Sacrum).unwrap().at(0.2), Some(7.0));
        assert!(told.signed && told.of(TruthQuantity::Hip).is_none());
        let reversed = read("time_s,lumbar_extension_deg\n0,1\n0.1,-20\n").unwrap();
        assert_eq!(reversed.of(TruthQuantity::Lumbar).unwrap().at(0.1), Some(20.0));
    }

    #[test]
    fn a_wrong_column_is_named_with_the_way_out() {
        for (text, told) in [
            ("time,t12_deg\n0,1\n0.1,1\n", "the column time has no unit: name it time_s"),
            ("time_s,t12\n0,1\n0.1,1\n", "the column t12 has no unit: name it t12_deg"),
            ("time_s,t12_gon\n0,1\n0.1,1\n", "the unit of the column t12_gon is not known"),
            ("time_s,s1 (gon)\n0,1\n0.1,1\n", "the unit of the column s1 (gon) is not known"),
            ("clock,t12_deg\n0,1\n0.1,1\n", "no column holds the time (it has clock, t12_deg)"),
            ("time_s,angle_deg\n0,1\n0.1,1\n", "no column is known (it has time_s, angle_deg)"),
            ("time_s,s1_deg,pelvis_deg\n0,1,1\n0.1,1,1\n", "s1_deg and pelvis_deg hold the same quantity"),
            ("time_s,s1_deg\n5,1\n5.1,1\n0,1\n", "the time goes back in row 3, from 5.10 to 0.00 s"),
            ("time_s,s1_deg\n0,1\n0.1,1\n0.2,1\n1e9,1\n", "at most 4 hours are compared"),
            ("time_s,s1_deg\n0,1\n1000,1\n", "name the unit of the time (time_ms)"),
            ("time_ms,s1_deg\n0,1\n0.01,1\n", "check the unit of the time"),
            ("time_s,s1_deg\n0,\n0.1,nan\n", "the column s1_deg has no numbers"),
            ("time_s,s1_deg\n0,1\n", "it has only one row"),
            ("time_s,s1_deg\n1,1\n1,1\n1,1\n", "all of its rows have the same time"),
            ("time_s,s1_deg\n0,1\n0.1,\n", "the column s1_deg has only one number"),
            ("time_s,lumbar_flexion_grad\n0,1\n0.1,1\n", "the unit of the column lumbar_flexion_grad is not known"),
            ("time_s,lumbar_flexoin_deg\n0,1\n0.1,1\n", "did you mean lumbar_flexion_deg?"),
            ("time_s,s1_deg\n0,1\n0.1,1\n0.1,9\n", "rows 2 and 3 have the same time"),
            ("time_s,s1_deg\n0,1\n0.1,1\n0.2,1e300\n", "row 3, column s1_deg: 1.0e300°"),
            ("time_s,s1_deg\n0,1\n,1\n0.2,1\n", "row 2 has no time"),
            (
                "time_s,gravity_x,gravity_y,gravity_z\n0,1,1,1\n1,1,5e9,1\n",
                "row 2, column gravity_y: 5.0e9 is no acceleration",
            ),
            ("nRows=2\ninDegrees=yes\ntime s1\n0 1\n0.1 1\n", "without the line endheader"),
            ("time,seconds_elapsed,qz,qy,qx,qw,roll,pitch,yaw\n1,0,0,0,0,1,0,0,0\n", "give Gravity.csv"),
            (
                "\"t (s)\",\"Tilt up/down (deg)\",\"Tilt left/right (deg)\"\n0,1,1\n",
                "record “Acceleration with g” instead",
            ),
        ] {
            assert!(fault(text).contains(told), "{told:?} is not in {:?}", fault(text));
        }
    }

    #[test]
    fn logs_of_phones_are_known_by_their_columns() {
        let rows = |header: &str| {
            let row = |at: i32| {
                let angle = (0.4 - 0.4 * (f64::from(at) * 0.02).cos()) * 1.2;
                let time = f64::from(at) * 0.02;
                format!("{time},{:.5},{:.5},0.1\n", 9.81 * angle.sin(), 9.81 * angle.cos())
            };
            format!("{header}\n{}", (0..600).map(row).collect::<String>())
        };
        for header in [
            "\"Time (s)\",\"Acceleration x (m/s^2)\",\"Acceleration y (m/s^2)\",\"Acceleration z (m/s^2)\"",
            "seconds_elapsed,z,y,x",
            "time_s,gravity_x,gravity_y,gravity_z",
        ] {
            let told = read(&rows(header)).unwrap();
            assert!(!told.signed && told.of(TruthQuantity::UpperLumbar).is_some(), "{header}");
        }
        assert!(fault(&rows("time_s,linear_acceleration_x,linear_acceleration_y,z")).contains("no column is known"));
    }

    #[test]
    fn one_inclinometer_is_not_enough_and_two_of_one_place_neither() {
        let one = |name: &str| read(&format!("time_s,{name}_deg\n0,1\n0.1,2\n")).unwrap();
        let together = |recordings| Truth::of(recordings).map(drop).map_err(|error| error.to_string());
        assert!(together(vec![one("t12")]).unwrap_err().contains("only the inclination of T12/L1"));
        assert!(together(vec![one("s1")]).unwrap_err().contains("only the inclination of S1"));
        assert!(together(vec![one("hip_flexion")]).unwrap_err().contains("only the hip's"));
        assert!(together(vec![one("s1"), one("s1")]).unwrap_err().contains("Both files measure S1"));
        assert_eq!(together(vec![one("s1"), one("t12")]), Ok(()));
        assert_eq!(together(vec![one("lumbar_flexion")]), Ok(()));
        let both = |name: &str| read(&format!("time_s,{name}_deg,hip_flexion_deg\n0,1,2\n0.1,2,3\n")).unwrap();
        for (recordings, told) in [
            (vec![one("lumbar_flexion"), one("lumbar_flexion")], "Both files measure lumbar flexion, and only one"),
            (vec![both("t12"), both("s1")], "Both files measure hip flexion, and only one"),
        ] {
            assert!(together(recordings).unwrap_err().starts_with(told), "{told}");
        }
    }
}
