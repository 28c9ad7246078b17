//! How a tag is computed from a password.

use std::sync::Arc;

use bartizan_argon2::{Algorithm, Version};
use bartizan_core::{SecretBytes, SecretString};

use crate::argon2id::{Arena, Input, NoTag};
use crate::legacy::Legacy;
use crate::params::Cost;
use crate::phc::{Function, Phc};

#[derive(Clone)]
pub(crate) enum Recipe {
    /// By Argon2, of the password or of the digest of an older scheme.
    Argon2 { phc: Phc, secret: Option<Arc<SecretBytes>> },
    /// By an older scheme alone.
    Legacy(Legacy),
}

impl Recipe {
    /// Computes a tag of `tag_len` bytes, or of as many as an older scheme has.
    pub(crate) fn tag(
        &self,
        password: &SecretString,
        tag_len: usize,
        arena: &mut Arena,
    ) -> Result<SecretBytes, NoTag> {
        let (phc, secret) = match self {
            Self::Argon2 { phc, secret } => {
                (phc, secret.as_deref().map_or(NONE, |key| key.expose()))
            }
            Self::Legacy(legacy) => return digest(legacy, password, arena),
        };
        match &phc.inner {
            Some(inner) => {
                let digest = digest(inner, password, arena)?;
                phc.tag(digest.expose(), secret, tag_len, arena)
            }
            None => phc.tag_of_password(password, secret, tag_len, arena),
        }
    }

    /// Whether it is Argon2id of version 19 over a password.
    pub(crate) fn is_of_today(&self) -> bool {
        match self {
            Self::Argon2 { phc, .. } => {
                phc.function == Function::Argon2(Algorithm::Argon2id)
                    && phc.version == Version::V0x13
            }
            Self::Legacy(_) => false,
        }
    }

    pub(crate) const fn has_secret(&self) -> bool {
        matches!(self, Self::Argon2 { secret: Some(_), .. })
    }

    /// The older scheme, alone or inside.
    pub(crate) const fn legacy(&self) -> Option<&Legacy> {
        match self {
            Self::Argon2 { phc, .. } => phc.inner.as_ref(),
            Self::Legacy(legacy) => Some(legacy),
        }
    }

    /// The cost of the Argon2 in it.
    pub(crate) const fn argon2_cost(&self) -> Option<&Cost> {
        match self {
            Self::Argon2 { phc, .. } => Some(&phc.cost),
            Self::Legacy(_) => None,
        }
    }

    /// The memory of whichever part takes more: they take it one after the other.
    pub(crate) fn memory_kib(&self) -> u32 {
        let argon2 = self.argon2_cost().map_or(0, |cost| cost.memory_kib);
        argon2.max(self.legacy().map_or(0, Legacy::memory_kib))
    }

    pub(crate) const fn salt_len(&self) -> usize {
        match self {
            Self::Argon2 { phc, .. } => phc.salt.len(),
            Self::Legacy(_) => 0,
        }
    }

    /// What a pepper binds the tag to. What has a secret already is not sealed.
    pub(crate) const fn phc_to_seal(&self) -> Option<&Phc> {
        match self {
            Self::Argon2 { phc, secret: None } => Some(phc),
            Self::Argon2 { .. } | Self::Legacy(_) => None,
        }
    }
}

impl Phc {
    /// Computes a tag of a password, in the spelling that was asked for.
    pub(crate) fn tag_of_password(
        &self,
        password: &SecretString,
        secret: &[u8],
        tag_len: usize,
        arena: &mut Arena,
    ) -> Result<SecretBytes, NoTag> {
        #[cfg(feature = "nfc")]
        if self.nfc {
            let password = crate::normalize::nfc(password);
            return self.tag(password.expose().as_bytes(), secret, tag_len, arena);
        }
        self.tag(password.expose().as_bytes(), secret, tag_len, arena)
    }

    /// Computes a tag of whatever RFC 9106's `P` is.
    pub(crate) fn tag(
        &self,
        password: &[u8],
        secret: &[u8],
        tag_len: usize,
        arena: &mut Arena,
    ) -> Result<SecretBytes, NoTag> {
        let (algorithm, version, cost) = (self.function.algorithm(), self.version, self.cost);
        let salt = &self.salt;
        arena.tag(&Input { algorithm, version, password, salt, secret, cost, tag_len })
    }
}

fn digest(
    legacy: &Legacy,
    password: &SecretString,
    arena: &mut Arena,
) -> Result<SecretBytes, NoTag> {
    // What a scheme fills besides, it fills in the arena's place, so that both together stay
    // within what was checked.
    if legacy.memory_kib() > 0 {
        arena.release();
    }
    legacy.digest(password.expose().as_bytes())
}

const NONE: &[u8] = &[];
