//! The family's only source of randomness.

use core::error::Error;
use core::fmt;

/// Fills buffers with bytes that nobody can predict.
///
/// ```
/// use bartizan_core::{Random, SystemRandom};
///
/// let mut nonce = [0; 24];
/// SystemRandom::new().fill(&mut nonce)?;
/// assert_ne!(nonce, [0; 24]);
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub trait Random: fmt::Debug + Send + Sync {
    /// Fills `out` with random bytes.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver. `out` must then not be used.
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable>;
}

/// The operating system's generator, asked anew for every buffer.
///
/// Nothing is kept in the process, so a fork or a restored snapshot repeats nothing. See
/// [`Random`] for an example.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemRandom;

impl SystemRandom {
    /// Returns the operating system's generator.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system's generator")]
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable> {
        getrandom::fill(out).map_err(|_| RandomUnavailable::new())
    }
}

/// The source of randomness failed.
///
/// The machine is at fault, not the request: answer 503 and raise an alarm. A [`Random`] of your
/// own returns `RandomUnavailable::new()`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RandomUnavailable;

impl RandomUnavailable {
    /// Returns the error.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl fmt::Display for RandomUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source of randomness failed")
    }
}

impl Error for RandomUnavailable {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread;

    use super::*;

    /// asvs: V11.5.2, at a size that a debug build can draw.
    #[test]
    fn eight_threads_never_draw_the_same_value() {
        let draws = (0..8).map(|_| {
            thread::spawn(|| {
                let draw = |_| {
                    let mut value = [0; 16];
                    SystemRandom::new().fill(&mut value).unwrap();
                    value
                };
                (0..10_000).map(draw).collect::<Vec<_>>()
            })
        });
        let draws: Vec<_> = draws.collect();
        let values: HashSet<_> =
            draws.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(values.len(), 80_000);
    }
}
