//! The blocks in the file `samples` of a package, read one at a time: however much a few bytes unpack into, no more than
//! one block of it is held, and no more frames are unpacked than the session has.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::{FileDigest, LARGEST_BLOCK, LARGEST_SAMPLES, MOST_FRAMES, PackageFault, SAMPLES};
use crate::inference::models::hex;
use crate::store::block;
use crate::store::sample::Sample;

/// Gives every block to `each`, packed and unpacked. Fails unless the checksum is right and there are exactly `frames`
/// frames, of which there must be one.
pub(super) fn each_block<E: From<PackageFault>>(
    from: impl Read,
    digest: &FileDigest,
    frames: u64,
    mut each: impl FnMut(&[u8], &[Sample]) -> Result<(), E>,
) -> Result<(), E> {
    if frames == 0 || frames > MOST_FRAMES {
        return Err(PackageFault::damaged(format!("a session never has {frames} frames")).into());
    }
    let mut blocks = BlockReader { from: from.take(LARGEST_SAMPLES + 1), sum: Sha256::new() };
    let mut left = frames;
    while let Some(packed) = blocks.next()? {
        let samples = block::unpack(&packed).map_err(|fault| PackageFault::damaged(format!("{SAMPLES}: {fault}")))?;
        let fewer = (!samples.is_empty()).then(|| left.checked_sub(samples.len() as u64)).flatten();
        left = fewer.ok_or_else(|| PackageFault::damaged(MISMATCH))?;
        each(&packed, &samples)?;
    }
    blocks.check(digest)?;
    if left > 0 { Err(PackageFault::damaged(MISMATCH).into()) } else { Ok(()) }
}

/// Why parts that are whole by themselves are refused together.
pub(super) const MISMATCH: &str = "its parts do not belong together";

/// Reads blocks, each preceded by its length, and computes the checksum of all.
struct BlockReader<R> {
    from: io::Take<R>,
    sum: Sha256,
}

impl<R: Read> BlockReader<R> {
    /// The next packed block; `None` at the end.
    fn next(&mut self) -> Result<Option<Vec<u8>>, PackageFault> {
        let length = self.bytes(4)?;
        let Ok(length) = <[u8; 4]>::try_from(length.as_slice()) else {
            return if length.is_empty() { Ok(None) } else { Err(ended()) };
        };
        let length = u32::from_le_bytes(length) as usize;
        if length > LARGEST_BLOCK {
            return Err(PackageFault::damaged(format!("{SAMPLES}: a block is larger than one ever is")));
        }
        let packed = self.bytes(length)?;
        if packed.len() < length { Err(ended()) } else { Ok(Some(packed)) }
    }

    /// This many bytes, or as many as there are.
    fn bytes(&mut self, count: usize) -> Result<Vec<u8>, PackageFault> {
        let mut bytes = Vec::new();
        self.from.by_ref().take(count as u64).read_to_end(&mut bytes)?;
        self.sum.update(&bytes);
        Ok(bytes)
    }

    fn check(self, digest: &FileDigest) -> Result<(), PackageFault> {
        if self.from.limit() == 0 {
            return Err(PackageFault::damaged(format!("{SAMPLES} is larger than a session ever is")));
        }
        if digest.sha256 != hex(&self.sum.finalize()) {
            return Err(PackageFault::damaged(format!("the checksum of {SAMPLES} is wrong")));
        }
        Ok(())
    }
}

fn ended() -> PackageFault {
    PackageFault::damaged(format!("{SAMPLES} end too early"))
}
