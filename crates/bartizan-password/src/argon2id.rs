//! Argon2id over memory that is wiped: [RFC 9106].
//!
//! [RFC 9106]: https://www.rfc-editor.org/rfc/rfc9106

use argon2::{Algorithm, Argon2, Block, Params, Version};
use bartizan_core::SecretBytes;
use zeroize::Zeroize as _;

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
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(tag_len))
        .map_err(|_| OutOfMemory)?;
    run(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params), password, salt, tag_len)
}

fn run(
    argon2: &Argon2<'_>,
    password: &[u8],
    salt: &[u8],
    tag_len: usize,
) -> Result<SecretBytes, OutOfMemory> {
    let mut matrix = Matrix::new(argon2.params().block_count())?;
    SecretBytes::init(tag_len, |tag| {
        argon2
            .hash_password_into_with_memory(password, salt, tag, matrix.0.as_mut_slice())
            .map_err(|_| OutOfMemory)
    })
}

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

/// The machine has no memory for the matrix.
pub(crate) struct OutOfMemory;

/// The memory that Argon2 fills: whoever reads it afterwards can try passwords at little cost.
struct Matrix(Vec<Block>);

impl Matrix {
    fn new(blocks: usize) -> Result<Self, OutOfMemory> {
        let mut matrix = Vec::new();
        matrix.try_reserve_exact(blocks).map_err(|_| OutOfMemory)?;
        matrix.resize(blocks, Block::new());
        Ok(Self(matrix))
    }

    fn wipe(&mut self) {
        for block in &mut self.0 {
            block.zeroize();
        }
    }
}

impl Drop for Matrix {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use argon2::{AssociatedData, ParamsBuilder};

    use super::*;

    /// RFC 9106, section 5.3.
    #[test]
    fn rfc_9106_vector() {
        let params = ParamsBuilder::new()
            .m_cost(32)
            .t_cost(3)
            .p_cost(4)
            .data(AssociatedData::new(&[4; 12]).unwrap())
            .build()
            .unwrap();
        let secret = [3; 8];
        let argon2 =
            Argon2::new_with_secret(&secret, Algorithm::Argon2id, Version::V0x13, params).unwrap();
        let tag = run(&argon2, &[1; 32], &[2; 16], 32).ok().unwrap();
        assert_eq!(
            bartizan_core::hex::encode(tag.expose()),
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
        );
    }

    /// Shows that `wipe`, which is all that dropping does, leaves no word of a used matrix. That
    /// the freed memory is what was wiped is by construction: the vector never grows.
    #[test]
    fn a_used_matrix_is_wiped_whole() {
        let params = Params::new(64, 1, 1, None).unwrap();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut matrix = Matrix::new(64).ok().unwrap();
        let mut tag = [0; 32];
        argon2
            .hash_password_into_with_memory(b"x", b"somesalt", &mut tag, matrix.0.as_mut_slice())
            .unwrap();
        let is_blank = |block: &Block| block.as_ref().iter().all(|word| *word == 0);
        assert!(!matrix.0.iter().any(is_blank));

        matrix.wipe();
        assert!(matrix.0.len() == 64 && matrix.0.iter().all(is_blank));
    }

    #[test]
    fn memory_that_is_not_to_be_had_is_an_error() {
        assert!(Matrix::new(usize::MAX / 1024).is_err());
    }
}
