//! The payload: the registered claims of [RFC 7519, section 4.1], and the kind's own beside them.
//!
//! [RFC 7519, section 4.1]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1

use std::sync::Arc;

use bartizan_core::UnixTime;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dpop::Binding;
use crate::error::{SignError, VerifyError};
use crate::json::{self, InvalidJson, Key, Object, Opened, Scanner, Text, Unwritten};
use crate::name::{Audience, IssuerName};

/// The claims that the issuer writes, and that no kind may have.
static REGISTERED: [&str; 8] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"];

/// All of them but `nbf`, which the issuer does not write, and `cnf`, which it seldom does.
const USUAL_COUNT: usize = 6;

/// What every payload that `issuer` writes for `audience` begins with, up to the subject;
/// `confirmation` is a member with its comma, or nothing.
pub(crate) fn beginning(issuer: &IssuerName, audience: &Audience, confirmation: &str) -> Arc<str> {
    let (iss, aud) = (Value::from(issuer.as_str()), Value::from(audience.as_str()));
    format!(r#"{{"iss":{iss},"aud":{aud},{confirmation}"sub":"#).into()
}

/// Ends a payload, which has the registered claims so far and no brace at its end, with the kind's
/// own.
pub(crate) fn append_custom<C: Serialize>(
    payload: &mut Vec<u8>,
    claims: &C,
) -> Result<(), SignError> {
    let registered_len = payload.len();
    let count = match json::write_object(claims, payload, &REGISTERED) {
        Ok(count) => count,
        Err(Unwritten::Reserved(name)) => return Err(SignError::ReservedClaim { name }),
        Err(Unwritten::TooLarge) => return Err(SignError::TooLarge),
        Err(Unwritten::Invalid) => return Err(SignError::InvalidClaims),
    };
    // The issuer writes all of the registered ones but `nbf`, and `cnf` where one is wanted.
    if count.saturating_add(REGISTERED.len()) > json::MAX_MEMBERS.saturating_add(1) {
        return Err(SignError::InvalidClaims);
    }
    // Where the brace opens the claims, a comma separates them from the others, if there are any.
    if count == 0 {
        payload.truncate(registered_len);
        payload.push(b'}');
    } else if let Some(brace) = payload.get_mut(registered_len) {
        *brace = b',';
    }
    Ok(())
}

/// Reads a payload in one pass: the registered claims into `registered`, and the kind's own.
pub(crate) fn read<'t, C: Deserialize<'t>>(
    text: &'t [u8],
    expected: &Expected,
    registered: &mut Registered<'t>,
) -> Result<C, VerifyError> {
    json::object(text, |object| {
        // They are mostly written as our own issuer does.
        let usual = object.try_members(USUAL_COUNT, |text| registered.read_usual(text, expected));
        if usual.is_none() {
            *registered = Registered::NONE;
        }
        let custom = C::deserialize(Opened(Others { object, registered, expected }))?;
        // An enum stops after its member. Registered ones may follow, and nothing else.
        let mut others = Others { object, registered, expected };
        if others.next_key::<IgnoredAny>()?.is_some() || !registered.is_complete() {
            return Err(InvalidJson);
        }
        Ok(custom)
    })
    .map_err(|_| VerifyError::InvalidClaims)
}

/// Whose tokens are wanted.
#[derive(Clone)]
pub(crate) struct Expected {
    pub(crate) issuer: IssuerName,
    pub(crate) audience: Audience,
    beginning: Arc<str>,
    read_time: ReadTime,
}

/// Reads a time as the format has it.
pub(crate) type ReadTime = fn(&mut Scanner<'_>) -> Result<UnixTime, InvalidJson>;

impl Expected {
    pub(crate) fn new(issuer: IssuerName, audience: Audience) -> Self {
        let beginning = beginning(&issuer, &audience, "");
        Self { issuer, audience, beginning, read_time: |value| time(value.whole_number()?) }
    }

    /// Reads times that are not numbers.
    #[cfg(feature = "paseto")]
    pub(crate) fn with_times(self, read_time: ReadTime) -> Self {
        Self { read_time, ..self }
    }
}

/// The registered claims, as far as they were read. All are required but `nbf` and `cnf`: `iat` and
/// `jti` because revocation lists and epochs depend on them.
pub(crate) struct Registered<'t> {
    pub(crate) is_by_issuer: bool,
    pub(crate) subject: Text<'t>,
    pub(crate) is_for_audience: bool,
    pub(crate) expires_at: UnixTime,
    pub(crate) not_before: UnixTime,
    pub(crate) issued_at: UnixTime,
    pub(crate) token_id: Text<'t>,
    pub(crate) binding: Option<Binding>,
    /// A bit for each, in the order of [`REGISTERED`].
    seen: u8,
}

impl<'t> Registered<'t> {
    pub(crate) const NONE: Self = Self {
        is_by_issuer: false,
        subject: Text::without_escapes(""),
        is_for_audience: false,
        expires_at: UnixTime::EPOCH,
        not_before: UnixTime::EPOCH,
        issued_at: UnixTime::EPOCH,
        token_id: Text::without_escapes(""),
        binding: None,
        seen: 0,
    };

    /// Reads the claims in the order and the spelling that the issuer gives them. Anything else is
    /// left to the other way.
    #[inline]
    fn read_usual(&mut self, text: &mut Scanner<'t>, expected: &Expected) -> Option<()> {
        // The brace was read.
        text.word(expected.beginning.get(1..)?).ok()?;
        self.subject = text.string().ok()?;
        text.word(r#","exp":"#).ok()?;
        self.expires_at = time(text.whole_number().ok()?).ok()?;
        text.word(r#","iat":"#).ok()?;
        self.issued_at = time(text.whole_number().ok()?).ok()?;
        text.word(r#","jti":"#).ok()?;
        self.token_id = text.string().ok()?;
        (self.is_by_issuer, self.is_for_audience, self.seen) = (true, true, REQUIRED);
        Some(())
    }

    /// Reads the value of the claim `name`, and returns whether there is one of that name.
    #[inline]
    fn read(
        &mut self,
        name: [u8; 3],
        value: &mut Scanner<'t>,
        expected: &Expected,
    ) -> Result<bool, InvalidJson> {
        let bit = match &name {
            b"iss" => 1,
            b"sub" => 2,
            b"aud" => 4,
            b"exp" => 8,
            b"nbf" => 16,
            b"iat" => 32,
            b"jti" => 64,
            b"cnf" => 128,
            _ => return Ok(false),
        };
        // The names of those that were read as usual are not remembered otherwise.
        if self.seen & bit != 0 {
            return Err(InvalidJson);
        }
        self.seen |= bit;
        match bit {
            1 => self.is_by_issuer = value.string()? == *expected.issuer.as_str(),
            2 => self.subject = value.string()?,
            4 => self.is_for_audience = value.has_string(expected.audience.as_str())?,
            8 => self.expires_at = (expected.read_time)(value)?,
            16 => self.not_before = (expected.read_time)(value)?,
            32 => self.issued_at = (expected.read_time)(value)?,
            64 => self.token_id = value.string()?,
            _ => self.binding = Some(Binding::deserialize(value)?),
        }
        Ok(true)
    }

    /// Checks whose, for whom and when, but not to what the token is bound.
    pub(crate) fn check(
        &self,
        now: UnixTime,
        leeway_secs: u64,
        max_lifetime_secs: u64,
    ) -> Result<(), VerifyError> {
        if !self.is_by_issuer {
            return Err(VerifyError::WrongIssuer);
        }
        if !self.is_for_audience {
            return Err(VerifyError::WrongAudience);
        }
        let latest_begin = now.saturating_add_secs(leeway_secs);
        if self.issued_at > latest_begin || self.not_before > latest_begin {
            return Err(VerifyError::NotYetValid);
        }
        if now >= self.expires_at.saturating_add_secs(leeway_secs) {
            return Err(VerifyError::Expired);
        }
        // Nothing when it expired before it was made, which no issuer writes either.
        match self.expires_at.secs_since(self.issued_at) {
            Some(lifetime_secs) if lifetime_secs <= max_lifetime_secs => Ok(()),
            Some(_) => Err(VerifyError::LifetimeTooLong),
            None => Err(VerifyError::InvalidClaims),
        }
    }

    const fn is_complete(&self) -> bool {
        self.seen & REQUIRED == REQUIRED && !self.subject.is_empty() && !self.token_id.is_empty()
    }
}

/// The bits of all registered claims but `nbf` and `cnf`.
const REQUIRED: u8 = 0b110_1111;

fn time(secs: u64) -> Result<UnixTime, InvalidJson> {
    UnixTime::checked_from_secs(secs).ok_or(InvalidJson)
}

/// The members that are not registered: a claims type sees no other, so it may deny unknown ones,
/// and cannot read a time or a name that was never checked. The registered ones are read on the
/// way.
struct Others<'o, 's, 't> {
    object: &'o mut Object<'s, 't>,
    registered: &'o mut Registered<'t>,
    expected: &'o Expected,
}

impl<'t> Others<'_, '_, 't> {
    /// Reads the value of `name` if it is registered, and returns whether it is.
    #[inline]
    fn read_registered(&mut self, name: Text<'t>) -> Result<bool, InvalidJson> {
        let Some(name) = name.three() else { return Ok(false) };
        self.registered.read(name, self.object.value(), self.expected)
    }
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
