//! Reading: every step takes apart what the one before it found, and copies nothing of the secret
//! but into memory that is wiped.

use super::{OtpauthKind, OtpauthUri, STEP_SECS, UriError, is_account, is_issuer, name};
use crate::code_key::{Algorithm, Digits};
use crate::secret::TotpSecret;

pub(super) fn parse(text: &str) -> Result<OtpauthUri, UriError> {
    if text.len() > OtpauthUri::MAX_LEN {
        return Err(UriError::TooLong);
    }
    // What is left of RFC 3986, section 2 without delimiters that have no place in it.
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\"<>[\\]^`{|}".contains(&byte)) {
        return Err(UriError::Malformed);
    }
    let rest = strip_scheme(text).ok_or(UriError::NotOtpauth)?;
    let (path, query) = rest.split_once('?').ok_or(UriError::Malformed)?;
    let (kind, label) = path.split_once('/').ok_or(UriError::Malformed)?;
    let is_hotp = kind.eq_ignore_ascii_case("hotp");
    if !is_hotp && !kind.eq_ignore_ascii_case("totp") {
        return Err(UriError::NotOtpauth);
    }
    let parameters = Parameters::split(query)?;
    let kind = parameters.kind(is_hotp)?;
    let (prefix, account) = label_of(label)?;
    Ok(OtpauthUri {
        kind,
        issuer: parameters.issuer(prefix)?,
        account,
        secret: parameters.secret()?,
        algorithm: parameters.algorithm()?,
        digits: parameters.digits()?,
    })
}

fn strip_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(rest)
}

/// The label is decoded once, and then its one colon parts it, whether it was encoded or not.
///
/// Some write a `/` of a name as it is. Readers that resolve paths would take a segment of dots, or
/// an empty one, out of it.
fn label_of(label: &str) -> Result<(Option<Box<str>>, Box<str>), UriError> {
    for segment in label.split('/') {
        let is_resolved = matches!(&*decode(segment)?, "." | "..");
        if is_resolved || (segment.is_empty() && label.contains('/')) {
            return Err(UriError::Malformed);
        }
    }
    let label = decode(label)?;
    let (issuer, account) = match label.split_once(':') {
        Some((issuer, account)) => (Some(issuer), account.trim_start_matches(' ')),
        None => (None, label.as_str()),
    };
    if !issuer.is_none_or(is_issuer) {
        return Err(UriError::Issuer);
    }
    if !is_account(account) {
        return Err(UriError::Account);
    }
    Ok((issuer.map(Box::from), account.into()))
}

/// The parameters that the format knows, as they stand in the URI.
#[derive(Default)]
struct Parameters<'t> {
    secret: Option<&'t str>,
    issuer: Option<&'t str>,
    algorithm: Option<&'t str>,
    digits: Option<&'t str>,
    period: Option<&'t str>,
    counter: Option<&'t str>,
}

impl<'t> Parameters<'t> {
    fn split(query: &'t str) -> Result<Self, UriError> {
        let mut found = Self::default();
        for parameter in query.split('&') {
            let (name, value) = parameter.split_once('=').ok_or(UriError::Malformed)?;
            // Who decodes names as well could find another secret under an encoded one.
            if name.contains(['%', '+']) {
                return Err(UriError::Malformed);
            }
            let slot = match name {
                "secret" => &mut found.secret,
                "issuer" => &mut found.issuer,
                "algorithm" => &mut found.algorithm,
                "digits" => &mut found.digits,
                "period" => &mut found.period,
                "counter" => &mut found.counter,
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return Err(UriError::Repeated);
            }
        }
        Ok(found)
    }

    fn kind(&self, is_hotp: bool) -> Result<OtpauthKind, UriError> {
        if is_hotp {
            let counter = self.counter.and_then(number).ok_or(UriError::Counter)?;
            return Ok(OtpauthKind::Hotp { counter });
        }
        match self.period.map(number) {
            None | Some(Some(STEP_SECS)) => Ok(OtpauthKind::Totp),
            Some(_) => Err(UriError::Unsupported),
        }
    }

    fn issuer(&self, prefix: Option<Box<str>>) -> Result<Option<Box<str>>, UriError> {
        let Some(parameter) = self.issuer else { return Ok(prefix) };
        if parameter.contains('+') {
            return Err(UriError::Malformed);
        }
        let issuer = decode(parameter)?;
        if !is_issuer(&issuer) {
            return Err(UriError::Issuer);
        }
        match prefix {
            Some(prefix) if *prefix != *issuer => Err(UriError::IssuerMismatch),
            _ => Ok(Some(issuer.into())),
        }
    }

    fn secret(&self) -> Result<TotpSecret, UriError> {
        self.secret.and_then(TotpSecret::from_base32).ok_or(UriError::Secret)
    }

    fn algorithm(&self) -> Result<Algorithm, UriError> {
        let Some(said) = self.algorithm else { return Ok(Algorithm::Sha1) };
        let known = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
        let found = known.into_iter().find(|known| name(*known).eq_ignore_ascii_case(said));
        found.ok_or(UriError::Unsupported)
    }

    fn digits(&self) -> Result<Digits, UriError> {
        match self.digits.map(number) {
            None | Some(Some(6)) => Ok(Digits::Six),
            Some(Some(8)) => Ok(Digits::Eight),
            Some(_) => Err(UriError::Unsupported),
        }
    }
}

/// A number has digits alone: the standard library would also read a sign.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Undoes percent-encoding (RFC 3986, section 2.1), once.
fn decode(text: &str) -> Result<String, UriError> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        decoded.push(match byte {
            b'%' => {
                let mut nibble = || char::from(rest.next()?).to_digit(16);
                let (high, low) = (nibble(), nibble());
                let value = high.zip(low).map(|(high, low)| high << 4 | low);
                value.and_then(|value| u8::try_from(value).ok()).ok_or(UriError::Malformed)?
            }
            literal => literal,
        });
    }
    String::from_utf8(decoded).map_err(|_| UriError::Malformed)
}

const SCHEME: &str = "otpauth://";
