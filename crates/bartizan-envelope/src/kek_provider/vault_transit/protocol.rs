//! Requests and answers, as the engine's reference has them.

use bartizan_core::{Context, SecretBytes, SecretString};
use ring::digest;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::Failed;
use crate::kek_provider::KekProviderError;
use crate::kek_provider::http::{Answer, base64};

#[derive(Serialize)]
struct Encrypt<'a> {
    plaintext: &'a str,
    associated_data: &'a str,
}

#[derive(Serialize)]
struct Decrypt<'a> {
    ciphertext: &'a str,
    associated_data: &'a str,
}

#[derive(Deserialize)]
struct Answered<T> {
    data: T,
}

#[derive(Deserialize)]
struct Encrypted {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Decrypted {
    plaintext: String,
}

pub(super) fn encrypt(
    context: &Context,
    key: &SecretBytes,
) -> Result<SecretBytes, KekProviderError> {
    let digest = digest_of(context);
    let digest = digest.as_ref();
    let len = digest.len().saturating_add(key.len());
    let plaintext = SecretBytes::init(len, |bytes| {
        let whole = digest.iter().chain(key.expose());
        bytes.iter_mut().zip(whole).for_each(|(byte, value)| *byte = *value);
        Ok::<(), KekProviderError>(())
    })?;
    let (plaintext, aad) = (base64::encode(plaintext.expose()), of(context)?);
    json(&Encrypt { plaintext: plaintext.expose(), associated_data: aad.expose() })
}

pub(super) fn decrypt(context: &Context, wrapped: &[u8]) -> Result<SecretBytes, KekProviderError> {
    let ciphertext = core::str::from_utf8(wrapped).ok().filter(|text| is_ciphertext(text));
    let (ciphertext, aad) = (ciphertext.ok_or(KekProviderError::Refused)?, of(context)?);
    json(&Decrypt { ciphertext, associated_data: aad.expose() })
}

fn of(context: &Context) -> Result<SecretString, KekProviderError> {
    if context.as_bytes().len() > MAX_CONTEXT_LEN {
        return Err(KekProviderError::Misconfigured);
    }
    Ok(base64::encode(context.as_bytes()))
}

fn json(request: &impl Serialize) -> Result<SecretBytes, KekProviderError> {
    // Large enough from the start, so that no copy is left behind where it was shorter.
    let mut body = Vec::with_capacity(MAX_REQUEST_LEN);
    serde_json::to_writer(&mut body, request).map_err(|_| KekProviderError::Misconfigured)?;
    Ok(SecretBytes::from(body))
}

/// `vault:v1:` and base64, at `OpenBao` too.
fn is_ciphertext(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":+/=".contains(&byte);
    let honest = text.len() <= MAX_CIPHERTEXT_LEN && text.bytes().all(plain);
    honest && text.starts_with("vault:v")
}

/// A service that does not keep to its protocol is one that is not there.
pub(super) fn ciphertext(answer: &SecretBytes) -> Result<Vec<u8>, KekProviderError> {
    let Encrypted { ciphertext } = read(answer)?;
    if is_ciphertext(&ciphertext) {
        Ok(ciphertext.into_bytes())
    } else {
        Err(KekProviderError::Unavailable)
    }
}

pub(super) fn key(
    answer: &SecretBytes,
    context: &Context,
) -> Result<SecretBytes, KekProviderError> {
    let Decrypted { plaintext } = read(answer)?;
    let plaintext = base64::decode(SecretString::from(plaintext).expose());
    let plaintext = plaintext.ok_or(KekProviderError::Unavailable)?;
    let digest = digest_of(context);
    let (bound, key) = plaintext
        .expose()
        .split_at_checked(digest.as_ref().len())
        .ok_or(KekProviderError::Refused)?;
    if bool::from(bound.ct_eq(digest.as_ref())) && !key.is_empty() {
        Ok(SecretBytes::from(key))
    } else {
        Err(KekProviderError::Refused)
    }
}

fn read<'a, T: Deserialize<'a>>(answer: &'a SecretBytes) -> Result<T, KekProviderError> {
    let answered: Result<Answered<T>, _> = serde_json::from_slice(answer.expose());
    answered.map(|answered| answered.data).map_err(|_| KekProviderError::Unavailable)
}

fn digest_of(context: &Context) -> digest::Digest {
    digest::digest(&digest::SHA256, context.as_bytes())
}

pub(super) fn judge(answer: Answer) -> Result<SecretBytes, Failed> {
    match answer.status {
        200 => Ok(answer.body),
        400 => Err(Failed::Rejected),
        403 => Err(Failed::Otherwise(KekProviderError::Refused)),
        // 412: not yet there; 472 and 473: a standby; 503: sealed.
        100..=299 | 408 | 412 | 429 | 472 | 473 | 500.. => {
            Err(Failed::Otherwise(KekProviderError::Unavailable))
        }
        _ => Err(Failed::Otherwise(KekProviderError::Misconfigured)),
    }
}

const MAX_CIPHERTEXT_LEN: usize = 8 * 1_024;

const MAX_CONTEXT_LEN: usize = 8 * 1_024;

const MAX_REQUEST_LEN: usize = 64 * 1_024;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever comes, it is no key unless it has the digest of the context.
        #[test]
        fn no_answer_panics(status in 100_u16..600, body: Vec<u8>) {
            let context = Context::of("test");
            let plaintext = base64::encode(&body);
            let text = format!(r#"{{"data":{{"plaintext":"{}"}}}}"#, plaintext.expose());
            for body in [&body[..], text.as_bytes()] {
                let answer = Answer { status, body: SecretBytes::from(body) };
                if let Ok(body) = judge(answer) {
                    prop_assert_eq!(status, 200);
                    prop_assert!(key(&body, &context).is_err());
                    prop_assert!(ciphertext(&body).is_err());
                }
            }
        }
    }
}
