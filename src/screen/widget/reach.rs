//! The results of the mobility screen: a bar for straight and one for soft knees, for each side, against a full bend;
//! and what soft knees change.

use euclid::{Angle, point2, size2, vec2};

use crate::coach::form::Reach;
use crate::coach::mobility::{Comparison, FULL, Knees, Legs, Mobility, Side};
use crate::i18n::{MobilityWords, rounded_up};
use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::tally::degrees;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BODY, DEPTH_END, GROUND, HIPS, LARGE, MARGIN, QUIET, TEXT, TRACK, UNKNOWN};

/// Widths of the labels left and right of the bars ("Straight knees", "100° ±18"), and height of a bar, units.
const NAMES: f32 = 222.0;
const NUMBERS: f32 = 246.0;
const BAR: f32 = 40.0;
/// Heights of a row and of the label of a side, units. With the scale on top, all fits into the picture's height.
const ROW: f32 = 66.0;
const HEAD: f32 = 42.0;
const SCALE: f32 = 36.0;
/// Between two lines of the label of a row, units.
const LINE: f32 = 28.0;
/// Opacity of the uncertain part of a bar.
const SOFT: f32 = 0.4;

/// Draws the bars over the picture.
pub fn chart(canvas: &mut Canvas, place: WindowRect, unit: f32, words: &MobilityWords, mobility: &Mobility) {
    let sides = mobility.tried().count() as f32;
    let height = SCALE + sides * (HEAD + 2.0 * ROW);
    let width = 2.0 * MARGIN + NAMES + NUMBERS + 260.0;
    let unit = unit.min(place.height() / height).min(place.width() / width);
    let top = place.center().y - height * unit / 2.0;
    let bars = [place.min.x + (MARGIN + NAMES) * unit, place.max.x - (MARGIN + NUMBERS) * unit];
    let mut chart = Chart { canvas, unit, words, left: place.min.x + MARGIN * unit, bars };
    let mut line = top + SCALE * unit;
    for (side, legs) in mobility.tried() {
        line = chart.side(line, side, legs);
    }
    chart.scale(top, line);
}

/// Draws what soft knees change, for each side.
pub fn gains(canvas: &mut Canvas, place: WindowRect, unit: f32, words: &MobilityWords, mobility: &Mobility) {
    let sides: Vec<_> = mobility.tried().collect();
    let count = sides.len().max(1) as f32;
    let upright = place.height() > place.width();
    let size = if upright {
        size2(place.width(), place.height() / count)
    } else {
        size2(place.width() / count, place.height())
    };
    for (number, (side, legs)) in sides.into_iter().enumerate() {
        let step = if upright { vec2(0.0, size.height) } else { vec2(size.width, 0.0) };
        let corner = place.min + step * number as f32;
        gain(canvas, WindowRect::from_origin_and_size(corner, size), unit, words, (side, legs));
    }
}

fn gain(canvas: &mut Canvas, place: WindowRect, unit: f32, words: &MobilityWords, (side, legs): (Side, &Legs)) {
    let name = point2(place.min.x, place.min.y + (0.4 * MARGIN + BODY * CAP_HEIGHT) * unit);
    canvas.write(words.side(side), name, BODY * unit, QUIET, Align::Left);
    let (number, text) = match legs.soft_against_straight() {
        Some(Comparison::More(by)) => (Some(('+', by.angle, by.half_width_90)), &words.more),
        Some(Comparison::Less(by)) => (Some(('−', by.angle, by.half_width_90)), &words.less),
        Some(Comparison::Alike) => (None, &words.alike),
        Some(Comparison::Open) | None => (None, &words.unknown),
    };
    let mut top = name.y + 0.4 * MARGIN * unit;
    if let Some((sign, angle, half_width_90)) = number {
        let base = point2(place.min.x, top + (LARGE * CAP_HEIGHT + 6.0) * unit);
        known(canvas, base, unit, &format!("{sign}{}", degrees(angle)), half_width_90);
        top = base.y + 0.3 * MARGIN * unit;
    }
    let room = WindowRect::new(point2(place.min.x, top), place.max - vec2(0.0, 0.3 * MARGIN * unit));
    canvas.write_into(text, room, BODY * unit, if number.is_some() { QUIET } else { TEXT });
}

/// A large number with its error.
fn known(canvas: &mut Canvas, base: WindowPoint, unit: f32, number: &str, error: Angle<f32>) {
    canvas.write(number, base, LARGE * unit, TEXT, Align::Left);
    let after = canvas.letters().width(number, LARGE * unit) + 4.0 * unit;
    canvas.write(&format!("±{}", rounded_up(error)), base + vec2(after, 0.0), BODY * unit, QUIET, Align::Left);
}

