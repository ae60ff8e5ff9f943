//! Follows one person from frame to frame.
//!
//! While a person is followed, each frame costs one run of the landmark network: its landmarks give the next region.
//! The detector runs in every frame until a person is found, and in the very frame that lost the person or saw them
//! jump; so neither finding nor losing depends on a single frame. If nobody is found in the whole picture, the square
//! in its middle is searched, too: people are larger there, and the detector finds some whom it missed (a person
//! standing turned away by 30° was missed in 21 of the 93 frames of a clip, and in none with the square). Where frames
//! come fast, the two are searched in turn, from the frame on that lost the person: neither they nor an empty room delay a
//! frame by more than two networks where nobody is found. The detector also runs about once a second of the recording's own time, to count people, because a second person in view makes the
//! measurement doubtful. That takes as long as the landmarks do (7 to 19 ms), so it can be done after the frame has been
//! handed on, and what is counted holds from the next frame on.
//!
//! No clock is used here: the same frames give the same results.

use std::fmt;
use std::time::Duration;

use euclid::{Angle, Size2D, size2};
use image::RgbImage;

use super::detector::{Detection, Detector};
use super::landmark::{Camera, Pose, PoseResult, Region};
use super::landmarks::{LandmarkNetwork, LandmarkOutput, Landmarker};
use crate::inference::{InferenceError, Models, Runtime};
use crate::source::{Frame, Timestamp};

/// Minimum presence of a person (MediaPipe's `min_tracking_confidence`).
const MIN_PRESENCE: f32 = 0.5;
/// Interval between counts of people while one is followed: little less than the second for which frames of a recording are held, so
/// that people are counted after each rest.
const COUNT_EVERY: Duration = Duration::from_millis(950);
/// While nobody is found and frames follow each other this closely, the whole picture and its middle are searched in turn: at 30
/// frames a second both take longer than one frame lasts (39 ms on two cores of an EPYC, and 57 ms in the frame that lost the person,
/// with its landmarks), so that each frame would come later than the one before. [own]
const IN_TURN: Duration = Duration::from_millis(50);
/// After this long without a frame the region is out of date: people step aside, and separate pictures need not even
/// show the same place.
const STALE: Duration = Duration::from_millis(400);
/// If a region moves by more than this fraction of its side between frames, the person was looked for in the wrong
/// place, and landmarks of half a person mislead for a second: the picture is searched instead. In rendered bends a
/// region moves by at most 0.02 from frame to frame at 15 a second, of people who walk by 0.07; from one still
/// photograph to the next by 0.06 to 0.15. [own]
const FARTHEST_MOVE: f32 = 0.08;
/// A region still fits this long after it was found, as at 15 frames a second: where frames are left out, it is foretold for
/// the time beyond. To foretell all of it overshoots where a bend turns: the error of the hip on the rendered clips was 0.1°
/// larger. [own]
const FITS: Duration = Duration::from_millis(67);
/// From frames farther apart than this nothing is foretold.
const FORETOLD: Duration = Duration::from_millis(200);
/// Two regions belong to the same person if their centres are closer than this fraction of the larger one's side: a
/// quarter of a person's height, less than the distance of two people standing side by side. The detector errs by up to
/// 0.14 (rendered bends). The sizes are of no use, as it may take half of a person bent over for the whole.
const SAME_PERSON: f32 = 0.2;
/// A person who appears smaller than this fraction of the followed one is further away, or a picture on the wall, and
/// does not disturb. The detector may take half of a person bent over for the whole. [own]
const COMPARABLE: f32 = 0.4;
/// After this long without seeing the person, anyone there may be somebody else.
const FORGOTTEN: Duration = Duration::from_secs(3);
/// Maximum number of people examined in one frame to find one to follow.
const MAX_CANDIDATES: usize = 3;

/// The two networks, so that the tracker can be tested without them.
trait Networks: fmt::Debug + Send {
    fn detect(&mut self, picture: &RgbImage, square: &Region) -> Result<Vec<Detection>, InferenceError>;
    fn landmarks(&mut self, picture: &RgbImage, region: &Region) -> Result<LandmarkOutput, InferenceError>;
}

