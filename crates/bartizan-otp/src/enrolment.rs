//! How a user's authenticator comes to be known: begun, then confirmed by its first code.

use core::error::Error;
use core::fmt;

use bartizan_core::{Clock, Random, SecretString, UnixTime};

use crate::error::{EnrolmentError, VerifyError};
use crate::qr::QrModules;
use crate::secret::TotpSecret;
use crate::totp::Totp;
use crate::totp_state::TotpState;
use crate::uri::{self, OtpauthUri};

/// A secret that an authenticator was shown, and that it has not proven to have yet.
///
/// It ends in a [`Credential`] or not at all: a user who never scanned the code is not locked out.
/// It lives for [`LIFETIME_SECS`](Self::LIFETIME_SECS). Between two requests a web application
/// stores its parts, the secret sealed, and goes on with [`resume`](Self::resume).
///
/// ```
/// use bartizan_core::{Clock as _, SystemClock, SystemRandom};
/// use bartizan_otp::{Enrolment, Totp, TotpSecret};
///
/// let clock = SystemClock::new();
/// let enrolment =
///     Enrolment::begin("Notebook", "alice@example.org", &SystemRandom::new(), &clock)?;
/// let page = [enrolment.qr_svg(), enrolment.secret().to_typed_text()];
///
/// // The user scans or types it, and answers with a code. Here a second `Totp` does.
/// # let copy = bartizan_core::SecretBytes::from(enrolment.secret().expose());
/// # let phone = Totp::new(TotpSecret::from_bytes(copy)?);
/// # let code = phone.code_at(clock.now());
/// let credential = enrolment.confirm(code.expose(), &clock)?;
/// let (secret, state) = credential.into_parts(); // to be sealed, to be stored
/// # let _ = (page, secret, state);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Enrolment {
    uri: OtpauthUri,
    begun_at: UnixTime,
}

impl Enrolment {
    /// How long an enrolment can be confirmed after it was begun, in seconds: 10 minutes.
    pub const LIFETIME_SECS: u64 = 600;

    /// Draws a secret for `account` (who the user is, as an e-mail address) at `issuer` (what the
    /// user logs in to). Applications show both beside the code.
    ///
    /// # Errors
    ///
    /// - [`EnrolmentError::Issuer`], [`EnrolmentError::Account`]: not a name that applications can
    ///   show.
    /// - [`EnrolmentError::RandomUnavailable`]: no secret could be drawn.
    pub fn begin(
        issuer: &str,
        account: &str,
        random: &dyn Random,
        clock: &dyn Clock,
    ) -> Result<Self, EnrolmentError> {
        Self::resume(issuer, account, TotpSecret::generate(random)?, clock.now())
    }

