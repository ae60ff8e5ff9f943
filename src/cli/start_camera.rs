//! The camera of the start screen: opened while the screen is there already, opened again when it fails, handed on to the session.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::equipment::or_another;
use super::exit;
use super::setup::Setup;
use crate::latest_slot::Taken;
use crate::pipeline::{Chain, Halt, LivePipeline, PipelineOutput};
use crate::source::camera::{self, PictureAspect, Selector};
use crate::source::shared::SharedSource;
use crate::source::{self, Options, Selection, Source};
use crate::visible::visible;

/// How long to wait before a camera that could not be opened is tried again.
const AGAIN_AFTER: Duration = Duration::from_secs(3);

/// How long the end of the program waits for networks that are being opened. ONNX Runtime must not be closed meanwhile: it would crash.
/// They take a second; a runtime that is still being fetched is not waited for. [own]
const OPENS_WITHIN: Duration = Duration::from_secs(5);

/// What is to be watched: a camera, or a recording in its place.
#[derive(Clone)]
pub(super) struct WatchedSource {
    pub selection: Selection,
    pub aspect: Option<PictureAspect>,
    /// Whether another camera will do where that one is not there.
    pub takes_another: bool,
}

/// What has been opened.
struct OpenedCamera {
    /// The source for the start screen itself.
    source: Box<dyn Source>,
    /// The camera behind it, which can be lent again; `None` of a recording.
    shared: Option<SharedSource>,
    /// Whether it is another camera than the one that was asked for.
    is_another: bool,
    chain: Chain,
}

/// What the thread that opens everything tells.
enum OpeningNews {
    /// What it is doing.
    Line(String),
    Done(Box<Result<OpenedCamera>>),
}

/// Where the camera stands.
enum CameraState {
    Opening(Receiver<OpeningNews>),
    Running(LivePipeline),
    Failed(Instant),
}

/// The camera of the start screen and what is measured of its pictures.
pub(super) struct StartCamera {
    watched: WatchedSource,
    state: CameraState,
    /// What happens while it is opened.
    line: Option<String>,
    /// Why it could not be opened or went on no longer, until it goes again.
    reason: Option<String>,
    /// The camera, once it is open; a recording is opened anew for each session.
    shared: Option<SharedSource>,
    /// Whether it is another than the one that was asked for, until that is told.
    is_another: bool,
}

impl StartCamera {
    /// Opens it beside what goes on; a camera that is open already is gone on with.
    pub(super) fn open(setup: &Setup, watched: WatchedSource, shared: Option<SharedSource>) -> Self {
        let state = CameraState::Opening(opening(setup.clone(), watched.clone(), shared.clone()));
        Self { watched, state, line: None, reason: None, shared, is_another: false }
    }

    /// Waits for the next picture and what is measured in it, at most this long.
    pub(super) fn next(&mut self, setup: &Setup, timeout: Duration) -> Option<PipelineOutput> {
        match &self.state {
            CameraState::Opening(news) => match news.recv_timeout(timeout) {
                Ok(OpeningNews::Line(line)) => self.line = Some(visible(&line)),
                Ok(OpeningNews::Done(opened)) => self.begin(*opened),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.fail(exit::internal_error()),
            },
            CameraState::Running(pipeline) => match pipeline.next(timeout) {
                Taken::Value(output) => return Some(output),
                Taken::Nothing => {}
                Taken::Closed => self.end(setup),
            },
            CameraState::Failed(since) => {
                thread::sleep(timeout);
                if since.elapsed() > AGAIN_AFTER {
                    self.reopen(setup);
                }
            }
        }
        None
    }

    fn begin(&mut self, opened: Result<OpenedCamera>) {
        let began = opened.and_then(|OpenedCamera { source, shared, is_another, chain }| {
            (self.shared, self.is_another) = (shared, is_another);
            Ok(LivePipeline::start(source, chain, None, Vec::new())?)
        });
        self.line = None;
        match began {
            Ok(pipeline) => (self.state, self.reason) = (CameraState::Running(pipeline), None),
            Err(reason) => self.fail(exit::sentence(&reason)),
        }
    }

