use crate::refused::SetupError;

/// How long a family of refresh tokens lives.
///
/// ```
/// use bartizan_token::{RefreshPolicy, SetupError};
///
/// let policy = RefreshPolicy::new(30 * 86_400, 7 * 86_400)?.with_grace_secs(5)?;
/// assert_eq!(policy.absolute_secs(), 30 * 86_400);
/// assert_eq!(policy.idle_secs(), 7 * 86_400);
/// assert_eq!(policy.grace_secs(), 5);
///
/// // Swapped by mistake:
/// let refused = RefreshPolicy::new(7 * 86_400, 30 * 86_400);
/// assert_eq!(refused.err(), Some(SetupError::InvalidLifetimes));
/// # Ok::<(), SetupError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the unit stands in the name")]
pub struct RefreshPolicy {
    absolute_secs: u64,
    idle_secs: u64,
    grace_secs: u64,
}

impl RefreshPolicy {
    /// For how many seconds a lost answer may be asked for again when nothing else is said.
    pub const DEFAULT_GRACE_SECS: u64 = 10;

    /// For how many seconds a lost answer may be asked for again at most.
    pub const MAX_GRACE_SECS: u64 = 60;

    /// A family ends `absolute_secs` after the login however busy it is, and `idle_secs` after its
    /// last use.
    ///
    /// # Errors
    ///
    /// [`SetupError::InvalidLifetimes`]: the idle lifetime is zero, or longer than the
    /// absolute one.
    pub const fn new(absolute_secs: u64, idle_secs: u64) -> Result<Self, SetupError> {
        if idle_secs == 0 || idle_secs > absolute_secs {
            return Err(SetupError::InvalidLifetimes);
        }
        Ok(Self { absolute_secs, idle_secs, grace_secs: Self::DEFAULT_GRACE_SECS })
    }

    /// Sets for how many seconds a lost answer may be asked for again.
    ///
    /// A thief who is as quick as that gets the same successor as the client; the theft shows when
    /// both use it. With none, a client whose answer was lost has to log in again.
    ///
    /// While there is a grace, the store holds what makes of the last token its successor: whoever
    /// has both that token and the store has the successor.
    ///
    /// # Errors
    ///
    /// [`SetupError::GraceTooLong`]: more than [`MAX_GRACE_SECS`](Self::MAX_GRACE_SECS).
    pub const fn with_grace_secs(mut self, secs: u64) -> Result<Self, SetupError> {
        if secs > Self::MAX_GRACE_SECS {
            return Err(SetupError::GraceTooLong { max_secs: Self::MAX_GRACE_SECS });
        }
        self.grace_secs = secs;
        Ok(self)
    }

    /// Returns after how many seconds a family ends however busy it is.
    #[must_use]
    pub const fn absolute_secs(&self) -> u64 {
        self.absolute_secs
    }

    /// Returns after how many seconds without use a family ends.
    #[must_use]
    pub const fn idle_secs(&self) -> u64 {
        self.idle_secs
    }

    /// Returns for how many seconds a lost answer may be asked for again.
    #[must_use]
    pub const fn grace_secs(&self) -> u64 {
        self.grace_secs
    }
}
