//! Pictures for an X server on the same machine, in memory that it shares with us (MIT-SHM 1.2): it reads them there, so that they
//! don't go through a socket piece by piece.
//!
//! The memory is a file without a name whose descriptor the server is given. It is written like any other file, where mapping it
//! would be unsafe code: that costs one copy, as the socket does.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use rustix::fs::{MemfdFlags, memfd_create};
use x11rb::connection::Connection;
use x11rb::errors::{ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::shm::{self, ConnectionExt as _, Seg};
use x11rb::protocol::xproto::{Gcontext, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

/// The version of MIT-SHM from which on a server takes a descriptor.
const TAKES_DESCRIPTORS: (u16, u16) = (1, 2);

/// Memory that the server reads pictures from.
#[derive(Debug)]
pub(super) struct SharedMemory {
    memory: File,
    segment: Seg,
    bytes: usize,
}

/// What is known of the memory that could be shared with a server.
#[derive(Debug, Default)]
pub(super) enum Sharing {
    /// It was not asked for yet.
    #[default]
    Untried,
    /// It is there.
    Shared(SharedMemory),
    /// The server, on another machine for example, does not share any.
    Refused,
}

impl Sharing {
    /// Puts a picture of `size` at the window's upper left corner and waits until it is there. Returns whether it could: if not,
    /// it has to go over the connection, this and all that follow.
    ///
    /// # Errors
    /// If the display is gone.
    pub(super) fn put(
        &mut self,
        connection: &RustConnection,
        on: (Window, Gcontext, u8),
        picture: &[u8],
        size: (u16, u16),
    ) -> Result<bool, ReplyOrIdError> {
        if matches!(self, Self::Refused) {
            return Ok(false);
        }
        match self.try_to_put(connection, on, picture, size) {
            Ok(()) => Ok(true),
            Err(ReplyOrIdError::ConnectionError(gone @ ConnectionError::IoError(_))) => Err(gone.into()),
            Err(reason) => {
                tracing::debug!("the display shares no memory: {reason}");
                *self = Self::Refused;
                Ok(false)
            }
        }
    }

    fn try_to_put(
        &mut self,
        connection: &RustConnection,
        (window, context, depth): (Window, Gcontext, u8),
        picture: &[u8],
        (wide, high): (u16, u16),
    ) -> Result<(), ReplyOrIdError> {
        let shared = self.with_room_for(connection, picture.len())?;
        shared.memory.write_all_at(picture, 0).map_err(|cause| local(&cause))?;
        let format = u8::from(ImageFormat::Z_PIXMAP);
        let segment = shared.segment;
        shm::put_image(
            connection, window, context, wide, high, 0, 0, wide, high, 0, 0, depth, format, false, segment, 0,
        )?
        .check()?; // so that it is read before the next is written
        Ok(())
    }

    /// The memory, made anew if it is too small.
    fn with_room_for(
        &mut self,
        connection: &RustConnection,
        bytes: usize,
    ) -> Result<&mut SharedMemory, ReplyOrIdError> {
        if !matches!(self, Self::Shared(shared) if shared.bytes >= bytes) {
            if let Self::Shared(small) = std::mem::take(self) {
                connection.shm_detach(small.segment)?.check()?;
            }
            *self = Self::Shared(SharedMemory::new(connection, bytes)?);
        }
        match self {
            Self::Shared(shared) => Ok(shared),
            Self::Untried | Self::Refused => Err(ConnectionError::UnsupportedExtension.into()),
        }
    }
}

impl SharedMemory {
    fn new(connection: &RustConnection, bytes: usize) -> Result<Self, ReplyOrIdError> {
        let version = connection.shm_query_version()?.reply()?;
        if (version.major_version, version.minor_version) < TAKES_DESCRIPTORS {
            return Err(ConnectionError::UnsupportedExtension.into());
        }
        let memory = memfd_create("pictures", MemfdFlags::CLOEXEC).map_err(|errno| local(&errno.into()))?;
        let memory = File::from(memory);
        memory.set_len(bytes as u64).map_err(|cause| local(&cause))?;
        let segment = connection.generate_id()?;
        let theirs = memory.try_clone().map_err(|cause| local(&cause))?;
        let read_only = true;
        shm::attach_fd(connection, segment, theirs, read_only)?.check()?;
        Ok(Self { memory, segment, bytes })
    }
}

/// What fails here and not at the display: it is not gone.
fn local(cause: &io::Error) -> ReplyOrIdError {
    tracing::debug!("memory to share cannot be had: {cause}");
    ReplyError::ConnectionError(ConnectionError::InsufficientMemory).into()
}
