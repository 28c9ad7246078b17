use core::fmt;
use core::ops::Range;

use argon2::{AssociatedData, Block, ParamsBuilder};
use blake2::digest::block_api::{UpdateCore as _, VariableOutputCore as _};
use blake2::digest::block_buffer::LazyBuffer;
use blake2::digest::common::Output;
use blake2::{Blake2b512, Blake2bVarCore, Digest as _};
use zeroize::Zeroizing;

use crate::error::{HashError, KernelUnavailable, ParamsError};
use crate::fill::Filling;
use crate::hashing::Hashing;
use crate::kernel::{Engine, Kernel, Words, position, words, words_mut};
use crate::memory::Memory;
use crate::params::{Algorithm, Params, Version};

/// Argon2 with its parameters: [RFC 9106].
///
/// ```
/// use bartizan_argon2::{Algorithm, Argon2, Memory, Params, Version};
///
/// let params = Params::new(19_456, 2, 1, 32)?;
/// let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
///
/// let (mut memory, mut tag) = (Memory::for_params(&params)?, [0; 32]);
/// argon2.hash_into(b"correct horse battery staple", &[7; 16], &mut memory, &mut tag)?;
/// memory.wipe();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9106]: https://www.rfc-editor.org/rfc/rfc9106
#[derive(Clone)]
pub struct Argon2<'a> {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    secret: &'a [u8],
    associated_data: &'a [u8],
    kernel: Kernel,
}

impl<'a> Argon2<'a> {
    /// Takes the parameters. The fastest kernel of this machine will work.
    #[must_use]
    pub fn new(algorithm: Algorithm, version: Version, params: Params) -> Self {
        let (secret, associated_data) = (&[], &[]);
        Self { algorithm, version, params, secret, associated_data, kernel: Kernel::detect() }
    }

    /// Sets RFC 9106's `K`. Default: empty, which is the same as none.
    ///
    /// # Errors
    ///
    /// [`ParamsError::SecretLength`]: it has more than 2^32 - 1 bytes.
    pub fn with_secret(self, secret: &'a [u8]) -> Result<Self, ParamsError> {
        match u32::try_from(secret.len()) {
            Ok(_) => Ok(Self { secret, ..self }),
            Err(_) => Err(ParamsError::SecretLength),
        }
    }

    /// Sets RFC 9106's `X`. Default: empty, which is the same as none.
    ///
    /// # Errors
    ///
    /// [`ParamsError::AssociatedDataLength`]: it has more than 32 bytes, which is all that the
    /// `argon2` crate takes.
    pub fn with_associated_data(self, associated_data: &'a [u8]) -> Result<Self, ParamsError> {
        if associated_data.len() > AssociatedData::MAX_LEN {
            return Err(ParamsError::AssociatedDataLength);
        }
        Ok(Self { associated_data, ..self })
    }

    /// Sets the kernel, for tests and comparisons, or after a failed
    /// [`self_test`](crate::self_test).
    ///
    /// # Errors
    ///
    /// [`KernelUnavailable`]: this machine does not run it.
    pub fn with_kernel(self, kernel: Kernel) -> Result<Self, KernelUnavailable> {
        if kernel.is_available() { Ok(Self { kernel, ..self }) } else { Err(KernelUnavailable(())) }
    }

    /// Returns the parameters.
    #[must_use]
    pub const fn params(&self) -> &Params {
        &self.params
    }

