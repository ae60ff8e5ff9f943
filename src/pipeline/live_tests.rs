use super::*;
use crate::coach::drill::Drill;
use crate::pipeline::UntilComplete;
use crate::source::{SourceError, SourceInfo};

/// A pipeline with this thread alone, at a recording whose output nobody takes.
fn pipeline_with(
    work: impl FnOnce() -> Result<(), PipelineError> + Send + 'static,
) -> (LivePipeline, Sender<PipelineOutput>) {
    let shared = Arc::new(PipelineShared::default());
    let near = Arc::clone(&shared);
    let (sender, seen) = channel::rendezvous();
    let (orders, _) = sync_channel(1);
    let (_, happened) = sync_channel(1);
    let threads = vec![thread::spawn(move || noting_failure(&near.failed, work))];
    (LivePipeline { seen: Some(seen), happened, orders, shared, threads }, sender)
}

#[test]
fn a_camera_that_is_unplugged_in_a_pause_is_told_in_the_pause_and_so_is_a_panic() {
    let unplugged = || Err(PipelineError::Thread(std::io::Error::other("unplugged")));
    let (pipeline, _waiting) = pipeline_with(unplugged);
    assert!(matches!(pipeline.next_while_paused(LONGEST_END), Taken::Closed));
    assert!(pipeline.finish().unwrap_err().to_string().contains("unplugged"));
    let (pipeline, _waiting) = pipeline_with(|| panic!("on purpose"));
    assert!(matches!(pipeline.next_while_paused(LONGEST_END), Taken::Closed));
    assert!(matches!(pipeline.finish(), Err(PipelineError::Panicked(_))));
}

#[test]
fn a_recording_that_ends_in_a_pause_waits_for_its_end() {
    let (pipeline, _waiting) = pipeline_with(|| Ok(()));
    assert!(matches!(pipeline.next_while_paused(POLL * 4), Taken::Nothing));
}

/// A camera whose frames the test gives.
struct GivenFrames(SourceInfo, mpsc::Receiver<Frame>);

impl Source for GivenFrames {
    fn info(&self) -> &SourceInfo {
        &self.0
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        Ok(self.1.recv().map_or(Delivery::End, Delivery::Frame))
    }
}

/// A recording may show one picture for a while, a camera has noise.
#[test]
fn one_picture_for_a_minute_is_told_of_a_recording_and_for_seconds_of_a_camera() {
    let table =
        [(true, 4.0, None), (true, 6.0, Some(Halt::Frozen)), (false, 6.0, None), (false, 61.0, Some(Halt::Repeated))];
    for (live, seconds, halt) in table {
        let (frames, given) = mpsc::channel();
        let info = SourceInfo { name: "one picture".to_owned(), live, frame_count: None, duration: None };
        let chain = Chain::open_default(&mut |line| eprintln!("{line}")).unwrap();
        let pipeline = LivePipeline::start(Box::new(GivenFrames(info, given)), chain, None, Vec::new()).unwrap();
        for (number, time) in (0..).zip([0.0, seconds]) {
            let picture = image::RgbImage::from_pixel(64, 48, image::Rgb([100; 3]));
            frames.send(Frame::new(picture, Timestamp::from_secs_f64(time), number)).unwrap();
            while !matches!(pipeline.next(POLL), Taken::Value(_)) {}
        }
        assert_eq!(pipeline.halt(), halt, "camera: {live}, {seconds} s");
        drop(frames);
    }
}

/// Notes how many frames it was shown, how often it was told that the session is complete, and that it was finished.
#[derive(Clone, Default)]
struct Told(Arc<[AtomicU64; 3]>);

impl Told {
    fn note(&self, what: usize) {
        self.0[what].fetch_add(1, Ordering::Relaxed);
    }

    fn counts(&self) -> [u64; 3] {
        std::array::from_fn(|what| self.0[what].load(Ordering::Relaxed))
    }
}

impl FrameSink for Told {
    fn observe(&mut self, _: &Observation, _: Option<&GuidedFrame>) {
        self.note(0);
    }

    fn complete(&mut self, _: u64) {
        self.note(1);
    }

    fn finish(self: Box<Self>, _: u64) {
        self.note(2);
    }
}

/// A guided session before the camera, of somebody who stands; it is gone through by its key.
fn guided_before_a_camera(sinks: Vec<Box<dyn FrameSink>>) -> (LivePipeline, mpsc::Sender<Frame>) {
    let bow = Drill::parse("bow.toml", include_str!("../../assets/drills/bow.toml")).unwrap();
    let guided = GuidedSession::new(vec![bow.into()], "en");
    let (frames, given) = mpsc::channel();
    let info = SourceInfo { name: "Webcam".to_owned(), live: true, frame_count: None, duration: None };
    let chain = Chain::open_default(&mut |line| eprintln!("{line}")).unwrap();
    let pipeline = LivePipeline::start(Box::new(GivenFrames(info, given)), chain, guided, sinks).unwrap();
    (pipeline, frames)
}

