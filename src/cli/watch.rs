//! Shows a session in a window, or in the terminal if there is no display, and prints the summary at the end.

use std::io;
use std::sync::Arc;

use anyhow::{Result, anyhow};

use super::equipment::Equipment;
use super::exit::SafeTerminal;
use super::live_session::{AtEnd, LiveSession, SessionEnd};
use super::live_window::WindowSession;
use super::picture_findings::PictureFindings;
use super::recording_findings::RecordingFindings;
use super::setup::Setup;
use super::terminal_kind;
use super::terminal_session::TerminalSession;
use super::{Exit, exit};
use crate::i18n::{Words, fill};
use crate::screen::terminal;
use crate::screen::window::WindowError;

/// Runs the session to its end and prints its repetitions.
///
/// # Errors
/// If its source, its measurement or its window fails, or if it is a recording in which nothing was measured or of which most
/// could not be decoded.
pub(super) fn session(live: LiveSession, at_end: AtEnd, setup: &Setup, equipment: &mut Equipment) -> Result<Exit> {
    let ended = show(live, at_end, setup, equipment)?;
    let SessionEnd { repetitions, findings, picture_findings, words, outcome, .. } = ended;
    // Repetitions from before an error are valid: they are printed first.
    let nothing = repetitions.is_empty() && outcome.is_err();
    let style = super::setup::style(&io::stdout());
    let printed = if nothing {
        Ok(())
    } else {
        let columns = terminal_kind::columns();
        exit::print(&format!("{}\n", terminal::numbered_summary(&repetitions, &words, style, columns)))
    };
    outcome?;
    printed?;
    tell_findings(findings, &picture_findings, &words)
}

/// Prints what there is to say of a recording and of the pictures.
///
/// # Errors
/// If it is a recording in which nothing was measured or of which most could not be decoded.
pub(super) fn tell_findings(
    findings: Option<RecordingFindings>,
    pictures: &PictureFindings,
    words: &Words,
) -> Result<Exit> {
    let (remark, failure) = findings.map(|found| found.remark_and_failure(&words.findings)).unwrap_or_default();
    let pictures = pictures.sentences(&words.findings);
    remark.into_iter().chain(pictures).try_for_each(|remark| exit::print(&format!("{remark}\n")))?;
    failure.map_or(Ok(Exit::Done), |reason| Err(anyhow!(reason)))
}

/// Runs the session to its end.
///
/// # Errors
/// If the interruption handler cannot be installed or the window cannot be drawn to; later errors are in
/// [`SessionEnd`].
pub(super) fn show(live: LiveSession, at_end: AtEnd, setup: &Setup, equipment: &mut Equipment) -> Result<SessionEnd> {
    let words = &setup.words;
    let (stats, asked_at) = (live.pipeline.stats(), live.asked_at);
    let interruption = equipment.interruption(words)?;
    let out = io::stdout();
    let ended = match equipment.window() {
        Ok((window, settings)) => {
            WindowSession::new((window, settings), live, at_end, Arc::clone(words))?.run(&interruption)
        }
        Err(reason) => {
            tracing::info!("{reason}");
            exit::report(&without_window(reason, words));
            let style = super::setup::style(&out);
            let redraws = terminal_kind::understands_escapes(&out);
            TerminalSession::new(SafeTerminal(out.lock()), redraws, style, Arc::clone(words)).run(live, &interruption)
        }
    };
    equipment.remember();
    if setup.stats {
        exit::eprint_line(&stats.stages().table(stats.dropped()));
        stats.stages().first_shown(asked_at).inspect(|first| exit::eprint_line(first));
    }
    Ok(ended)
}

/// Why the session goes on in the terminal.
fn without_window(reason: &WindowError, words: &Words) -> String {
    let words = &words.display;
    match reason {
        WindowError::FewColours { depth } => fill(&words.few_colours, &[("depth", depth)]),
        WindowError::OddColours => words.odd_colours.clone(),
        WindowError::InputMethod(name) => fill(&words.input_method, &[("name", name)]),
        WindowError::NoDisplay(_) | WindowError::Lost(_) => words.none.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn each_reason_for_the_terminal_is_one_sentence_in_both_languages() {
        let reasons = [
            (WindowError::NoDisplay(String::new()), "terminal"),
            (WindowError::FewColours { depth: 16 }, "16 "),
            (WindowError::OddColours, "terminal"),
            (WindowError::InputMethod("ibus".to_owned()), "ibus "),
        ];
        for language in Language::ALL {
            let words = Words::read(language).unwrap();
            for (reason, named) in &reasons {
                let told = without_window(reason, &words);
                assert!(
                    told.to_lowercase().contains(named) && told.contains("erminal") && !told.contains(['{', '\n']),
                    "{told}"
                );
            }
        }
    }
}
