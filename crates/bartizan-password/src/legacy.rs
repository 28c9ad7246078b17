use crate::argon2id::NoTag;
use crate::error::StoredHashError;
use crate::limits::StoredLimits;
use bartizan_core::SecretBytes;
use core::fmt;

#[derive(Clone)]
pub(crate) struct Legacy(Vec<u8>);
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LegacyScheme {
    Stub,
}
impl fmt::Display for LegacyScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stub")
    }
}
impl Legacy {
    pub(crate) fn parse(text: &str, _: &StoredLimits) -> Option<Result<Self, StoredHashError>> {
        text.strip_prefix("{stub}").map(|rest| Ok(Self(rest.as_bytes().to_vec())))
    }
    pub(crate) fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        Ok(SecretBytes::from(password))
    }
    pub(crate) fn expected(&self) -> &[u8] {
        &self.0
    }
    pub(crate) fn settings(&self) -> String {
        "stub".to_owned()
    }
    pub(crate) fn from_settings(text: &str, _: &StoredLimits) -> Result<Self, StoredHashError> {
        if text == "stub" { Ok(Self(vec![])) } else { Err(StoredHashError::Malformed) }
    }
    pub(crate) fn memory_kib(&self) -> u32 {
        0
    }
    pub(crate) fn scheme(&self) -> LegacyScheme {
        LegacyScheme::Stub
    }
}
