//! Choosing one of the tiles in a row: by a hand above the head that moves along it, by keys, or by the mouse.
//!
//! People face the screen then, and see themselves mirrored: a hand to the right marks a tile to the right. Where the hand is
//! counts from the middle of the shoulders in trunk lengths, so it depends neither on where somebody stands nor on how far away
//! or how tall they are. A tile is chosen once the hand was held still for a while by somebody who does not walk; a hand that
//! was up from the beginning has to come down first, because it was raised for something else.

use std::time::Duration;

use super::choice::{ChoiceKey, GAP};
use crate::geometry::limb_pose::LimbPose;
use crate::pose::CameraPoint;
use crate::source::Timestamp;

/// How long a hand is held still to choose. [own]: as long as an answer to a question ([`super::choice`]).
const DWELL: Duration = Duration::from_millis(1500);

/// The ends of the row, to either side of the middle of the shoulders, trunk lengths. [own]: a wrist above the ear is some 0.6
/// above the shoulder, so an arm of 1.15 from a shoulder 0.4 beside the middle reaches 1.3: this is reached with a bent elbow.
const END: f32 = 0.9;

/// The next tile is marked once the hand is this far beyond the border between two, in tiles: noise alone changes nothing.
const BEYOND: f32 = 0.2;

/// Time constant of the smoothing of the hand's place, seconds. [own]
const SMOOTHING: f32 = 0.2;

/// A hand that is not seen for less than this is still there, as for [`super::gesture`].
const FLICKER: Duration = Duration::from_millis(300);

/// A hand moves, rather than being held, beyond this, trunk lengths. [own]: 12 cm; half the step between two of six tiles.
const HELD: f32 = 0.2;

/// Somebody walks, rather than standing, whose feet move further than this while a hand is held, trunk lengths. [own]: 15 cm.
const STOOD: f32 = 0.3;

/// A raised hand, smoothed.
#[derive(Clone, Copy, Debug)]
struct HandOverRow {
    across: f32,
    seen: Timestamp,
}

/// Where hand and feet were when the hand came to rest, and since when it rests.
#[derive(Clone, Copy, Debug)]
struct HandRest {
    across: f32,
    feet: CameraPoint,
    since: Timestamp,
}

/// A choice in progress.
#[derive(Clone, Debug)]
pub struct RowChoice {
    /// Which tiles can be chosen.
    open: Vec<bool>,
    current: usize,
    hand: Option<HandOverRow>,
    rest: Option<HandRest>,
    /// Whether a hand was seen to be down, so that one that goes up is meant.
    armed: bool,
    last: Option<Timestamp>,
    part: f32,
}

impl RowChoice {
    /// A choice between tiles, of which some are not `open`. The first open one is marked.
    pub fn new(open: Vec<bool>) -> Self {
        let current = open.iter().position(|open| *open).unwrap_or_default();
        Self { open, current, hand: None, rest: None, armed: false, last: None, part: 0.0 }
    }

    /// Changes which tiles can be chosen, as many as before.
    pub fn set_open(&mut self, open: Vec<bool>) {
        self.open = open;
        if self.opened(self.current).is_none() {
            let first = self.open.iter().position(|open| *open);
            first.into_iter().for_each(|tile| self.mark(tile));
        }
    }

    /// The marked tile, from 0.
    pub fn current(&self) -> usize {
        self.current
    }

    /// How far the marked tile is chosen by a hand, from 0 to 1.
    pub fn part(&self) -> f32 {
        self.part
    }

    /// Where the hand is along the row, 0 at its left end to 1 at its right; `None` while none is raised.
    pub fn hand(&self) -> Option<f32> {
        self.hand.filter(|_| self.armed).map(|hand| place(hand.across))
    }

    /// Takes a key; returns the tile that it chooses. One that is not open is only marked, so that it is told why.
    pub fn press(&mut self, key: ChoiceKey) -> Option<usize> {
        match key {
            ChoiceKey::Confirm => return self.opened(self.current),
            ChoiceKey::Digit(digit) => return usize::from(digit).checked_sub(1).and_then(|tile| self.click(tile)),
            ChoiceKey::Less => {
                let before = (0..self.current).rev().find(|tile| self.open[*tile]);
                before.into_iter().for_each(|tile| self.mark(tile));
            }
            ChoiceKey::More => {
                let after = (self.current + 1..self.open.len()).find(|tile| self.open[*tile]);
                after.into_iter().for_each(|tile| self.mark(tile));
            }
        }
        None
    }

    /// Marks the tile that the mouse was moved to.
    pub fn point_at(&mut self, tile: usize) {
        if tile < self.open.len() {
            self.mark(tile);
        }
    }

    /// Marks the tile that was clicked, and returns it if it is open.
    pub fn click(&mut self, tile: usize) -> Option<usize> {
        self.point_at(tile);
        self.opened(tile)
    }