struct Chart<'a> {
    canvas: &'a mut Canvas,
    unit: f32,
    words: &'a MobilityWords,
    left: f32,
    /// Positions of 0° and [`DEPTH_END`], pixels.
    bars: [f32; 2],
}

impl Chart<'_> {
    fn x(&self, angle: Angle<f32>) -> f32 {
        let [from, to] = self.bars;
        from + (to - from) * (angle.to_degrees() / DEPTH_END).clamp(0.0, 1.0)
    }

    /// The line of a full bend, across all bars.
    fn scale(&mut self, top: f32, bottom: f32) {
        let (unit, at) = (self.unit, self.x(FULL));
        let base = point2(at, top + (BODY * CAP_HEIGHT + 4.0) * unit);
        self.canvas.write(&format!("{} = 100 %", degrees(FULL)), base, BODY * unit, QUIET, Align::Center);
        let line = [point2(at, base.y + 10.0 * unit), point2(at, bottom - 4.0 * unit)];
        let pen = Pen { ink: TEXT, width: 3.0 * unit, dash: Some(10.0 * unit) };
        self.canvas.stroke(path::polyline(&line).as_ref(), pen);
    }

    /// Draws both bars of a side from `top` on. Returns their bottom.
    fn side(&mut self, top: f32, side: Side, legs: &Legs) -> f32 {
        let unit = self.unit;
        let base = point2(self.left, top + (HEAD - 12.0) * unit);
        self.canvas.write(self.words.side(side), base, 1.15 * BODY * unit, TEXT, Align::Left);
        let mut middle = top + (HEAD + ROW / 2.0) * unit;
        for knees in [Knees::Straight, Knees::Soft] {
            self.row(middle, knees, legs.with(knees).reach.as_ref());
            middle += ROW * unit;
        }
        top + (HEAD + 2.0 * ROW) * unit
    }

    fn row(&mut self, middle: f32, knees: Knees, reach: Option<&Reach>) {
        let (unit, [from, to]) = (self.unit, self.bars);
        let base = |size: f32| middle + size * CAP_HEIGHT * unit / 2.0;
        // Where the low back never joined in, the number is the least that it can be.
        let least = reach.filter(|reach| !reach.limited).map(|_| self.words.least.trim_end());
        let apart = if least.is_some() { LINE * unit / 2.0 } else { 0.0 };
        let name = point2(self.left, base(BODY) - 1.2 * apart);
        self.canvas.write(self.words.knees(knees), name, BODY * unit, QUIET, Align::Left);
        if let Some(least) = least {
            self.canvas.write(least, name + vec2(0.0, 2.0 * apart), BODY * unit, QUIET, Align::Left);
        }
        let bar = WindowRect::new(point2(from, middle - BAR * unit / 2.0), point2(to, middle + BAR * unit / 2.0));
        self.canvas.stroke(path::rounded(bar, 8.0 * unit).as_ref(), Pen::solid(TRACK, 3.0 * unit));
        let number = point2(to + 20.0 * unit, base(LARGE));
        let Some(reach) = reach else {
            return self.canvas.write(UNKNOWN, number, LARGE * unit, QUIET, Align::Left);
        };
        let sure = self.fill(bar, reach);
        self.share(sure, reach.angle);
        known(self.canvas, number, unit, &degrees(reach.angle), reach.half_width_90);
    }

    /// Fills the bar as far as the hips go, softly in its uncertain part. Returns the certain part.
    fn fill(&mut self, bar: WindowRect, reach: &Reach) -> WindowRect {
        let until = |end: Angle<f32>| WindowRect::new(bar.min, point2(self.x(end).max(bar.min.x + 1.0), bar.max.y));
        let ends =
            [(reach.angle + reach.half_width_90, SOFT), (reach.angle, SOFT), (reach.angle - reach.half_width_90, 1.0)];
        let parts = ends.map(|(end, strength)| (until(end), strength));
        let [.., (sure, _)] = parts;
        for (part, strength) in parts {
            self.canvas.fill(path::rounded(part, 8.0 * self.unit), HIPS.faded(strength));
        }
        sure
    }

    /// The share of a full bend, on the bar if it is long enough.
    fn share(&mut self, sure: WindowRect, angle: Angle<f32>) {
        let text = format!("{:.0} %", angle.radians / FULL.radians * 100.0);
        let (size, gap) = (BODY * self.unit, 14.0 * self.unit);
        if self.canvas.letters().width(&text, size) + 2.0 * gap <= sure.width() {
            let base = sure.center().y + size * CAP_HEIGHT / 2.0;
            self.canvas.write(&text, point2(sure.min.x + gap, base), size, GROUND, Align::Left);
        }
    }
}
