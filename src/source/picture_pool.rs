//! Memory for pictures that is used again: one of 1280 × 720 is 3 MB, to be found and given back for every frame.

use std::collections::VecDeque;
use std::sync::Arc;

use image::{Rgb, RgbImage};

/// So many pictures of a recording are remembered: one that is measured, one that waits to be, and one that is being decoded.
const REMEMBERED: usize = 2;

/// The last pictures that were handed out. One that nobody else holds any more is written anew.
#[derive(Debug)]
pub(crate) struct PicturePool {
    handed_out: VecDeque<Arc<RgbImage>>,
    /// So many pictures are remembered.
    room: usize,
    /// Whether the first picture brings others of its size, so that all of the room is filled.
    fills: bool,
    /// The size that was asked for last. Pictures that were turned or scaled since are of no use for the next.
    asked: Option<(u32, u32)>,
}

impl Default for PicturePool {
    fn default() -> Self {
        Self { handed_out: VecDeque::new(), room: REMEMBERED, fills: false, asked: None }
    }
}

impl PicturePool {
    /// A pool that has `room` pictures as soon as the size of the first is known. A system gives memory page by page as it is first
    /// written: that is done then, and not while frames arrive.
    #[cfg(any(feature = "camera", test))]
    pub fn filled(room: usize) -> Self {
        Self { room, fills: true, ..Self::default() }
    }

    /// Hands a picture out.
    pub fn share(&mut self, picture: RgbImage) -> Arc<RgbImage> {
        let (size, picture) = (picture.dimensions(), Arc::new(picture));
        if self.asked.is_some_and(|asked| asked != size) {
            return picture;
        }
        if std::mem::take(&mut self.fills) {
            let written = || Arc::new(RgbImage::from_pixel(size.0, size.1, Rgb([1; 3]))); // zeros are not written
            self.handed_out.extend(std::iter::repeat_with(written).take(self.room.saturating_sub(1)));
        }
        if self.handed_out.len() >= self.room {
            self.handed_out.pop_front();
        }
        self.handed_out.push_back(Arc::clone(&picture));
        picture
    }

    /// A picture of this size, all of which is to be overwritten: what is in it is any picture.
    pub fn picture(&mut self, width: u32, height: u32) -> RgbImage {
        self.free(width, height).unwrap_or_else(|| RgbImage::new(width, height))
    }

    /// A picture of this size that is black.
    #[cfg(any(feature = "camera", test))]
    pub fn black(&mut self, width: u32, height: u32) -> RgbImage {
        match self.free(width, height) {
            Some(mut free) => {
                free.fill(0);
                free
            }
            None => RgbImage::new(width, height),
        }
    }

    /// A picture of this size that nobody holds any more. Those of another size are given up.
    fn free(&mut self, width: u32, height: u32) -> Option<RgbImage> {
        self.asked = Some((width, height));
        for _ in 0..self.handed_out.len() {
            match self.handed_out.pop_front().map(Arc::try_unwrap)? {
                Ok(free) if free.dimensions() == (width, height) => return Some(free),
                Ok(_) => {}
                Err(held) => self.handed_out.push_back(held),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(picture: &RgbImage) -> *const u8 {
        picture.as_raw().as_ptr()
    }

    #[test]
    fn a_picture_is_written_anew_only_once_nobody_holds_it() {
        let mut pool = PicturePool::default();
        let held = pool.share(RgbImage::new(4, 3));
        let free = pool.share(RgbImage::new(4, 3));
        let (held_place, free_place) = (place(&held), place(&free));
        drop(free);
        let again = pool.picture(4, 3);
        assert_eq!(place(&again), free_place);
        assert_ne!(place(&pool.picture(4, 3)), held_place);
        drop(held);
        assert_eq!(place(&pool.picture(4, 3)), held_place);
    }

    #[test]
    fn pictures_of_another_size_are_given_up() {
        let mut pool = PicturePool::default();
        drop(pool.share(RgbImage::new(4, 3)));
        assert_eq!(pool.picture(3, 4).dimensions(), (3, 4));
        assert!(pool.handed_out.is_empty());
    }

    #[test]
    fn only_the_last_few_are_remembered() {
        let mut pool = PicturePool::default();
        let held: Vec<_> = (0..20).map(|_| pool.share(RgbImage::new(1, 1))).collect();
        assert_eq!(pool.handed_out.len(), REMEMBERED);
        assert_eq!(held.iter().filter(|picture| Arc::strong_count(picture) == 2).count(), REMEMBERED);
    }

    #[test]
    fn a_filled_pool_needs_no_more_memory_while_its_pictures_are_held() {
        let mut pool = PicturePool::filled(3);
        let first = pool.share(RgbImage::new(4, 3));
        let places: Vec<_> = pool.handed_out.iter().map(|picture| place(picture)).collect();
        let second = pool.picture(4, 3);
        assert!(places.contains(&place(&second)) && place(&second) != place(&first));
        let second = pool.share(second);
        let third = pool.picture(4, 3);
        assert!(places.contains(&place(&third)) && ![place(&first), place(&second)].contains(&place(&third)));
        let third = pool.share(third);
        assert!(!places.contains(&place(&pool.picture(4, 3))), "all are held");
        drop((first, second, third));
        assert!(places.contains(&place(&pool.picture(4, 3))));
    }

    #[test]
    fn pictures_that_were_turned_or_scaled_are_not_remembered_and_none_are_made() {
        let mut pool = PicturePool::filled(3);
        let sent = pool.black(4, 3);
        drop(pool.share(RgbImage::new(sent.height(), sent.width())));
        assert!(pool.handed_out.is_empty() && pool.fills);
    }

    #[test]
    fn of_a_black_picture_nothing_is_left_that_was_in_it() {
        let mut pool = PicturePool::default();
        let white = pool.share(RgbImage::from_pixel(4, 3, Rgb([255; 3])));
        let at = place(&white);
        drop(white);
        let black = pool.black(4, 3);
        assert_eq!(place(&black), at);
        assert!(black.iter().all(|&value| value == 0));
    }
}
