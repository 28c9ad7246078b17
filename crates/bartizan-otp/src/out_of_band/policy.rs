use core::error::Error;
use core::fmt;

/// What is sent out of band, how long it is good, and how often.
///
/// By default six digits that are good for ten minutes, the next after 30 seconds at the earliest,
/// and no more than 5 in an hour, counted anew when one was right. Each is dead after 5 wrong tries,
/// so that of a million attackers who keep on for an hour 25 guess a code.
///
/// ```
/// use bartizan_otp::{OobForm, OobPolicy, OobPolicyError};
///
/// let policy = OobPolicy::new().with_form(OobForm::EightDigits).with_lifetime_secs(300)?;
/// assert_eq!(policy.lifetime_secs(), 300);
/// let long = OobPolicy::new().with_lifetime_secs(601);
/// assert_eq!(long.err(), Some(OobPolicyError::Lifetime));
/// # Ok::<(), OobPolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OobPolicy {
    form: OobForm,
    lifetime_secs: u64,
    interval_secs: u64,
    per_hour: usize,
    telephone: bool,
}

impl OobPolicy {
    /// The longest that a code may be good, in seconds: 10 minutes ([OWASP ASVS] V6.5.5).
    ///
    /// [OWASP ASVS]: https://owasp.org/www-project-application-security-verification-standard/
    pub const MAX_LIFETIME_SECS: u64 = 600;

    /// After how many wrong tries a code is dead: 5.
    pub const MAX_TRIES: u8 = 5;

    /// The most codes in an hour that a policy may allow.
    pub const MAX_PER_HOUR: usize = 20;

    /// Returns the default.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            form: OobForm::SixDigits,
            lifetime_secs: Self::MAX_LIFETIME_SECS,
            interval_secs: 30,
            per_hour: 5,
            telephone: true,
        }
    }

    /// Sets what is sent.
    #[must_use]
    pub const fn with_form(self, form: OobForm) -> Self {
        Self { form, ..self }
    }

    /// Sets how long a code is good.
    ///
    /// # Errors
    ///
    /// [`OobPolicyError::Lifetime`]: not 1 to 600 seconds.
    pub const fn with_lifetime_secs(self, lifetime_secs: u64) -> Result<Self, OobPolicyError> {
        match lifetime_secs {
            1..=Self::MAX_LIFETIME_SECS => Ok(Self { lifetime_secs, ..self }),
            _ => Err(OobPolicyError::Lifetime),
        }
    }

    /// Sets how many codes are sent in an hour, and how long after one the next is, at the earliest.
    ///
    /// # Errors
    ///
    /// [`OobPolicyError::Resends`]: not 1 to 20 codes, or not 1 to 3,600 seconds.
    pub const fn with_resends(
        self,
        per_hour: usize,
        interval_secs: u64,
    ) -> Result<Self, OobPolicyError> {
        match (per_hour, interval_secs) {
            (1..=Self::MAX_PER_HOUR, 1..=WINDOW_SECS) => {
                Ok(Self { interval_secs, per_hour, ..self })
            }
            _ => Err(OobPolicyError::Resends),
        }
    }

    /// Sends nothing by telephone: what OWASP ASVS wants at its level 3 (V6.6.1).
    #[must_use]
    pub const fn without_telephone(self) -> Self {
        Self { telephone: false, ..self }
    }

    /// Returns whether codes are sent by telephone.
    #[must_use]
    pub const fn has_telephone(&self) -> bool {
        self.telephone
    }

    /// Returns what is sent.
    #[must_use]
    pub const fn form(&self) -> OobForm {
        self.form
    }

    /// Returns how long a code is good.
    #[must_use]
    pub const fn lifetime_secs(&self) -> u64 {
        self.lifetime_secs
    }

    /// Returns how long after a code the next is sent, at the earliest.
    #[must_use]
    pub const fn interval_secs(&self) -> u64 {
        self.interval_secs
    }

    /// Returns how many codes are sent in an hour.
    #[must_use]
    pub const fn per_hour(&self) -> usize {
        self.per_hour
    }
}

impl Default for OobPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// What is sent: digits for typing, or a text for a link. None has less than 20 bits, as [OWASP
/// ASVS] V6.5.4 counts six digits.
///
/// [OWASP ASVS]: https://owasp.org/www-project-application-security-verification-standard/
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OobForm {
    /// 6 digits.
    SixDigits,
    /// 7 digits.
    SevenDigits,
    /// 8 digits.
    EightDigits,
    /// 128 random bits in 22 characters of base64url: the end of a link.
    Link,
}

/// Why there is no such [`OobPolicy`]. The program is at fault: fix it.
///
/// See [`OobPolicy`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OobPolicyError {
    /// A code is good for 1 to 600 seconds.
    Lifetime,
    /// There are 1 to 20 codes in an hour, 1 to 3,600 seconds apart.
    Resends,
}

impl fmt::Display for OobPolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lifetime => "an out-of-band code is good for 1 to 600 seconds",
            Self::Resends => "there are 1 to 20 codes in an hour, 1 to 3,600 seconds apart",
        })
    }
}

impl Error for OobPolicyError {}

/// An hour: over what codes are counted.
pub(super) const WINDOW_SECS: u64 = 3_600;