#[test]
fn a_guided_session_that_is_complete_is_told_to_each_sink_once_and_kept_no_further() {
    let (direct, kept) = (Told::default(), Told::default());
    let recorder = UntilComplete::new(Box::new(kept.clone()));
    let (pipeline, frames) = guided_before_a_camera(vec![Box::new(direct.clone()), Box::new(recorder)]);
    let standing = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/refusal/hair_0.jpg");
    let picture = Arc::new(image::open(standing).unwrap().into_rgb8());
    let (mut complete_at, mut number) = (None, 0);
    // Some 10 s to arrive and to stand still, then one stage a frame.
    while number < 200 && complete_at.is_none_or(|at| number < at + 3) {
        let (time, picture) = (Timestamp::from_secs_f64(number as f64 / 5.0), Arc::clone(&picture));
        frames.send(Frame { picture, time, captured_at: Instant::now(), number }).unwrap();
        let Taken::Value(output) = pipeline.next(Duration::from_secs(60)) else { panic!("frame {number} is lost") };
        number += 1;
        assert_eq!(direct.counts(), [number, u64::from(output.ending() != Ending::Open), 0]);
        complete_at = complete_at.or_else(|| (output.ending() != Ending::Open).then_some(number));
        pipeline.order(PersonRequest::Next);
    }
    drop(frames);
    pipeline.finish().unwrap();
    assert_eq!(direct.counts(), [number, 1, 1]);
    assert_eq!(kept.counts(), [complete_at.unwrap(), 0, 1], "what follows is not kept");
}

/// A recorder whose disk is slow.
struct SlowDisk(Told);

impl FrameSink for SlowDisk {
    fn observe(&mut self, _: &Observation, _: Option<&GuidedFrame>) {}

    fn finish(self: Box<Self>, _: u64) {
        thread::sleep(LONGEST_END + TIMEOUT);
        self.0.note(2);
    }
}

#[test]
fn a_slow_disk_is_waited_for_at_the_end_and_that_is_told_once() {
    let told = Told::default();
    let (pipeline, frames) = guided_before_a_camera(vec![Box::new(SlowDisk(told.clone()))]);
    drop(frames);
    assert!(matches!(pipeline.next(LONGEST_END / 2), Taken::Closed), "the end is told before the disk is done");
    let mut times = 0;
    pipeline.finish_telling(&mut || times += 1, &|| 0).unwrap();
    assert_eq!((told.counts(), times), ([0, 0, 1], 1));
}

#[test]
fn what_is_left_behind_is_what_was_waited_for_last() {
    let left = |[keeping, finishing, finished]: [bool; 3]| {
        let [keeping, finishing, finished] = [keeping, finishing, finished].map(AtomicBool::new);
        PipelineShared { keeping, finishing, finished, ..PipelineShared::default() }.left_behind()
    };
    assert!(matches!(left([false, false, false]), PipelineError::Stuck), "a frame is being measured");
    assert!(matches!(left([true, false, false]), PipelineError::DiskStuck), "one is being kept");
    assert!(matches!(left([false, true, false]), PipelineError::DiskStuck));
    assert!(matches!(left([false, true, true]), PipelineError::SourceStuck), "all is written");
}

#[test]
fn a_feed_that_is_dropped_is_ended_first() {
    let shared = Arc::new(PipelineShared::default());
    let (near, ended) = (Arc::clone(&shared), Arc::new(AtomicBool::new(false)));
    let end = Arc::clone(&ended);
    let (sender, seen) = channel::rendezvous();
    let thread = thread::spawn(move || {
        drop(sender);
        while !near.stop.load(Ordering::Relaxed) {
            thread::sleep(POLL);
        }
        thread::sleep(POLL * 4); // as if there were still something to write
        end.store(true, Ordering::Relaxed);
        Ok(())
    });
    let (orders, _) = sync_channel(1);
    let (_, happened) = sync_channel(1);
    drop(LivePipeline { seen: Some(seen), happened, orders, shared, threads: vec![thread] });
    assert!(ended.load(Ordering::Relaxed));
}

#[test]
fn a_frame_is_dropped_wherever_on_its_way_it_was_lost() {
    let shared = PipelineShared { unfetched: 3.into(), unshown: 4.into(), ..PipelineShared::default() };
    assert_eq!(shared.dropped(), 7);
}

/// Tells of each frame that it is given.
struct GivenOn(mpsc::Sender<()>);

impl FrameSink for GivenOn {
    fn observe(&mut self, _: &Observation, _: Option<&GuidedFrame>) {
        self.0.send(()).ok();
    }
}

#[test]
fn people_are_counted_after_their_frame_was_handed_on() {
    let person = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parity/standing_tight_right_0.jpg");
    let person = Arc::new(image::open(person).unwrap().into_rgb8());
    let ((frames, given), (told, tells)) = (mpsc::channel(), mpsc::channel());
    let info = SourceInfo { name: "a recording, which waits to be shown".to_owned(), ..SourceInfo::default() };
    let chain = Chain::open_default(&mut |line| eprintln!("{line}")).unwrap();
    let sinks: Vec<Box<dyn FrameSink>> = vec![Box::new(GivenOn(told))];
    let pipeline = LivePipeline::start(Box::new(GivenFrames(info, given)), chain, None, sinks).unwrap();
    let counted = || pipeline.stats().stages().table(0).contains("counting people");
    for (number, seconds) in (0..).zip([0.0, 0.3, 0.65, 1.0]) {
        frames.send(Frame::new(Arc::clone(&person), Timestamp::from_secs_f64(seconds), number)).unwrap();
    }
    for _ in 0..4 {
        tells.recv_timeout(LONGEST_END).unwrap();
        thread::sleep(POLL * 20); // long enough for the detector
        assert!(!counted(), "nobody has taken the frame yet");
        assert!(matches!(pipeline.next(LONGEST_END), Taken::Value(_)));
    }
    let shortly = (0..1000).any(|_| {
        thread::sleep(POLL);
        counted()
    });
    assert!(shortly, "a second after the first frame");
    drop(frames);
    pipeline.finish().unwrap();
}
