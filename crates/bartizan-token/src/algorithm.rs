use core::fmt;

/// How a key signs; shown as the name that JOSE gives it: [RFC 7518], [RFC 8037].
///
/// ```
/// use bartizan_token::Algorithm;
///
/// assert_eq!(Algorithm::EdDsa.to_string(), "EdDSA");
/// assert_eq!(Algorithm::Hs256.to_string(), "HS256");
/// assert!(Algorithm::Hs256.is_symmetric() && !Algorithm::Es256.is_symmetric());
/// ```
///
/// [RFC 7518]: https://www.rfc-editor.org/rfc/rfc7518#section-3.1
/// [RFC 8037]: https://www.rfc-editor.org/rfc/rfc8037#section-3.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-256: to verify only, and a
    /// [`Deviation`](crate::Deviation) whoever signed.
    #[cfg(feature = "legacy-interop")]
    Rs256,
    /// ML-DSA-44 of [FIPS 204], in JOSE by [RFC 9964]: as strong against a quantum computer as
    /// SHA-256 against collisions.
    ///
    /// [FIPS 204]: https://doi.org/10.6028/NIST.FIPS.204
    /// [RFC 9964]: https://www.rfc-editor.org/rfc/rfc9964
    #[cfg(feature = "aws-lc-rs")]
    MlDsa44,
    /// ML-DSA-65, as strong as AES-192.
    #[cfg(feature = "aws-lc-rs")]
    MlDsa65,
}

impl Algorithm {
    /// Every algorithm, those to verify with only included.
    pub(crate) const ALL: &[Self] = &[
        Self::EdDsa,
        Self::Es256,
        Self::Es384,
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        #[cfg(feature = "legacy-interop")]
        Self::Rs256,
        #[cfg(feature = "aws-lc-rs")]
        Self::MlDsa44,
        #[cfg(feature = "aws-lc-rs")]
        Self::MlDsa65,
    ];

    /// Returns whether whoever verifies can sign too.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        self.hmac_len().is_some()
    }

    /// Returns the length of an HMAC tag in bytes, which is also that of its secret.
    pub(crate) const fn hmac_len(self) -> Option<usize> {
        match self {
            Self::Hs256 => Some(32),
            Self::Hs384 => Some(48),
            Self::Hs512 => Some(64),
            _ => None,
        }
    }

    /// Returns the length in bytes of a coordinate of the curve.
    pub(crate) const fn ec_len(self) -> Option<usize> {
        match self {
            Self::Es256 => Some(32),
            Self::Es384 => Some(48),
            _ => None,
        }
    }

    /// Returns the length of a signature in bytes, if it is the same for every key.
    pub(crate) const fn signature_len(self) -> Option<usize> {
        match self {
            Self::EdDsa | Self::Es256 | Self::Hs512 => Some(64),
            Self::Es384 => Some(96),
            Self::Hs256 => Some(32),
            Self::Hs384 => Some(48),
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa44 => Some(2_420),
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa65 => Some(3_309),
            _ => None,
        }
    }

    /// Returns the length in bytes of a public key of ML-DSA: [FIPS 204], table 2.
    ///
    /// [FIPS 204]: https://doi.org/10.6028/NIST.FIPS.204
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) const fn ml_dsa_public_len(self) -> Option<usize> {
        match self {
            Self::MlDsa44 => Some(1_312),
            Self::MlDsa65 => Some(1_952),
            _ => None,
        }
    }

    pub(crate) const fn is_rsa(self) -> bool {
        #[cfg(feature = "legacy-interop")]
        if matches!(self, Self::Rs256) {
            return true;
        }
        matches!(self, Self::Ps256 | Self::Ps384 | Self::Ps512)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            #[cfg(feature = "legacy-interop")]
            Self::Rs256 => "RS256",
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa44 => "ML-DSA-44",
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa65 => "ML-DSA-65",
        }
    }

    /// Returns whether a header may call the algorithm so: [RFC 9864] renames `EdDSA` to `Ed25519`.
    ///
    /// [RFC 9864]: https://www.rfc-editor.org/rfc/rfc9864
    pub(crate) fn is_named(self, name: &str) -> bool {
        name == self.name() || (self == Self::EdDsa && name == "Ed25519")
    }

    /// Returns the algorithm that a key calls so.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.is_named(name))
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
