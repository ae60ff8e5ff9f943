//! The latency of each stage over a session: the 50th, 95th and 99th percentile and the maximum. Memory use does not
//! grow with the length of the session.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::geometry::Origin;
use crate::pipeline::{Observation, StageTimes};

/// The reported percentiles of each stage: the last one is the maximum.
const PARTS: [f64; 4] = [50.0, 95.0, 99.0, 100.0];

/// The maximum, microseconds (ten minutes). Values are exact to a thousandth: 3 significant figures, some 100 kB per
/// stage.
const LONGEST: u64 = 600_000_000;
const FIGURES: u8 = 3;

/// A frame that is shown later than this after its capture is late: on one core nineteen of twenty must be shown sooner
/// (BENCHMARKS.md, "What it may cost"). [own]
const LATE: Duration = Duration::from_millis(100);

/// The stages of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TimedStage {
    Pose,
    Spine,
    Judgement,
    /// The share of the networks in these.
    Networks,
    /// The rest of these.
    Others,
    /// Counting people, after a frame.
    Count,
    /// From the capture of a frame to its display.
    Shown,
}

impl TimedStage {
    const ALL: [Self; 7] =
        [Self::Pose, Self::Spine, Self::Judgement, Self::Networks, Self::Others, Self::Count, Self::Shown];

    fn name(self) -> &'static str {
        match self {
            Self::Pose => "pose",
            Self::Spine => "spine",
            Self::Judgement => "judgement",
            Self::Networks => "networks",
            Self::Others => "all but networks",
            Self::Count => "counting people",
            Self::Shown => "capture to shown",
        }
    }
}

/// The latencies of every stage so far.
#[derive(Clone, Debug, Default)]
pub struct StageLatencies {
    /// By [`TimedStage`]; `None` until the first frame.
    histograms: [Option<Histogram<u64>>; TimedStage::ALL.len()],
    measured: u64,
    held: u64,
    interpolated: u64,
    shown: u64,
    /// How many of those were [`LATE`].
    late: u64,
    /// When the first frame was displayed.
    first_picture: Option<Instant>,
    /// When the first frame with a hip and lumbar flexion was displayed.
    first_angle: Option<Instant>,
}

impl StageLatencies {
    /// Records a frame, whether it was measured or not.
    pub fn note(&mut self, observation: &Observation) {
        match observation.measurement.origin {
            Origin::Frame => self.take(&observation.times),
            Origin::Held => self.held += 1,
            Origin::Interpolated => self.interpolated += 1,
        }
    }

    /// Records a measured frame.
    pub fn take(&mut self, times: &StageTimes) {
        self.measured += 1;
        for (stage, time) in [
            (TimedStage::Pose, times.pose),
            (TimedStage::Spine, times.spine),
            (TimedStage::Judgement, times.judgement),
            (TimedStage::Networks, times.networks),
            (TimedStage::Others, times.whole().saturating_sub(times.networks)),
        ] {
            self.record(stage, time);
        }
    }

    /// Records how long it took to count people after a frame.
    pub fn counted(&mut self, took: Duration) {
        self.record(TimedStage::Count, took);
    }

