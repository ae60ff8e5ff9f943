//! Memory for pictures that is used again: one of 1280 × 720 is 3 MB, to be found, zeroed and given back for every frame.

use std::collections::VecDeque;
use std::sync::Arc;

use image::RgbImage;

/// So many pictures are remembered: one that is measured, one that waits to be, and one that is being decoded.
const REMEMBERED: usize = 2;

/// The last pictures that were handed out. One that nobody else holds any more is written anew.
#[derive(Debug, Default)]
pub(super) struct PicturePool {
    handed_out: VecDeque<Arc<RgbImage>>,
}

impl PicturePool {
    /// Hands a picture out.
    pub fn share(&mut self, picture: RgbImage) -> Arc<RgbImage> {
        let picture = Arc::new(picture);
        if self.handed_out.len() == REMEMBERED {
            self.handed_out.pop_front();
        }
        self.handed_out.push_back(Arc::clone(&picture));
        picture
    }

    /// A picture of this size, to be overwritten: what is in it is any picture.
    pub fn picture(&mut self, width: u32, height: u32) -> RgbImage {
        for _ in 0..self.handed_out.len() {
            let oldest = self.handed_out.pop_front().map(Arc::try_unwrap);
            match oldest {
                Some(Ok(free)) if free.dimensions() == (width, height) => return free,
                Some(Err(held)) => self.handed_out.push_back(held),
                _ => {}
            }
        }
        RgbImage::new(width, height)
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
}