#[derive(Debug)]
struct Onnx {
    detector: Detector,
    landmarks: LandmarkNetwork,
}

impl Networks for Onnx {
    fn detect(&mut self, picture: &RgbImage, square: &Region) -> Result<Vec<Detection>, InferenceError> {
        self.detector.detect_in(picture, square)
    }

    fn landmarks(&mut self, picture: &RgbImage, region: &Region) -> Result<LandmarkOutput, InferenceError> {
        self.landmarks.estimate(picture, region)
    }
}

/// Follows one person from frame to frame.
#[derive(Debug)]
pub struct Tracker {
    networks: Box<dyn Networks>,
    /// The region for the next frame, while a person is followed.
    following: Option<Region>,
    /// Time and region in which the last followed person was last seen.
    last_seen: Option<(Timestamp, Region)>,
    /// The same of the frame before, if the person was followed from there.
    seen_before: Option<(Timestamp, Region)>,
    /// Whether frames were left out since the last one that was observed.
    left_out: bool,
    people: usize,
    counted_at: Option<Timestamp>,
    /// The frame in which people are to be counted, and the region of the followed one.
    uncounted: Option<(Frame, Region)>,
    /// When a frame without anybody to follow was searched, or the person was last where they were looked for, and the square that is
    /// searched next; `None` while somebody is followed.
    next_search: Option<(Timestamp, SearchedSquare)>,
    /// When a frame was observed or held for the last time.
    looked_at: Option<Timestamp>,
}

impl Tracker {
    /// Loads the networks ([`models::find`](crate::inference::models::find)).
    ///
    /// # Errors
    /// If a model file is missing, is not the one this program was built for, or cannot be loaded.
    pub fn open(runtime: &Runtime, models: &Models, landmarker: Landmarker) -> Result<Self, InferenceError> {
        let landmarks = || LandmarkNetwork::open(runtime, models, landmarker);
        let (landmarks, detector) = runtime.load_both(landmarks, || Detector::open(runtime, models));
        Ok(Self::new(Box::new(Onnx { detector: detector?, landmarks: landmarks? })))
    }

    fn new(networks: Box<dyn Networks>) -> Self {
        Self {
            networks,
            following: None,
            last_seen: None,
            seen_before: None,
            left_out: false,
            people: 0,
            counted_at: None,
            uncounted: None,
            next_search: None,
            looked_at: None,
        }
    }

    /// Runs each network once, on a black picture of the size that most cameras send.
    ///
    /// # Errors
    /// If a network fails to run.
    pub(crate) fn warm_up(&mut self) -> Result<(), InferenceError> {
        let black = RgbImage::new(1280, 720);
        let whole = Region::whole(size2(1280.0, 720.0));
        // Three more are held, as later by the thread that fetches frames, by the one that displays them, and waiting: what the
        // networks need lies beside them. A session's first frames then touch 4,600 new pages instead of 6,400; 9,500 without this.
        let held: [RgbImage; 3] = std::array::from_fn(|_| black.clone());
        self.networks.detect(&black, &whole)?;
        self.networks.landmarks(&black, &whole)?;
        std::hint::black_box(held); // or else they would be optimised away
        Ok(())
    }

    /// Takes note that a frame is left out: in the next one the person is looked for where they will be by then, as a bend of 100°
    /// a second turns the region by 13° in 135 ms, and landmarks lag behind it.
    pub fn leave_out(&mut self) {
        self.left_out = true;
    }

    /// Takes note that nothing has moved up to this time: whoever is followed is still where they were, and is looked for there in the
    /// next frame. The detector need not find them anew, which it may not in the dark.
    pub fn hold(&mut self, time: Timestamp) {
        (self.looked_at, self.left_out) = (Some(time), false);
    }

    /// Counts the people in the last frame, if that is due. Their number holds from the next frame on, which begins with the count
    /// unless this is called in between. Returns whether the number has changed, `None` if no count was due.
    ///
    /// # Errors
    /// If the detector fails to run.
    pub fn count(&mut self) -> Result<Option<bool>, InferenceError> {
        let Some((frame, followed)) = self.uncounted.take() else { return Ok(None) };
        let mut seen = vec![followed];
        add_distinct(&mut seen, &self.detect(&frame, SearchedSquare::Whole)?);
        let before = std::mem::replace(&mut self.people, comparable(&followed, &seen));
        Ok(Some(self.people != before))
    }

