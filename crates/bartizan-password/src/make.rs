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
        let tag = match &self.what {
            What::Password(password) => {
                self.phc.tag_of_password(password, &[], TAG_BYTES, arena)?
            }
            What::Digest(digest) => self.phc.tag(digest.expose(), &[], TAG_BYTES, arena)?,
        };
        Ok(StoredHash::new(self.phc, tag))
    }
}
