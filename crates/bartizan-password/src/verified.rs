//! What a right password proves.

/// Proof that a password is the right one. Only a [`PasswordHasher`](crate::PasswordHasher) makes
/// it, as its example shows, or a [`HashPool`](crate::HashPool).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it may say that the stored hash is to be renewed"]
pub struct Verified {
    rehash: Option<RehashReason>,
}

impl Verified {
    pub(crate) const fn new(rehash: Option<RehashReason>) -> Self {
        Self { rehash }
    }

    /// Returns why the stored hash is to be renewed, if it is. A stronger one than the hasher's is
    /// never to be replaced.
    #[must_use]
    pub const fn rehash_reason(self) -> Option<RehashReason> {
        self.rehash
    }

    /// Returns whether the stored hash is to be renewed: then hash the password, which is at hand
    /// now, once more, and store that.
    #[must_use]
    pub const fn needs_rehash(self) -> bool {
        self.rehash.is_some()
    }
}

/// Why a stored hash is to be renewed. See [`PasswordHasher`](crate::PasswordHasher).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RehashReason {
    /// It is weaker than the hasher makes them: below the floors of ASVS, of less memory times
    /// passes, of another variant or version of Argon2, or with a salt below 16 or a tag below 32
    /// bytes.
    Weaker,
    /// It is of an older scheme, alone or with Argon2id around it.
    Legacy,
    /// It was made with a secret of Argon2, which cannot be rotated: a
    /// [`Pepper`](crate::Pepper) can.
    ImportedSecret,
    /// It is sealed under a pepper that is no longer the primary one.
    /// [`Pepper::reseal`](crate::Pepper::reseal) does without the password, too.
    OldPepper,
}