    /// Processes the next frame.
    ///
    /// # Errors
    /// If a network fails to run. Nobody in view is not an error.
    pub fn observe(&mut self, frame: &Frame) -> Result<PoseResult, InferenceError> {
        self.count()?;
        let looked_at = self.looked_at.replace(frame.time);
        let stale = looked_at.is_some_and(|last| frame.time.since(last) > STALE);
        let foretold = std::mem::take(&mut self.left_out).then(|| self.foretold(frame.time)).flatten();
        let region = self.following.take().filter(|_| !stale);
        if let Some(region) = region.map(|region| foretold.unwrap_or(region)) {
            let output = self.networks.landmarks(&frame.picture, &region)?;
            if let Some(next) = self.follow(frame.time, &output) {
                return if is_elsewhere(&region, &next) {
                    self.search_again(frame, output.pose)
                } else {
                    self.count_if_due(frame, next);
                    Ok(PoseResult { pose: Some(output.pose), people: self.people })
                };
            }
            self.next_search = looked_at.map(|last| (last, SearchedSquare::Whole));
        }
        self.acquire(frame)
    }

    /// The region in which the person is if they go on as they did between the last two frames; `None` if it is not foretold.
    fn foretold(&self, time: Timestamp) -> Option<Region> {
        let ((then, from), (last, to)) = self.seen_before.zip(self.last_seen)?;
        let (step, ahead) = (last.since(then), time.since(last));
        if step.is_zero() || step.max(ahead) > FORETOLD {
            return None;
        }
        let part = ahead.checked_sub(FITS)?.as_secs_f32() / step.as_secs_f32();
        let turn = Angle::radians((to.rotation - from.rotation).signed().radians * part);
        Some(Region { center: to.center + (to.center - from.center) * part, rotation: to.rotation + turn, ..to })
    }

    /// Searches the picture for a person who is not where they were looked for; `fallback` is what was seen there. It
    /// stays followed, being better than nothing, if the detector finds nobody, which may happen with a person bent
    /// over.
    fn search_again(&mut self, frame: &Frame, fallback: Pose) -> Result<PoseResult, InferenceError> {
        let found = self.acquire(frame)?;
        self.people = self.people.max(1);
        Ok(PoseResult { pose: found.pose.or(Some(fallback)), people: self.people })
    }

    /// Searches the picture, and then its middle, for a person to follow; one of the two, if frames come fast and nobody was where they
    /// were looked for.
    fn acquire(&mut self, frame: &Frame) -> Result<PoseResult, InferenceError> {
        self.counted_at = Some(frame.time);
        let turn = self.next_search.take().filter(|(then, _)| frame.time > *then && frame.time.since(*then) <= IN_TURN);
        let turn = turn.map(|(_, square)| square);
        let pose = match turn {
            None => self.search(frame, &SearchedSquare::BOTH, None)?,
            Some(SearchedSquare::Whole) => self.search(frame, &[SearchedSquare::Whole], None)?,
            Some(SearchedSquare::Middle) => match self.detect(frame, SearchedSquare::Middle)? {
                nobody if nobody.is_empty() => None,
                // Whoever is in the middle need not be the one to follow.
                in_middle => self.search(frame, &SearchedSquare::BOTH, Some(in_middle))?,
            },
        };
        if self.following.is_none() {
            self.next_search = Some((frame.time, turn.map_or(SearchedSquare::Whole, SearchedSquare::other)));
        }
        Ok(PoseResult { pose, people: self.people })
    }

