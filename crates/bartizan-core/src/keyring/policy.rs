use core::error::Error;
use core::fmt;

/// How long a key makes, how long it is published before, and how long it reads after.
///
/// ```
/// use bartizan_core::{PolicyError, Retention, RotationPolicy};
///
/// const HOUR: u64 = 3_600;
/// let tokens = RotationPolicy::builder()
///     .cryptoperiod_secs(30 * 24 * HOUR)
///     .propagation_secs(2 * HOUR)
///     .retention(Retention::Secs(24 * HOUR)) // the longest lifetime of a token
///     .build()?;
/// assert_eq!(tokens.propagation_secs(), 7_200);
///
/// let hasty = RotationPolicy::builder().cryptoperiod_secs(HOUR).propagation_secs(HOUR).build();
/// assert_eq!(hasty, Err(PolicyError::CryptoperiodTooShort));
/// # Ok::<(), PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationPolicy {
    cryptoperiod_secs: u64,
    propagation_secs: u64,
    retention: Retention,
}

impl RotationPolicy {
    /// Starts from a cryptoperiod of 90 days, a propagation time of one hour, and keys that are
    /// kept forever: what suits data at rest.
    pub const fn builder() -> RotationPolicyBuilder {
        RotationPolicyBuilder(Self {
            cryptoperiod_secs: 90 * 24 * HOUR_SECS,
            propagation_secs: HOUR_SECS,
            retention: Retention::Forever,
        })
    }

    /// Returns for how long a key is the primary.
    #[must_use]
    pub const fn cryptoperiod_secs(&self) -> u64 {
        self.cryptoperiod_secs
    }

    /// Returns for how long a key is published before it becomes the primary.
    #[must_use]
    pub const fn propagation_secs(&self) -> u64 {
        self.propagation_secs
    }

    /// Returns for how long a former primary still reads what it made.
    #[must_use]
    pub const fn retention(&self) -> Retention {
        self.retention
    }
}

/// For how long a former primary still reads what it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retention {
    /// Until it is destroyed by hand: nothing that it sealed is ever lost by the clock.
    Forever,
    /// For this many seconds after it stopped being the primary; then it is destroyed, and what
    /// it sealed is lost. For tokens: the longest lifetime of one.
    Secs(u64),
}

/// Sets up a [`RotationPolicy`].
#[derive(Clone, Copy, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct RotationPolicyBuilder(RotationPolicy);

impl RotationPolicyBuilder {
    /// Sets for how long a key is the primary. Default: 90 days.
    pub const fn cryptoperiod_secs(mut self, secs: u64) -> Self {
        self.0.cryptoperiod_secs = secs;
        self
    }

    /// Sets for how long a key is published before it becomes the primary. Default: one hour.
    ///
    /// At least twice the time in which every reader looks for new keys.
    pub const fn propagation_secs(mut self, secs: u64) -> Self {
        self.0.propagation_secs = secs;
        self
    }

    /// Sets for how long a former primary still reads. Default: forever.
    pub const fn retention(mut self, retention: Retention) -> Self {
        self.0.retention = retention;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`PolicyError::CryptoperiodTooShort`] when the cryptoperiod is not longer than the
    /// propagation time: the next key would have to be published before this one is used.
    pub const fn build(self) -> Result<RotationPolicy, PolicyError> {
        if self.0.cryptoperiod_secs <= self.0.propagation_secs {
            return Err(PolicyError::CryptoperiodTooShort);
        }
        Ok(self.0)
    }
}

/// Why a [`RotationPolicy`] did not build. The program is at fault: fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// The cryptoperiod is not longer than the propagation time.
    CryptoperiodTooShort,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CryptoperiodTooShort => {
                f.write_str("a cryptoperiod is longer than the propagation time")
            }
        }
    }
}

impl Error for PolicyError {}

const HOUR_SECS: u64 = 3_600;
