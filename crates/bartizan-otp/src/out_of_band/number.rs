use core::fmt;

use super::message::OobVerified;
use super::purpose::AddressProof;
use super::recipient::OobChannel;

/// A telephone number that its owner has proven to read messages at, by a code for
/// [`AddressProof`]: what [`OutOfBandCodes::begin_at_number`](crate::OutOfBandCodes::begin_at_number)
/// sends other codes to ([OWASP ASVS] V6.6.1).
///
/// ```
/// use bartizan_otp::{AddressProof, OobVerified, VerifiedNumber};
///
/// /// Writes the number to the user's row, from where [`VerifiedNumber::from_stored`] reads it.
/// fn store(proof: OobVerified<AddressProof>) -> Option<String> {
///     let number = VerifiedNumber::of(proof)?;
///     Some(number.as_str().to_owned())
/// }
/// ```
///
/// [OWASP ASVS]: https://owasp.org/www-project-application-security-verification-standard/
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedNumber(String);

impl VerifiedNumber {
    /// Takes the number out of its proof; nothing when what was proven is no number.
    #[must_use]
    pub fn of(proof: OobVerified<AddressProof>) -> Option<Self> {
        (proof.channel == OobChannel::Telephone).then_some(Self(proof.address))
    }

    /// Takes a number that was stored when it was verified. Whoever writes another into its place
    /// gets the codes: it changes by a new proof alone.
    #[must_use]
    pub fn from_stored(number: &str) -> Self {
        Self(number.to_owned())
    }

    /// Returns the number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for VerifiedNumber {
    /// Does not show the number, which is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifiedNumber(..)")
    }
}
