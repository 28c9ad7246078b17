//! One new hash, whoever computes it.

use bartizan_core::SecretString;

use crate::argon2id::{Arena, NoTag};
use crate::hasher::TAG_BYTES;
use crate::stored::{Recipe, StoredHash};

/// A password and how to hash it: all that another thread needs.
pub(crate) struct Make {
    password: SecretString,
    recipe: Recipe,
}

impl Make {
    pub(crate) fn new(password: &SecretString, recipe: Recipe) -> Self {
        Self { password: SecretString::from(password.expose()), recipe }
    }

    /// Does the work.
    pub(crate) fn run(&self, arena: &mut Arena) -> Result<StoredHash, NoTag> {
        let tag = self.recipe.tag(&self.password, TAG_BYTES, arena)?;
        Ok(StoredHash::new(self.recipe.clone(), tag, false))
    }
}
