//! The trend as a page in the window: each quantity over real dates with its intervals, the practice days of four weeks, and
//! what changed, in words.

use euclid::{point2, size2, vec2};
use jiff::Zoned;

use super::date_axis::DateAxis;
use crate::i18n::{Words, at_least, error, fill};
use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint, WindowRect, WindowSize};
use crate::screen::layout::SMALLEST;
use crate::screen::path;
use crate::screen::review::Pointer;
use crate::screen::review::layout::{EDGE, GAP, HEAD, LEAST, TELLS, head_places, unit};
use crate::screen::text::{CAP_HEIGHT, LINE_HEIGHT};
use crate::screen::theme::{BACK, GROUND, HIPS, Ink, PANEL, QUIET, TEXT, TRACK};
use crate::screen::widget::button::{self, Button, ButtonFace};
use crate::screen::widget::card;
use crate::store::PracticeDays;
use crate::store::trend::{Past, TrendPoint, TrendQuantity, detectable};

/// The charts' part of the width of a landscape window, and of the height of an upright one.
const CHARTS: (f32, f32) = (0.66, 0.62);
/// Heights of a chart's two lines above it and of the dates below it, room for the values at its left, units.
const NAME: f32 = 58.0;
const DATES: f32 = 26.0;
const VALUES: f32 = 62.0;
/// Side of a day of the calendar, and between two days, units.
const DAY: f32 = 40.0;
const BETWEEN: f32 = 4.0;
/// Radius of a dot and width of its interval, units.
const DOT: f32 = 6.0;
const BAR: f32 = 3.0;
/// Between two dates on the axis, units.
const DATE: f32 = 110.0;

/// What the page shows: of one person and one drill.
#[derive(Clone, Copy, Debug)]
pub struct TrendPage<'a> {
    /// All texts.
    pub words: &'a Words,
    /// The name of the drill.
    pub drill: &'a str,
    /// Whose; empty for somebody without a name.
    pub person: &'a str,
    /// The sessions, oldest first.
    pub sessions: &'a [Past],
    /// How many there are in all.
    pub count: usize,
    /// The days of the last four weeks.
    pub days: &'a PracticeDays,
    /// Whether there is another drill to go to.
    pub has_others: bool,
    /// Whether the keys are shown.
    pub help: bool,
    /// The mouse.
    pub pointer: Pointer,
}

/// The buttons of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrendButton {
    /// Shows the next drill.
    Other,
    /// Shows the keys.
    Keys,
    /// Leaves.
    Close,
}

/// From left to right.
const BUTTONS: [TrendButton; 3] = [TrendButton::Other, TrendButton::Keys, TrendButton::Close];

/// How much wider the button of the other drill is than that which closes, units: its word is longer in most languages.
const OTHER: f32 = 48.0;

/// The places of the parts.
struct TrendLayout {
    unit: f32,
    title: WindowRect,
    head: Vec<WindowRect>,
    charts: [WindowRect; 3],
    side: WindowRect,
    is_wide: bool,
}

impl TrendLayout {
    fn new(window: WindowSize) -> Self {
        let window = window.max(SMALLEST);
        let (unit, is_wide) = unit(window);
        let inner = WindowRect::from_size(window).inflate(-EDGE * unit, -0.6 * EDGE * unit);
        let (mut title, mut head) = head_places(inner, unit, BUTTONS.len(), is_wide);
        if let Some(other) = head.first_mut().filter(|_| is_wide) {
            other.min.x -= OTHER * unit;
            title.max.x -= OTHER * unit;
        }
        let top = title.max.y.max(head[0].max.y) + GAP * unit;
        let body = WindowRect::new(point2(inner.min.x, top), inner.max);
        let (mut left, mut side) = (body, body);
        if is_wide {
            left.max.x = body.min.x + CHARTS.0 * body.width();
            side.min.x = left.max.x + 1.5 * EDGE * unit;
        } else {
            left.max.y = body.min.y + CHARTS.1 * body.height();
            side.min.y = left.max.y + EDGE * unit;
        }
        let step = left.height() / 3.0;
        let chart = |number: f32| {
            let corner = point2(left.min.x, left.min.y + number * step);
            WindowRect::from_origin_and_size(corner, size2(left.width(), step - GAP * unit))
        };
        Self { unit, title, head, charts: [0.0, 1.0, 2.0].map(chart), side, is_wide }
    }
}

