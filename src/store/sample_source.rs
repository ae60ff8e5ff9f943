//! Samples that are read as they are needed, so that a long session is never held as a whole.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt::Debug;
use std::ops::Deref;
use std::rc::Rc;

use euclid::Angle;
use rusqlite::params;

use super::sample::{Sample, SampleOutline};
use super::stored_time::nanoseconds;
use super::{SessionEntry, Store, StoreError, block};
use crate::source::Timestamp;
use crate::spine::Facing;

/// The samples of a session, in order.
pub trait SampleSource: Debug {
    /// Gives every sample to `take`.
    ///
    /// # Errors
    /// If they cannot be read.
    fn each(&self, take: &mut dyn FnMut(&Sample)) -> Result<(), StoreError>;

    /// Gives the outline of every sample to `take`: several times as fast, where no more is needed.
    ///
    /// # Errors
    /// If they cannot be read.
    fn outlines(&self, take: &mut dyn FnMut(SampleOutline)) -> Result<(), StoreError> {
        self.each(&mut |sample| take(SampleOutline::of(sample)))
    }

    /// The samples from one time to another, both included.
    ///
    /// # Errors
    /// If they cannot be read.
    fn within(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Sample>, StoreError>;
}

impl<S: SampleSource + ?Sized> SampleSource for &S {
    fn each(&self, take: &mut dyn FnMut(&Sample)) -> Result<(), StoreError> {
        (**self).each(take)
    }

    fn outlines(&self, take: &mut dyn FnMut(SampleOutline)) -> Result<(), StoreError> {
        (**self).outlines(take)
    }

    fn within(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Sample>, StoreError> {
        (**self).within(from, to)
    }
}

impl SampleSource for Vec<Sample> {
    fn each(&self, take: &mut dyn FnMut(&Sample)) -> Result<(), StoreError> {
        self.iter().for_each(take);
        Ok(())
    }

    fn within(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Sample>, StoreError> {
        Ok(self.iter().filter(|sample| (from..=to).contains(&sample.time)).cloned().collect())
    }
}

/// The samples of a stored session, of which a block is held at a time.
#[derive(Debug)]
pub struct StoredSamples<'s> {
    store: StoreRef<'s>,
    entry: Cow<'s, SessionEntry>,
    spans: OnceCell<Vec<BlockSpan>>,
}

/// The store that they are in.
#[derive(Debug)]
enum StoreRef<'s> {
    Borrowed(&'s Store),
    Shared(Rc<Store>),
}

impl Deref for StoreRef<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        match self {
            Self::Borrowed(store) => store,
            Self::Shared(store) => store,
        }
    }
}

/// Of so many seconds, one comes with the yaw in [`StoredSamples::measured`]; at least and at most so many of a session. How
/// somebody stands changes little within one. [own]
const FEWER: usize = 8;
const FEWEST: usize = 4;
const MOST: usize = 32;

/// The number of a block, and its first and last time, nanoseconds.
type BlockSpan = (i64, i64, i64);

impl Store {
    /// The samples of a session, read as they are needed.
    pub fn samples_of<'s>(&'s self, entry: &'s SessionEntry) -> StoredSamples<'s> {
        StoredSamples { store: StoreRef::Borrowed(self), entry: Cow::Borrowed(entry), spans: OnceCell::new() }
    }

    /// The same for a thread that keeps them as long as it likes.
    pub fn shared_samples(self: &Rc<Self>, entry: SessionEntry) -> StoredSamples<'static> {
        StoredSamples { store: StoreRef::Shared(Rc::clone(self)), entry: Cow::Owned(entry), spans: OnceCell::new() }
    }
}

impl StoredSamples<'_> {
    fn spans(&self) -> Result<&[BlockSpan], StoreError> {
        if let Some(spans) = self.spans.get() {
            return Ok(spans);
        }
        let read = || -> rusqlite::Result<Vec<BlockSpan>> {
            let sql = "SELECT number, first_ns, last_ns FROM blocks
                       WHERE session = (SELECT key FROM sessions WHERE key = ?1 AND uid = ?2) ORDER BY number";
            let mut rows = self.store.database.prepare_cached(sql)?;
            let of = params![self.entry.key, self.entry.uid];
            rows.query_map(of, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
        };
        let spans = read().map_err(self.store.failed())?;
        self.store.check_whole(&self.entry)?;
        Ok(self.spans.get_or_init(|| spans))
    }
}

impl StoredSamples<'_> {
    /// Gives every sample to `take`, without its body and back, and with the way the person faced where that was seen. A part of the
    /// seconds, spread over the session, come with how far the person was turned: reading what tells it takes longer.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn measured(
        &self,
        mut take: impl FnMut(&Sample, Option<Facing>, Option<Angle<f32>>),
    ) -> Result<(), StoreError> {
        let seconds = self.store.block_count(&self.entry)?;
        let decoder = &mut block::decoder();
        let every = seconds.div_ceil((seconds / FEWER).clamp(FEWEST, MOST)).max(1);
        for (number, packed) in self.store.blocks(&self.entry).enumerate() {
            let (frames, packed) = packed?;
            let measured = block::unpack_measured((frames, &packed), number % every == every / 2, decoder);
            let measured = measured.map_err(|cause| StoreError::Block { id: self.entry.id.clone(), cause })?;
            measured.iter().for_each(|of| take(&of.sample, of.facing, of.yaw));
        }
        Ok(())
    }
}

impl SampleSource for StoredSamples<'_> {
    fn each(&self, take: &mut dyn FnMut(&Sample)) -> Result<(), StoreError> {
        // Those known at the first pass: a session that goes on elsewhere is the same in all of them.
        for (number, ..) in self.spans()? {
            self.store.sample_block(&self.entry, *number)?.iter().for_each(&mut *take);
        }
        Ok(())
    }

    fn outlines(&self, take: &mut dyn FnMut(SampleOutline)) -> Result<(), StoreError> {
        let decoder = &mut block::decoder();
        for packed in self.store.blocks(&self.entry) {
            let (frames, packed) = packed?;
            let outlines = block::unpack_outlines((frames, &packed), decoder);
            let damaged = |cause| StoreError::Block { id: self.entry.id.clone(), cause };
            outlines.map_err(damaged)?.into_iter().for_each(&mut *take);
        }
        Ok(())
    }

    fn within(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Sample>, StoreError> {
        let (earliest, latest) = (nanoseconds(from), nanoseconds(to));
        let mut samples = Vec::new();
        let overlaps = |(_, first, last): &&BlockSpan| *first <= latest && *last >= earliest;
        for (number, ..) in self.spans()?.iter().filter(overlaps) {
            samples.extend(self.store.sample_block(&self.entry, *number)?);
        }
        samples.retain(|sample| (from..=to).contains(&sample.time));
        Ok(samples)
    }
}