    fn opened(&self, tile: usize) -> Option<usize> {
        self.open.get(tile).copied().unwrap_or_default().then_some(tile)
    }

    /// Marks a tile by key or mouse; a hand that rests has to rest anew.
    fn mark(&mut self, tile: usize) {
        self.current = tile;
        (self.rest, self.part) = (None, 0.0);
    }

    /// Processes one frame: head, arms and legs of whoever is seen, in a picture that is shown mirrored or not. Returns the
    /// tile that was chosen by it.
    pub fn observe(&mut self, time: Timestamp, limbs: Option<&LimbPose>, mirrored: bool) -> Option<usize> {
        if self.last.replace(time).is_some_and(|last| time.since(last) > GAP) {
            self.rest = None;
        }
        let raised = limbs.and_then(|limbs| Some((limbs.hand_across?, limbs)));
        let Some((across, limbs)) = raised else {
            self.lower(time);
            return None;
        };
        let hand = self.smooth(time, if mirrored { -across } else { across });
        if !self.armed {
            return None;
        }
        self.follow(hand.across);
        self.dwell(time, hand.across, limbs)
    }

    /// No hand is seen above the head.
    fn lower(&mut self, time: Timestamp) {
        if self.hand.is_none_or(|hand| time.since(hand.seen) >= FLICKER) {
            (self.hand, self.rest, self.part, self.armed) = (None, None, 0.0, true);
        }
    }

    fn smooth(&mut self, time: Timestamp, across: f32) -> HandOverRow {
        let across = self.hand.map_or(across, |before| {
            let weight = 1.0 - (-time.since(before.seen).as_secs_f32() / SMOOTHING).exp();
            before.across + weight * (across - before.across)
        });
        *self.hand.insert(HandOverRow { across, seen: time })
    }

    /// Marks the tile below the hand.
    fn follow(&mut self, across: f32) {
        let count = self.open.len();
        let at = place(across) * count as f32;
        let stays = self.rest.is_some() && (at - (self.current as f32 + 0.5)).abs() <= 0.5 + BEYOND;
        let tile = (at as usize).min(count.saturating_sub(1));
        if !stays && tile != self.current {
            self.mark(tile);
        }
    }

    fn dwell(&mut self, time: Timestamp, across: f32, limbs: &LimbPose) -> Option<usize> {
        let rests = |rest: &HandRest| {
            (across - rest.across).abs() <= HELD && (limbs.feet - rest.feet).length() <= STOOD * limbs.trunk
        };
        let began = HandRest { across, feet: limbs.feet, since: time };
        let rest = *self.rest.take_if(|rest| rests(rest)).as_ref().unwrap_or(&began);
        self.rest = Some(rest);
        let open = self.opened(self.current);
        self.part = open.map_or(0.0, |_| (time.since(rest.since).as_secs_f32() / DWELL.as_secs_f32()).min(1.0));
        let chosen = open.filter(|_| self.part >= 1.0)?;
        self.armed = false; // the next one needs another hand
        Some(chosen)
    }
}

