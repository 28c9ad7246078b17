//! The payload: the registered claims of [RFC 7519, section 4.1], and the kind's own beside them.
//!
//! [RFC 7519, section 4.1]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1

use std::borrow::Cow;

use bartizan_core::UnixTime;
use serde::Serialize;

use crate::MAX_TOKEN_LEN;
use crate::error::{SignError, VerifyError};
use crate::json::{self, Member};

/// The claims that the issuer writes, and that no kind may have.
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// Returns the kind's own claims as they follow the registered ones in the payload: each member
/// after a comma.
pub(crate) fn write_custom<C: Serialize>(claims: &C) -> Result<String, SignError> {
    let text = serde_json::to_string(claims).map_err(|_| SignError::InvalidClaims)?;
    if text.len() > MAX_TOKEN_LEN {
        return Err(SignError::TooLarge);
    }
    let members = json::members(text.as_bytes()).map_err(|_| SignError::InvalidClaims)?;
    if members.len().saturating_add(REGISTERED.len()) > json::MAX_MEMBERS {
        return Err(SignError::InvalidClaims);
    }
    let mut custom = String::with_capacity(text.len());
    for Member { name, source, .. } in &members {
        if let Some(name) = REGISTERED.into_iter().find(|registered| registered == name) {
            return Err(SignError::ReservedClaim { name });
        }
        custom.push(',');
        custom.push_str(source);
    }
    Ok(custom)
}

/// What a payload says, all of it required but `nbf`. Nothing is compared yet.
///
/// `iat` and `jti` are required too, because revocation lists and epochs depend on them.
pub(crate) struct Claims<'t> {
    pub(crate) issuer: Cow<'t, str>,
    pub(crate) subject: Cow<'t, str>,
    pub(crate) audiences: Vec<Cow<'t, str>>,
    pub(crate) expires_at: UnixTime,
    pub(crate) not_before: Option<UnixTime>,
    pub(crate) issued_at: UnixTime,
    pub(crate) token_id: Cow<'t, str>,
    /// The kind's own claims, as a JSON object.
    pub(crate) custom: String,
}

impl<'t> Claims<'t> {
    pub(crate) fn read(text: &'t [u8]) -> Result<Self, VerifyError> {
        let members = json::members(text).map_err(|_| VerifyError::InvalidClaims)?;
        Self::of(&members).ok_or(VerifyError::InvalidClaims)
    }

    fn of(members: &[Member<'t>]) -> Option<Self> {
        let find = |name: &str| members.iter().find(|member| member.name == name);
        let non_empty = |name: &str| find(name)?.string().filter(|text| !text.is_empty());
        let not_before = match find("nbf") {
            Some(member) => Some(member.time()?),
            None => None,
        };
        Some(Self {
            issuer: find("iss")?.string()?,
            subject: non_empty("sub")?,
            audiences: find("aud")?.strings()?,
            expires_at: find("exp")?.time()?,
            not_before,
            issued_at: find("iat")?.time()?,
            token_id: non_empty("jti")?,
            custom: custom_of(members),
        })
    }
}

/// The members that are not registered, as an object of their own: a claims type sees no other, so
/// it may deny unknown ones, and cannot read a time or a name that was never checked.
fn custom_of(members: &[Member<'_>]) -> String {
    let custom = members.iter().filter(|member| !REGISTERED.contains(&&*member.name));
    let sources: Vec<_> = custom.map(|member| member.source).collect();
    format!("{{{}}}", sources.join(","))
}
