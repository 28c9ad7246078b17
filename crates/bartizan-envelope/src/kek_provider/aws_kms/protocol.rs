//! Requests and answers, as the service's reference has them.

use bartizan_core::{Context, SecretBytes, SecretString, base64url};
use serde::{Deserialize, Serialize};

use crate::kek::WrappedKey;
use crate::kek_provider::KekProviderError;
use crate::kek_provider::http::{Answer, base64};

/// One request.
pub(super) struct Operation {
    target: &'static str,
    body: SecretBytes,
}

#[derive(Serialize)]
struct EncryptionContext {
    bartizan: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Encrypt<'a> {
    key_id: &'a str,
    plaintext: &'a str,
    encryption_context: EncryptionContext,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Decrypt<'a> {
    key_id: &'a str,
    ciphertext_blob: &'a str,
    encryption_context: EncryptionContext,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReEncrypt<'a> {
    source_key_id: &'a str,
    destination_key_id: &'a str,
    ciphertext_blob: &'a str,
    source_encryption_context: EncryptionContext,
    destination_encryption_context: EncryptionContext,
}

impl Operation {
    pub(super) fn encrypt(
        key_id: &str,
        context: &Context,
        key: &SecretBytes,
    ) -> Result<Self, KekProviderError> {
        let (encryption_context, plaintext) = (of(context)?, base64::encode(key.expose()));
        let plaintext = plaintext.expose();
        Self::new("TrentService.Encrypt", &Encrypt { key_id, plaintext, encryption_context })
    }

    pub(super) fn decrypt(
        key_id: &str,
        context: &Context,
        blob: &[u8],
    ) -> Result<Self, KekProviderError> {
        let (encryption_context, blob) = (of(context)?, base64::encode(blob));
        let ciphertext_blob = blob.expose();
        Self::new("TrentService.Decrypt", &Decrypt { key_id, ciphertext_blob, encryption_context })
    }

    pub(super) fn re_encrypt(
        (source_key_id, destination_key_id): (&str, &str),
        context: &Context,
        blob: &[u8],
    ) -> Result<Self, KekProviderError> {
        let blob = base64::encode(blob);
        let request = ReEncrypt {
            source_key_id,
            destination_key_id,
            ciphertext_blob: blob.expose(),
            source_encryption_context: of(context)?,
            destination_encryption_context: of(context)?,
        };
        Self::new("TrentService.ReEncrypt", &request)
    }

    fn new(target: &'static str, request: &impl Serialize) -> Result<Self, KekProviderError> {
        // Large enough from the start, so that no copy is left behind where it was shorter.
        let mut body = Vec::with_capacity(MAX_REQUEST_LEN);
        serde_json::to_writer(&mut body, request).map_err(|_| KekProviderError::Misconfigured)?;
        let body = SecretBytes::from(body);
        Ok(Self { target, body })
    }

    pub(super) const fn target(&self) -> &'static str {
        self.target
    }

    pub(super) const fn body(&self) -> &SecretBytes {
        &self.body
    }

    pub(super) fn into_body(self) -> SecretBytes {
        self.body
    }
}

fn of(context: &Context) -> Result<EncryptionContext, KekProviderError> {
    let bartizan = base64url::encode(context.as_bytes());
    if bartizan.len() > MAX_CONTEXT_LEN {
        return Err(KekProviderError::Misconfigured);
    }
    Ok(EncryptionContext { bartizan })
}

/// What is to be sent to the service, and not more than it could have given.
pub(super) fn blob(wrapped: &WrappedKey) -> Result<&[u8], KekProviderError> {
    if wrapped.provider() != PROVIDER {
        return Err(KekProviderError::Misconfigured);
    }
    let honest = (1..=MAX_BLOB_LEN).contains(&wrapped.bytes().len());
    honest.then_some(wrapped.bytes()).ok_or(KekProviderError::Refused)
}

