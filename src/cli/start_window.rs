//! The start screen in the window: shows what is offered and waits for a hand, a key or the mouse.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::equipment::Equipment;
use super::interruption::Interruption;
use super::redraw::{Redraw, RedrawTracker};
use super::setup::Setup;
use super::start_camera::StartCamera;
use super::start_menu::{StartAction, StartMenu};
use crate::coach::choice::ChoiceKey;
use crate::coach::row_choice::RowChoice;
use crate::geometry::State;
use crate::pipeline::PipelineOutput;
use crate::screen::canvas::{Canvas, WindowPoint};
use crate::screen::settings::KeyCommand;
use crate::screen::start::{self, StartLayout, StartView};
use crate::source::Timestamp;
use crate::visible::visible;

/// How long to wait for the next picture before the mouse is looked at, so that the mark follows it.
const LOOK: Duration = Duration::from_millis(20);

/// The drawing of where to stand comes back after nobody was seen whole for this long: people lean and turn. [own]
const GONE: Duration = Duration::from_secs(2);

/// How long it is told what came of the last choice.
const NOTICE_TIME: Duration = Duration::from_secs(15);

/// How often the marked tile's figure moves while no pictures arrive.
const TICK: Duration = Duration::from_millis(100);

/// What is shown, as far as the picture depends on it: the frame, the size of the window, the mark with hand and ring in
/// thousandths, the tick, and a counter of everything else.
type DrawnStart = (Option<u64>, (usize, usize), (usize, u32, Option<u32>), u128, u64);

/// What is done once somebody is seen whole.
pub(super) type Meets<'m> = dyn FnMut(&mut Equipment) + 'm;

/// The start screen until something is chosen.
pub(super) struct StartWindow<'s> {
    setup: &'s Setup,
    menu: &'s StartMenu,
    canvas: Canvas,
    row: RowChoice,
    /// Whether the tiles that need a camera can be chosen.
    with_camera: bool,
    seen: Option<PipelineOutput>,
    /// When somebody was last seen from head to feet.
    there: Option<Timestamp>,
    /// What went wrong with the last choice, until when it is told.
    notice: Option<(String, Instant)>,
    /// What came of the last choice.
    news: Option<String>,
    mouse: Option<WindowPoint>,
    /// Whether its button was down.
    was_down: bool,
    repaint: RedrawTracker<DrawnStart>,
    changes: u64,
    opened: Instant,
}

impl<'s> StartWindow<'s> {
    /// A screen that offers this; `told` is what went wrong with the last choice, `news` what came of it.
    ///
    /// # Errors
    /// If the built-in font cannot be read.
    pub(super) fn new(
        setup: &'s Setup,
        menu: &'s StartMenu,
        size: (usize, usize),
        told: Option<String>,
        news: Option<String>,
    ) -> Result<Self> {
        Ok(Self {
            setup,
            menu,
            canvas: Canvas::new(size.0, size.1)?,
            row: RowChoice::new(menu.open(true)),
            with_camera: true,
            seen: None,
            there: None,
            notice: told.map(|told| (visible(&told), Instant::now() + NOTICE_TIME)),
            news: news.map(|news| visible(&news)),
            mouse: None,
            was_down: true, // by the click that led here
            repaint: RedrawTracker::default(),
            changes: 0,
            opened: Instant::now(),
        })
    }