    /// Searches the squares for a person to follow, one after the other until somebody is found, and counts those in them. `in_middle`
    /// is what was detected in the middle already.
    fn search(
        &mut self,
        frame: &Frame,
        squares: &[SearchedSquare],
        mut in_middle: Option<Vec<Detection>>,
    ) -> Result<Option<Pose>, InferenceError> {
        let mut seen = Vec::new();
        for square in squares {
            let known = seen.len();
            let detected = match in_middle.take_if(|_| *square == SearchedSquare::Middle) {
                Some(detected) => detected,
                None => self.detect(frame, *square)?,
            };
            add_distinct(&mut seen, &detected);
            self.people = seen.len();
            let pose = self.first_present(frame, &seen[known..])?;
            if pose.is_some() {
                in_middle.iter().for_each(|detected| add_distinct(&mut seen, detected));
                self.people = self.following.map_or(seen.len(), |followed| comparable(&followed, &seen));
                return Ok(pose);
            }
        }
        Ok(None)
    }

    fn detect(&mut self, frame: &Frame, square: SearchedSquare) -> Result<Vec<Detection>, InferenceError> {
        self.networks.detect(&frame.picture, &square.region(picture_size(frame)))
    }

    /// Searches the regions for a person to follow: the last followed one first, otherwise the largest.
    fn first_present(&mut self, frame: &Frame, regions: &[Region]) -> Result<Option<Pose>, InferenceError> {
        let mut regions = regions.to_vec();
        regions.sort_by(|a, b| b.size.total_cmp(&a.size));
        self.last_seen = self.last_seen.filter(|(then, _)| frame.time.since(*then) < FORGOTTEN);
        if let Some((_, last)) = self.last_seen {
            regions.sort_by_key(|region| (region.center - last.center).length() > last.size / 2.0);
        }
        for region in regions.iter().take(MAX_CANDIDATES) {
            let output = self.networks.landmarks(&frame.picture, region)?;
            if self.follow(frame.time, &output).is_some() {
                self.seen_before = None; // it may be somebody else, and was not where they were expected
                return Ok(Some(output.pose));
            }
        }
        Ok(None)
    }

    /// Follows the person in `output`, if present. Returns the next region.
    fn follow(&mut self, time: Timestamp, output: &LandmarkOutput) -> Option<Region> {
        let next = output.next.filter(|_| output.pose.presence >= MIN_PRESENCE)?;
        self.following = Some(next);
        self.seen_before = self.last_seen.replace((time, next));
        Some(next)
    }

    /// Notes that the followed person and the others are to be counted: about once a second, or if the time went backwards.
    fn count_if_due(&mut self, frame: &Frame, followed: Region) {
        let due = self.counted_at.is_none_or(|last| frame.time < last || frame.time.since(last) >= COUNT_EVERY);
        if due {
            self.counted_at = Some(frame.time);
            self.uncounted = Some((frame.clone(), followed));
        }
    }
}

/// Where the detector looks for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SearchedSquare {
    /// The whole picture.
    Whole,
    /// The square in its middle.
    Middle,
}

impl SearchedSquare {
    const BOTH: [Self; 2] = [Self::Whole, Self::Middle];

    fn other(self) -> Self {
        match self {
            Self::Whole => Self::Middle,
            Self::Middle => Self::Whole,
        }
    }

    fn region(self, size: Size2D<f32, Camera>) -> Region {
        match self {
            Self::Whole => Region::whole(size),
            Self::Middle => Region::middle(size),
        }
    }
}

/// Whether the person looked for in `region` is not where they were.
fn is_elsewhere(region: &Region, next: &Region) -> bool {
    (next.center - region.center).length() > FARTHEST_MOVE * next.size.max(region.size)
}

fn picture_size(frame: &Frame) -> Size2D<f32, Camera> {
    let (width, height) = frame.picture.dimensions();
    size2(width as f32, height as f32)
}

/// Adds the regions of people who are not among `regions` yet.
fn add_distinct(regions: &mut Vec<Region>, detections: &[Detection]) {
    for region in detections.iter().filter_map(Detection::region) {
        if !regions.iter().any(|known| same_person(known, &region)) {
            regions.push(region);
        }
    }
}

/// The number of regions with a person of about the same size as the followed one, including that one.
fn comparable(followed: &Region, seen: &[Region]) -> usize {
    seen.iter().filter(|region| region.size >= COMPARABLE * followed.size).count()
}

fn same_person(a: &Region, b: &Region) -> bool {
    (a.center - b.center).length() < SAME_PERSON * a.size.max(b.size)
}

#[cfg(test)]
#[path = "tracker_tests.rs"]
mod tests;
