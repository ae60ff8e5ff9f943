//! `bendwise sessions remeasure`: measures the video of a kept session with this version of bendwise. The result is a
//! session of its own that refers to the first, which stays unchanged.

use anyhow::{Result, bail};

use super::analyze::{next, temporary_storage};
use super::interruption::Interruption;
use super::recording_setup;
use super::setup::Setup;
use crate::pipeline::{Chain, RecordingSurvey};
use crate::source::{self, Frame, Options, Selection, Source};
use crate::store::recorder::Recorder;
use crate::store::sample::SampleOutline;
use crate::store::{SampleSource, Session, SessionEntry, SessionState, Store};

/// Measures a session again and returns the text to print.
pub(super) fn run(setup: &Setup, store: Store, named: SessionEntry, every_frame: bool) -> Result<String> {
    let first = store.first(&named)?.unwrap_or(named);
    if first.state == SessionState::Recording {
        bail!("The session {} is still being recorded: end it first", first.id);
    }
    let Some(video) = first.video.clone() else {
        bail!("The session {} was kept without a video, so it cannot be re-measured", first.id);
    };
    let interruption = Interruption::listen(&setup.words)?;
    let session = store.session(&first)?;
    let mut pictured = Vec::new();
    store.samples_of(&first).outlines(&mut |sample| pictured.extend(sample.pictured.then_some(sample)))?;
    let open = || source::open(&Selection::Files(vec![video.clone()]), &Options::default());
    let chain = survey(open()?.as_mut(), setup.chain_for_recording(every_frame)?, &session, &pictured, &interruption)?;
    interruption.check()?;
    let (sets, repetitions) = (session.sets.clone(), &session.repetitions);
    let (mut recorder, recording) = Recorder::remeasuring(store.begin_remeasurement(&first)?, sets, repetitions)?;
    let measured = measure(open()?.as_mut(), chain, &session, &pictured, &mut recorder, &interruption);
    let measured = measured.and_then(|frames| Ok(interruption.check().map(|()| frames)?));
    let frames = match measured {
        Ok(frames) => frames,
        Err(error) => {
            recorder.discard();
            return Err(error);
        }
    };
    recording_setup::telling_if_slow(&setup.words.session, || recorder.finish(first.frames.saturating_sub(frames)));
    if let Some(reason) = recording.stopped() {
        bail!("The session {} was not re-measured completely: {reason}", first.id);
    }
    let Some(remeasured) = recording.id() else {
        bail!("The video of {} contains no picture that can be decoded", first.id)
    };
    Ok(told(&first, remeasured, frames))
}

/// Looks through the video for the standing postures in it. Returns the chain that measures it.
fn survey(
    source: &mut dyn Source,
    chain: Chain,
    session: &Session,
    pictured: &[SampleOutline],
    interruption: &Interruption,
) -> Result<Chain> {
    let mut survey = RecordingSurvey::new(chain, temporary_storage());
    let mut requests = session.requests().peekable();
    for sample in pictured {
        if interruption.wanted() {
            break;
        }
        let Some(frame) = next(source)? else { break };
        while let Some((_, request)) = requests.next_if(|(time, _)| *time <= sample.time) {
            survey.request(request);
        }
        survey.observe(&Frame { time: sample.time, number: sample.number, ..frame })?;
    }
    Ok(survey.finish()?)
}

/// Measures every picture with the time and number of its frame, and repeats before each frame what was requested of the
/// measurement there. Returns the number of frames.
fn measure(
    source: &mut dyn Source,
    mut chain: Chain,
    session: &Session,
    pictured: &[SampleOutline],
    recorder: &mut Recorder,
    interruption: &Interruption,
) -> Result<u64> {
    let mut requests = session.requests().peekable();
    let mut frames = 0;
    for sample in pictured {
        if interruption.wanted() {
            break;
        }
        let Some(frame) = next(source)? else { break }; // an interrupted video ends before its samples
        while let Some((_, request)) = requests.next_if(|(time, _)| *time <= sample.time) {
            chain.request(request);
        }
        recorder.observe(&chain.observe(Frame { time: sample.time, number: sample.number, ..frame })?, None);
        frames += 1;
    }
    Ok(frames)
}

fn told(first: &SessionEntry, remeasured: &str, frames: u64) -> String {
    let missing = match first.frames.saturating_sub(frames) {
        0 => String::new(),
        missing => format!("{missing} of its {} frames are not in the video and were not measured\n", first.frames),
    };
    let id = &first.id;
    format!("{missing}Re-measured as {remeasured}; {id} is unchanged (`bendwise sessions show {id}` lists both)\n")
}
