//! The window of a review: handles keys and mouse, and draws.

mod capture;
mod comparison;
mod going;
mod lists;
pub(super) mod naming;
mod opening;
mod pending_writes;
mod person_place;
mod picking;
pub(super) mod pointer;
pub(super) mod reader;
mod writing;

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use self::comparison::SideBySide;
pub(super) use self::opening::OpenSession;
use self::pending_writes::PendingWrites;
use self::pointer::{PointerFollower, PointerInput};
pub(super) use self::reader::SessionReader;
use self::reader::{FrameWish, SeenMoment};
use super::background::{Background, Latest, PendingAnswer};
use super::redraw::{Redraw, RedrawTracker};
use super::setup::Setup;
use super::waiting::DeskWindow;
use crate::i18n::fill;
use crate::pipeline::{FaceCover, Scene};
use crate::review::playback::{Move, Playback};
use crate::screen::canvas::Canvas;
use crate::screen::framing::CameraBox;
use crate::screen::review::layout::ReviewLayout;
use crate::screen::review::{ComparisonSide, Pointer, Review, ReviewCommand};
use crate::screen::window::{TIMEOUT, WindowInput};
use crate::source::Timestamp;

/// Playback goes on by no more from one picture to the next: while a list or the trend lies over it, nobody sees it. [own]
const LONGEST_STEP: Duration = Duration::from_millis(250);

/// How long a message is shown.
const MESSAGE_TIME: Duration = Duration::from_secs(5);

/// How long a note is shown, from its time on.
const NOTE_TIME: Duration = Duration::from_secs(3);

/// How long the end waits for what was unpacked to be removed. [own]
pub(super) const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// A review in progress. Whatever is read or written goes on elsewhere: it draws what has come, and hears keys and mouse meanwhile.
pub(super) struct ReviewWindow<'s> {
    setup: &'s Setup,
    window: &'s mut dyn DeskWindow,
    canvas: Canvas,
    reader: Background<SessionReader>,
    open: OpenSession,
    /// Whether there are other sessions to go to, which those of a file have not.
    has_shelf: bool,
    /// Whether pictures are mirrored, which is remembered by whoever opened the window.
    mirror: &'s mut bool,
    full_screen: bool,
    /// What is asked of the reader to be seen.
    asked: Latest<FrameWish, SeenMoment>,
    /// The last frame that came, with its number.
    seen: Option<(usize, Scene)>,
    /// The standing posture that came with it.
    standing: Option<Scene>,
    /// Where the person is in it over the set.
    person: Option<CameraBox>,
    /// Whether the person fills the picture.
    zoom: bool,
    /// Both sides of the pair, as they came last.
    sides: Option<[ComparisonSide; 2]>,
    /// Whether faces are covered, which they are in a still.
    covers_faces: bool,
    ghost: bool,
    help: bool,
    pair: Option<SideBySide>,
    /// The best repetition beside the worst, as long as they are being read.
    pairing: Option<PendingAnswer<Option<SideBySide>>>,
    /// The note being typed.
    note: Option<String>,
    message: Option<(String, Instant)>,
    pointer: PointerFollower,
    /// Whether the mouse went down on the chart and has not been let go.
    is_dragging: bool,
    writing: PendingWrites,
    /// Whether the user leaves as soon as everything is written.
    leaves: bool,
    /// Whether the session is no longer there.
    is_deleted: bool,
    repaint: RedrawTracker<DrawnReview>,
    changes: u64,
}

/// Everything that the picture depends on: the position, the window size, the mouse, and a counter of other changes.
type DrawnReview = (Duration, (usize, usize), Pointer, u64);

