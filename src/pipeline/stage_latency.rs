//! How long each stage took over a session: half of the frames, 95 and 99 of a hundred took no longer; and the longest of all.
//! In memory that does not grow, however long the session is.

use std::fmt::Write as _;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::pipeline::StageTimes;

/// What is told of each stage, of a hundred frames: the last is the longest time of all.
const PARTS: [f64; 4] = [50.0, 95.0, 99.0, 100.0];

/// Steps of a microsecond up to ten minutes, each known to a thousandth: 3 significant figures, some 100 kB a stage.
const LONGEST: u64 = 600_000_000;
const FIGURES: u8 = 3;

/// The stages of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TimedStage {
    Pose,
    Spine,
    Judgement,
    /// What of these the networks took.
    Networks,
    /// What of these they did not.
    Others,
    /// From the capture of a frame until it is on the screen.
    Shown,
}

impl TimedStage {
    const ALL: [Self; 6] = [Self::Pose, Self::Spine, Self::Judgement, Self::Networks, Self::Others, Self::Shown];

    fn name(self) -> &'static str {
        match self {
            Self::Pose => "pose",
            Self::Spine => "spine",
            Self::Judgement => "judgement",
            Self::Networks => "networks",
            Self::Others => "all but networks",
            Self::Shown => "capture to shown",
        }
    }
}

/// The times of every stage so far.
#[derive(Clone, Debug, Default)]
pub struct StageLatencies {
    /// By [`TimedStage`]; none until the first frame.
    histograms: [Option<Histogram<u64>>; TimedStage::ALL.len()],
}

impl StageLatencies {
    /// Takes a frame that was measured.
    pub fn take(&mut self, times: &StageTimes) {
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

    /// Takes a frame that was shown so long after it was captured.
    pub fn shown(&mut self, late: Duration) {
        self.record(TimedStage::Shown, late);
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

    /// Each stage that there was, with its times in milliseconds by [`PARTS`]; the last is the longest.
    fn rows(&self) -> impl Iterator<Item = (&'static str, [f64; 4])> {
        TimedStage::ALL.into_iter().filter_map(|stage| {
            let histogram = self.histograms[stage as usize].as_ref()?;
            Some((stage.name(), PARTS.map(|part| histogram.value_at_percentile(part) as f64 / 1e3)))
        })
    }

    /// The stages in one line.
    pub fn line(&self) -> String {
        let shares = [TimedStage::Networks, TimedStage::Others].map(TimedStage::name);
        let stages = self.rows().filter(|(name, _)| !shares.contains(name));
        let rows: Vec<String> =
            stages.map(|(name, [half, most, nearly, _])| format!("{name} {half:.1}/{most:.1}/{nearly:.1}")).collect();
        format!("p50/p95/p99 ms: {}", rows.join("  "))
    }

    /// All of it as a table, with how many frames were dropped.
    pub fn table(&self, dropped: u64) -> String {
        let mut text = format!("{:<18}{:>9}{:>9}{:>9}{:>9}\n", "", "p50", "p95", "p99", "longest");
        for (name, times) in self.rows() {
            write!(text, "{name:<18}").ok();
            times.iter().for_each(|time| write!(text, "{time:>6.1} ms").unwrap_or_default());
            text.push('\n');
        }
        text + &format!("{dropped} frames dropped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_frames_took_no_longer_than_is_told() {
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
        let off =
            rows[0].1.into_iter().zip([50.0, 95.0, 99.0, 100.0]).map(|(told, true_time): (f64, f64)| told - true_time);
        assert!(off.fold(0.0, |worst: f64, off| worst.max(off.abs())) < 0.1, "{rows:?}");
        stages.shown(Duration::from_secs(3600)); // a machine that slept
        let told = stages.table(7);
        assert!(told.contains("capture to shown") && told.ends_with("7 frames dropped"), "{told}");
        assert!(stages.line().starts_with("p50/p95/p99 ms: pose 50.0/95."), "{}", stages.line());
        assert_eq!(StageLatencies::default().table(0).lines().count(), 2);
    }
}
