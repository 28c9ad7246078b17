//! Which older scheme a row is of: its beginning tells.

use core::fmt;

/// An older scheme of hashing passwords, whose rows can be checked and renewed.
///
/// Each needs its feature; a row of one whose feature is off is
/// [`Unsupported`](crate::StoredHashError::Unsupported).
///
/// ```
/// use bartizan_password::LegacyScheme;
///
/// assert_eq!(LegacyScheme::FirebaseScrypt.to_string(), "firebase-scrypt");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LegacyScheme {
    /// bcrypt: `$2a$`, `$2b$`, `$2x$`, `$2y$`. Feature `bcrypt`.
    Bcrypt,
    /// scrypt, as a PHC string or by Werkzeug. Feature `scrypt`.
    Scrypt,
    /// Firebase's scrypt: `$firebase-scrypt$`. Feature `scrypt`.
    FirebaseScrypt,
    /// PBKDF2, as a PHC string or by passlib, Django, Werkzeug or ASP.NET Identity. Feature
    /// `pbkdf2`.
    Pbkdf2,
    /// A salted SHA of LDAP directories: `{SSHA}`, `{SSHA256}`, `{SSHA512}`. Feature `ldap`.
    Ldap,
    /// The MD5 of Unix: `$1$`. Feature `md5crypt`.
    Md5Crypt,
    /// The SHA-2 of Unix: `$5$`, `$6$`. Feature `sha2crypt`.
    Sha2Crypt,
    /// The portable hashes of phpass: `$P$`, `$H$`. Feature `phpass`.
    Phpass,
    /// Drupal 7: `$S$`, `U$S$`. Feature `drupal7`.
    Drupal7,
}

impl LegacyScheme {
    /// Returns the scheme whose rows begin like `text`.
    pub(crate) fn of_row(text: &str) -> Option<Self> {
        let found = BEGINNINGS.iter().find(|(beginning, _)| text.starts_with(beginning));
        found.map(|(_, scheme)| *scheme)
    }

    /// Returns the scheme whose settings begin with `name`.
    pub(crate) fn of_settings(name: &str) -> Option<Self> {
        match name {
            "bcrypt" | "bcrypt-x" => Some(Self::Bcrypt),
            "scrypt" => Some(Self::Scrypt),
            "firebase-scrypt" => Some(Self::FirebaseScrypt),
            "pbkdf2-sha1" | "pbkdf2-sha256" | "pbkdf2-sha512" => Some(Self::Pbkdf2),
            "ldap-sha1" | "ldap-sha256" | "ldap-sha512" => Some(Self::Ldap),
            "md5crypt" => Some(Self::Md5Crypt),
            "sha256crypt" | "sha512crypt" => Some(Self::Sha2Crypt),
            "phpass" => Some(Self::Phpass),
            "drupal7" | "drupal7-md5" => Some(Self::Drupal7),
            _ => None,
        }
    }
}

impl fmt::Display for LegacyScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bcrypt => "bcrypt",
            Self::Scrypt => "scrypt",
            Self::FirebaseScrypt => "firebase-scrypt",
            Self::Pbkdf2 => "pbkdf2",
            Self::Ldap => "ldap",
            Self::Md5Crypt => "md5crypt",
            Self::Sha2Crypt => "sha2crypt",
            Self::Phpass => "phpass",
            Self::Drupal7 => "drupal7",
        })
    }
}

/// No beginning is that of another one.
const BEGINNINGS: [(&str, LegacyScheme); 21] = [
    ("$2$", LegacyScheme::Bcrypt),
    ("$2a$", LegacyScheme::Bcrypt),
    ("$2b$", LegacyScheme::Bcrypt),
    ("$2x$", LegacyScheme::Bcrypt),
    ("$2y$", LegacyScheme::Bcrypt),
    ("$scrypt$", LegacyScheme::Scrypt),
    ("scrypt:", LegacyScheme::Scrypt),
    ("$firebase-scrypt$", LegacyScheme::FirebaseScrypt),
    ("$pbkdf2$", LegacyScheme::Pbkdf2),
    ("$pbkdf2-", LegacyScheme::Pbkdf2),
    ("$aspnet-identity$", LegacyScheme::Pbkdf2),
    ("pbkdf2_", LegacyScheme::Pbkdf2),
    ("pbkdf2:", LegacyScheme::Pbkdf2),
    ("{", LegacyScheme::Ldap),
    ("$1$", LegacyScheme::Md5Crypt),
    ("$5$", LegacyScheme::Sha2Crypt),
    ("$6$", LegacyScheme::Sha2Crypt),
    ("$P$", LegacyScheme::Phpass),
    ("$H$", LegacyScheme::Phpass),
    ("$S$", LegacyScheme::Drupal7),
    ("U$", LegacyScheme::Drupal7),
];
