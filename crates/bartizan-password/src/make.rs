//! One new hash, whoever computes it.

use bartizan_core::{SecretBytes, SecretString};

use crate::argon2id::{Arena, NoTag};
use crate::hasher::TAG_BYTES;
use crate::phc::Phc;
use crate::stored::StoredHash;

/// What to hash, and how: all that another thread needs.
pub(crate) struct Make {
    what: What,
    phc: Phc,
}

enum What {
    Password(SecretString),
    /// The digest of an older scheme.
    Digest(SecretBytes),
}

impl Make {
    pub(crate) fn of_password(password: &SecretString, phc: Phc) -> Self {
        Self { what: What::Password(SecretString::from(password.expose())), phc }
    }

    pub(crate) fn of_digest(digest: &SecretBytes, phc: Phc) -> Self {
        Self { what: What::Digest(SecretBytes::from(digest.expose())), phc }
    }

    /// Does the work.
    pub(crate) fn run(self, arena: &mut Arena) -> Result<StoredHash, NoTag> {
        let respelled = match &self.what {
            What::Password(password) => self.phc.respelled(password),
            What::Digest(_) => None,
        };
        let bytes = match (&self.what, &respelled) {
            (_, Some(password)) | (What::Password(password), None) => password.expose().as_bytes(),
            (What::Digest(digest), None) => digest.expose(),
        };
        let tag = arena.tag(&self.phc.input(bytes, &[], TAG_BYTES))?;
        Ok(StoredHash::new(self.phc, tag))
    }
}
