//! The words of a session in which somebody of another language may turn out to practise.

use std::sync::{Arc, PoisonError, RwLock};

use super::Words;

/// The words that are spoken and shown now: whoever shares them changes over with the others.
#[derive(Clone, Debug)]
pub struct CurrentWords(Arc<RwLock<Arc<Words>>>);

impl CurrentWords {
    /// Begins with these.
    pub fn new(words: Arc<Words>) -> Self {
        Self(Arc::new(RwLock::new(words)))
    }

    /// What is spoken and shown now.
    pub fn now(&self) -> Arc<Words> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Goes on with these.
    pub fn change(&self, words: Arc<Words>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = words;
    }
}
