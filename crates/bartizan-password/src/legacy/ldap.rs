//! Salted SHA of LDAP directories, in their `userPassword`: OpenLDAP's [FAQ on `{SSHA}`][faq] and its
//! module pw-sha2; what comes before the text is the scheme of [RFC 2307, section 5.3].
//!
//! ```text
//! {SSHA512}base64(digest, salt)
//! ```
//!
//! One hash and no rounds: who gets hold of such a table tries billions of passwords a second.
//! Wrap it.
//!
//! [faq]: https://www.openldap.org/faq/data/cache/347.html
//! [RFC 2307, section 5.3]: https://www.rfc-editor.org/rfc/rfc2307#section-5.3

use bartizan_core::SecretBytes;
use data_encoding::BASE64;
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha512};

use super::sha::Sha;
use super::{Legacy, LegacyScheme, Reader, Scheme, text};
use crate::argon2id::NoTag;
use crate::error::StoredHashError;

pub(super) const READER: Reader = Reader {
    row: |row, _| read(row),
    settings: |name, rest, _| {
        let sha = name.strip_prefix("ldap-").and_then(Sha::named);
        let ([], salt) = text::from_settings(rest)?;
        Ok(Legacy::new(SaltedSha::new(sha.ok_or(StoredHashError::Malformed)?, &salt)?, &[]))
    },
};

struct SaltedSha {
    sha: Sha,
    salt: Vec<u8>,
}

fn read(row: &str) -> Result<Legacy, StoredHashError> {
    let rest = row.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let (name, text) = rest.ok_or(StoredHashError::Malformed)?;
    let sha = match name {
        "SSHA" => Sha::Sha1,
        "SSHA256" => Sha::Sha256,
        "SSHA512" => Sha::Sha512,
        _ => return Err(StoredHashError::Unsupported),
    };
    let bytes = text::decode(&BASE64, text).ok_or(StoredHashError::Malformed)?;
    let (digest, salt) = bytes.split_at_checked(sha.len()).ok_or(StoredHashError::Malformed)?;
    Ok(Legacy::new(SaltedSha::new(sha, salt)?, digest))
}

impl SaltedSha {
    fn new(sha: Sha, salt: &[u8]) -> Result<Self, StoredHashError> {
        // OpenLDAP takes 4 or 8 bytes, others up to 16.
        if (4..=text::MAX_SALT_BYTES).contains(&salt.len()) {
            Ok(Self { sha, salt: salt.to_vec() })
        } else {
            Err(StoredHashError::Malformed)
        }
    }
}

impl Scheme for SaltedSha {
    fn kind(&self) -> LegacyScheme {
        LegacyScheme::Ldap
    }

    fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        let salt = &self.salt;
        Ok(match self.sha {
            Sha::Sha1 => {
                let digest = Sha1::new_with_prefix(password).chain_update(salt).finalize();
                SecretBytes::from(<[u8; 20]>::from(digest))
            }
            Sha::Sha256 => {
                let digest = Sha256::new_with_prefix(password).chain_update(salt).finalize();
                SecretBytes::from(<[u8; 32]>::from(digest))
            }
            Sha::Sha512 => {
                let digest = Sha512::new_with_prefix(password).chain_update(salt).finalize();
                SecretBytes::from(<[u8; 64]>::from(digest))
            }
        })
    }

    fn settings(&self) -> String {
        text::settings(&format!("ldap-{}", self.sha.name()), &[], &self.salt)
    }
}