impl<'s> ReviewWindow<'s> {
    /// A review of a session, on the canvas of this window.
    pub(super) fn new(
        setup: &'s Setup,
        (window, canvas): (&'s mut dyn DeskWindow, Canvas),
        (reader, open): (Background<SessionReader>, OpenSession),
        (has_shelf, mirror): (bool, &'s mut bool),
    ) -> Self {
        Self {
            setup,
            canvas,
            full_screen: window.is_full_screen(),
            window,
            reader,
            open,
            has_shelf,
            mirror,
            asked: Latest::default(),
            seen: None,
            standing: None,
            person: None,
            zoom: true,
            sides: None,
            covers_faces: false,
            ghost: false,
            help: false,
            pair: None,
            pairing: None,
            note: None,
            message: None,
            pointer: PointerFollower::default(),
            is_dragging: false,
            writing: PendingWrites::default(),
            leaves: false,
            is_deleted: false,
            repaint: RedrawTracker::default(),
            changes: 0,
        }
    }

    /// Runs until the user leaves. What is being written is written before: whoever leaves once more gives it up.
    pub(super) fn run(mut self) -> Result<()> {
        let mut last = Instant::now();
        loop {
            let now = Instant::now();
            self.advance((now - last).min(LONGEST_STEP))?;
            last = now;
            if std::mem::take(&mut self.is_deleted) && !self.go_on_without()? {
                break;
            }
            let input = self.show()?;
            let leaves = self.handle(&input)?;
            if leaves && self.leaves || (leaves || self.leaves) && !self.writing.goes_on() {
                break;
            }
            if leaves {
                self.leaves = true;
                let told = self.writing.sentence(&self.setup.words.review).unwrap_or_default().to_owned();
                self.show_message(told);
            }
            thread::sleep(TIMEOUT.saturating_sub(now.elapsed()).min(self.poll_interval()));
        }
        let Self { asked, reader, has_shelf, .. } = self;
        drop(asked);
        if !has_shelf {
            reader.finish(ENDS_WITHIN); // it removes what it has unpacked
        }
        Ok(())
    }

    /// Short during playback, so that pictures appear at their own rate.
    fn poll_interval(&self) -> Duration {
        if self.clock().plays() { Duration::from_millis(8) } else { TIMEOUT }
    }

    fn advance(&mut self, time: Duration) -> Result<()> {
        match &mut self.pair {
            Some(pair) => pair.advance(time),
            None => self.open.playback.pass(time),
        }
        if self.message.as_ref().is_some_and(|(_, since)| since.elapsed() > MESSAGE_TIME) {
            self.message = None;
            self.changes += 1;
        }
        self.take_written();
        self.take_pair()?;
        self.take_seen()
    }

    /// Asks for what is to be seen now, and takes what has come.
    fn take_seen(&mut self) -> Result<()> {
        let wish = match &self.pair {
            Some(pair) => FrameWish::Pair { times: pair.times(), whole: !self.zoom },
            None => FrameWish::Frame { number: self.open.playback.frame(), ghost: self.ghost },
        };
        let reader = &self.reader;
        let came = self.asked.step(wish, |wish| reader.ask(move |reader, _| reader.see(&wish)))?;
        self.is_deleted |= came.as_ref().is_some_and(|(_, seen)| seen.is_deleted);
        match came {
            Some((FrameWish::Frame { number, .. }, SeenMoment { scene, ghost, person, .. })) => {
                (self.seen, self.standing, self.person) = (scene.map(|scene| (number, scene)), ghost, person);
            }
            Some((FrameWish::Pair { .. }, SeenMoment { sides, .. })) => self.sides = sides,
            None => return Ok(()),
        }
        self.changes += 1;
        Ok(())
    }

    /// Goes on with this session.
    fn look_at(&mut self, open: OpenSession) {
        self.open = open;
        (self.asked, self.seen, self.standing, self.person) = (Latest::default(), None, None, None);
        (self.pair, self.pairing, self.sides, self.message) = (None, None, None, None);
    }

    fn show_message(&mut self, sentence: String) {
        self.message = Some((sentence, Instant::now()));
        self.changes += 1;
    }

    /// The playback of what is shown: a pair or the session.
    fn clock(&self) -> &Playback {
        self.pair.as_ref().map_or(&self.open.playback, SideBySide::playback)
    }

    fn show(&mut self) -> Result<WindowInput> {
        let size = (self.canvas.width(), self.canvas.height());
        let shown = (self.clock().position(), size, self.pointer.pointer(), self.changes);
        let present = match self.repaint.action(shown, Instant::now()) {
            Redraw::Draw => {
                self.draw();
                true
            }
            Redraw::Present => true,
            Redraw::Skip => false,
        };
        Ok(self.window.review(&mut self.canvas, present)?)
    }

    fn draw(&mut self) {
        let mut scene = self.seen.as_ref().map(|(_, scene)| scene.clone());
        let mut sides = self.sides.clone().filter(|_| self.pair.is_some());
        if self.covers_faces {
            let of_sides = sides.iter_mut().flatten().map(|side| &mut side.scene);
            scene.iter_mut().chain(of_sides).for_each(|scene| FaceCover::default().cover(scene));
        }
        let time = scene.as_ref().map(|scene| scene.time).unwrap_or_default();
        let sentence = self.sentence(time);
        let review = Review {
            words: &self.setup.words,
            title: &self.open.title,
            scene: scene.as_ref(),
            person: self.person.filter(|_| self.zoom),
            mirror: *self.mirror,
            timeline: &self.open.timeline,
            playback: self.pair.as_ref().map_or(&self.open.playback, SideBySide::playback),
            axis: &self.open.axis,
            ghost: self.standing.as_ref().filter(|_| self.ghost),
            pair: sides.as_ref(),
            sentence: sentence.as_deref(),
            help: self.help,
            has_others: self.has_shelf,
            pointer: self.pointer.pointer(),
        };
        review.draw(&mut self.canvas);
    }

    fn sentence(&self, time: Timestamp) -> Option<String> {
        if let Some(text) = &self.note {
            return Some(fill(&self.setup.words.review.type_note, &[("text", text)]));
        }
        if let Some((message, _)) = &self.message {
            return Some(message.clone());
        }
        let notes = self.open.session.notes();
        let mut now = notes.filter(|(at, _)| *at <= time && time.since(*at) <= NOTE_TIME);
        now.next_back().map(|(_, text)| text.to_owned())
    }

    fn layout(&self) -> ReviewLayout {
        let shape = self.seen.as_ref().map(|(_, scene)| scene.picture.dimensions());
        let shape = shape.map(|(width, height)| (width as f32, height as f32));
        let layout = Review::places(self.canvas.size(), shape, &self.open.axis);
        if self.pair.is_some() { layout.without_fold() } else { layout }
    }

    /// Handles the input. Returns whether the user leaves.
    fn handle(&mut self, input: &WindowInput) -> Result<bool> {
        let gesture = self.pointer.follow(input);
        if self.note.is_some() {
            return self.edit_note(input);
        }
        let layout = self.layout();
        let mut commands = input.keys.clone();
        commands.extend(input.letters());
        commands.extend(gesture.clicked.and_then(|ways| self.clicked(&layout, ways)));
        self.drag(&layout, gesture);
        if input.wheel != 0.0 && self.pair.is_none() {
            let around =
                input.mouse.map_or(self.open.playback.position(), |at| self.open.axis.moment(layout.plot, at.x));
            self.open.axis.zoom(f64::from(input.wheel.clamp(-3.0, 3.0)), around);
            self.changes += 1;
        }
        for command in commands {
            self.changes += 1;
            if self.obey(command)? {
                return Ok(true);
            }
        }
        if !self.is_dragging && self.pair.is_none() {
            self.open.axis.follow(self.open.playback.position());
        }
        Ok(false)
    }

    /// What a click asks for; anywhere on the keys, that they go.
    fn clicked(&self, layout: &ReviewLayout, ways: [crate::screen::canvas::WindowPoint; 2]) -> Option<ReviewCommand> {
        if self.help { Some(ReviewCommand::Help) } else { Review::clicked(layout, ways) }
    }

    /// Carries out a command. Returns whether the user leaves.
    fn obey(&mut self, command: ReviewCommand) -> Result<bool> {
        match command {
            ReviewCommand::Leave if self.help => self.help = false,
            ReviewCommand::Leave if self.pair.is_some() => (self.pair, self.sides) = (None, None),
            ReviewCommand::Leave => return Ok(true),
            ReviewCommand::Move(wanted) => self.move_by(wanted),
            ReviewCommand::Ghost => self.ghost = !self.ghost,
            ReviewCommand::Help => self.help = !self.help,
            ReviewCommand::Mirror => *self.mirror = !*self.mirror,
            ReviewCommand::Whole => self.zoom = !self.zoom,
            ReviewCommand::FullScreen => self.toggle_full_screen(),
            ReviewCommand::Best => self.toggle_best(),
            ReviewCommand::Compare => self.toggle_comparison()?,
            ReviewCommand::Sessions => self.pick_session()?,
            ReviewCommand::Trend => self.show_trend()?,
            ReviewCommand::Fold => self.toggle_fold(),
            ReviewCommand::Zoom(by) => self.open.axis.zoom(by.into(), self.open.playback.position()),
            ReviewCommand::ZoomReset => self.open.axis.reset(),
            ReviewCommand::Page(by) => self.move_by(Move::Repetitions(by)),
            ReviewCommand::Edge(end) => {
                let to = if end { 1.0 } else { self.open.axis.of_whole(self.open.axis.begin()) };
                self.move_by(Move::To(to));
            }
            ReviewCommand::Note if self.has_shelf => self.begin_note(),
            ReviewCommand::Note => self.show_message(self.setup.words.review.foreign.clone()),
            ReviewCommand::Still => self.still(),
            ReviewCommand::Export => self.export(),
            ReviewCommand::Enter | ReviewCommand::Erase => {}
        }
        Ok(false)
    }

    fn move_by(&mut self, wanted: Move) {
        match &mut self.pair {
            Some(pair) => pair.apply(wanted),
            None => self.open.playback.obey(wanted),
        }
    }

    fn toggle_fold(&mut self) {
        let OpenSession { axis, playback, .. } = &mut self.open;
        axis.toggle_fold();
        playback.begin_at(axis.begin());
        if playback.position() < axis.begin() {
            playback.obey(Move::To(axis.of_whole(axis.begin())));
        }
    }

    fn toggle_full_screen(&mut self) {
        match self.window.set_full_screen(!self.full_screen) {
            Ok(()) => self.full_screen = !self.full_screen,
            Err(reason) => tracing::warn!("{reason}"),
        }
    }

    /// Pressing on the chart moves the position there, and dragging moves it along.
    fn drag(&mut self, layout: &ReviewLayout, gesture: PointerInput) {
        if let Some(at) = gesture.pressed {
            self.is_dragging = layout.strip().contains(at) && self.pair.is_none() && !self.help;
        }
        let Some(at) = gesture.held else {
            self.is_dragging = false;
            return;
        };
        if self.is_dragging {
            let OpenSession { axis, playback, .. } = &mut self.open;
            playback.obey(Move::To(axis.of_whole(axis.moment(layout.plot, at.x))));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::reader::fixtures::kept;
    use super::*;
    use crate::cli::setup::fixtures::setup;
    use crate::cli::waiting::fixtures::FakeWindow;
    use crate::cli::who::Who;

    /// Reads the session, and from then on hangs, as a disk does that is asleep or a network that is gone.
    fn hanging(setup: &Setup, window: &mut FakeWindow) -> (Background<SessionReader>, OpenSession, mpsc::Sender<()>) {
        let (_, entry) = kept(&setup.paths, 3);
        let made = setup.clone();
        let reader = Background::start("test", move || SessionReader::new(made)).unwrap();
        reader.ask(|reader, _| reader.find(&Who::default(), "last").map(drop)).wait().unwrap().unwrap();
        let mut canvas = Canvas::new(640, 360).unwrap();
        let open = OpenSession::open(setup, &reader, entry, (window, &mut canvas)).unwrap().unwrap();
        let (wakes, hangs) = mpsc::channel::<()>();
        drop(reader.ask(|_, _| ())); // which nobody waits for
        std::mem::forget(reader.ask(move |_, _| hangs.recv().ok()));
        (reader, open, wakes)
    }

    #[test]
    fn while_the_disk_hangs_every_key_is_heard_and_the_window_closes() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let mut opening = FakeWindow::waiting();
        let (reader, open, _wakes) = hanging(&setup, &mut opening);
        // Playback, frames, repetitions, the ghost, the best pair, the comparison, the trend, the keys, the list (left) and the end.
        let mut window = FakeWindow::typing(" ..,g+-ab/mh").then(ReviewCommand::Leave).then(ReviewCommand::Sessions);
        window = window.then(ReviewCommand::Leave).then(ReviewCommand::Move(Move::Frames(1)));
        let (canvas, looks) = (Canvas::new(640, 360).unwrap(), window.inputs.len());
        ReviewWindow::new(&setup, (&mut window, canvas), (reader, open), (true, &mut true)).run().unwrap();
        assert!(window.inputs.is_empty() && window.looks > looks, "{} of {looks}", window.looks);
    }

    #[test]
    fn a_picture_that_is_no_longer_mirrored_is_handed_back_to_be_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let (reader, open, _wakes) = hanging(&setup, &mut FakeWindow::waiting());
        let (mut window, mut mirror) = (FakeWindow::typing("m"), true);
        let canvas = Canvas::new(640, 360).unwrap();
        ReviewWindow::new(&setup, (&mut window, canvas), (reader, open), (true, &mut mirror)).run().unwrap();
        assert!(!mirror);
    }

    #[test]
    fn a_session_that_is_deleted_while_it_is_looked_at_leads_back_to_the_list() {
        deleted_meanwhile(1, |words| &words.deleted);
    }

    #[test]
    fn where_the_only_session_is_deleted_the_empty_list_says_how_to_leave() {
        deleted_meanwhile(0, |words| &words.none_left);
    }

    /// Deletes a session beside so many others while it is looked at, and waits for what is told in the list.
    fn deleted_meanwhile(others: usize, told: fn(&crate::i18n::ReviewWords) -> &String) {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        (0..others).for_each(|_| drop(kept(&setup.paths, 3)));
        let (store, entry) = kept(&setup.paths, 3);
        let made = setup.clone();
        let reader = Background::start("test", move || SessionReader::new(made)).unwrap();
        reader.ask(|reader, _| reader.find(&Who::default(), "last").map(drop)).wait().unwrap().unwrap();
        let mut canvas = Canvas::new(640, 360).unwrap();
        let mut opening = FakeWindow::waiting();
        let open = OpenSession::open(&setup, &reader, entry.clone(), (&mut opening, &mut canvas)).unwrap().unwrap();
        let time = open.time();
        store.delete(&entry).unwrap();
        let note = reader.ask(move |reader, _| reader.note(time, "so")).wait().unwrap().unwrap_err();
        assert!(matches!(note.downcast_ref(), Some(crate::store::StoreError::Deleted { .. })), "{note}");
        assert!(!crate::cli::exit::sentence(&note).contains("FOREIGN KEY"), "{note}");
        let seen = reader.ask(|reader, _| reader.see(&FrameWish::Frame { number: 1, ghost: false })).wait().unwrap();
        assert!(seen.scene.is_some() || seen.is_deleted);
        // A note is typed and kept; the list that follows is left, and with it the review.
        let mut window = FakeWindow::typing("nso").then(ReviewCommand::Enter);
        (window.waits, window.leaves_at) = (true, Some(told(&setup.words.review).clone()));
        let canvas = Canvas::new(1280, 720).unwrap();
        ReviewWindow::new(&setup, (&mut window, canvas), (reader, open), (true, &mut true)).run().unwrap();
        assert!(!window.waits, "it was told in the list");
    }

    #[test]
    fn where_the_person_was_forgotten_the_trend_leads_back_to_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let (store, other) = kept(&setup.paths, 3);
        let (_, entry) = kept(&setup.paths, 3);
        let berta = store.add_person("Berta").unwrap();
        store.give_session(&other.id, berta.id, None).unwrap();
        let made = setup.clone();
        let reader = Background::start("test", move || SessionReader::new(made)).unwrap();
        let id = entry.id.clone();
        reader.ask(move |reader, _| reader.find(&Who::default(), &id).map(drop)).wait().unwrap().unwrap();
        let mut canvas = Canvas::new(1280, 720).unwrap();
        let mut opening = FakeWindow::waiting();
        let open = OpenSession::open(&setup, &reader, entry.clone(), (&mut opening, &mut canvas)).unwrap().unwrap();
        store.forget(&store.person_with(entry.person).unwrap()).unwrap();
        let mut window = FakeWindow::waiting();
        window.leaves_at = Some(setup.words.review.deleted.clone());
        let mut mirror = true;
        let mut review = ReviewWindow::new(&setup, (&mut window, canvas), (reader, open), (true, &mut mirror));
        review.show_trend().unwrap();
        assert!(review.is_deleted);
        review.run().unwrap();
        assert!(!window.waits, "it was told in the list");
    }

    #[test]
    fn a_note_is_waited_for_until_it_is_kept_or_somebody_leaves_again() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let notes = || {
            let store = crate::store::Store::open(&setup.paths).unwrap().0;
            let session = store.session(&store.named("last").unwrap()).unwrap();
            session.notes().map(|(_, text)| text.to_owned()).collect::<Vec<_>>()
        };
        let noting = |wakes: bool| {
            let (reader, open, hangs) = hanging(&setup, &mut FakeWindow::waiting());
            let mut window = FakeWindow::typing("nso").then(ReviewCommand::Enter).then(ReviewCommand::Leave);
            window.waits = wakes;
            let hangs = (!wakes).then_some(hangs);
            let canvas = Canvas::new(640, 360).unwrap();
            ReviewWindow::new(&setup, (&mut window, canvas), (reader, open), (true, &mut true)).run().unwrap();
            drop(hangs);
        };
        noting(false);
        assert!(notes().is_empty());
        noting(true);
        assert_eq!(notes(), ["so"]);
    }
}
