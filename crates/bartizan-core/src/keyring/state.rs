use core::fmt;

/// Where in its life a key is: NIST SP 800-57, part 1, section 7.
///
/// ```
/// use bartizan_core::KeyState;
///
/// assert_eq!(KeyState::PreActivation.to_string(), "pre-activation");
/// assert_eq!(KeyState::from_name("compromised"), Some(KeyState::Compromised));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyState {
    /// Published, so that every reader knows it, but not used to make anything yet.
    PreActivation,
    /// The primary: makes, and reads. Exactly one key of a keyring is.
    Active,
    /// Reads what it made while it was active.
    Deactivated,
    /// Somebody else may have it: refused.
    Compromised,
    /// Gone; the id is kept, so that it is told from one that never was.
    Destroyed,
}

impl KeyState {
    /// Every state, in the order of a key's life.
    pub const ALL: [Self; 5] =
        [Self::PreActivation, Self::Active, Self::Deactivated, Self::Compromised, Self::Destroyed];

    /// Returns the state's name in SP 800-57: what is stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreActivation => "pre-activation",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
            Self::Compromised => "compromised",
            Self::Destroyed => "destroyed",
        }
    }

    /// Returns the state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
