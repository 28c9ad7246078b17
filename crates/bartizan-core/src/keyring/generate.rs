use core::fmt;

use super::KeyId;
use crate::random::{Random, RandomUnavailable};

/// Makes the keys of a keyring: a source of randomness, and what to make of it.
///
/// See [`Keyring`](super::Keyring) for an example.
pub struct KeyGenerator<'r, K> {
    random: &'r dyn Random,
    generate: fn(&dyn Random) -> Result<K, RandomUnavailable>,
}

impl<'r, K> KeyGenerator<'r, K> {
    /// Makes keys by calling `generate` with `random`.
    #[must_use]
    pub const fn new(
        random: &'r dyn Random,
        generate: fn(&dyn Random) -> Result<K, RandomUnavailable>,
    ) -> Self {
        Self { random, generate }
    }

    /// Makes a key, and an id that is not `taken`.
    pub(super) fn generate(
        &self,
        taken: impl Fn(KeyId) -> bool,
    ) -> Result<(KeyId, K), RandomUnavailable> {
        for _ in 0..MAX_DRAWS {
            let mut bytes = [0; 4];
            self.random.fill(&mut bytes)?;
            let id = KeyId::from_bytes(bytes);
            if !taken(id) {
                return Ok((id, (self.generate)(self.random)?));
            }
        }
        Err(RandomUnavailable::new())
    }
}

impl<K> fmt::Debug for KeyGenerator<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyGenerator").field("random", &self.random).finish_non_exhaustive()
    }
}

/// A full keyring takes an id with a chance below 2^-22: this often in a row, the source is stuck.
const MAX_DRAWS: usize = 8;
