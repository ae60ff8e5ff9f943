//! Markers for OpenSim and whatever else reads its `.trc` files.
//!
//! A marker that was not seen is `nan` in all three cells. An empty cell will not do: OpenSim's reader drops the tabs at the
//! end of a row and then refuses the whole file, and other readers take several tabs for one. (Tried with OpenSim 4.6,
//! Pose2Sim 0.10.49 and pandas 3.1: all read `nan`.)

use std::io::{self, Write};

use super::markers::{MarkerPlane, NAMES};
use super::{ExportError, SessionExport};

/// What stands in the cells of a marker that was not seen.
const UNSEEN: &str = "nan";

/// Writes the file.
pub(super) fn write(whole: &SessionExport<'_>, mut out: impl Write) -> Result<(), ExportError> {
    let mut plane = MarkerPlane::of(whole)?;
    write_head(&whole.session.entry.id, &plane, &mut out)?;
    let mut number = 0;
    whole.write_each(|sample, _| {
        number += 1;
        write!(out, "{number}\t{:.6}", sample.time.as_secs_f64())?;
        for marker in plane.markers(sample) {
            match marker {
                Some([x, y]) => write!(out, "\t{x:.5}\t{y:.5}\t0.00000")?,
                None => write!(out, "\t{UNSEEN}\t{UNSEEN}\t{UNSEEN}")?,
            }
        }
        writeln!(out)
    })
}

fn write_head(id: &str, plane: &MarkerPlane, out: &mut impl Write) -> io::Result<()> {
    let (rows, rate) = (plane.frames, plane.rate);
    writeln!(out, "PathFileType\t4\t(X/Y/Z)\t{id}.trc")?;
    let fields = "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames";
    writeln!(out, "{fields}\n{rate:.4}\t{rate:.4}\t{rows}\t{}\tm\t{rate:.4}\t1\t{rows}", NAMES.len())?;
    writeln!(out, "Frame#\tTime\t{}\t\t", NAMES.join("\t\t\t"))?;
    let axes: Vec<_> = (1..=NAMES.len()).map(|marker| format!("X{marker}\tY{marker}\tZ{marker}")).collect();
    writeln!(out, "\t\t{}\n", axes.join("\t"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::KeptSession;
    use crate::export::fixtures::session;
    use crate::spine::{Facing, HairOverNeck};

    fn table(whole: &KeptSession) -> Vec<Vec<String>> {
        let mut out = Vec::new();
        write(&whole.export(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    }

    fn unseen(cells: &[String]) -> bool {
        cells.iter().all(|cell| cell == UNSEEN)
    }

    #[test]
    fn markers_stand_in_their_columns_and_the_unseen_are_nan() {
        let lines = table(&session(Facing::Left));
        assert_eq!(lines[2], ["10.0000", "10.0000", "4", "36", "m", "10.0000", "1", "4"]);
        let names: Vec<_> = lines[3].iter().filter(|name| !name.is_empty()).collect();
        assert_eq!((names.len(), lines[4].len()), (2 + NAMES.len(), 2 + 3 * NAMES.len()));
        let rows = &lines[6..];
        assert!(rows.iter().all(|row| row.len() == 2 + 3 * NAMES.len()) && rows.len() == 4);
        assert!(unseen(&rows[0][2..]), "nobody was there");
        let c7 = lines[3].iter().position(|name| name == "C7").unwrap();
        assert_eq!(rows[1][c7..c7 + 3], ["-0.10000", "1.50000", "0.00000"].map(str::to_owned));
        assert!(unseen(&rows[2][c7..]), "the back was hidden");
        assert_ne!(rows[2][2], UNSEEN, "but the nose was seen");
    }

    /// An empty cell, last or not, is what readers trip over: there is none, whatever was not seen.
    #[test]
    fn no_cell_of_a_row_is_ever_empty() {
        let bare = session(Facing::Right);
        let mut hair = bare.clone();
        hair.samples.iter_mut().filter_map(|sample| sample.back.as_mut()).for_each(|back| back.c7 = Err(HairOverNeck));
        let mut hair_at_the_end = bare.clone();
        hair_at_the_end.samples[3].back.as_mut().unwrap().c7 = Err(HairOverNeck);
        let nobody = KeptSession { samples: vec![bare.samples[0].clone()], ..bare.clone() };
        let one_frame = KeptSession { samples: vec![bare.samples[1].clone()], ..bare.clone() };
        for whole in [bare, hair, hair_at_the_end, nobody, one_frame] {
            let rows = &table(&whole)[6..];
            assert_eq!(rows.len(), whole.samples.len());
            assert!(rows.iter().flatten().all(|cell| cell.parse::<f64>().is_ok()), "{rows:?}");
            assert!(rows.iter().all(|row| row.len() == 2 + 3 * NAMES.len()));
        }
    }
}