    /// Goes on with an enrolment that was stored: show it again, or confirm it.
    ///
    /// # Errors
    ///
    /// [`EnrolmentError::Issuer`], [`EnrolmentError::Account`]: not a name that applications can
    /// show.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SecretBytes, UnixTime};
    /// use bartizan_otp::{Enrolment, TotpSecret};
    ///
    /// let secret = TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?;
    /// let begun_at = UnixTime::from_secs(1_700_000_000);
    /// let enrolment = Enrolment::resume("Notebook", "alice", secret, begun_at)?;
    /// assert_eq!(enrolment.begun_at(), begun_at);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume(
        issuer: &str,
        account: &str,
        secret: TotpSecret,
        begun_at: UnixTime,
    ) -> Result<Self, EnrolmentError> {
        if !uri::is_issuer(issuer) {
            return Err(EnrolmentError::Issuer);
        }
        if !uri::is_account(account) {
            return Err(EnrolmentError::Account);
        }
        Ok(Self { uri: OtpauthUri::of(issuer, account, secret), begun_at })
    }

    /// Returns what the user logs in to.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.uri.issuer().unwrap_or_default()
    }

    /// Returns who the user is.
    #[must_use]
    pub fn account(&self) -> &str {
        self.uri.account()
    }

    /// Lends the secret: to be sealed and stored, or shown for typing.
    #[must_use]
    pub const fn secret(&self) -> &TotpSecret {
        self.uri.secret()
    }

    /// Returns when it was begun, to be stored with the secret.
    #[must_use]
    pub const fn begun_at(&self) -> UnixTime {
        self.begun_at
    }

    /// Returns the `otpauth` URI that applications read: the [Key URI Format].
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SecretBytes, UnixTime};
    /// use bartizan_otp::{Enrolment, TotpSecret};
    ///
    /// let secret = TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?;
    /// let enrolment = Enrolment::resume("My Notes", "alice", secret, UnixTime::EPOCH)?;
    /// assert_eq!(
    ///     enrolment.uri().expose(),
    ///     "otpauth://totp/My%20Notes:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
    ///      &issuer=My%20Notes&algorithm=SHA1&digits=6&period=30"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [Key URI Format]: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
    #[must_use]
    pub fn uri(&self) -> SecretString {
        self.uri.to_text()
    }

    /// Returns the URI as a QR code: one `<svg>` element for the page, black on white with its
    /// quiet zone and a title for screen readers, as wide as the page makes it. It is markup: write
    /// it unescaped.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SystemClock, SystemRandom};
    /// use bartizan_otp::Enrolment;
    ///
    /// let random = SystemRandom::new();
    /// let enrolment = Enrolment::begin("Notebook", "alice", &random, &SystemClock::new())?;
    /// assert!(enrolment.qr_svg().expose().starts_with("<svg "));
    /// # Ok::<(), bartizan_otp::EnrolmentError>(())
    /// ```
    #[must_use]
    pub fn qr_svg(&self) -> SecretString {
        self.qr().map_or_else(|| SecretString::from(""), |qr| qr.to_svg())
    }

    /// Returns the URI as a QR code for a terminal that knows UTF-8 and 256 colours: lines of text,
    /// black on white with their quiet zone. An ordinary code is 57 columns wide and 29 lines high.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SystemClock, SystemRandom};
    /// use bartizan_otp::Enrolment;
    ///
    /// let random = SystemRandom::new();
    /// let enrolment = Enrolment::begin("Notebook", "alice", &random, &SystemClock::new())?;
    /// println!("{}", enrolment.qr_terminal_text().expose());
    /// # Ok::<(), bartizan_otp::EnrolmentError>(())
    /// ```
    #[must_use]
    pub fn qr_terminal_text(&self) -> SecretString {
        self.qr().map_or_else(|| SecretString::from(""), |qr| qr.to_terminal_text())
    }

    /// Returns the URI as a QR code in a PNG file: black on white with its quiet zone, 8 pixels for
    /// a module. An ordinary code is about 450 pixels wide.
    ///
    /// For what cannot show SVG. Like the SVG it belongs on a page of its owner alone, uncached.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SystemClock, SystemRandom};
    /// use bartizan_otp::Enrolment;
    ///
    /// let random = SystemRandom::new();
    /// let enrolment = Enrolment::begin("Notebook", "alice", &random, &SystemClock::new())?;
    /// assert!(enrolment.qr_png().expose().starts_with(b"\x89PNG"));
    /// # Ok::<(), bartizan_otp::EnrolmentError>(())
    /// ```
    #[cfg(feature = "png")]
    #[must_use]
    pub fn qr_png(&self) -> bartizan_core::SecretBytes {
        let file = self.qr().and_then(|qr| qr.to_png());
        file.unwrap_or_else(|| bartizan_core::SecretBytes::from([]))
    }

    /// There always is a picture: the limits on the names keep the URI far below what a QR code
    /// holds. A test tries the longest.
    fn qr(&self) -> Option<QrModules> {
        QrModules::of(&self.uri())
    }

    /// Takes the first code, and makes the credential of it. The code is used up by this.
    ///
    /// # Errors
    ///
    /// - [`ConfirmError::Refused`]: not the code. The enrolment is in it, to try again.
    /// - [`ConfirmError::Expired`]: begun [`LIFETIME_SECS`](Self::LIFETIME_SECS) ago or earlier, or
    ///   by a clock that is ahead of this one. Begin anew.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{ManualClock, SecretBytes, UnixTime};
    /// use bartizan_otp::{ConfirmError, Enrolment, TotpSecret};
    ///
    /// let secret = TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?;
    /// let enrolment = Enrolment::resume("Notebook", "alice", secret, UnixTime::EPOCH)?;
    /// let clock = ManualClock::at(UnixTime::from_secs(59));
    ///
    /// let Err(ConfirmError::Refused { enrolment, .. }) = enrolment.confirm("000000", &clock)
    /// else {
    ///     panic!("accepted");
    /// };
    /// assert_eq!(enrolment.confirm("287082", &clock)?.state().last_step(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn confirm(self, code: &str, clock: &dyn Clock) -> Result<Credential, ConfirmError> {
        let now = clock.now();
        if now.secs_since(self.begun_at).is_none_or(|age| age >= Self::LIFETIME_SECS) {
            return Err(ConfirmError::Expired);
        }
        match Totp::new(self.secret().duplicate()).verify(code, clock, TotpState::never()) {
            Ok(state) => Ok(Credential { secret: self.uri.into_secret(), state }),
            Err(reason) => Err(ConfirmError::Refused { enrolment: self, reason }),
        }
    }
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enrolment").field("begun_at", &self.begun_at).finish_non_exhaustive()
    }
}

/// A user's authenticator, proven to work. See [`Enrolment`] for an example.
#[derive(Debug)]
#[must_use = "store it, or the user's authenticator is not known"]
pub struct Credential {
    secret: TotpSecret,
    state: TotpState,
}

impl Credential {
    /// Lends the secret, to be sealed and stored.
    #[must_use]
    pub const fn secret(&self) -> &TotpSecret {
        &self.secret
    }

    /// Lends the state to store with the secret: the confirming code is used up.
    pub const fn state(&self) -> &TotpState {
        &self.state
    }

    /// Returns the secret and the state.
    pub fn into_parts(self) -> (TotpSecret, TotpState) {
        (self.secret, self.state)
    }
}

