//! `bendwise man`: the manual pages, one for the program and one for every subcommand. A package installs them.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::Exit;
use super::arguments::{Arguments, ManArgs};

pub(super) fn run(asked: &ManArgs) -> Result<Exit> {
    let folder = &asked.folder;
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    let mut program = Arguments::command().disable_help_subcommand(true);
    program.build();
    write_pages(&program, None, folder)?;
    Ok(Exit::Done)
}

/// Writes the page of a command, `parent` being the page above it, and those of its subcommands.
fn write_pages(command: &clap::Command, parent: Option<&str>, folder: &Path) -> Result<()> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let path = folder.join(format!("{name}.1"));
    fs::write(&path, page(command, parent)?).with_context(|| {
        fs::remove_file(&path).ok(); // half a page is none
        format!("{} cannot be written: make room, or give another folder", path.display())
    })?;
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        write_pages(subcommand, Some(name), folder)?;
    }
    Ok(())
}

fn page(command: &clap::Command, parent: Option<&str>) -> io::Result<Vec<u8>> {
    let source = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    // A blank date, so that the pages of two builds are the same; an empty one would be left out and shift what follows.
    let man = Man::new(command.clone()).date(" ").source(source).manual("User Commands");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.get_subcommands().any(|subcommand| !subcommand.is_hide_set()) {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(text) = command.get_after_help() {
        page.extend(sections(&text.to_string()).to_roff().into_bytes());
    }
    if let Some(parent) = parent {
        let mut see_also = Roff::new();
        see_also.control("SH", ["SEE ALSO"]).text([roman(format!("{parent}(1)"))]);
        page.extend(see_also.to_roff().into_bytes());
    }
    Ok(page)
}

/// What stands below the options in the help: paragraphs that begin with a heading keep their lines, others are notes.
fn sections(text: &str) -> Roff {
    let mut roff = Roff::new();
    for paragraph in text.split("\n\n") {
        match paragraph.split_once(":\n") {
            Some((heading, lines)) if !heading.contains('\n') => {
                roff.control("SH", [heading.to_uppercase().as_str()]).control("nf", []);
                for line in lines.lines() {
                    roff.text([roman(line.trim_start())]);
                }
                roff.control("fi", []);
            }
            _ => {
                roff.control("SH", ["NOTES"]).text([roman(paragraph)]);
            }
        }
    }
    roff
}
