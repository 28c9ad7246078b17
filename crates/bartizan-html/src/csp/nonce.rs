//! Numbers used once.

use core::fmt;

use data_encoding::BASE64URL_NOPAD;

use super::Source;

/// Names the scripts and styles of one response: 144 random bits, as 24 characters of base64url,
/// which need no escape anywhere.
///
/// Make one for every response, and never send a page with one from a cache. Whoever can guess it
/// runs scripts in the page, so `Debug` shows nothing of it; the value goes into the page with
/// `Display`.
pub struct Nonce([u8; LENGTH]);

impl Nonce {
    /// Makes a nonce of bytes that nobody can predict, which `fill` gets from the operating system.
    ///
    /// With `bartizan-core`, that is `|bytes| SystemRandom::new().fill(bytes)`.
    ///
    /// ```
    /// use bartizan_html::csp::Nonce;
    ///
    /// # fn random(bytes: &mut [u8]) -> Result<(), std::io::Error> { Ok(bytes.fill(7)) }
    /// let nonce = Nonce::generate(random)?;
    /// assert_eq!(nonce.to_string().len(), 24);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// That of `fill`. There is no nonce then.
    pub fn generate<E>(fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut random = [0; LENGTH / 4 * 3];
        fill(&mut random)?;
        let mut nonce = [0; LENGTH];
        BASE64URL_NOPAD.encode_mut(&random, &mut nonce);
        Ok(Self(nonce))
    }

    /// Returns the nonce as a source: `'nonce-…'`.
    ///
    /// ```
    /// # use bartizan_html::csp::Nonce;
    /// # fn random(bytes: &mut [u8]) -> Result<(), std::io::Error> { Ok(bytes.fill(0)) }
    /// let source = Nonce::generate(random)?.source();
    /// assert_eq!(source.to_string(), "'nonce-AAAAAAAAAAAAAAAAAAAAAAAA'");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn source(&self) -> Source {
        Source(format!("'nonce-{self}'"))
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It is ASCII.
        f.write_str(str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce")
    }
}

const LENGTH: usize = 24;
