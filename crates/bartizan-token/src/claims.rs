//! The payload: the registered claims of [RFC 7519, section 4.1], and the kind's own beside them.
//!
//! [RFC 7519, section 4.1]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1

use bartizan_core::UnixTime;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess};
use serde::{Deserialize, Serialize};

use crate::MAX_TOKEN_LEN;
use crate::dpop::Binding;
use crate::error::{SignError, VerifyError};
use crate::json::{self, InvalidJson, Key, Object, Opened, Scanner, Text};

/// The claims that the issuer writes, and that no kind may have.
const REGISTERED: [&str; 8] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"];

/// Ends a payload, which has the registered claims so far and no brace at its end, with the kind's
/// own, and checks that a verifier reads them.
pub(crate) fn append_custom<C: Serialize>(
    payload: &mut Vec<u8>,
    claims: &C,
) -> Result<(), SignError> {
    let registered_len = payload.len();
    serde_json::to_writer(&mut *payload, claims).map_err(|_| SignError::InvalidClaims)?;
    if payload.len() > MAX_TOKEN_LEN {
        return Err(SignError::TooLarge);
    }
    let count = check_custom(payload.get(registered_len..).unwrap_or_default())?;
    // Where the brace opens the claims, a comma separates them from the others, if there are any.
    if count == 0 {
        payload.truncate(registered_len);
        payload.push(b'}');
    } else if let Some(brace) = payload.get_mut(registered_len) {
        *brace = b',';
    }
    Ok(())
}

/// Checks that `text` is an object without a registered claim, and returns how many members it has.
fn check_custom(text: &[u8]) -> Result<usize, SignError> {
    let mut reserved = None;
    let mut count = 0_usize;
    let read = json::object(text, |object| {
        while let Some(name) = object.next_name()? {
            count = count.saturating_add(1);
            if let Some(three) = name.three() {
                let own = |registered: &&str| registered.as_bytes() == three;
                reserved = reserved.or_else(|| REGISTERED.into_iter().find(own));
            }
            object.skip_value()?;
        }
        Ok(())
    });
    // The issuer writes all of the registered ones but `nbf`, and `cnf` where one is wanted.
    let fits = count.saturating_add(REGISTERED.len()) <= json::MAX_MEMBERS.saturating_add(1);
    match (read, reserved) {
        (Ok(()), None) if fits => Ok(count),
        (Ok(()), Some(name)) => Err(SignError::ReservedClaim { name }),
        _ => Err(SignError::InvalidClaims),
    }
}

/// What a payload says, all of it required but `nbf` and `cnf`. Only the audience is compared yet.
///
/// `iat` and `jti` are required too, because revocation lists and epochs depend on them.
pub(crate) struct Claims<'t, C> {
    pub(crate) issuer: Text<'t>,
    pub(crate) subject: Text<'t>,
    pub(crate) is_for_audience: bool,
    pub(crate) expires_at: UnixTime,
    pub(crate) not_before: Option<UnixTime>,
    pub(crate) issued_at: UnixTime,
    pub(crate) token_id: Text<'t>,
    pub(crate) binding: Option<Binding>,
    /// The kind's own claims.
    pub(crate) custom: C,
}

impl<'t, C: Deserialize<'t>> Claims<'t, C> {
    /// Reads a payload in one pass.
    pub(crate) fn read(text: &'t [u8], audience: &str) -> Result<Self, VerifyError> {
        Self::read_with(text, audience, |value| time(value.whole_number()?))
    }

    /// Reads a payload whose times are not numbers.
    pub(crate) fn read_with(
        text: &'t [u8],
        audience: &str,
        time: ReadTime,
    ) -> Result<Self, VerifyError> {
        json::object(text, |object| {
            let mut registered = Registered::default();
            let others = Others { object, registered: &mut registered, audience, time };
            let custom = C::deserialize(Opened(others))?;
            // An enum stops after its member. Registered ones may follow, and nothing else.
            let mut others = Others { object, registered: &mut registered, audience, time };
            if others.next_key::<IgnoredAny>()?.is_some() {
                return Err(InvalidJson);
            }
            registered.complete(custom).ok_or(InvalidJson)
        })
        .map_err(|_| VerifyError::InvalidClaims)
    }
}

/// The registered claims, as far as they were read.
#[derive(Default)]
struct Registered<'t> {
    issuer: Option<Text<'t>>,
    subject: Option<Text<'t>>,
    is_for_audience: Option<bool>,
    expires_at: Option<UnixTime>,
    not_before: Option<UnixTime>,
    issued_at: Option<UnixTime>,
    token_id: Option<Text<'t>>,
    binding: Option<Binding>,
}

impl<'t> Registered<'t> {
    fn complete<C>(self, custom: C) -> Option<Claims<'t, C>> {
        Some(Claims {
            issuer: self.issuer?,
            subject: self.subject.filter(|text| !text.is_empty())?,
            is_for_audience: self.is_for_audience?,
            expires_at: self.expires_at?,
            not_before: self.not_before,
            issued_at: self.issued_at?,
            token_id: self.token_id.filter(|text| !text.is_empty())?,
            binding: self.binding,
            custom,
        })
    }
}

/// The members that are not registered: a claims type sees no other, so it may deny unknown ones,
/// and cannot read a time or a name that was never checked. The registered ones are read on the
/// way.
struct Others<'o, 's, 't> {
    object: &'o mut Object<'s, 't>,
    registered: &'o mut Registered<'t>,
    audience: &'o str,
    time: ReadTime,
}

impl<'t> Others<'_, '_, 't> {
    /// Reads the value of `name` if it is registered, and returns whether it is.
    #[inline]
    fn read_registered(&mut self, name: Text<'t>) -> Result<bool, InvalidJson> {
        let Some(name) = name.three() else { return Ok(false) };
        let (value, to) = (self.object.value(), &mut *self.registered);
        match &name {
            b"iss" => to.issuer = Some(value.string()?),
            b"sub" => to.subject = Some(value.string()?),
            b"aud" => to.is_for_audience = Some(value.has_string(self.audience)?),
            b"exp" => to.expires_at = Some((self.time)(value)?),
            b"nbf" => to.not_before = Some((self.time)(value)?),
            b"iat" => to.issued_at = Some((self.time)(value)?),
            b"jti" => to.token_id = Some(value.string()?),
            b"cnf" => to.binding = Some(Binding::deserialize(value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Reads a time as the format has it.
pub(crate) type ReadTime = fn(&mut Scanner<'_>) -> Result<UnixTime, InvalidJson>;

fn time(secs: u64) -> Result<UnixTime, InvalidJson> {
    UnixTime::checked_from_secs(secs).ok_or(InvalidJson)
}

impl<'t> MapAccess<'t> for Others<'_, '_, 't> {
    type Error = InvalidJson;

    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, InvalidJson> {
        while let Some(name) = self.object.next_name()? {
            if !self.read_registered(name)? {
                return seed.deserialize(Key(name)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, InvalidJson> {
        seed.deserialize(self.object.value())
    }
}
