use core::error::Error;
use core::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::Keyring;

/// The keyring that a running program uses, replaced as a whole: rotation needs no restart.
///
/// Cloning shares it. Readers take no lock and never see a half-made keyring.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, |_| Ok(()));
/// let shared = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
///
/// let before = shared.snapshot();
/// let next = before.rotate(UnixTime::from_secs(60), &generator)?.into_keyring();
/// shared.replace(next)?;
/// assert_eq!(shared.snapshot().generation(), 2);
/// assert_eq!(before.generation(), 1, "a snapshot stays what it is");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SharedKeyring<K>(Arc<ArcSwap<Keyring<K>>>);

impl<K> SharedKeyring<K> {
    /// Shares `keyring`.
    #[must_use]
    pub fn new(keyring: Keyring<K>) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(keyring)))
    }

    /// Returns the keyring as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Keyring<K>> {
        self.0.load_full()
    }

    /// Uses `next` from now on, for all clones.
    ///
    /// # Errors
    ///
    /// [`StaleKeyring`] when the generation of `next` is not newer than that in use: somebody else
    /// was quicker, or an older file was loaded.
    pub fn replace(&self, next: Keyring<K>) -> Result<(), StaleKeyring> {
        let next = Arc::new(next);
        let newer = |current: &Keyring<K>| next.generation() > current.generation();
        let replaced =
            self.0.rcu(|current| Arc::clone(if newer(current) { &next } else { current }));
        if newer(&replaced) { Ok(()) } else { Err(StaleKeyring::new()) }
    }
}

impl<K> Clone for SharedKeyring<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> fmt::Debug for SharedKeyring<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedKeyring").field(&self.snapshot()).finish()
    }
}

/// The keyring is not newer than the one in use. Load the newest, and change that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StaleKeyring;

impl StaleKeyring {
    const fn new() -> Self {
        Self
    }
}

impl fmt::Display for StaleKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the keyring is not newer than the one in use")
    }
}

impl Error for StaleKeyring {}