    /// A recording begins anew at its end; what has failed is told, and tried again.
    fn end(&mut self, setup: &Setup) {
        let waiting = CameraState::Failed(Instant::now());
        if let CameraState::Running(pipeline) = std::mem::replace(&mut self.state, waiting) {
            match pipeline.finish() {
                Ok(()) => self.reopen(setup),
                Err(reason) => self.fail(exit::sentence(&reason.into())),
            }
        }
    }

    fn fail(&mut self, reason: String) {
        self.shared = None; // a camera that has failed is opened anew
        (self.state, self.reason) = (CameraState::Failed(Instant::now()), Some(reason));
    }

    fn reopen(&mut self, setup: &Setup) {
        let reason = self.reason.take();
        *self = Self { reason, ..Self::open(setup, self.watched.clone(), self.shared.take()) };
    }

    /// Why there is no camera, if it cannot be opened; also while that is tried again.
    pub(super) fn failure(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Whether another camera had to be opened than the one that was asked for; once.
    pub(super) fn turned_out_another(&mut self) -> bool {
        std::mem::take(&mut self.is_another)
    }

    /// What happens while it is opened, if that takes long enough to be told.
    pub(super) fn line(&self) -> Option<&str> {
        self.line.as_deref()
    }

    /// Why no new pictures arrive from an open camera.
    pub(super) fn halt(&self) -> Option<Halt> {
        match &self.state {
            CameraState::Running(pipeline) => pipeline.halt(),
            _ => None,
        }
    }

    /// Its name, once it is open.
    pub(super) fn name(&self) -> Option<String> {
        self.shared.as_ref().map(|shared| visible(&shared.info().name))
    }

    /// Its number among the cameras. As long as it is not open, that by which it was asked for, or else that of the first.
    pub(super) fn number(&self) -> Option<u32> {
        let open = self.shared.as_ref().and_then(SharedSource::camera_number);
        open.or_else(|| match &self.watched.selection {
            Selection::Camera(Selector::Number(number)) => Some(*number),
            Selection::Camera(_) => camera::numbers().first().copied(),
            Selection::Files(_) => None,
        })
    }

    /// Ends the watching, and hands the open camera on.
    pub(super) fn close(self) -> Option<SharedSource> {
        match self.state {
            CameraState::Running(pipeline) => pipeline.finish().is_ok().then_some(self.shared).flatten(),
            CameraState::Opening(_) => self.shared,
            CameraState::Failed(_) => None,
        }
    }

    /// The same for a program that ends.
    pub(super) fn close_for_good(self) {
        if let CameraState::Opening(news) = &self.state {
            let began = Instant::now();
            let is_opening = |news| matches!(news, Ok(OpeningNews::Line(_)));
            while is_opening(news.recv_timeout(OPENS_WITHIN.saturating_sub(began.elapsed()))) {}
        }
        drop(self.close());
    }
}

/// Opens source and networks on a thread of its own.
fn opening(setup: Setup, watched: WatchedSource, shared: Option<SharedSource>) -> Receiver<OpeningNews> {
    let (news, told) = channel();
    let work = move || {
        let opened = open_all(&setup, &watched, shared, &news);
        news.send(OpeningNews::Done(Box::new(opened))).ok(); // nobody listens any more: the program ends
    };
    if let Err(cause) = thread::Builder::new().name("opening".to_owned()).spawn(work) {
        tracing::warn!("The camera cannot be opened: no thread ({cause})");
    }
    told
}

fn open_all(
    setup: &Setup,
    watched: &WatchedSource,
    shared: Option<SharedSource>,
    news: &Sender<OpeningNews>,
) -> Result<OpenedCamera> {
    let chain = setup.chain_saying(false, &mut |line| {
        exit::eprint_line(line);
        news.send(OpeningNews::Line(line.to_owned())).ok();
    })?;
    if let Some(shared) = shared {
        return Ok(OpenedCamera { source: shared.lend(), shared: Some(shared), is_another: false, chain });
    }
    let options = Options { aspect: watched.aspect, ..Options::default() };
    let open = |selection: &Selection| source::open(selection, &options);
    let (source, is_another) = or_another(&watched.selection, watched.takes_another, open)?;
    source.remarks().iter().for_each(|remark| exit::report(remark));
    if !source.info().live {
        return Ok(OpenedCamera { source, shared: None, is_another, chain });
    }
    let shared = SharedSource::new(source);
    Ok(OpenedCamera { source: shared.lend(), shared: Some(shared), is_another, chain })
}
