//! `bendwise export`: writes a kept session to a file for other programs.

use anyhow::Result;

use super::arguments::ExportArgs;
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::{Exit, recording_setup, sessions};
use crate::atomic_file::AtomicFile;
use crate::export::KeptSession;
use crate::store::sample::Sample;
use crate::store::{Store, StoreError};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, asked: &ExportArgs) -> Result<Exit> {
    sessions::print_result(exported(setup, asked))
}

/// Writes the file and returns the text to print.
fn exported(setup: &Setup, asked: &ExportArgs) -> Result<String> {
    let (store, news) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    recording_setup::report_recovery(&news);
    let entry = store.named(&asked.id)?;
    let format = asked.format;
    let path = OutputFiles::beside(setup, &[])
        .named_or(asked.output.as_deref(), format!("{}.{}", entry.id, format.ending()))?;
    let mut pending = AtomicFile::create(&path)?;
    let whole = KeptSession::read(&store, &entry)?;
    whole.write(format, &mut pending).map_err(|cause| pending.failed(cause))?;
    pending.finish()?;
    let left_out = if format.has_markers() { without_c7(&whole.samples) } else { String::new() };
    Ok(format!("Written: {}\n{left_out}", visible(&path.display())))
}

/// Says in how many frames with a visible back C7 is missing, and why. Empty if it is in all of them.
fn without_c7(samples: &[Sample]) -> String {
    let backs = samples.iter().filter_map(|sample| sample.back.as_ref());
    let (seen, hidden) = backs.fold((0, 0), |(seen, hidden), back| (seen + 1, hidden + u32::from(back.c7.is_err())));
    if hidden == 0 {
        return String::new();
    }
    format!(
        "C7 is missing in {hidden} of {seen} frames: hair hung over the neck. The angles do not need it; tie the hair up to have C7 exported as well.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixtures::session;
    use crate::spine::{Facing, HairOverNeck};

    #[test]
    fn the_number_of_frames_in_which_hair_hid_c7_is_reported() {
        let mut samples = session(Facing::Right).samples;
        assert_eq!(without_c7(&samples), "");
        samples[1].back.as_mut().unwrap().c7 = Err(HairOverNeck);
        assert!(without_c7(&samples).starts_with("C7 is missing in 1 of 2 frames: hair"), "{}", without_c7(&samples));
    }
}
