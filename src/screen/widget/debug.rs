//! The debug line for developers: where a frame's time goes. In English only, as faults are reported.

use std::time::Duration;

use euclid::{point2, size2};

use crate::pipeline::{Scene, StageTimes};
use crate::screen::canvas::{Canvas, WindowRect};
use crate::screen::text::LINE_HEIGHT;
use crate::screen::theme::{GROUND, NOTE, TEXT};

/// The contents of the debug line.
#[derive(Clone, Copy, Debug)]
pub struct Diagnostics<'a> {
    /// The newest measured frame.
    pub scene: Option<&'a Scene>,
    /// The word for the facing.
    pub facing: &'a str,
    /// Measured frame rate, frames/s.
    pub rate: f32,
    /// Frame rate of the source, frames/s.
    pub source_rate: Option<f64>,
    /// Time from the capture of the last shown frame until it was shown.
    pub lateness: Option<Duration>,
    /// Frames that arrived but were never shown.
    pub dropped: u64,
    /// The latency of each stage.
    pub stages: Option<&'a str>,
}

/// Draws the line over the top of the picture.
pub fn draw(canvas: &mut Canvas, picture: WindowRect, unit: f32, told: &Diagnostics<'_>) {
    let size = NOTE * 0.8 * unit;
    let lines = if told.stages.is_some() { 3.0 } else { 2.0 };
    let ground = size2(picture.width(), size * LINE_HEIGHT * lines + 16.0 * unit);
    canvas.fill_rect(WindowRect::from_origin_and_size(picture.min, ground), GROUND.faded(0.82));
    let text = WindowRect::new(
        picture.min + euclid::vec2(12.0, 8.0) * unit,
        point2(picture.max.x - 12.0 * unit, picture.min.y + ground.height - 8.0 * unit),
    );
    canvas.write_into(&line(told), text, size, TEXT);
}

fn line(told: &Diagnostics<'_>) -> String {
    let took = |times: StageTimes| {
        let [pose, spine, judgement] = [times.pose, times.spine, times.judgement].map(|time| time.as_secs_f64() * 1e3);
        format!("pose {pose:.1} ms  spine {spine:.1} ms  judgement {judgement:.2} ms  ")
    };
    let seen = told.scene.map_or_else(String::new, |scene| {
        let took = scene.times.map_or_else(String::new, took);
        format!("{took}frame {}  confidence {:.2}  ", scene.number, scene.measurement.confidence)
    });
    let given = told.source_rate.map_or_else(String::new, |rate| format!(" of {rate:.1}"));
    let late = told.lateness.map_or_else(String::new, |late| format!("  {} ms late", late.as_millis()));
    let facing = told.facing;
    let stages = told.stages.map_or_else(String::new, |stages| format!("  {stages}"));
    format!("{seen}{:.1}{given} fps{late}  {} dropped  facing {facing}{stages}", told.rate, told.dropped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::settings::Settings;

    #[test]
    fn what_the_camera_sends_and_how_late_it_is_shown_are_told() {
        let told = Diagnostics {
            scene: None,
            facing: Settings::default().facing_word(),
            rate: 12.0,
            source_rate: None,
            lateness: None,
            dropped: 4,
            stages: None,
        };
        assert!(line(&told).starts_with("12.0 fps  4 dropped"), "{}", line(&told));
        let told = Diagnostics { source_rate: Some(29.97), lateness: Some(Duration::from_millis(85)), ..told };
        assert!(line(&Diagnostics { stages: Some("p50"), ..told }).ends_with("facing auto  p50"));
        assert!(line(&told).starts_with("12.0 of 30.0 fps  85 ms late  4 dropped"), "{}", line(&told));
    }
}