/// An answer that is no error.
pub(super) struct Answered(SecretBytes);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wrapped {
    ciphertext_blob: String,
    key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Unwrapped {
    plaintext: String,
    key_id: String,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(rename = "__type")]
    kind: String,
}

impl Answered {
    /// A service that does not keep to its protocol is one that is not there.
    pub(super) fn wrapped(&self) -> Result<WrappedKey, KekProviderError> {
        let answer: Wrapped = self.read()?;
        let blob = base64::decode(&answer.ciphertext_blob).ok_or(KekProviderError::Unavailable)?;
        let honest = (1..=MAX_BLOB_LEN).contains(&blob.len());
        if !honest || answer.key_id.is_empty() || answer.key_id.len() > MAX_KEY_ID_LEN {
            return Err(KekProviderError::Unavailable);
        }
        Ok(WrappedKey::new(PROVIDER.to_owned(), answer.key_id, blob.expose().to_vec()))
    }

    pub(super) fn unwrapped(&self, wrapped: &WrappedKey) -> Result<SecretBytes, KekProviderError> {
        let answer: Unwrapped = self.read()?;
        let plaintext = SecretString::from(answer.plaintext);
        // The same key may have another region in its name.
        if last_part(&answer.key_id) != last_part(wrapped.parameters()) {
            return Err(KekProviderError::Refused);
        }
        let key = base64::decode(plaintext.expose()).ok_or(KekProviderError::Unavailable)?;
        if key.is_empty() { Err(KekProviderError::Unavailable) } else { Ok(key) }
    }

    fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, KekProviderError> {
        serde_json::from_slice(self.0.expose()).map_err(|_| KekProviderError::Unavailable)
    }
}

fn last_part(arn: &str) -> &str {
    arn.rsplit_once('/').map_or(arn, |(_, id)| id)
}

pub(super) fn judge(answer: Answer) -> Result<Answered, KekProviderError> {
    if answer.status == 200 {
        return Ok(Answered(answer.body));
    }
    let failure = serde_json::from_slice::<Failure>(answer.body.expose());
    let kind = failure.map(|failure| failure.kind).unwrap_or_default();
    Err(match (answer.status, kind.rsplit('#').next().unwrap_or_default()) {
        (
            _,
            "AccessDeniedException"
            | "DisabledException"
            | "IncorrectKeyException"
            | "InvalidCiphertextException"
            | "InvalidKeyUsageException"
            | "KMSInvalidStateException",
        ) => KekProviderError::Refused,
        (
            _,
            "DependencyTimeoutException"
            | "KMSInternalException"
            | "KeyUnavailableException"
            | "LimitExceededException"
            | "ThrottlingException",
        )
        | (200..=299 | 408 | 429 | 500.., _) => KekProviderError::Unavailable,
        _ => KekProviderError::Misconfigured,
    })
}

pub(super) const PROVIDER: &str = "aws-kms";

pub(super) const SERVICE: &str = "kms";

const MAX_BLOB_LEN: usize = 6_144;

const MAX_KEY_ID_LEN: usize = 2_048;

/// The service takes 8,192 bytes with the name and the brackets.
const MAX_CONTEXT_LEN: usize = 8_000;

const MAX_REQUEST_LEN: usize = 32 * 1_024;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever comes, a key comes of a whole answer that names the right key, or not at all.
        #[test]
        fn no_answer_panics(status in 100_u16..600, body: Vec<u8>, name in "[a-z/]{0,4}") {
            let stored = WrappedKey::new(PROVIDER.to_owned(), "arn/k".to_owned(), vec![1]);
            let text = format!(r#"{{"Plaintext":"{}","KeyId":"{name}"}}"#, base64::encode(&body).expose());
            for body in [&body[..], text.as_bytes()] {
                let answer = Answer { status, body: SecretBytes::from(body) };
                let unwrapped = judge(answer).and_then(|answered| answered.unwrapped(&stored));
                prop_assert!(unwrapped.is_err() || (status == 200 && last_part(&name) == "k"));
            }
        }
    }
}
