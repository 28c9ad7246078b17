//! RSA keys that can be factored because of how a widespread chip made them: CVE-2017-15361.
//!
//! Its primes were powers of 65537 modulo many small primes, so the modulus is such a power too.
//! That of an honest key is one, modulo all of these, with a chance below 2^-27.

/// Small primes for which the powers of 65537 are few.
const PRIMES: [u32; 17] =
    [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/// Returns whether the modulus `n`, most significant byte first, has the mark of such a key.
pub(crate) fn is_suspect(n: &[u8]) -> bool {
    PRIMES.into_iter().all(|prime| {
        let rest = |value: u32| value.checked_rem(prime).unwrap_or_default();
        let remainder = n.iter().fold(0, |value: u32, byte| {
            rest(value.saturating_mul(256).saturating_add(u32::from(*byte)))
        });
        let powers = core::iter::successors(Some(1), |power: &u32| {
            Some(rest(power.saturating_mul(rest(65_537))))
        });
        powers.take(prime as usize).any(|power| power == remainder)
    })
}
