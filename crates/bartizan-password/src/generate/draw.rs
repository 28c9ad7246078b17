//! Unbiased choice.

use bartizan_core::{Random, RandomUnavailable, SecretBytes};

/// Choices from one source, which is asked for many bytes at a time.
pub(super) struct Draws<'a> {
    random: &'a dyn Random,
    bytes: SecretBytes,
    used: usize,
}

impl<'a> Draws<'a> {
    pub(super) fn new(random: &'a dyn Random) -> Self {
        Self { random, bytes: SecretBytes::from([]), used: 0 }
    }

    /// Chooses one of `items`, each as likely as any other.
    ///
    /// A number below 2^16 is drawn, and again if it is in the last, incomplete round of `items`:
    /// the remainder alone would prefer the first.
    pub(super) fn one_of<T>(&mut self, items: &'a [T]) -> Result<&'a T, RandomUnavailable> {
        let len = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let rounds = RANGE.checked_div(len).unwrap_or_default();
        let bound = rounds.saturating_mul(len);
        for _ in 0..MAX_REJECTED {
            let number = u32::from(self.number()?);
            let index = number.checked_rem(len).and_then(|index| usize::try_from(index).ok());
            if let Some(item) = index.and_then(|index| items.get(index)).filter(|_| number < bound)
            {
                return Ok(item);
            }
        }
        Err(RandomUnavailable::new())
    }

    fn number(&mut self) -> Result<u16, RandomUnavailable> {
        if self.used >= self.bytes.len() {
            self.bytes = SecretBytes::random(BYTES_AT_ONCE, self.random)?;
            self.used = 0;
        }
        let number = self.bytes.expose().get(self.used..).and_then(|rest| rest.first_chunk());
        self.used = self.used.saturating_add(2);
        number.map(|bytes| u16::from_be_bytes(*bytes)).ok_or_else(RandomUnavailable::new)
    }
}

const RANGE: u32 = 1 << 16;
const BYTES_AT_ONCE: usize = 64;
/// Of at most 2^15 items less than half of the numbers are drawn again. So often in a row they are
/// not by accident.
const MAX_REJECTED: usize = 128;
