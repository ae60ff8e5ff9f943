//! One line for whoever works on the program: where a frame's time goes. In English only, as faults are reported.

use euclid::{point2, size2};

use crate::pipeline::StageTimes;
use crate::screen::canvas::{Canvas, WindowRect};
use crate::screen::live::View;
use crate::screen::text::LINE_HEIGHT;
use crate::screen::theme::{GROUND, LABEL, TEXT};

/// Draws the line over the top of the picture.
pub fn draw(canvas: &mut Canvas, picture: WindowRect, unit: f32, view: &View<'_>) {
    let size = LABEL * 0.8 * unit;
    let lines = if view.stages.is_some() { 3.0 } else { 2.0 };
    let ground = size2(picture.width(), size * LINE_HEIGHT * lines + 16.0 * unit);
    canvas.fill_rect(WindowRect::from_origin_and_size(picture.min, ground), GROUND.faded(0.82));
    let text = WindowRect::new(
        picture.min + euclid::vec2(12.0, 8.0) * unit,
        point2(picture.max.x - 12.0 * unit, picture.min.y + ground.height - 8.0 * unit),
    );
    canvas.write_into(&line(view), text, size, TEXT);
}

fn line(view: &View<'_>) -> String {
    let took = |times: StageTimes| {
        let [pose, spine, judgement] = [times.pose, times.spine, times.judgement].map(|time| time.as_secs_f64() * 1e3);
        format!("pose {pose:.1} ms  spine {spine:.1} ms  judgement {judgement:.2} ms  ")
    };
    let seen = view.scene.map_or_else(String::new, |scene| {
        let took = scene.times.map_or_else(String::new, took);
        format!("{took}frame {}  confidence {:.2}  ", scene.number, scene.measurement.confidence)
    });
    let given = view.source_rate.map_or_else(String::new, |rate| format!(" of {rate:.1}"));
    let late = view.lateness.map_or_else(String::new, |late| format!("  {} ms late", late.as_millis()));
    let facing = view.settings.facing_word();
    let stages = view.stages.map_or_else(String::new, |stages| format!("  {stages}"));
    format!("{seen}{:.1}{given} fps{late}  {} dropped  facing {facing}{stages}", view.rate, view.dropped)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::i18n::{Language, Words};

    #[test]
    fn what_the_camera_sends_and_how_late_it_is_shown_are_told() {
        let words = Words::read(Language::English).unwrap();
        let view = View { rate: 12.0, dropped: 4, ..View::new(&words) };
        assert!(line(&view).starts_with("12.0 fps  4 dropped"), "{}", line(&view));
        let view = View { source_rate: Some(29.97), lateness: Some(Duration::from_millis(85)), ..view };
        assert!(line(&View { stages: Some("p50"), ..view }).ends_with("facing auto  p50"));
        assert!(line(&view).starts_with("12.0 of 30.0 fps  85 ms late  4 dropped"), "{}", line(&view));
    }
}