    /// Returns the kernel that works.
    #[must_use]
    pub const fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// Computes the tag of a password, or of whatever RFC 9106's `P` is.
    ///
    /// Takes as much time and memory as the parameters say. What it leaves in `memory` is for the
    /// next hash to write over, or for [`Memory::wipe`].
    ///
    /// # Errors
    ///
    /// - [`HashError::PasswordLength`]: the password has more than 2^32 - 1 bytes.
    /// - [`HashError::SaltLength`]: the salt has fewer than 8 bytes, or more than 2^32 - 1.
    /// - [`HashError::TagLength`]: `tag` is not as long as the parameters say.
    /// - [`HashError::OutOfMemory`]: `memory` is too small, and the machine has no more.
    #[expect(
        clippy::too_many_arguments,
        reason = "two that go in, one that works, one that comes out"
    )]
    pub fn hash_into(
        &self,
        password: &[u8],
        salt: &[u8],
        memory: &mut Memory,
        tag: &mut [u8],
    ) -> Result<(), HashError> {
        if tag.len() != self.params.tag_len() {
            return Err(HashError::TagLength);
        }
        self.begin(password, salt, memory)?.finish(tag)
    }

    /// Begins a hash, to compute it in parts.
    ///
    /// Lays out the memory and fills the first two columns of it. What is left there when the
    /// [`Hashing`] is dropped is for the next hash to write over, or for [`Memory::wipe`].
    ///
    /// # Errors
    ///
    /// - [`HashError::PasswordLength`]: the password has more than 2^32 - 1 bytes.
    /// - [`HashError::SaltLength`]: the salt has fewer than 8 bytes, or more than 2^32 - 1.
    /// - [`HashError::OutOfMemory`]: `memory` is too small, and the machine has no more.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_argon2::{Algorithm, Argon2, Memory, Params, Version};
    ///
    /// let params = Params::new(19_456, 2, 1, 32)?;
    /// let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    /// let (mut memory, mut whole, mut in_parts) = (Memory::new(), [0; 32], [0; 32]);
    /// argon2.hash_into(b"password", b"somesalt", &mut memory, &mut whole)?;
    ///
    /// let mut hashing = argon2.begin(b"password", b"somesalt", &mut memory)?;
    /// hashing.fill(params.columns() / 3);
    /// hashing.finish(&mut in_parts)?;
    /// assert_eq!(in_parts, whole);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn begin<'b>(
        &'b self,
        password: &'b [u8],
        salt: &'b [u8],
        memory: &'b mut Memory,
    ) -> Result<Hashing<'b>, HashError> {
        if u32::try_from(password.len()).is_err() {
            return Err(HashError::PasswordLength);
        }
        if salt.len() < MIN_SALT_LEN || u32::try_from(salt.len()).is_err() {
            return Err(HashError::SaltLength);
        }
        Hashing::new(self, (password, salt), memory)
    }

    /// RFC 9106, section 3.2, steps 1 to 4.
    pub(crate) fn fill_input_columns(&self, inputs: (&[u8], &[u8]), blocks: &mut [Words]) {
        let seed = self.seed(inputs);
        let lane_len = self.params.segment_len().saturating_mul(4);

        let mut bytes = Zeroizing::new([0; Block::SIZE]);
        for (lane, blocks) in (0_u32..).zip(blocks.chunks_exact_mut(lane_len)) {
            for (column, block) in (0_u32..2).zip(blocks) {
                let inputs = [seed.as_slice(), &column.to_le_bytes(), &lane.to_le_bytes()];
                hash_long(&inputs, bytes.as_mut_slice());
                let values = bytes.as_chunks().0.iter().copied().map(u64::from_le_bytes);
                for (word, value) in values.enumerate() {
                    if let Some(place) = words_mut(block).get_mut(position(word)) {
                        *place = value;
                    }
                }
            }
        }
    }

    /// RFC 9106, section 3.2, steps 5 and 6, for some of the columns.
    pub(crate) fn fill(&self, engine: Engine, columns: Range<u64>, blocks: &mut [Words]) {
        match engine {
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2(avx2) => self.filling(&avx2).run(columns, blocks),
            #[cfg(target_arch = "x86_64")]
            Engine::Avx512(avx512) => self.filling(&avx512).run(columns, blocks),
        }
    }

    const fn filling<'c, C>(&self, compress: &'c C) -> Filling<'c, C> {
        let Self { algorithm, version, params, .. } = *self;
        Filling { compress, algorithm, version, params }
    }

    /// RFC 9106, section 3.2, steps 7 and 8.
    pub(crate) fn read_tag(&self, blocks: &[Words], tag: &mut [u8]) {
        let lane_len = self.params.segment_len().saturating_mul(4);
        let mut bytes = Zeroizing::new([0; Block::SIZE]);
        for last in blocks.chunks_exact(lane_len).filter_map(<[Words]>::last) {
            for (word, bytes) in bytes.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                let value = words(last).get(position(word)).copied().unwrap_or_default();
                *bytes = (u64::from_le_bytes(*bytes) ^ value).to_le_bytes();
            }
        }
        hash_long(&[bytes.as_slice()], tag);
    }

    /// H0 of RFC 9106, section 3.2. It stands for the password: whoever has it can try others.
    fn seed(&self, (password, salt): (&[u8], &[u8])) -> Zeroizing<[u8; 64]> {
        let mut hash = Blake2b512::new();
        for number in [
            self.params.lanes(),
            length(self.params.tag_len()),
            self.params.memory_kib(),
            self.params.passes(),
            self.version.number(),
            self.algorithm.number(),
        ] {
            hash.update(number.to_le_bytes());
        }
        for input in [password, salt, self.secret, self.associated_data] {
            hash.update(length(input.len()).to_le_bytes());
            hash.update(input);
        }
        Zeroizing::new(hash.finalize().into())
    }

    pub(crate) fn compute_portably(
        &self,
        (password, salt): (&[u8], &[u8]),
        blocks: &mut [Block],
        tag: &mut [u8],
    ) -> Result<(), HashError> {
        // All was checked before; what `argon2` still refuses could only be the memory.
        let data = AssociatedData::new(self.associated_data).map_err(|_| HashError::OutOfMemory)?;
        let params = ParamsBuilder::new()
            .m_cost(self.params.memory_kib())
            .t_cost(self.params.passes())
            .p_cost(self.params.lanes())
            .output_len(self.params.tag_len())
            .data(data)
            .build();
        let (algorithm, version) = (self.algorithm.portable(), self.version.portable());
        params
            .and_then(|params| {
                argon2::Argon2::new_with_secret(self.secret, algorithm, version, params)
            })
            .and_then(|argon2| argon2.hash_password_into_with_memory(password, salt, tag, blocks))
            .map_err(|_| HashError::OutOfMemory)
    }
}

