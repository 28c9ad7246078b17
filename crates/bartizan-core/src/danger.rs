//! What can undo a promise of this crate. A reviewer finds every use by searching for this word.

use core::sync::atomic::{AtomicU64, Ordering};

use crate::keyring::{KeyId, KeyMaterial, Keyring};
use crate::random::{Random, RandomUnavailable};
use crate::secret::SecretBytes;

/// Keys whose material can leave the process, to be sealed and stored.
///
/// ```
/// use bartizan_core::danger::ExportKey;
/// use bartizan_core::{KeyMaterial, SecretBytes};
///
/// struct CookieKey(SecretBytes);
///
/// impl KeyMaterial for CookieKey {
///     const PURPOSE: &'static str = "cookie";
/// }
///
/// impl ExportKey for CookieKey {
///     fn export(&self) -> SecretBytes {
///         SecretBytes::from(self.0.expose())
///     }
///
///     fn import(material: &SecretBytes) -> Option<Self> {
///         (material.len() == 32).then(|| Self(SecretBytes::from(material.expose())))
///     }
/// }
///
/// let key = CookieKey(SecretBytes::from([7; 32]));
/// assert!(CookieKey::import(&key.export()).is_some());
/// ```
pub trait ExportKey: KeyMaterial + Sized {
    /// Returns all that is needed to make the same key again.
    fn export(&self) -> SecretBytes;

    /// Makes the key that [`export`](Self::export) gave, and nothing of anything else.
    fn import(material: &SecretBytes) -> Option<Self>;
}

/// Returns a key in whatever state it is, a compromised one included, unless it was destroyed.
///
/// This is for storing a keyring, and for re-sealing what a compromised key sealed. What such a
/// key signed or sealed may come from anybody.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime, danger};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, |_| Ok("key"));
/// let keyring = Keyring::create(UnixTime::EPOCH, &generator)?;
/// let id = keyring.primary().0;
/// let keyring = keyring.compromise(id, UnixTime::EPOCH, &generator)?.into_keyring();
///
/// assert!(keyring.accept(id).is_err());
/// assert_eq!(danger::key_in_any_state(&keyring, id), Some(&"key"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn key_in_any_state<K>(keyring: &Keyring<K>, id: KeyId) -> Option<&K> {
    keyring.get(id)?.material()
}

/// Bytes that everybody can predict: for tests that must come out the same each time.
///
/// ```
/// use bartizan_core::{Random, danger::PredictableRandom};
///
/// let (mut first, mut second) = ([0; 8], [0; 8]);
/// PredictableRandom::from_seed(1).fill(&mut first)?;
/// PredictableRandom::from_seed(1).fill(&mut second)?;
/// assert_eq!(first, second);
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
#[derive(Debug)]
pub struct PredictableRandom(AtomicU64);

impl PredictableRandom {
    /// Returns the source of the bytes that belong to `seed`.
    #[must_use]
    pub const fn from_seed(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Random for PredictableRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable> {
        for chunk in out.chunks_mut(8) {
            let state = self.0.fetch_add(GOLDEN_GAMMA, Ordering::Relaxed);
            let word = mix(state.wrapping_add(GOLDEN_GAMMA)).to_le_bytes();
            for (byte, random) in chunk.iter_mut().zip(word) {
                *byte = random;
            }
        }
        Ok(())
    }
}

/// The output function of `SplitMix64`.
const fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