    /// Runs until something is chosen, or `is_read` says that there is more to choose from; `None` if the person leaves. `meet` is
    /// called once somebody is seen whole.
    ///
    /// # Errors
    /// If the window is lost.
    pub(super) fn run(
        mut self,
        equipment: &mut Equipment,
        camera: &mut StartCamera,
        interruption: &Interruption,
        (meet, is_read): (&mut Meets<'_>, &mut dyn FnMut() -> bool),
    ) -> Result<Option<StartAction>> {
        while !interruption.wanted() {
            if !self.menu.is_read() && is_read() {
                return Ok(Some(StartAction::GoOn));
            }
            let output = camera.next(self.setup, LOOK);
            if self.menu.is_read() && camera.turned_out_another() {
                self.news = Some(self.setup.words.start.other_camera.clone());
                self.changes += 1;
            }
            let is_open = camera.failure().is_none();
            if std::mem::replace(&mut self.with_camera, is_open) != is_open {
                self.row.set_open(self.menu.open(is_open));
                (self.seen, self.there) = (None, None);
                self.changes += 1;
            }
            let by_hand = output.and_then(|output| self.look(output, equipment, meet));
            let mut by_key = None;
            for command in self.show(equipment, camera)? {
                match (command, changed(&command)) {
                    // It is the help that is left; of a closed window this comes once more.
                    (KeyCommand::Leave, _) if equipment.settings.help => _ = self.obey(KeyCommand::Help, equipment),
                    (KeyCommand::Leave, _) => return Ok(None),
                    (_, Some(action)) => return Ok(Some(action)),
                    (command, None) => by_key = by_key.or(self.obey(command, equipment)),
                }
            }
            let by_mouse = self.follow_mouse(equipment);
            if let Some(tile) = by_hand.or(by_key).or(by_mouse)
                && let Some(action) = self.menu.action(tile)
            {
                self.show_moment(equipment, camera)?;
                return Ok(Some(action.clone()));
            }
        }
        Ok(None)
    }

    /// Takes what was measured; returns the tile that a hand has chosen.
    fn look(
        &mut self,
        output: PipelineOutput,
        equipment: &mut Equipment,
        meet: &mut dyn FnMut(&mut Equipment),
    ) -> Option<usize> {
        let observation = &output.observation;
        let (time, limbs) = (observation.frame.time, observation.limbs.as_ref());
        let hidden =
            matches!(observation.measurement.state, State::Nobody | State::CutOff | State::Far | State::Several);
        if limbs.is_some() && !hidden {
            self.there = Some(time);
            meet(equipment);
        }
        let hand = limbs.filter(|_| !equipment.settings.help); // what the help covers is not chosen
        let chosen = self.row.observe(time, hand, equipment.settings.mirror);
        self.seen = Some(output);
        chosen
    }

    fn is_there(&self) -> bool {
        let now = self.seen.as_ref().map(|seen| seen.observation.frame.time);
        self.there.zip(now).is_some_and(|(there, now)| now.since(there) < GONE)
    }

    /// The one sentence that says what to do.
    fn sentence<'t>(&'t self, camera: &'t StartCamera) -> &'t str {
        let words = &self.setup.words;
        let told = self.notice.as_ref().filter(|(_, until)| Instant::now() < *until);
        let state = self.seen.as_ref().map(|seen| seen.observation.measurement.state);
        match (told, camera.failure(), camera.line().or(camera.halt().map(|halt| words.halt(halt)))) {
            (Some((told, _)), ..) => told,
            (None, Some(_), _) => &words.start.camera_fails,
            (None, None, Some(line)) => line,
            _ if state == Some(State::Several) => words.state(State::Several),
            _ if !self.menu.is_read() => &words.start.moment,
            _ if self.is_there() || self.seen.is_none() => &words.start.choose,
            _ => &words.start.step_back,
        }
    }

    fn facts(&self, camera: &StartCamera) -> Vec<String> {
        let words = &self.setup.words.start;
        let mut facts = Vec::new();
        facts.extend(camera.failure().and_then(cause));
        facts.extend(Some(words.keys(&self.menu.open(camera.failure().is_none()))).filter(|keys| !keys.is_empty()));
        facts.extend(self.menu.facts.iter().cloned());
        facts
    }

    /// What can be done where there is no picture, in its place.
    fn steps(&self, camera: &StartCamera) -> Vec<String> {
        let words = &self.setup.words.start;
        if camera.failure().is_none() {
            return Vec::new();
        }
        let watch = if self.menu.has_demo() { &words.step_demo } else { &words.no_camera };
        [&words.again, watch, &words.step_keys].map(Clone::clone).to_vec()
    }

    fn show(&mut self, equipment: &mut Equipment, camera: &StartCamera) -> Result<Vec<KeyCommand>> {
        let muted = equipment.is_muted();
        let (window, settings) = equipment.window().map_err(|reason| anyhow::anyhow!("{reason}"))?;
        let frame = self.seen.as_ref().map(|seen| seen.observation.frame.number);
        let size = (self.canvas.width(), self.canvas.height());
        let thousandths = |part: f32| (1000.0 * part) as u32;
        let mark = (self.row.current(), thousandths(self.row.part()), self.row.hand().map(thousandths));
        let goes_on = frame.is_some() && camera.halt().is_none();
        let tick = if goes_on { 0 } else { self.opened.elapsed().as_millis() / TICK.as_millis() };
        match self.repaint.action((frame, size, mark, tick, self.changes), Instant::now()) {
            Redraw::Draw if settings.help => {
                start::help(&mut self.canvas, &self.setup.words, self.menu.open(true).len());
            }
            Redraw::Draw => {
                let (mirror, scale) = (settings.mirror, settings.text_scale());
                self.draw(camera, (mirror, scale), muted);
            }
            Redraw::Present => {}
            Redraw::Skip => return Ok(window.listen(&mut self.canvas)?),
        }
        Ok(window.show(&mut self.canvas)?)
    }

    fn draw(&mut self, camera: &StartCamera, (mirror, scale): (bool, f32), muted: bool) {
        let tiles = self.menu.tiles(self.setup, camera.failure().is_none());
        let (name, start) = (camera.name(), &self.setup.words.start);
        let waiting = if camera.failure().is_some() { &start.no_picture } else { &start.moment };
        let (facts, sentence, steps) = (self.facts(camera), self.sentence(camera).to_owned(), self.steps(camera));
        let view = StartView {
            words: &self.setup.words,
            title: &self.menu.title,
            sentence: &sentence,
            news: self.news.as_deref(),
            facts: &facts,
            camera: name.as_deref(),
            tiles: &tiles,
            current: self.row.current(),
            part: self.row.part(),
            hand: self.row.hand(),
            waiting,
            steps: &steps,
            picture: self.seen.as_ref().map(|seen| seen.observation.frame.picture.as_ref()),
            mirror,
            placement: self.seen.is_some() && !self.is_there(),
            muted,
            scale,
            time: self.opened.elapsed(),
        };
        start::draw(&mut self.canvas, &view);
    }

    /// Shows that what was chosen begins, which takes a moment.
    fn show_moment(&mut self, equipment: &mut Equipment, camera: &StartCamera) -> Result<()> {
        self.notice = Some((self.setup.words.start.moment.clone(), Instant::now() + NOTICE_TIME));
        self.changes += 1;
        self.show(equipment, camera).map(drop)
    }

    /// Carries out a key; returns the tile that it chooses.
    fn obey(&mut self, command: KeyCommand, equipment: &mut Equipment) -> Option<usize> {
        self.changes += 1;
        match command {
            // What the help covers is not chosen.
            KeyCommand::Choose(_) | KeyCommand::Pause if equipment.settings.help => {}
            KeyCommand::Choose(key) => return self.row.press(key),
            KeyCommand::Pause => return self.row.press(ChoiceKey::Confirm), // Space
            command => {
                equipment.obey(command);
                self.news = equipment.trouble().map(|trouble| visible(&trouble)).or(self.news.take());
            }
        }
        None
    }

    fn follow_mouse(&mut self, equipment: &mut Equipment) -> Option<usize> {
        let (window, settings) = equipment.window().ok()?;
        let (mouse, is_help) = (window.mouse(), settings.help);
        let pressed = goes_down(&mut self.was_down, mouse.is_some_and(|(_, down)| down));
        let before = std::mem::replace(&mut self.mouse, mouse.map(|(at, _)| at));
        if is_help {
            // A click anywhere on the help closes it.
            return if pressed { self.obey(KeyCommand::Help, equipment) } else { None };
        }
        let at = self.mouse?;
        let tile = StartLayout::new(self.canvas.size()).tile_at(self.menu.open(true).len(), at)?;
        if before.is_some_and(|before| before != at) {
            self.row.point_at(tile);
        }
        if pressed { self.row.click(tile) } else { None }
    }
}

/// Whether the button of the mouse goes down now: one that is still down was pressed on what was there before.
fn goes_down(was_down: &mut bool, is_down: bool) -> bool {
    let was_down = std::mem::replace(was_down, is_down);
    is_down && !was_down
}

/// What a key changes of the start screen as a whole.
fn changed(command: &KeyCommand) -> Option<StartAction> {
    match command {
        KeyCommand::Language => Some(StartAction::NextLanguage),
        KeyCommand::StandAgain => Some(StartAction::NextCamera), // C, which has no other use here
        _ => None,
    }
}

/// Why there is no camera, as it stands beside the sentence that says what to do: not once more that there is none, and without
/// the signs that mark a command in a terminal.
fn cause(reason: &str) -> Option<String> {
    let states = reason.strip_prefix("None of the cameras sends pictures: ").unwrap_or(reason);
    (!reason.starts_with("No camera")).then(|| visible(&states.replace('`', "")))
}

#[cfg(test)]
mod tests {
    use super::{cause, goes_down};
    use crate::source::SourceError;

    #[test]
    fn a_button_counts_when_it_goes_down_and_not_while_it_is_still_down() {
        let mut was_down = true; // by the click that led here
        let counts = [true, true, false, true, true, false, true].map(|is_down| goes_down(&mut was_down, is_down));
        assert_eq!(counts, [false, false, false, true, false, false, true]);
    }

    #[test]
    fn that_there_is_no_camera_is_said_once_and_a_cause_without_signs() {
        assert_eq!(cause(&SourceError::NoCamera.to_string()), None);
        let states = vec!["camera 0 is in use by another program".to_owned(), "camera 1 is gone".to_owned()];
        let told = cause(&SourceError::NoWorkingCamera { states }.to_string());
        assert_eq!(told.as_deref(), Some("camera 0 is in use by another program; camera 1 is gone"));
        assert_eq!(
            cause("Camera 0 is busy: see `bendwise cameras`").as_deref(),
            Some("Camera 0 is busy: see bendwise cameras")
        );
    }
}