/// Where along the row, 0 to 1, a hand this far from the middle of the shoulders is.
fn place(across: f32) -> f32 {
    ((across + END) / (2.0 * END)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use euclid::point2;

    use super::*;

    const RATE: f64 = 15.0;

    /// Somebody with a raised hand at this place of the mirrored row, 0 to 1, or none, and feet this many trunk lengths aside.
    fn limbs(at: Option<f32>, aside: f32) -> LimbPose {
        let hand_across = at.map(|at| -(at * 2.0 - 1.0) * END);
        LimbPose { hand_across, trunk: 100.0, feet: point2(300.0 + 100.0 * aside, 600.0), ..LimbPose::default() }
    }

    /// Plays these (seconds, hand at the beginning, hand at the end) for somebody who walks at this speed, in trunk lengths a
    /// second. Returns the tile that was chosen and when.
    fn played(tiles: usize, speed: f32, acts: &[(f64, Option<f32>, Option<f32>)]) -> Option<(usize, f64)> {
        let (mut choice, mut frame) = (RowChoice::new(vec![true; tiles]), 0_u32);
        for (seconds, from, to) in acts {
            let frames = (seconds * RATE) as u32;
            for number in 0..frames {
                let share = number as f32 / frames as f32;
                let at = from.zip(*to).map(|(from, to)| from + (to - from) * share);
                let noise = 0.03 * if frame % 2 == 0 { 1.0 } else { -1.0 };
                let time = f64::from(frame) / RATE;
                let seen = limbs(at.map(|at| at + noise), speed * time as f32);
                if let Some(tile) = choice.observe(Timestamp::from_secs_f64(time), Some(&seen), true) {
                    return Some((tile, time));
                }
                frame += 1;
            }
        }
        None
    }

    fn held(tiles: usize, at: f32) -> Option<(usize, f64)> {
        played(tiles, 0.0, &[(1.0, None, None), (4.0, Some(at), Some(at))])
    }

    #[test]
    fn a_hand_held_over_a_tile_chooses_it_whatever_the_number_of_tiles() {
        for tiles in 1..=6 {
            for tile in 0..tiles {
                let (chosen, time) = held(tiles, (tile as f32 + 0.5) / tiles as f32).unwrap();
                assert_eq!(chosen, tile, "of {tiles}");
                assert!((2.4..2.8).contains(&time), "{time}");
            }
        }
        assert_eq!(held(6, 1.4).unwrap().0, 5, "beyond the end is the last");
    }

    #[test]
    fn a_hand_that_wanders_along_the_row_or_is_lowered_early_chooses_nothing() {
        let wandering = [(1.0, None, None), (3.0, Some(0.05), Some(0.95)), (3.0, Some(0.95), Some(0.05))];
        assert_eq!(played(6, 0.0, &wandering), None);
        let early = [(1.0, None, None), (1.3, Some(0.5), Some(0.5)), (0.6, None, None), (1.3, Some(0.5), Some(0.5))];
        assert_eq!(played(6, 0.0, &early), None);
    }

    #[test]
    fn a_hand_that_is_lost_for_a_moment_goes_on() {
        let acts = [(1.0, None, None), (0.9, Some(0.3), Some(0.3)), (0.2, None, None), (0.9, Some(0.3), Some(0.3))];
        assert_eq!(played(5, 0.0, &acts).unwrap().0, 1);
    }

    #[test]
    fn nobody_chooses_while_walking_about() {
        let up = [(1.0, None, None), (6.0, Some(0.5), Some(0.5))];
        assert_eq!(played(6, 0.5, &up), None);
        assert!(played(6, 0.0, &up).is_some());
    }

    #[test]
    fn a_hand_that_was_up_from_the_beginning_has_to_come_down_first() {
        assert_eq!(played(6, 0.0, &[(6.0, Some(0.5), Some(0.5))]), None);
        let again = [(3.0, Some(0.5), Some(0.5)), (0.5, None, None), (2.0, Some(0.1), Some(0.1))];
        assert_eq!(played(6, 0.0, &again).unwrap().0, 0);
    }

    #[test]
    fn a_gap_between_frames_is_no_rest() {
        let mut choice = RowChoice::new(vec![true; 3]);
        choice.observe(Timestamp::from_secs_f64(0.0), Some(&limbs(None, 0.0)), true);
        for second in 1..6 {
            let time = Timestamp::from_secs_f64(f64::from(second));
            assert_eq!(choice.observe(time, Some(&limbs(Some(0.5), 0.0)), true), None);
        }
    }

    #[test]
    fn what_is_not_open_is_marked_and_never_chosen() {
        let mut choice = RowChoice::new(vec![true, false, true]);
        let at = |frame: u32| Timestamp::from_secs_f64(f64::from(frame) / RATE);
        choice.observe(at(0), Some(&limbs(None, 0.0)), false);
        for frame in 1..60 {
            assert_eq!(choice.observe(at(frame), Some(&limbs(Some(0.5), 0.0)), false), None);
        }
        assert_eq!((choice.current(), choice.part()), (1, 0.0));
        assert_eq!(choice.press(ChoiceKey::Confirm), None);
        for refused in
            [|choice: &mut RowChoice| choice.click(1), |choice: &mut RowChoice| choice.press(ChoiceKey::Digit(2))]
        {
            choice.point_at(0);
            assert_eq!((refused(&mut choice), choice.current()), (None, 1));
            assert_eq!(choice.press(ChoiceKey::Confirm), None);
        }
    }

    #[test]
    fn keys_and_the_mouse_choose_what_is_open() {
        let mut choice = RowChoice::new(vec![false, true, false, true]);
        assert_eq!(choice.current(), 1);
        assert_eq!(choice.press(ChoiceKey::Less), None);
        assert_eq!(choice.current(), 1);
        choice.press(ChoiceKey::More);
        assert_eq!((choice.current(), choice.press(ChoiceKey::Confirm)), (3, Some(3)));
        choice.press(ChoiceKey::More);
        assert_eq!(choice.current(), 3);
        assert_eq!([0, 2, 5].map(|digit| choice.press(ChoiceKey::Digit(digit))), [None, Some(1), None]);
        choice.point_at(3);
        choice.point_at(5);
        assert_eq!((choice.current(), choice.click(1)), (3, Some(1)));
    }

    #[test]
    fn nothing_to_choose_is_no_fault() {
        let mut choice = RowChoice::new(Vec::new());
        let time = Timestamp::from_secs_f64;
        choice.observe(time(0.0), None, true);
        choice.observe(time(0.1), Some(&limbs(Some(0.4), 0.0)), true);
        assert_eq!(choice.press(ChoiceKey::Confirm), None);
    }
}
