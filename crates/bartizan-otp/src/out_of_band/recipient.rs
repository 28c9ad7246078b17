use core::fmt;

use bartizan_store::StoreKey;

use super::error::OobSendError;
use super::purpose::OobPurpose;
use crate::namespace::OUT_OF_BAND;

/// By which way a code goes: of each, codes are counted on their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OobChannel {
    /// A mail.
    Email,
    /// A message or call to a telephone, whose [number was verified](crate::VerifiedNumber) before. Networks hand messages to
    /// who persuades them ([NIST SP 800-63B] restricts this channel): offer a better one beside it.
    ///
    /// [NIST SP 800-63B]: https://pages.nist.gov/800-63-4/sp800-63b.html
    Telephone,
}

impl OobChannel {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Telephone => "telephone",
        }
    }
}

/// Whom a code is for, and by which way it goes.
///
/// ```
/// use bartizan_otp::{OobChannel, OobRecipient, OobSendError};
///
/// assert!(OobRecipient::new("user-7", OobChannel::Email).is_ok());
/// let nobody = OobRecipient::new("", OobChannel::Email);
/// assert_eq!(nobody.err(), Some(OobSendError::InvalidUser));
/// ```
#[derive(Clone, Copy)]
pub struct OobRecipient<'u> {
    pub(super) user: &'u str,
    pub(super) channel: OobChannel,
}

impl<'u> OobRecipient<'u> {
    /// Names a user by what never changes, as the number of the row, and a channel.
    ///
    /// # Errors
    ///
    /// [`OobSendError::InvalidUser`]: empty, or longer than 255 bytes.
    pub fn new(user: &'u str, channel: OobChannel) -> Result<Self, OobSendError> {
        if (1..=MAX_USER_LEN).contains(&user.len()) {
            Ok(Self { user, channel })
        } else {
            Err(OobSendError::InvalidUser)
        }
    }

    pub(super) fn key<P: OobPurpose>(self) -> StoreKey {
        let parts = [P::NAME, self.channel.name(), self.user];
        StoreKey::of(OUT_OF_BAND, &parts.map(str::as_bytes))
    }
}

impl fmt::Debug for OobRecipient<'_> {
    /// Does not show the user, which is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OobRecipient({:?}, ..)", self.channel)
    }
}

/// In bytes.
const MAX_USER_LEN: usize = 255;