/// What a click from one point to another is on.
pub fn clicked(window: WindowSize, [from, to]: [WindowPoint; 2]) -> Option<TrendButton> {
    let layout = TrendLayout::new(window);
    let buttons = layout.head.iter().zip(BUTTONS);
    let on = |(place, _): &(&WindowRect, TrendButton)| place.contains(from) && place.contains(to);
    buttons.into_iter().find(on).map(|(_, button)| button)
}

/// Draws the page on the whole canvas.
pub fn draw(canvas: &mut Canvas, page: &TrendPage<'_>) {
    let layout = TrendLayout::new(canvas.size());
    canvas.clear(GROUND);
    canvas.at_hand(|canvas| {
        if page.help {
            return page.keys(canvas);
        }
        page.head(canvas, &layout);
        if page.sessions.is_empty() {
            let room = layout.charts[0];
            canvas.write_into(&page.words.trend.none_yet, room, HEAD * layout.unit, TEXT);
        } else {
            let axis = DateAxis::of(page.sessions.iter().map(|past| &past.began));
            for (quantity, place) in TrendQuantity::ALL.into_iter().zip(layout.charts) {
                Panel { page, quantity, axis: &axis, unit: layout.unit, place }.draw(canvas);
            }
        }
        page.side(canvas, &layout);
    });
}

impl TrendPage<'_> {
    /// What the page is about; of somebody without a name, the drill alone.
    fn title(&self) -> String {
        let about = fill(&self.words.trend.page, &[("drill", &self.drill)]);
        if self.person.is_empty() { about } else { format!("{about} · {}", self.person) }
    }

    /// The keys, and how a dot is read.
    fn keys(&self, canvas: &mut Canvas) {
        let (trend, review) = (&self.words.trend, &self.words.review);
        let rows = [("← →", trend.other_drill.as_str()), ("H", &self.words.keys.h), ("Esc", &review.esc)];
        card::keys(canvas, &review.title, &rows, &[&trend.reading, &trend.no_change]);
    }

    fn head(&self, canvas: &mut Canvas, layout: &TrendLayout) {
        let (unit, words) = (layout.unit, self.words);
        let title = self.title();
        let base = layout.title.center().y + HEAD * CAP_HEIGHT * unit / 2.0;
        canvas.write_within(&title, point2(layout.title.min.x, base), HEAD * unit, TEXT, layout.title.width());
        let buttons = [
            (&words.trend.other_drill, "→", self.has_others),
            (&words.review.keys, "H", true),
            (&words.review.close, "Esc", true),
        ];
        for ((word, key, is_possible), place) in buttons.into_iter().zip(&layout.head) {
            let state = if is_possible { self.pointer.state(*place) } else { button::ButtonState::Off };
            button::draw(canvas, *place, unit, &Button { face: ButtonFace::Word(word), key, state });
        }
    }

    /// The calendar, and what changed.
    fn side(&self, canvas: &mut Canvas, layout: &TrendLayout) {
        let (unit, words) = (layout.unit, &self.words.trend);
        let mut place = layout.side;
        let told = words.practised(self.days.count());
        place.min.y += canvas.write_into(&told, place, TELLS * unit, TEXT) + GAP * unit;
        let calendar = self.calendar(canvas, place, unit);
        if layout.is_wide {
            place.min.y = calendar.max.y + EDGE * unit;
        } else {
            place.min.x = calendar.max.x + 1.5 * EDGE * unit;
        }
        for sentence in self.told() {
            let size = LEAST * 1.1 * unit;
            let lines = canvas.letters().wrap(&sentence, size, place.width()).len();
            let height = lines as f32 * size * LINE_HEIGHT;
            if place.min.y + height > place.max.y {
                break; // what matters most comes first
            }
            canvas.write_into(&sentence, place, size, TEXT);
            place.min.y += height + 0.6 * size;
        }
    }

    /// The sentences beside the charts, those that matter most first.
    fn told(&self) -> Vec<String> {
        let words = &self.words.trend;
        let mut told = Vec::new();
        if self.sessions.len() == 1 {
            told.push(words.once.clone());
        }
        for quantity in TrendQuantity::ALL {
            let points: Vec<TrendPoint> = self.sessions.iter().filter_map(|past| past.point(quantity)).collect();
            if let Some(change) = self.words.since_first(quantity, &points) {
                let name = words.quantity(quantity).split(':').next().unwrap_or_default();
                told.push(format!("{name}: {change}").replace(" %", "\u{a0}%"));
            }
        }
        if self.sessions.len() > 1 {
            told.push(words.no_change.clone());
        }
        if self.count > self.sessions.len() {
            told.push(fill(&words.earlier_kept, &[("count", &(self.count - self.sessions.len()))]));
        }
        told
    }

    /// The last 28 days, a week in a row; returns the place that they take.
    fn calendar(&self, canvas: &mut Canvas, place: WindowRect, unit: f32) -> WindowRect {
        let step = (DAY + BETWEEN) * unit;
        let top = place.min.y + 1.5 * LEAST * unit;
        for (number, (day, practised)) in self.days.days().enumerate() {
            let (row, column) = (number / 7, number % 7);
            let corner = point2(place.min.x + column as f32 * step, top + row as f32 * step);
            let cell = WindowRect::from_origin_and_size(corner, size2(DAY, DAY) * unit);
            if row == 0 {
                let base = point2(cell.center().x, cell.min.y - 6.0 * unit);
                canvas.write(&self.words.start.weekday_short(day), base, LEAST * unit, QUIET, Align::Center);
            }
            canvas.fill(path::rounded(cell, 6.0 * unit), if practised { HIPS } else { PANEL });
            let base = point2(cell.center().x, cell.center().y + LEAST * CAP_HEIGHT * unit / 2.0);
            canvas.write(
                &day.day().to_string(),
                base,
                LEAST * unit,
                if practised { GROUND } else { QUIET },
                Align::Center,
            );
        }
        WindowRect::new(place.min, point2(place.min.x + 7.0 * step, top + 4.0 * step))
    }
}

