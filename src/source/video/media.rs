//! Where the bytes of an MP4 file are read from.

use std::io::{Read, Seek};

/// What the bytes of an MP4 file are read from: a file, or memory.
pub(super) trait Media: Read + Seek + Send {}

impl<T: Read + Seek + Send> Media for T {}
