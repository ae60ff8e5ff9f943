//! `hinge cameras`: what could be filmed with.

use super::Exit;

pub(super) fn run() -> anyhow::Result<Exit> {
    Ok(Exit::Done)
}
