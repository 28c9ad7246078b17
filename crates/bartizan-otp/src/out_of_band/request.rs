use core::fmt;
use core::marker::PhantomData;

use bartizan_core::{Random, RandomUnavailable, SecretBytes, SecretString, base64url};
use ring::digest::{SHA256, digest};

use super::error::OobRefused;
use super::purpose::OobPurpose;

/// The one request for purpose `P` that a code is good for: 128 random bits.
///
/// Keep it with whoever asked, in the session or in a cookie, and never send it with the code: a
/// code that is read or guessed elsewhere is then good for nothing, and a stranger can use up
/// nobody's tries.
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_otp::{OobRefused, OobRequest, SignIn};
///
/// let text = SecretString::from("AAECAwQFBgcICQoLDA0ODw");
/// let request = OobRequest::<SignIn>::parse(&text)?;
/// assert_eq!(request.to_text().expose(), text.expose());
/// assert!(OobRequest::<SignIn>::parse(&SecretString::from("AAEC")).is_err());
/// # Ok::<(), OobRefused>(())
/// ```
pub struct OobRequest<P> {
    id: SecretBytes,
    purpose: PhantomData<fn() -> P>,
}

impl<P: OobPurpose> OobRequest<P> {
    /// Reads what [`to_text`](Self::to_text) gave.
    ///
    /// # Errors
    ///
    /// [`OobRefused::Malformed`]: not 22 characters of base64url.
    pub fn parse(text: &SecretString) -> Result<Self, OobRefused> {
        if text.expose().len() != TEXT_LEN {
            return Err(OobRefused::Malformed);
        }
        let id = base64url::decode(text.expose()).map_err(|_| OobRefused::Malformed)?;
        Ok(Self { id: SecretBytes::from(id), purpose: PhantomData })
    }

    /// Returns the text for the session or a cookie: 22 characters of base64url.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        SecretString::from(base64url::encode(self.id.expose()))
    }

    pub(super) fn draw(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Ok(Self { id: SecretBytes::random(ID_LEN, random)?, purpose: PhantomData })
    }

    pub(super) fn id(&self) -> &[u8] {
        self.id.expose()
    }

    /// What is stored of it: of 128 random bits a plain digest tells nothing.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(digest(&SHA256, self.id.expose()).as_ref());
        out
    }
}

impl<P: OobPurpose> fmt::Debug for OobRequest<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OobRequest({}, ..)", P::NAME)
    }
}

const ID_LEN: usize = 16;

const TEXT_LEN: usize = 22;
