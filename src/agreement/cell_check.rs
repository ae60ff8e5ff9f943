//! Whether the cells of a column of angles can be those of a person: one wrong cell makes a comparison fail for no visible
//! reason, or moves its numbers.

use super::file_fault::FileFault;
use super::series::LONGEST_STEP;

/// No angle between two parts of a person, or of one against the vertical, is larger: a sensor that counts on beyond a
/// whole turn has to begin anew. Degrees.
const MOST_DEGREES: f64 = 360.0;

/// An angle changes by at most this between two rows, whatever lies between them, degrees. [own]
const MOST_JUMP: f64 = 60.0;

/// … or, if it is more, as fast as this, degrees a second: ten times as fast as people bend in a drill. [own]
const MOST_SPEED: f64 = 600.0;

/// Values at the same time are taken together as their mean if they differ by at most this, degrees. [own]
const SAME: f64 = 1.0;

/// A column of angles with its name and unit.
#[derive(Clone, Copy, Debug)]
pub struct AngleColumn<'c> {
    /// Its name.
    pub name: &'c str,
    /// The time of each row, seconds.
    pub times: &'c [Option<f64>],
    /// The values as they stand in the file.
    pub values: &'c [Option<f64>],
    /// Its unit in degrees.
    pub size: f64,
}

/// A cell: row from 1, time, degrees.
type Cell = (usize, f64, f64);

impl AngleColumn<'_> {
    /// Fails at the first cell that no person can have.
    pub fn check(&self) -> Result<(), FileFault> {
        self.check_sizes()?;
        let rows = self.times.iter().zip(self.values).enumerate();
        let cell = |(row, (time, value)): (usize, (&Option<f64>, &Option<f64>))| {
            Some((row + 1, (*time)?, (*value)? * self.size.abs()))
        };
        let mut cells: Vec<Cell> = rows.filter_map(cell).collect();
        cells.sort_by(|one, other| one.1.total_cmp(&other.1));
        cells.windows(2).try_for_each(|pair| self.check_step(pair[0], pair[1]))
    }

    fn check_sizes(&self) -> Result<(), FileFault> {
        let degrees = |value: &Option<f64>| value.map_or(0.0, |value| value * self.size);
        let beyond = |value: &&Option<f64>| degrees(value).abs() > MOST_DEGREES;
        let Some(at) = self.values.iter().position(|value| beyond(&value)) else { return Ok(()) };
        Err(FileFault::Impossible {
            row: at + 1,
            column: self.name.to_owned(),
            value: self.values[at].unwrap_or_default(),
            unit: unit(self.size),
            degrees: degrees(&self.values[at]),
            count: self.values.iter().filter(beyond).count(),
        })
    }

    fn check_step(&self, (row, time, value): Cell, (next, then, after): Cell) -> Result<(), FileFault> {
        let (column, change, step) = (self.name.to_owned(), (after - value).abs(), then - time);
        if step == 0.0 && change > SAME {
            return Err(FileFault::SameTime { first: row, row: next, time, column, one: value, other: after });
        }
        if step <= LONGEST_STEP && change > MOST_JUMP.max(MOST_SPEED * step) {
            return Err(FileFault::Jump { column, rows: [row, next], before: value, after });
        }
        Ok(())
    }
}

fn unit(size: f64) -> &'static str {
    match size.abs() {
        size if size > 10.0 => "rad",
        size if size < 0.5 => "mrad",
        _ => "deg",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(values: &[f64], size: f64) -> String {
        let times: Vec<_> = (0..values.len()).map(|at| Some(at as f64 * 0.1)).collect();
        told(&times, values, size)
    }

    fn told(times: &[Option<f64>], values: &[f64], size: f64) -> String {
        let values: Vec<_> = values.iter().copied().map(Some).collect();
        let checked = AngleColumn { name: "s1", times, values: &values, size }.check();
        checked.map_or_else(|fault| fault.to_string(), |()| "nothing".to_owned())
    }

    #[test]
    fn a_cell_that_no_person_can_have_is_named() {
        let rad = 180.0 / std::f64::consts::PI;
        assert!(
            fault(&[0.0, 25.0, 30.0], rad).contains("row 2, column s1: 25 rad (1432.39°), which no person"),
            "{}",
            fault(&[0.0, 25.0], rad)
        );
        assert!(fault(&[0.0, 25.0, 30.0], rad).contains("(nor by 1 more in this column)"));
        assert!(fault(&[0.0, 1e300], 1.0).contains("column s1: 1.0e300°, which no person can turn by: check"));
        let jump = fault(&[4.0, 5.0, 205.0, 5.0], 1.0);
        assert!(jump.contains("jumps from 5° in row 2 to 205° in row 3"), "{jump}");
        assert!(fault(&[179.0, -179.0], 1.0).contains("begin again at 180°"));
        assert_eq!(fault(&[0.0, 40.0, 90.0, 40.0], 1.0), "nothing");
    }

    #[test]
    fn two_values_at_one_time_are_named_if_they_differ() {
        let times = [Some(0.0), Some(0.1), Some(0.1)];
        assert!(
            told(&times, &[0.0, 1.0, 9.0], 1.0)
                .contains("rows 2 and 3 have the same time, 0.1 s, and 1 and 9 in the column s1")
        );
        assert_eq!(told(&times, &[0.0, 1.0, 1.5], 1.0), "nothing");
    }
}
