use crate::error::ConfigError;

/// For how long a fetched set is used.
///
/// What the issuer says (`Cache-Control`, `Expires`) counts within bounds: at least
/// [`MIN_AGE_SECS`](Self::MIN_AGE_SECS), so that no issuer makes you ask for every token; at most
/// the maximum age, because a key that the issuer withdrew is accepted until then. Where it says
/// nothing, ten minutes count, or the maximum where that is less.
///
/// When the source is down, the set is used for the stale time after that, and then no more.
///
/// ```
/// use bartizan_token::{ConfigError, RemoteJwkSetPolicy};
///
/// let policy = RemoteJwkSetPolicy::new().with_max_age_secs(900)?.with_stale_secs(6 * 3_600)?;
/// assert_eq!((policy.max_age_secs(), policy.stale_secs()), (900, 21_600));
/// assert_eq!(RemoteJwkSetPolicy::new().max_age_secs(), 3_600);
/// assert!(matches!(policy.with_max_age_secs(5), Err(ConfigError::OutOfRange { min_secs: 60, .. })));
/// # Ok::<(), ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteJwkSetPolicy {
    max_age_secs: u64,
    stale_secs: u64,
}

impl RemoteJwkSetPolicy {
    /// A set is not fetched again for its age before so many seconds.
    pub const MIN_AGE_SECS: u64 = 60;

    /// The longest maximum age, and the longest stale time: a day.
    pub const MAX_SECS: u64 = 86_400;

    /// Returns a maximum age and a stale time of an hour each.
    #[must_use]
    pub const fn new() -> Self {
        Self { max_age_secs: 3_600, stale_secs: 3_600 }
    }

    /// Sets after how many seconds a set is fetched again, whatever the issuer says.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OutOfRange`]: less than [`MIN_AGE_SECS`](Self::MIN_AGE_SECS), or more than
    /// [`MAX_SECS`](Self::MAX_SECS).
    pub const fn with_max_age_secs(self, secs: u64) -> Result<Self, ConfigError> {
        let (min_secs, max_secs) = (Self::MIN_AGE_SECS, Self::MAX_SECS);
        if secs < min_secs || secs > max_secs {
            return Err(ConfigError::OutOfRange { min_secs, max_secs });
        }
        Ok(Self { max_age_secs: secs, ..self })
    }

    /// Sets for how many seconds a set is used after its time, when no newer is to be had. None is
    /// the strict choice: when the source is down, nothing is verified.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OutOfRange`]: more than [`MAX_SECS`](Self::MAX_SECS).
    pub const fn with_stale_secs(self, secs: u64) -> Result<Self, ConfigError> {
        if secs > Self::MAX_SECS {
            return Err(ConfigError::OutOfRange { min_secs: 0, max_secs: Self::MAX_SECS });
        }
        Ok(Self { stale_secs: secs, ..self })
    }

    /// Returns the maximum age in seconds.
    #[must_use]
    pub const fn max_age_secs(self) -> u64 {
        self.max_age_secs
    }

    /// Returns the stale time in seconds.
    #[must_use]
    pub const fn stale_secs(self) -> u64 {
        self.stale_secs
    }

    /// Returns for how many seconds a set is good of which the issuer says `remaining_secs`.
    pub(super) fn age_secs(self, remaining_secs: Option<u64>) -> u64 {
        let said = remaining_secs.unwrap_or(UNSAID_SECS);
        said.clamp(Self::MIN_AGE_SECS, self.max_age_secs)
    }
}

impl Default for RemoteJwkSetPolicy {
    fn default() -> Self {
        Self::new()
    }
}

const UNSAID_SECS: u64 = 600;
