//! `bendwise trend --csv`: one row per drill and session.

use std::io::{self, Write};

use super::{CsvDialect, rounded};
use crate::store::trend::{Past, TrendPoint};

/// The header line, with the names and units of the other files; the intervals are half widths of the 90 % interval.
const COLUMNS: [&str; 13] = [
    "session",
    "began",
    "drill",
    "repetitions",
    "from_hips",
    "lumbar_share",
    "lumbar_share_interval",
    "hip_flexion_deg",
    "hip_flexion_interval_deg",
    "hip_reach_deg",
    "hip_reach_interval_deg",
    "hip_reach_at_least",
    "judged", // those of the repetitions with a verdict; last, as it was added later
];

/// Writes the sessions of each drill, oldest first. A drill of `None` is an empty field.
///
/// # Errors
/// If writing to `out` fails.
pub fn write(drills: &[(Option<String>, Vec<Past>)], dialect: CsvDialect, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "{}{}", dialect.start(), dialect.header(COLUMNS.into_iter()))?;
    for (drill, sessions) in drills {
        for past in sessions {
            writeln!(out, "{}", dialect.row(&fields(drill.as_deref().unwrap_or_default(), past, dialect)))?;
        }
    }
    Ok(())
}

fn fields(drill: &str, past: &Past, dialect: CsvDialect) -> Vec<String> {
    let Past { id, repetitions, judged, from_hips, .. } = past;
    let began = past.began.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let reach = past.reach.map(TrendPoint::from);
    let mut fields = vec![id.clone(), began, dialect.text(drill), repetitions.to_string(), from_hips.to_string()];
    for (point, unit, decimals) in [(past.share, 100.0, 4), (past.depth, 1.0, 2), (reach, 1.0, 2)] {
        fields.extend(point_fields(point, unit, decimals, dialect));
    }
    fields.push(reach.map(|reach| u8::from(reach.at_least).to_string()).unwrap_or_default());
    fields.push(judged.to_string());
    fields
}

/// Value and interval, divided by `unit`.
fn point_fields(point: Option<TrendPoint>, unit: f64, decimals: i32, dialect: CsvDialect) -> [String; 2] {
    let field = |value: fn(TrendPoint) -> f32| {
        dialect.short_number(point.and_then(|point| rounded(f64::from(value(point)) / unit, decimals)))
    };
    [field(|point| point.value), field(|point| point.half_width_90)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::form::Reach;
    use crate::units::degrees;

    #[test]
    fn the_page_about_files_names_every_column() {
        let page = include_str!("../../docs/export.md");
        for column in COLUMNS {
            assert!(page.contains(&format!("`{column}`")), "{column}");
        }
    }

    #[test]
    fn a_session_is_a_row_and_what_is_not_known_is_empty() {
        let known = Past {
            id: "2026-11-22b".to_owned(),
            began: "2026-11-22T09:00:00+01:00[+01:00]".parse().unwrap(),
            repetitions: 8,
            judged: 7,
            from_hips: 6,
            share: Some(TrendPoint { value: 12.345, half_width_90: 9.0, at_least: false }),
            depth: Some(TrendPoint { value: 61.5, half_width_90: 7.25, at_least: false }),
            reach: Some(Reach { angle: degrees(50.0), half_width_90: degrees(7.0), limited: false }),
        };
        let unknown = Past { share: None, depth: None, reach: None, ..known.clone() };
        let mut out = Vec::new();
        write(&[(Some("bow".to_owned()), vec![known]), (None, vec![unknown])], CsvDialect::Standard, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            rows,
            [
                "2026-11-22b,2026-11-22T09:00:00+01:00,bow,8,6,0.1235,0.09,61.5,7.25,50,7,1,7",
                "2026-11-22b,2026-11-22T09:00:00+01:00,,8,6,,,,,,,,7",
            ]
        );
        assert!(rows.iter().all(|row| row.matches(',').count() == COLUMNS.len() - 1));
    }
}
