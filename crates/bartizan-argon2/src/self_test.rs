use crate::error::SelfTestError;
use crate::hash::Argon2;
use crate::kernel::Kernel;
use crate::memory::Memory;
use crate::params::{Algorithm, Params, Version};

/// Computes the three vectors of [RFC 9106, section 5], with a kernel.
///
/// Takes well under a millisecond. When it fails, [`Kernel::Portable`] serves.
///
/// ```
/// use bartizan_argon2::{Kernel, self_test};
///
/// let kernel = match self_test(Kernel::detect()) {
///     Ok(()) => Kernel::detect(),
///     Err(_) => Kernel::Portable,
/// };
/// # assert_eq!(kernel, Kernel::detect());
/// ```
///
/// # Errors
///
/// - [`SelfTestError::Unavailable`]: this machine does not run the kernel.
/// - [`SelfTestError::Mismatch`]: a tag is wrong: the machine, or its emulator, is broken.
/// - [`SelfTestError::OutOfMemory`]: there are no 32 KiB.
///
/// [RFC 9106, section 5]: https://www.rfc-editor.org/rfc/rfc9106#section-5
pub fn self_test(kernel: Kernel) -> Result<(), SelfTestError> {
    let mut memory = Memory::new();
    for (algorithm, expected) in VECTORS {
        let params = Params::new(32, 3, 4, expected.len());
        let argon2 = params
            .map(|params| Argon2::new(algorithm, Version::V0x13, params))
            .and_then(|argon2| argon2.with_secret(&[3; 8])?.with_associated_data(&[4; 12]))
            .map_err(|_| SelfTestError::Mismatch(kernel))?;
        let argon2 = argon2.with_kernel(kernel).map_err(|_| SelfTestError::Unavailable(kernel))?;
        let mut tag = [0; 32];
        argon2
            .hash_into(&[1; 32], &[2; 16], &mut memory, &mut tag)
            .map_err(|_| SelfTestError::OutOfMemory)?;
        if tag != expected {
            return Err(SelfTestError::Mismatch(kernel));
        }
    }
    Ok(())
}

/// RFC 9106, sections 5.1, 5.2 and 5.3.
const VECTORS: [(Algorithm, [u8; 32]); 3] = [
    (
        Algorithm::Argon2d,
        [
            0x51, 0x2b, 0x39, 0x1b, 0x6f, 0x11, 0x62, 0x97, 0x53, 0x71, 0xd3, 0x09, 0x19, 0x73,
            0x42, 0x94, 0xf8, 0x68, 0xe3, 0xbe, 0x39, 0x84, 0xf3, 0xc1, 0xa1, 0x3a, 0x4d, 0xb9,
            0xfa, 0xbe, 0x4a, 0xcb,
        ],
    ),
    (
        Algorithm::Argon2i,
        [
            0xc8, 0x14, 0xd9, 0xd1, 0xdc, 0x7f, 0x37, 0xaa, 0x13, 0xf0, 0xd7, 0x7f, 0x24, 0x94,
            0xbd, 0xa1, 0xc8, 0xde, 0x6b, 0x01, 0x6d, 0xd3, 0x88, 0xd2, 0x99, 0x52, 0xa4, 0xc4,
            0x67, 0x2b, 0x6c, 0xe8,
        ],
    ),
    (
        Algorithm::Argon2id,
        [
            0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b,
            0x53, 0xc9, 0xd0, 0x1e, 0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9,
            0x6b, 0x01, 0xe6, 0x59,
        ],
    ),
];