    /// Returns how many of all frames were measured and why; `None` if all were.
    fn share(&self) -> Option<String> {
        let all = self.measured + self.held + self.interpolated;
        let percent = 100.0 * self.measured as f64 / all.max(1) as f64;
        let others = [(self.held, "in which nothing moved"), (self.interpolated, "interpolated")];
        let others = others.into_iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!(", {count} {why}"));
        (all > self.measured).then(|| {
            let others: String = others.collect();
            format!("{} of {all} frames measured ({percent:.0} %){others}", self.measured)
        })
    }

    /// Records a frame that was displayed now, this long after its capture, and whether its flexion was measured.
    pub fn shown(&mut self, late: Duration, has_angle: bool) {
        self.record(TimedStage::Shown, late);
        self.shown += 1;
        if late > LATE {
            self.late += 1;
            tracing::debug!("a frame is shown {} ms after its capture", late.as_millis()); // benches/table holds its time against the machine's
        }
        let now = Instant::now();
        self.first_picture.get_or_insert(now);
        if has_angle {
            self.first_angle.get_or_insert(now);
        }
    }

    /// Returns how many of the frames that were displayed were late; `None` if none was displayed.
    fn lateness(&self) -> Option<String> {
        let Self { late, shown, .. } = self;
        let most = LATE.as_millis();
        (*shown > 0).then(|| format!("{late} of {shown} frames shown more than {most} ms after their capture"))
    }

    fn record(&mut self, stage: TimedStage, time: Duration) {
        let slot = &mut self.histograms[stage as usize];
        if slot.is_none() {
            *slot = Histogram::new_with_max(LONGEST, FIGURES).ok();
        }
        if let Some(histogram) = slot {
            histogram.saturating_record(u64::try_from(time.as_micros()).unwrap_or(LONGEST));
        }
    }

    /// Returns each recorded stage with its times in milliseconds by [`PARTS`]; the last is the maximum.
    fn rows(&self) -> impl Iterator<Item = (&'static str, [f64; 4])> {
        TimedStage::ALL.into_iter().filter_map(|stage| {
            let histogram = self.histograms[stage as usize].as_ref()?;
            Some((stage.name(), PARTS.map(|part| histogram.value_at_percentile(part) as f64 / 1e3)))
        })
    }

    /// Returns the stages in one line.
    pub fn line(&self) -> String {
        let left_out = [TimedStage::Networks, TimedStage::Others, TimedStage::Count].map(TimedStage::name);
        let stages = self.rows().filter(|(name, _)| !left_out.contains(name));
        let rows: Vec<String> =
            stages.map(|(name, [half, most, nearly, _])| format!("{name} {half:.1}/{most:.1}/{nearly:.1}")).collect();
        let share = self.share().map_or_else(String::new, |share| format!("  {share}"));
        format!("p50/p95/p99 ms: {}{share}", rows.join("  "))
    }

    /// Returns how long after `start` the first picture and the first angle were displayed; `None` if none was.
    pub fn first_shown(&self, start: Instant) -> Option<String> {
        let seconds = |shown: Instant| shown.saturating_duration_since(start).as_secs_f64();
        let angle = self.first_angle.map(|shown| format!(", the first angle after {:.2} s", seconds(shown)));
        let picture = seconds(self.first_picture?);
        Some(format!("the first picture was shown after {picture:.2} s{}", angle.unwrap_or_default()))
    }

    /// Returns all stages as a table, with the number of dropped frames.
    pub fn table(&self, dropped: u64) -> String {
        let mut text = format!("{:<18}{:>11}{:>11}{:>11}{:>11}\n", "", "p50", "p95", "p99", "longest");
        for (name, times) in self.rows() {
            write!(text, "{name:<18}").ok();
            times.iter().for_each(|time| write!(text, " {time:>7.1} ms").unwrap_or_default());
            text.push('\n');
        }
        for line in [self.share(), self.lateness()].into_iter().flatten() {
            writeln!(text, "{line}").ok();
        }
        text + &format!("{dropped} frames dropped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_picture_and_the_first_angle_are_told_from_the_start_on() {
        let start = Instant::now();
        let mut stages = StageLatencies::default();
        assert_eq!(stages.first_shown(start), None);
        stages.shown(Duration::ZERO, false);
        assert_eq!(stages.first_shown(start).unwrap(), "the first picture was shown after 0.00 s");
        stages.first_angle = Some(start + Duration::from_millis(1110));
        stages.shown(Duration::ZERO, true);
        let told = stages.first_shown(start).unwrap();
        assert_eq!(told, "the first picture was shown after 0.00 s, the first angle after 1.11 s", "the first stays");
    }

    #[test]
    fn percentiles_match_the_recorded_times() {
        let mut stages = StageLatencies::default();
        for millisecond in 1..=100 {
            let time = Duration::from_millis(millisecond);
            stages.take(&StageTimes { pose: time, spine: time / 10, judgement: Duration::ZERO, networks: time });
        }
        let rows: Vec<_> = stages.rows().collect();
        assert_eq!(
            rows.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            ["pose", "spine", "judgement", "networks", "all but networks"]
        );
        assert!((rows[4].1[0] - 5.0).abs() < 0.01, "{rows:?}");
        let off = rows[0]
            .1
            .into_iter()
            .zip([50.0, 95.0, 99.0, 100.0])
            .map(|(reported, expected): (f64, f64)| reported - expected);
        assert!(off.fold(0.0, |worst: f64, off| worst.max(off.abs())) < 0.1, "{rows:?}");
        stages.shown(Duration::from_secs(3600), false); // a machine that was suspended
        let table = stages.table(7);
        let shown = table.lines().find(|line| line.starts_with("capture to shown ")).unwrap();
        assert_eq!(shown.split_whitespace().filter(|word| *word == "ms").count(), 4, "{table}");
        assert!(
            table.ends_with("1 of 1 frames shown more than 100 ms after their capture\n7 frames dropped"),
            "{table}"
        );
        stages.shown(LATE, false);
        assert!(stages.table(0).contains("1 of 2 frames shown more than"), "{}", stages.table(0));
        stages.counted(Duration::from_millis(18));
        assert!(stages.table(0).contains("counting people       18.0 ms"), "{}", stages.table(0));
        assert!(stages.line().starts_with("p50/p95/p99 ms: pose 50.0/95."), "{}", stages.line());
        assert_eq!(StageLatencies::default().table(0).lines().count(), 2);
        assert!(!table.contains("measured ("), "{table}");
        stages.held = 300;
        let share = "100 of 400 frames measured (25 %), 300 in which nothing moved";
        assert!(stages.table(7).contains(share) && stages.line().ends_with(share), "{}", stages.line());
        stages.interpolated = 100;
        let share = "100 of 500 frames measured (20 %), 300 in which nothing moved, 100 interpolated";
        assert!(stages.line().ends_with(share), "{}", stages.line());
    }
}
