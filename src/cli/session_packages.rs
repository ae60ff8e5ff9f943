//! `bendwise sessions export`: sessions as files of their own, for another machine.

use anyhow::Result;

use super::Exit;
use super::arguments::{SessionPackageArgs, Who};
use super::output_files::OutputFiles;
use super::selection::each_session;
use super::setup::Setup;
use crate::export::{anonymous_id, anonymous_session};
use crate::i18n::{SessionWords, fill};
use crate::store::{SessionEntry, Store};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, store: &Store, asked: &SessionPackageArgs, who: &Who) -> Result<Exit> {
    let ids = asked.which.ids(setup, store, who)?;
    OutputFiles::check_room(asked.output.as_deref(), &ids)?;
    let mut outputs = OutputFiles::beside(setup, &[]);
    each_session((setup, store), who, &ids, |entry| written(&setup.words.session, store, &mut outputs, asked, entry))
}

/// Writes the file of a session and returns the text to print.
fn written(
    words: &SessionWords,
    store: &Store,
    outputs: &mut OutputFiles,
    asked: &SessionPackageArgs,
    entry: &SessionEntry,
) -> Result<String> {
    let name = if asked.anonymous { anonymous_id(entry) } else { entry.id.clone() };
    let path = OutputFiles::path_or(asked.output.as_deref(), format!("{name}.bendwise"));
    outputs.take_new(&path, "-o")?;
    let line = if asked.anonymous {
        store.export_as(entry, (&anonymous_session(store.session(entry)?), &[]), &path)?;
        &words.exported_anonymous
    } else {
        store.export(entry, &path)?;
        if entry.video.is_some() { &words.exported_film } else { &words.exported }
    };
    Ok(fill(line, &[("path", &visible(&path.display()))]) + "\n")
}
