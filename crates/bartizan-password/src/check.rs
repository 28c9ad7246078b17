//! One check of a password, whoever computes it.

use bartizan_core::SecretString;

use crate::argon2id::{Arena, NoTag};
use crate::params::Cost;
use crate::phc::Phc;
use crate::stored::StoredHash;

/// A password and what it is checked against: all that another thread needs.
pub(crate) struct Check {
    password: SecretString,
    stored: StoredHash,
    own: Cost,
    is_decoy: bool,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Match,
    Mismatch {
        /// The check was less work than one of today's hashes, and the answer may show it.
        cheaper: bool,
    },
}

impl Check {
    /// Of a user's hash, or of nobody's, which never matches.
    pub(crate) fn new(password: &SecretString, stored: Option<&StoredHash>, own: &Phc) -> Self {
        let decoy = || StoredHash::new(own.clone(), DECOY_TAG.into());
        Self {
            password: SecretString::from(password.expose()),
            stored: stored.map_or_else(decoy, StoredHash::clone),
            own: own.cost,
            is_decoy: stored.is_none(),
        }
    }

    /// Whether it is the work of a new hash. Argon2i and older versions take other times at the same
    /// cost.
    pub(crate) fn is_of_own_cost(&self) -> bool {
        let recipe = self.stored.recipe();
        recipe.argon2_cost() == Some(&self.own) && recipe.is_of_today() && recipe.legacy().is_none()
    }

    /// Whether all of the password counts, and there is something that does.
    fn is_whole(&self) -> bool {
        let password = self.password.expose();
        // Programs in C see nothing behind a NUL, and HMAC takes a key for the same with NULs at its
        // end. No older system let anybody type one.
        let is_cut = self.stored.legacy_scheme().is_some() && password.contains('\0');
        // No hash was ever made here of an empty password, but an import may have been.
        !password.is_empty() && !is_cut
    }

    /// Does the work. One path for both, down to the comparison.
    pub(crate) fn run(&self, arena: &mut Arena) -> Result<Outcome, NoTag> {
        let (recipe, expected) = (self.stored.recipe(), self.stored.expected());
        let tag = recipe.tag(&self.password, expected.len(), arena)?;
        let same = tag.ct_eq(expected.expose());
        if same && !self.is_decoy && self.is_whole() {
            return Ok(Outcome::Match);
        }
        let is_less = |cost: &Cost| cost.total_kib() < self.own.total_kib();
        // What an older scheme costs beside Argon2 is for a clock to say.
        Ok(Outcome::Mismatch { cheaper: recipe.argon2_cost().is_none_or(is_less) })
    }
}

/// Nobody's tag. It needs no secret: whatever comes out, the answer is a mismatch.
const DECOY_TAG: [u8; 32] = [0; 32];
