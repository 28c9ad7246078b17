//! Which instructions fill the blocks. All of the crate's unsafe code is here.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod body;
#[cfg(test)]
mod scalar;
mod turns;

pub(crate) use body::{Making, Scratch, Words, position, words, words_mut};

/// The instructions that fill Argon2's memory. They differ in speed and in nothing else.
///
/// ```
/// use bartizan_argon2::Kernel;
///
/// assert!(Kernel::available().any(|kernel| kernel == Kernel::detect()));
/// assert!(Kernel::Portable.is_available());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kernel {
    /// The `argon2` crate, on any machine.
    Portable,
    /// Vectors of 256 bits, on x86-64 with AVX2.
    Avx2,
    /// Vectors of 512 bits, on x86-64 with AVX-512F. [`detect`](Self::detect) does not choose it
    /// yet: no machine that runs it has run its tests.
    Avx512,
}

impl Kernel {
    /// Returns the fastest kernel that this machine runs, of those whose tests were seen to pass.
    #[must_use]
    pub fn detect() -> Self {
        if Self::Avx2.is_available() { Self::Avx2 } else { Self::Portable }
    }

    /// Lists all the kernels that this machine runs, [`Portable`](Self::Portable) last.
    pub fn available() -> impl Iterator<Item = Self> {
        [Self::Avx2, Self::Avx512, Self::Portable]
            .into_iter()
            .filter(|kernel| kernel.is_available())
    }

    /// Returns whether this machine runs this kernel.
    #[must_use]
    pub fn is_available(self) -> bool {
        self == Self::Portable || self.engine().is_some()
    }

    /// Returns what fills blocks, or nothing for the `argon2` crate.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn engine(self) -> Option<Engine> {
        match self {
            Self::Portable => None,
            Self::Avx2 => Avx2::detect().map(Engine::Avx2),
            Self::Avx512 => Avx512::detect().map(Engine::Avx512),
        }
    }

    /// Returns what fills blocks, or nothing for the `argon2` crate.
    #[cfg(not(target_arch = "x86_64"))]
    pub(crate) const fn engine(self) -> Option<Engine> {
        None
    }
}

/// A kernel that was found to run here.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

/// The compression function G of RFC 9106, section 3.5, in two parts: word 0 of its result is known
/// after the first, so that the next block can be fetched during the second.
pub(crate) trait Compress {
    /// Does the first part. With `XOR`, what the result replaces is mixed in.
    fn begin<const XOR: bool>(&self, making: &mut Making<'_>, scratch: &mut Scratch);

    /// Does the rest.
    fn finish<const XOR: bool>(&self, making: &mut Making<'_>, scratch: &Scratch);
}

/// Exists only where the processor has AVX2.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

#[cfg(target_arch = "x86_64")]
impl Avx2 {
    fn detect() -> Option<Self> {
        std::arch::is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "the compiler can't know the processor that this will run on")]
impl Compress for Avx2 {
    fn begin<const XOR: bool>(&self, making: &mut Making<'_>, scratch: &mut Scratch) {
        // SAFETY: the only way to a value of this type is the detection of AVX2.
        unsafe {
            avx2::rows([making.previous, making.reference], scratch);
            avx2::columns::<XOR, 0, 1>(making, scratch);
        }
    }

    fn finish<const XOR: bool>(&self, making: &mut Making<'_>, scratch: &Scratch) {
        // SAFETY: the only way to a value of this type is the detection of AVX2.
        unsafe { avx2::columns::<XOR, 2, 3>(making, scratch) }
    }
}

/// Exists only where the processor has AVX-512F.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(());

#[cfg(target_arch = "x86_64")]
impl Avx512 {
    fn detect() -> Option<Self> {
        std::arch::is_x86_feature_detected!("avx512f").then_some(Self(()))
    }
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "the compiler can't know the processor that this will run on")]
impl Compress for Avx512 {
    fn begin<const XOR: bool>(&self, making: &mut Making<'_>, scratch: &mut Scratch) {
        // SAFETY: the only way to a value of this type is the detection of AVX-512F.
        unsafe {
            avx512::rows([making.previous, making.reference], scratch);
            avx512::columns::<XOR, 0, 1>(making, scratch);
        }
    }

    fn finish<const XOR: bool>(&self, making: &mut Making<'_>, scratch: &Scratch) {
        // SAFETY: the only way to a value of this type is the detection of AVX-512F.
        unsafe { avx512::columns::<XOR, 2, 3>(making, scratch) }
    }
}

/// Asks for a block to be brought near, for it is read soon.
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "the hint takes a pointer")]
pub(crate) fn prefetch(words: &[u64]) {
    use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    for line in words.chunks(8) {
        // SAFETY: the hint reads and writes nothing, and every x86-64 processor has it.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
    }
}

/// Asks for a block to be brought near, where there is a way to ask.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) const fn prefetch(_words: &[u64]) {}

/// The kernels' body over plain words.
#[cfg(test)]
pub(crate) struct Scalar;

#[cfg(test)]
impl Compress for Scalar {
    fn begin<const XOR: bool>(&self, making: &mut Making<'_>, scratch: &mut Scratch) {
        scalar::rows([making.previous, making.reference], scratch);
        scalar::columns::<XOR, 0, 1>(making, scratch);
    }

    fn finish<const XOR: bool>(&self, making: &mut Making<'_>, scratch: &Scratch) {
        scalar::columns::<XOR, 2, 3>(making, scratch);
    }
}
