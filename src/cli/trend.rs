//! `bendwise trend`: the progress of a drill from session to session.

use std::fmt::Display;
use std::io;

use anyhow::{Result, bail};

use super::arguments::TrendArgs;
use super::setup::{self, Setup};
use super::{Exit, exit, recording_setup};
use crate::drill_library::Library;
use crate::export::{self, CsvDialect};
use crate::i18n::fill;
use crate::screen::trend;
use crate::store::Store;
use crate::suggest;
use crate::visible::visible;

/// The name of unguided sessions on the command line.
const FREE: &str = "free";

const NONE_YET: &str = "No repetition is kept yet: `bendwise` keeps each session that it coaches";

pub(super) fn run(setup: &Setup, args: &TrendArgs) -> Result<Exit> {
    let Some((store, notices)) = Store::find(&setup.paths)? else { bail!(NONE_YET) };
    recording_setup::report_recovery(&notices);
    let drills = store.drills()?;
    let Some(last) = drills.first() else { bail!(NONE_YET) };
    let named = |name: &String| drills.iter().find(|drill| id(drill) == name);
    let chosen = match &args.drill {
        None => last,
        Some(name) => match named(name) {
            Some(drill) => drill,
            None => bail!(unknown(name, &drills)),
        },
    };
    let all = args.csv && args.drill.is_none();
    let drills = if all { drills.iter().collect() } else { vec![chosen] };
    let text = if args.csv { csv(&store, &drills, args.csv_dialect)? } else { chart(setup, &store, chosen)? };
    exit::print(&text)?;
    Ok(Exit::Done)
}

/// The name of a drill on the command line.
fn id(drill: &Option<String>) -> &str {
    drill.as_deref().unwrap_or(FREE)
}

/// These drills in one line.
fn listed(drills: impl Iterator<Item = impl Display>) -> String {
    drills.map(|drill| visible(&drill)).collect::<Vec<_>>().join(", ")
}

fn unknown(name: &str, drills: &[Option<String>]) -> String {
    let meant = suggest::closest(name, drills.iter().map(id)).map(|closest| format!(", did you mean {closest}?"));
    let known = listed(drills.iter().map(id));
    format!("No repetition of {name} is kept{} There are some of: {known}", meant.as_deref().unwrap_or("."))
}

fn csv(store: &Store, drills: &[&Option<String>], dialect: CsvDialect) -> Result<String> {
    let sessions = |drill: &&Option<String>| Ok(((*drill).clone(), store.history(drill.as_deref())?));
    let drills = drills.iter().map(sessions).collect::<Result<Vec<_>>>()?;
    let mut out = Vec::new();
    export::trend::write(&drills, dialect, &mut out)?;
    Ok(String::from_utf8(out)?)
}

fn chart(setup: &Setup, store: &Store, drill: &Option<String>) -> Result<String> {
    let words = &setup.words;
    let name = visible(&words.drill_named(&Library::open(&setup.paths), drill.as_deref()));
    let style = setup::style(&io::stdout());
    let mut text = trend::told(&name, &store.history(drill.as_deref())?, &words.trend, style);
    let drills = store.drills()?;
    let others = listed(drills.iter().filter(|other| *other != drill).map(id));
    if !others.is_empty() {
        text += &format!("\n{}\n", fill(&words.trend.others, &[("drills", &others)]));
    }
    Ok(text)
}