impl fmt::Debug for Argon2<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2")
            .field("algorithm", &self.algorithm)
            .field("version", &self.version)
            .field("params", &self.params)
            .field("kernel", &self.kernel)
            .finish_non_exhaustive()
    }
}

/// RFC 9106, section 3.3, `H'`: `BLAKE2b` of any length.
fn hash_long(inputs: &[&[u8]], out: &mut [u8]) {
    let length = length(out.len()).to_le_bytes();
    if out.len() <= 64 {
        return hash_short(&length, inputs, out);
    }
    let mut hash = Blake2b512::new();
    hash.update(length);
    for input in inputs {
        hash.update(input);
    }
    let mut link = Zeroizing::new(<[u8; 64]>::from(hash.finalize()));
    let mut rest = out;
    while rest.len() > 64 {
        let Some((half, after)) = rest.split_first_chunk_mut::<32>() else { return };
        half.copy_from_slice(link.first_chunk::<32>().unwrap_or(&[0; 32]));
        rest = after;
        if rest.len() > 64 {
            *link = Blake2b512::digest(link.as_slice()).into();
        }
    }
    hash_short(link.as_slice(), &[], rest);
}

/// `BLAKE2b` of at most 64 bytes, and at least one.
fn hash_short(first: &[u8], inputs: &[&[u8]], out: &mut [u8]) {
    let Ok(mut hash) = Blake2bVarCore::new(out.len()) else { return };
    let mut buffer = LazyBuffer::new(&[]);
    buffer.digest_blocks(first, |blocks| hash.update_blocks(blocks));
    for input in inputs {
        buffer.digest_blocks(input, |blocks| hash.update_blocks(blocks));
    }
    let mut whole = Output::<Blake2bVarCore>::default();
    hash.finalize_variable_core(&mut buffer, &mut whole);
    for (out, byte) in out.iter_mut().zip(&whole) {
        *out = *byte;
    }
    zeroize::Zeroize::zeroize(whole.as_mut_slice());
}

/// Every length was checked to fit where it came in.
fn length(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// What the `argon2` crate and the reference implementation ask for.
const MIN_SALT_LEN: usize = argon2::MIN_SALT_LEN;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Scalar;

    #[test]
    fn the_kernels_body_is_right_without_any_vectors() {
        for algorithm in [Algorithm::Argon2d, Algorithm::Argon2i, Algorithm::Argon2id] {
            for version in [Version::V0x10, Version::V0x13] {
                for (memory_kib, passes, lanes) in [(8, 1, 1), (600, 2, 1), (80, 3, 3), (33, 2, 4)]
                {
                    let params = Params::new(memory_kib, passes, lanes, 99).unwrap();
                    let argon2 = Argon2::new(algorithm, version, params);
                    let argon2 = argon2.with_secret(b"secret").unwrap();
                    let mut memory = Memory::new();
                    let (mut ours, mut theirs) = ([0; 99], [0; 99]);
                    let count = params.block_count();
                    let words = memory.words(count).unwrap();
                    argon2.fill_input_columns((b"password", b"somesalt"), words);
                    argon2.filling(&Scalar).run(0..params.columns(), words);
                    argon2.read_tag(words, &mut ours);
                    let blocks = memory.blocks(count).unwrap();
                    argon2
                        .compute_portably((b"password", b"somesalt"), blocks, &mut theirs)
                        .unwrap();
                    assert_eq!(ours, theirs, "{algorithm:?} {version:?} {params:?}");
                }
            }
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        let params = Params::new(8, 1, 1, 4).unwrap();
        let argon2 = Argon2::new(Algorithm::Argon2d, Version::V0x13, params);
        let argon2 = argon2.with_secret(&[171; 3]).unwrap();
        assert!(!format!("{argon2:?}").contains("171"));
    }

    #[test]
    fn memory_is_wiped_and_used_again() {
        let mut memory = Memory::new();
        for memory_kib in [64, 16, 128] {
            let params = Params::new(memory_kib, 1, 1, 32).unwrap();
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            argon2.hash_into(b"x", b"somesalt", &mut memory, &mut [0; 32]).unwrap();
            assert!(!memory.is_blank());
        }
        assert_eq!(memory.size_kib(), 128);
        memory.wipe();
        assert!(memory.is_blank());
    }
}
