//! `bendwise sessions export`: sessions as files of their own, for another machine.

use anyhow::Result;

use super::arguments::{SessionPackageArgs, Who};
use super::output_files::OutputFiles;
use super::selection::each_session;
use super::setup::Setup;
use super::{Exit, exit};
use crate::export::{anonymous_id, anonymous_session};
use crate::i18n::fill;
use crate::store::{SessionEntry, Store};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, store: &Store, asked: &SessionPackageArgs, who: &Who) -> Result<Exit> {
    let ids = asked.which.ids(setup, store, who)?;
    OutputFiles::check_room(asked.output.as_deref(), &ids)?;
    let mut outputs = OutputFiles::beside(setup, &[]);
    each_session((setup, store), who, &ids, |entry| written((setup, store), &mut outputs, asked, entry))
}

/// Writes the file of a session and returns the text to print.
fn written(
    (setup, store): (&Setup, &Store),
    outputs: &mut OutputFiles,
    asked: &SessionPackageArgs,
    entry: &SessionEntry,
) -> Result<String> {
    let words = &setup.words.session;
    let name = if asked.anonymous { anonymous_id(entry) } else { entry.id.clone() };
    let path = OutputFiles::path_or(asked.output.as_deref(), format!("{name}.bendwise"));
    outputs.take_new(&path, "-o", "bendwise")?;
    let line = if asked.anonymous {
        store.export_as(entry, (&anonymous_session(store.session(entry)?), &[]), &path)?;
        &words.exported_anonymous
    } else if store.export(entry, &path)? {
        &words.exported_film
    } else {
        if entry.video.is_some() {
            exit::report(&fill(&setup.words.person.export_filmless, &[("id", &entry.id)]));
        }
        &words.exported
    };
    Ok(fill(line, &[("path", &visible(&path.display()))]) + "\n")
}
