//! Where the person is in the kept frames around a repetition, so that they fill the picture as they did live.

use std::collections::HashMap;

use crate::coach::Repetition;
use crate::review::kept_frame::KeptFrames;
use crate::screen::framing::{self, CameraBox};
use crate::source::Timestamp;
use crate::store::StoredRepetition;

/// So many repetitions before and after one are looked at for the place of a set: the part that is shown then holds for all of
/// them, and a long session is not read as a whole. [own]
const AROUND: usize = 8;

/// So many frames of a repetition are looked at. [own]: a bend of 5 s, four times a second.
const LOOKS: usize = 20;

/// The places of a session that are known so far, in the camera's pixels.
#[derive(Debug, Default)]
pub(super) struct PersonPlaces {
    /// By the number of the repetition, from 0; `None` if nobody was seen in it.
    known: HashMap<usize, Option<CameraBox>>,
}

impl PersonPlaces {
    /// Where the person is over the set of the repetition next to this time; `None` without one.
    pub(super) fn at(&mut self, frames: &KeptFrames<'_>, time: Timestamp) -> Option<CameraBox> {
        let repetitions = &frames.session.repetitions;
        let away = |kept: &StoredRepetition| {
            let Repetition { start, end, .. } = kept.repetition;
            start.since(time).max(time.since(end))
        };
        let (number, nearest) = repetitions.iter().enumerate().min_by_key(|(_, kept)| away(kept))?;
        let own = self.of(frames, number)?;
        let around = number.saturating_sub(AROUND)..(number + AROUND + 1).min(repetitions.len());
        let same_set = around.filter(|other| repetitions.get(*other).is_some_and(|kept| kept.set == nearest.set));
        let others: Vec<CameraBox> = same_set.filter_map(|other| self.of(frames, other)).collect();
        let together = others.into_iter().filter(|other| !framing::stands_elsewhere(*other, own));
        Some(together.fold(own, |all, other| all.union(&other)))
    }

    /// Where they are in the repetition of this number, from standing to standing.
    fn of(&mut self, frames: &KeptFrames<'_>, number: usize) -> Option<CameraBox> {
        if let Some(known) = self.known.get(&number) {
            return *known;
        }
        let place = frames.session.repetitions.get(number).and_then(|kept| over(frames, &kept.repetition));
        self.known.insert(number, place);
        place
    }
}

/// Where the person is in a repetition.
pub(super) fn over(frames: &KeptFrames<'_>, repetition: &Repetition) -> Option<CameraBox> {
    let samples = frames.samples().within(repetition.start, repetition.end);
    let samples = samples.inspect_err(|fault| tracing::warn!("{fault}")).ok()?;
    let every = (samples.len() / LOOKS).max(1);
    let seen = samples.iter().step_by(every).filter_map(|sample| framing::extent(sample.body.as_deref()?));
    seen.reduce(|one, other| one.union(&other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixtures;
    use crate::pipeline::Body;
    use crate::pose::{CameraPoint, Joint, Landmark};
    use crate::spine::Facing;
    use crate::store::sample::Sample;

    fn body(left: f32, top: f32, right: f32) -> Body {
        let mut landmarks = [Landmark::default(); Joint::COUNT];
        let corners = [(left, top), (right, top), (left, 500.0), (right, 500.0)].map(|(x, y)| CameraPoint::new(x, y));
        for (landmark, point) in landmarks.iter_mut().zip(corners) {
            *landmark = Landmark { point, visibility: 0.9, ..Landmark::default() };
        }
        Body { landmarks, presence: 0.9, size: 0.0 }
    }

    /// Ten seconds each: standing, one bend, elsewhere another of the same set, and one of the next set.
    #[test]
    fn the_place_is_that_of_the_set_and_not_of_somebody_who_walked_away() {
        let at = |seconds: f64| Timestamp::from_secs_f64(seconds);
        let mut whole = fixtures::session(Facing::Right);
        let seen = whole.samples[1].clone();
        let bodies = [body(300.0, 100.0, 400.0), body(260.0, 100.0, 480.0), body(900.0, 300.0, 960.0)];
        let sample = |tenth: u64| {
            let seconds = tenth as f64 / 10.0;
            let body = &bodies[(seconds / 10.0) as usize];
            Sample { time: at(seconds), number: tenth, body: Some(Box::new(body.clone())), ..seen.clone() }
        };
        whole.samples = (0..300).map(sample).collect();
        let bend = |start: f64, set| {
            let mut kept = whole.session.repetitions[0].clone();
            let bend = &mut kept.repetition;
            (bend.start, bend.bottom, bend.end, kept.set) = (at(start), at(start + 2.0), at(start + 4.0), Some(set));
            kept
        };
        whole.session.repetitions = vec![bend(2.0, 0), bend(12.0, 0), bend(22.0, 0)];
        let frames = KeptFrames::new(whole.session.clone(), whole.samples.clone(), None).unwrap();
        let mut places = PersonPlaces::default();
        let [first, wide, far] = bodies.each_ref().map(|body| framing::extent(body).unwrap());
        assert_eq!(
            places.at(&frames, at(0.0)),
            Some(first.union(&wide)),
            "before the first bend it is that of its set"
        );
        assert_eq!(places.at(&frames, at(13.0)), Some(first.union(&wide)));
        assert_eq!(places.at(&frames, at(29.0)), Some(far), "somewhere else");
        let mut none = whole.session.clone();
        none.repetitions.clear();
        let frames = KeptFrames::new(none, whole.samples, None).unwrap();
        assert_eq!(PersonPlaces::default().at(&frames, at(1.0)), None);
    }
}