/// A quantity over the dates.
struct Panel<'a> {
    page: &'a TrendPage<'a>,
    quantity: TrendQuantity,
    axis: &'a DateAxis,
    unit: f32,
    place: WindowRect,
}

impl Panel<'_> {
    fn ink(&self) -> Ink {
        if self.quantity == TrendQuantity::Share { BACK } else { HIPS }
    }

    fn points(&self) -> Vec<(&Zoned, TrendPoint)> {
        let known = self.page.sessions.iter();
        known.filter_map(|past| Some((&past.began, past.point(self.quantity)?))).collect()
    }

    fn draw(&self, canvas: &mut Canvas) {
        let (unit, points) = (self.unit, self.points());
        let plot = WindowRect::new(
            self.place.min + vec2(VALUES, NAME) * unit,
            point2(self.place.max.x, self.place.max.y - DATES * unit),
        );
        canvas.fill_rect(plot, PANEL);
        let ends =
            points.iter().flat_map(|(_, point)| [point.value - point.half_width_90, point.value + point.half_width_90]);
        let (least, most) =
            ends.fold((0.0, self.quantity.full()), |(least, most): (f32, f32), end| (least.min(end), most.max(end)));
        let up = |value: f32| plot.max.y - (value - least) / (most - least) * plot.height();
        self.name(canvas, plot, &points);
        let known = detectable(points.iter().map(|(_, point)| *point)).filter(|_| points.len() > 1);
        if let Some((change, (_, first))) = known.zip(points.first()) {
            let [high, low] = [first.value + change, first.value - change].map(|end| up(end.clamp(least, most)));
            canvas.fill_rect(WindowRect::new(point2(plot.min.x, high), point2(plot.max.x, low)), TRACK.faded(0.6));
        }
        self.values(canvas, plot, up, most);
        self.dates(canvas, plot);
        let at = |began: &Zoned| plot.min.x + plot.width() * self.axis.part(began);
        let line: Vec<_> = points.iter().map(|(began, point)| point2(at(began), up(point.value))).collect();
        canvas.stroke(path::polyline(&line).as_ref(), Pen::solid(self.ink().faded(0.5), 1.5 * unit));
        for (began, point) in &points {
            let (x, ink) = (at(began), self.ink());
            let [low, middle, high] =
                [point.value - point.half_width_90, point.value, point.value + point.half_width_90].map(up);
            canvas.stroke(path::polyline(&[point2(x, low), point2(x, high)]).as_ref(), Pen::solid(ink, BAR * unit));
            canvas.fill(path::disc(point2(x, middle), DOT * unit), ink);
            if point.at_least {
                canvas.fill(path::disc(point2(x, middle), (DOT - 2.5) * unit), PANEL); // it may be more
            }
        }
    }

    /// The name, what is better, and the value under the pointer or of the last session.
    fn name(&self, canvas: &mut Canvas, plot: WindowRect, points: &[(&Zoned, TrendPoint)]) {
        let (unit, words) = (self.unit, &self.page.words.trend);
        let pointed = self.page.pointer.at.filter(|at| plot.contains(*at));
        let away =
            |began: &Zoned| pointed.map_or(0.0, |at| (plot.min.x + plot.width() * self.axis.part(began) - at.x).abs());
        let nearest = points.iter().min_by(|(one, _), (other, _)| away(one).total_cmp(&away(other)));
        let read = if pointed.is_some() { nearest } else { points.last() };
        let base = self.place.min.y + LEAST * CAP_HEIGHT * unit + 4.0 * unit;
        let at = point2(self.place.min.x, base);
        canvas.write_within(words.quantity(self.quantity), at, 18.0 * unit, TEXT, self.place.width());
        let below = base + 1.4 * LEAST * unit;
        let mut room = self.place.width();
        if let Some((began, point)) = read {
            let day = words.day(began, self.page.days.year());
            let value = format!("{day}: {} {}", at_least(self.quantity, point), error(point));
            canvas.write(&value, point2(self.place.max.x, below), 18.0 * unit, TEXT, Align::Right);
            room -= canvas.letters().width(&value, 18.0 * unit) + 2.0 * GAP * unit;
        }
        canvas.write_within(words.direction(self.quantity), point2(self.place.min.x, below), LEAST * unit, QUIET, room);
    }

    fn values(&self, canvas: &mut Canvas, plot: WindowRect, up: impl Fn(f32) -> f32, most: f32) {
        let unit = self.unit;
        let (step, sign) = if self.quantity == TrendQuantity::Share { (50.0, " %") } else { (45.0, "°") };
        for line in 0..=(most / step) as u32 {
            let value = line as f32 * step;
            let y = up(value).round().min(plot.max.y - 1.0);
            canvas.fill_rect(WindowRect::new(point2(plot.min.x, y), point2(plot.max.x, y + 1.0)), TRACK);
            let base = y + LEAST * CAP_HEIGHT * unit / 2.0;
            let text = format!("{value:.0}{sign}");
            canvas.write(&text, point2(plot.min.x - 8.0 * unit, base), LEAST * unit, QUIET, Align::Right);
        }
    }

    fn dates(&self, canvas: &mut Canvas, plot: WindowRect) {
        let unit = self.unit;
        let most = (plot.width() / (DATE * unit)) as usize;
        let dates = self.axis.dates(most.max(1));
        let written = self.page.words.trend.axis_days(&dates, self.page.days.year());
        for (date, written) in dates.iter().zip(written) {
            let x = plot.min.x + plot.width() * self.axis.part(date);
            canvas.fill_rect(WindowRect::new(point2(x, plot.max.y), point2(x + 1.0, plot.max.y + 5.0 * unit)), QUIET);
            let base = point2(x, plot.max.y + (LEAST * CAP_HEIGHT + 9.0) * unit);
            canvas.write(&written, base, LEAST * unit, QUIET, Align::Center);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn of_somebody_without_a_name_the_title_is_about_the_drill_alone() {
        let words = Words::read(Language::English).unwrap();
        let days = PracticeDays::new(date(2026, 11, 28), []);
        let title = |person| {
            let page = TrendPage {
                words: &words,
                drill: "Bow",
                person,
                sessions: &[],
                count: 0,
                days: &days,
                has_others: false,
                help: false,
                pointer: Pointer::default(),
            };
            page.title()
        };
        assert_eq!((title("Ada").as_str(), title("").as_str()), ("Bow: what changed · Ada", "Bow: what changed"));
    }
}
