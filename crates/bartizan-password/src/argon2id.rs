//! Argon2id over memory that is wiped: [RFC 9106].
//!
//! [RFC 9106]: https://www.rfc-editor.org/rfc/rfc9106

use bartizan_argon2::{Algorithm, Argon2, Memory, Params, Version};
use bartizan_core::SecretBytes;

use crate::params::Cost;

/// Computes a tag of `tag_len` bytes.
///
/// Costs, salts and lengths were checked by the callers, so memory is all that can be missing.
pub(crate) fn tag(
    password: &[u8],
    salt: &[u8],
    cost: &Cost,
    tag_len: usize,
) -> Result<SecretBytes, OutOfMemory> {
    #[cfg(test)]
    work::record(cost);
    let params =
        Params::new(cost.memory_kib, cost.passes, cost.lanes, tag_len).map_err(|_| OutOfMemory)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut memory = Memory::for_params(&params).map_err(|_| OutOfMemory)?;
    SecretBytes::init(tag_len, |tag| {
        argon2.hash_into(password, salt, &mut memory, tag).map_err(|_| OutOfMemory)
    })
}

/// The machine has no memory for Argon2 to fill.
pub(crate) struct OutOfMemory;

/// How much work a test caused: counted, since times tell little on a busy machine.
#[cfg(test)]
pub(crate) mod work {
    use core::cell::Cell;

    use crate::params::Cost;

    thread_local! {
        static FILLED_KIB: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn record(cost: &Cost) {
        FILLED_KIB.with(|filled| filled.set(filled.get().saturating_add(cost.total_kib())));
    }

    /// Returns how many KiB `job` had filled, over all passes.
    pub(crate) fn filled_kib(job: impl FnOnce()) -> u64 {
        FILLED_KIB.with(|filled| filled.set(0));
        job();
        FILLED_KIB.with(Cell::get)
    }
}
