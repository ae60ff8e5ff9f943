//! The two text files of OpenSim: motions (`.mot`) and markers (`.trc`).
//!
//! A motion contains the coordinates of OpenSim's full-body models with their names and signs, degrees: `hip_flexion`
//! and `knee_angle` positive in flexion, the same for both sides, which cannot be told apart side-on;
//! `lumbar_extension` and `pelvis_tilt` positive backwards, so that they are negative in a bend. All are changes from
//! the person's own standing posture. A frame that was not measured has no row, as OpenSim's older reader stops at the
//! first `nan`. A marker that was not seen is an empty field, which OpenSim reads as unknown.

use std::io::{self, Write};

use super::markers::{NAMES, markers, rate};
use super::{KeptSession, degrees};
use crate::geometry::Measurement;
use crate::store::sample::Sample;

/// A coordinate: its name in OpenSim and its value in a frame.
type Coordinate = (&'static str, fn(&Sample, &Measurement) -> Option<f64>);

/// The coordinates.
const COORDINATES: [Coordinate; 6] = [
    ("pelvis_tilt", pelvis_tilt),
    ("hip_flexion_r", hip),
    ("knee_angle_r", knee),
    ("hip_flexion_l", hip),
    ("knee_angle_l", knee),
    ("lumbar_extension", |_, measured| degrees(-measured.filtered?.lumbar_flexion)),
];

fn hip(_: &Sample, measured: &Measurement) -> Option<f64> {
    degrees(measured.filtered?.hip_flexion)
}

fn knee(_: &Sample, measured: &Measurement) -> Option<f64> {
    degrees(measured.filtered?.knee_flexion)
}

/// Of this frame alone, as it is not smoothed over time; only if the other angles are measured.
fn pelvis_tilt(sample: &Sample, measured: &Measurement) -> Option<f64> {
    measured.filtered?;
    degrees(measured.standing?.pelvis - sample.back.as_ref()?.segments.pelvis)
}

/// Writes the motion file.
pub(super) fn write_motion(whole: &KeptSession, mut out: impl Write) -> io::Result<()> {
    let row = |(sample, measured): (&Sample, Measurement)| -> Option<String> {
        let values: Option<Vec<f64>> = COORDINATES.iter().map(|(_, of)| of(sample, &measured)).collect();
        let told: String = values?.iter().map(|value| format!("\t{value:.2}")).collect();
        Some(format!("{:.6}{told}", sample.time.as_secs_f64()))
    };
    let rows: Vec<String> = whole.measured().filter_map(row).collect();
    let (count, columns) = (rows.len(), COORDINATES.len() + 1);
    write!(
        out,
        "bendwise {}\nversion=1\nnRows={count}\nnColumns={columns}\ninDegrees=yes\n\n",
        whole.session.entry.id
    )?;
    writeln!(out, "Units are S.I. units (second, meters, Newtons, ...)")?;
    writeln!(out, "Angles are in degrees, as changes from standing. Frames that were not measured have no row.\n")?;
    let names: Vec<_> = COORDINATES.iter().map(|(name, _)| *name).collect();
    writeln!(out, "endheader\ntime\t{}", names.join("\t"))?;
    rows.iter().try_for_each(|row| writeln!(out, "{row}"))
}

/// Writes the marker file.
pub(super) fn write_markers(whole: &KeptSession, mut out: impl Write) -> io::Result<()> {
    let (id, rows, rate) = (&whole.session.entry.id, whole.samples.len(), rate(&whole.samples));
    writeln!(out, "PathFileType\t4\t(X/Y/Z)\t{id}.trc")?;
    let fields = "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames";
    writeln!(out, "{fields}\n{rate:.4}\t{rate:.4}\t{rows}\t{}\tm\t{rate:.4}\t1\t{rows}", NAMES.len())?;
    writeln!(out, "Frame#\tTime\t{}\t\t", NAMES.join("\t\t\t"))?;
    let axes: Vec<_> = (1..=NAMES.len()).map(|marker| format!("X{marker}\tY{marker}\tZ{marker}")).collect();
    writeln!(out, "\t\t{}\n", axes.join("\t"))?;
    for (number, (sample, markers)) in whole.samples.iter().zip(markers(whole)).enumerate() {
        write!(out, "{}\t{:.6}", number + 1, sample.time.as_secs_f64())?;
        for marker in markers {
            match marker {
                Some([x, y]) => write!(out, "\t{x:.5}\t{y:.5}\t0.00000")?,
                None => write!(out, "\t\t\t")?,
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixtures::session;
    use crate::spine::Facing;

    fn table(write: fn(&KeptSession, &mut Vec<u8>) -> io::Result<()>) -> Vec<Vec<String>> {
        let mut out = Vec::new();
        write(&session(Facing::Left), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_motion_has_the_head_and_the_signs_of_opensim() {
        let lines = table(|whole, out| write_motion(whole, out));
        let end = lines.iter().position(|line| line[0] == "endheader").unwrap();
        for told in ["version=1", "nRows=2", "nColumns=7", "inDegrees=yes"] {
            assert!(lines[..end].iter().any(|line| line[0] == told), "{told}");
        }
        let rows = &lines[end + 1..];
        assert_eq!(
            rows[0].join(" "),
            "time pelvis_tilt hip_flexion_r knee_angle_r hip_flexion_l knee_angle_l lumbar_extension"
        );
        assert_eq!(rows[1].join(" "), "0.100000 -17.50 40.00 0.00 40.00 0.00 -10.00");
        assert_eq!(rows[2].join(" "), "0.300000 -17.50 20.00 0.00 20.00 0.00 -10.00");
        assert_eq!(rows.len(), 3, "nothing of what was not measured");
    }

    #[test]
    fn markers_stand_in_their_columns_and_the_unseen_are_empty() {
        let lines = table(|whole, out| write_markers(whole, out));
        assert_eq!(lines[2], ["10.0000", "10.0000", "4", "36", "m", "10.0000", "1", "4"]);
        let names: Vec<_> = lines[3].iter().filter(|name| !name.is_empty()).collect();
        assert_eq!((names.len(), lines[4].len()), (2 + NAMES.len(), 2 + 3 * NAMES.len()));
        let rows = &lines[6..];
        assert!(rows.iter().all(|row| row.len() == 2 + 3 * NAMES.len()) && rows.len() == 4);
        assert!(rows[0][2..].iter().all(String::is_empty), "nobody was there");
        let c7 = lines[3].iter().position(|name| name == "C7").unwrap();
        assert_eq!(rows[1][c7..c7 + 3], ["-0.10000", "1.50000", "0.00000"].map(str::to_owned));
        assert!(rows[2][c7..].iter().all(String::is_empty), "the back was hidden");
        assert_ne!(rows[2][2], "", "but the nose was seen");
    }
}