/// Why an enrolment was not confirmed. The user is at fault: answer 422 or 410.
///
/// See [`Enrolment::confirm`] for an example.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfirmError {
    /// The code is not accepted.
    #[non_exhaustive]
    Refused {
        /// What can be tried again.
        enrolment: Enrolment,
        /// Why, for the log.
        reason: VerifyError,
    },
    /// The enrolment is too old, or begun in the future.
    Expired,
}

impl fmt::Display for ConfirmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { reason, .. } => fmt::Display::fmt(reason, f),
            Self::Expired => f.write_str("the enrolment has expired"),
        }
    }
}

impl Error for ConfirmError {}

#[cfg(test)]
mod tests {
    use bartizan_core::{ManualClock, SecretBytes, SystemRandom};

    use super::*;
    use crate::SecretError;

    const BEGUN_AT: u64 = 1_111_111_000;

    fn secret() -> Result<TotpSecret, SecretError> {
        TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))
    }

    fn begun() -> Enrolment {
        let begun_at = UnixTime::from_secs(BEGUN_AT);
        Enrolment::resume("Notebook", "alice", secret().unwrap(), begun_at).unwrap()
    }

    fn code_at(secs: u64) -> SecretString {
        Totp::new(secret().unwrap()).code_at(UnixTime::from_secs(secs))
    }

    /// The confirming code cannot be the first login's, too (asvs: V6.5.1).
    #[test]
    fn the_confirming_code_is_used_up() {
        let clock = ManualClock::at(UnixTime::from_secs(BEGUN_AT + 9));
        let code = code_at(BEGUN_AT + 9);
        let (secret, last) = begun().confirm(code.expose(), &clock).unwrap().into_parts();
        let login = Totp::new(secret).verify(code.expose(), &clock, last);
        assert_eq!(login, Err(VerifyError::Replayed));
    }

    #[test]
    fn a_wrong_code_gives_the_same_enrolment_back() {
        let clock = ManualClock::at(UnixTime::from_secs(BEGUN_AT));
        for (code, expected) in [("", VerifyError::Malformed), ("000000", VerifyError::Mismatch)] {
            let Err(ConfirmError::Refused { enrolment, reason }) = begun().confirm(code, &clock)
            else {
                panic!("{code:?} was not refused");
            };
            assert_eq!(reason, expected);
            assert_eq!(enrolment.secret().expose(), secret().unwrap().expose());
            assert!(enrolment.confirm(code_at(BEGUN_AT).expose(), &clock).is_ok());
        }
    }

    #[test]
    fn it_lives_for_ten_minutes_and_not_a_second_longer() {
        for (now, alive) in [
            (BEGUN_AT - 1, false),
            (BEGUN_AT, true),
            (BEGUN_AT + 599, true),
            (BEGUN_AT + 600, false),
            (u64::MAX, false),
        ] {
            let clock = ManualClock::at(UnixTime::from_secs(now));
            match begun().confirm(code_at(now).expose(), &clock) {
                Ok(_) => assert!(alive, "{now}"),
                Err(error) => assert!(!alive && matches!(error, ConfirmError::Expired), "{now}"),
            }
        }
    }

    #[test]
    fn names_that_applications_cannot_show_are_refused() {
        let (clock, random) = (ManualClock::at(UnixTime::EPOCH), SystemRandom::new());
        let begin =
            |issuer: &str, account: &str| Enrolment::begin(issuer, account, &random, &clock).err();
        for hostile in ["", "a:b", "a\0", "a\nb", "\u{7f}", "\u{85}", " ", " a", "a ", "a\u{202e}b"]
        {
            assert_eq!(begin(hostile, "account"), Some(EnrolmentError::Issuer), "{hostile:?}");
            assert_eq!(begin("issuer", hostile), Some(EnrolmentError::Account), "{hostile:?}");
        }
        assert_eq!(begin(&"i".repeat(65), "account"), Some(EnrolmentError::Issuer));
        assert_eq!(begin("issuer", &"a".repeat(129)), Some(EnrolmentError::Account));
        assert_eq!(begin("i", "a"), None);
    }

    #[test]
    fn the_longest_uri_has_a_picture() {
        let secret = TotpSecret::from_bytes(SecretBytes::from([7; 64])).unwrap();
        let (issuer, account) = ("ä".repeat(32), "ä".repeat(64));
        let longest = Enrolment::resume(&issuer, &account, secret, UnixTime::EPOCH).unwrap();
        assert!(longest.qr_svg().expose().ends_with("</svg>"));
        assert!(longest.qr_terminal_text().expose().ends_with('\n'));
        #[cfg(feature = "png")]
        assert!(longest.qr_png().expose().ends_with(b"IEND\xae\x42\x60\x82"));
    }

    #[test]
    fn debug_shows_no_secret_and_no_name() {
        let shown = format!("{:?}", begun());
        assert!(!shown.contains("alice") && !shown.contains("Notebook"), "{shown}");
        assert!(!shown.contains("12345") && !shown.contains("GEZD") && !shown.contains("49, 50"));
    }
}
