//! The JSON document, and what authenticates it.

use bartizan_core::danger::{self, ExportKey};
use bartizan_core::{
    Context, KeyId, KeyRecord, KeyState, Keyring, OpenError, Random, SecretBytes, UnixTime,
    base64url,
};
use serde::{Deserialize, Serialize};

use super::KeyringFileError;
use crate::format::{self, Parts};
use crate::kek::{KeyEncryptionKey, WrappedKey};
use crate::sealing_key::SealingKey;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    version: u64,
    purpose: String,
    generation: u64,
    kek: Kek,
    keys: Vec<Key>,
    /// Nothing, sealed under the document key, with all the rest as its context.
    seal: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kek {
    provider: String,
    parameters: String,
    wrapped: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    id: String,
    state: String,
    /// In seconds since 1970, as `iat` of RFC 7519.
    created_at: u64,
    /// In seconds since 1970.
    since: u64,
    /// Absent when the key is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
}

/// All that is read before the version is known.
#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

pub(super) fn encode<K: ExportKey>(
    keyring: &Keyring<K>,
    kek: &dyn KeyEncryptionKey,
    random: &dyn Random,
) -> Result<Vec<u8>, KeyringFileError> {
    let key = Fresh::draw::<K>(random)?;
    let wrapped = kek.wrap_key(&key.context, &key.exported, random)?;
    key.seal(keyring, &wrapped, random)
}

pub(super) fn decode<K: ExportKey>(
    json: &[u8],
    kek: &dyn KeyEncryptionKey,
) -> Result<Keyring<K>, KeyringFileError> {
    let document = parse::<K>(json)?;
    let (context, wrapped) = document.wrapped()?;
    document.open(&kek.unwrap_key(&context, &wrapped)?)
}

/// A document key that has not sealed anything yet, and what it is to be wrapped under.
pub(super) struct Fresh {
    key: SealingKey,
    pub(super) exported: SecretBytes,
    pub(super) context: Context,
}

impl Fresh {
    pub(super) fn draw<K: ExportKey>(random: &dyn Random) -> Result<Self, KeyringFileError> {
        let key = SealingKey::generate(random).map_err(|_| KeyringFileError::Unavailable)?;
        let (exported, context) = (key.export(), context_of_document_key(K::PURPOSE));
        Ok(Self { key, exported, context })
    }

    /// Writes the document. The key seals this one and no other.
    pub(super) fn seal<K: ExportKey>(
        self,
        keyring: &Keyring<K>,
        wrapped: &WrappedKey,
        random: &dyn Random,
    ) -> Result<Vec<u8>, KeyringFileError> {
        encode_under(&self.key, keyring, wrapped, random)
    }
}

fn encode_under<K: ExportKey>(
    key: &SealingKey,
    keyring: &Keyring<K>,
    wrapped: &WrappedKey,
    random: &dyn Random,
) -> Result<Vec<u8>, KeyringFileError> {
    let seal = |context: &Context, plaintext: &[u8]| {
        let sealed = format::seal_once((DOCUMENT_KEY, key), context, plaintext, random)?;
        Ok::<_, KeyringFileError>(base64url::encode(&sealed))
    };

    let mut keys = Vec::new();
    for record in keyring.records() {
        let id = record.id();
        let sealed = match danger::key_in_any_state(keyring, id) {
            Some(key) => Some(seal(&context_of_key(K::PURPOSE, id), key.export().expose())?),
            None => None,
        };
        keys.push(Key {
            id: id.to_string(),
            state: record.state().to_string(),
            created_at: record.created_at().as_secs(),
            since: record.since().as_secs(),
            sealed,
        });
    }
    let mut document = Document {
        version: VERSION,
        purpose: K::PURPOSE.to_owned(),
        generation: keyring.generation(),
        kek: Kek {
            provider: wrapped.provider().to_owned(),
            parameters: wrapped.parameters().to_owned(),
            wrapped: base64url::encode(wrapped.bytes()),
        },
        keys,
        seal: String::new(),
    };
    document.seal = seal(&document.context(), b"")?;
    let mut json = serde_json::to_vec_pretty(&document).map_err(|_| KeyringFileError::Damaged)?;
    json.push(b'\n');
    Ok(json)
}

/// Reads the document. Nothing of it has been proved yet.
pub(super) fn parse<K: ExportKey>(json: &[u8]) -> Result<Document, KeyringFileError> {
    let damaged = |_| KeyringFileError::Damaged;
    let Versioned { version } = serde_json::from_slice(json).map_err(damaged)?;
    if version != VERSION {
        return Err(KeyringFileError::UnsupportedVersion);
    }
    let document: Document = serde_json::from_slice(json).map_err(damaged)?;
    if document.purpose != K::PURPOSE {
        return Err(KeyringFileError::WrongPurpose);
    }
    Ok(document)
}

impl Document {
    /// The wrapped document key, and the context that it was wrapped under.
    pub(super) fn wrapped(&self) -> Result<(Context, WrappedKey), KeyringFileError> {
        let Kek { provider, parameters, wrapped } = &self.kek;
        let wrapped = base64url::decode(wrapped).map_err(|_| KeyringFileError::Damaged)?;
        let wrapped = WrappedKey::new(provider.clone(), parameters.clone(), wrapped);
        Ok((context_of_document_key(&self.purpose), wrapped))
    }

    /// Opens it with the unwrapped document key: all of it is what was written, or nothing comes.
    pub(super) fn open<K: ExportKey>(
        &self,
        document_key: &SecretBytes,
    ) -> Result<Keyring<K>, KeyringFileError> {
        let key = SealingKey::import(document_key).ok_or(KeyringFileError::Damaged)?;
        let _nothing = open(&key, &self.context(), &self.seal)?;
        let keys = self.keys.iter().map(|stored| stored.restore(&self.purpose, &key));
        let keys = keys.collect::<Result<_, _>>()?;
        Keyring::restore(self.generation, keys).map_err(KeyringFileError::Invalid)
    }

    /// Every value of the document but the seal itself, in order, each with its length: what the
    /// seal proves does not depend on how the JSON is laid out.
    fn context(&self) -> Context {
        let Self { version, purpose, generation, kek, keys, seal: _ } = self;
        let Kek { provider, parameters, wrapped } = kek;
        let start = Context::of("bartizan.keyring.document")
            .bind(version.to_be_bytes())
            .bind(purpose)
            .bind(generation.to_be_bytes())
            .bind(provider)
            .bind(parameters)
            .bind(wrapped);
        keys.iter().fold(start, |context, key| {
            let Key { id, state, created_at, since, sealed } = key;
            context
                .bind(id)
                .bind(state)
                .bind(created_at.to_be_bytes())
                .bind(since.to_be_bytes())
                .bind(sealed.as_deref().unwrap_or_default())
        })
    }
}

impl Key {
    fn restore<K: ExportKey>(
        &self,
        purpose: &str,
        document_key: &SealingKey,
    ) -> Result<KeyRecord<K>, KeyringFileError> {
        let id: KeyId = self.id.parse().map_err(|_| KeyringFileError::Damaged)?;
        let state = KeyState::from_name(&self.state).ok_or(KeyringFileError::Damaged)?;
        let time = |secs| UnixTime::checked_from_secs(secs).ok_or(KeyringFileError::Damaged);
        let times = (time(self.created_at)?, time(self.since)?);
        let key = match &self.sealed {
            Some(sealed) => {
                let material = open(document_key, &context_of_key(purpose, id), sealed)?;
                Some(K::import(&material).ok_or(KeyringFileError::UnusableKey(id))?)
            }
            None => None,
        };
        Ok(KeyRecord::restore(id, state, times, key))
    }
}

fn open(
    key: &SealingKey,
    context: &Context,
    sealed: &str,
) -> Result<SecretBytes, KeyringFileError> {
    let damaged = |_: OpenError| KeyringFileError::Damaged;
    let sealed = base64url::decode(sealed).map_err(|_| KeyringFileError::Damaged)?;
    Parts::of(&sealed).and_then(|parts| parts.open(key, context)).map_err(damaged)
}

fn context_of_document_key(purpose: &str) -> Context {
    Context::of("bartizan.keyring.document-key").bind(purpose)
}

fn context_of_key(purpose: &str, id: KeyId) -> Context {
    Context::of("bartizan.keyring.key").bind(purpose).bind(id.to_bytes())
}

const VERSION: u64 = 1;

/// A document has one key, so its id says nothing.
const DOCUMENT_KEY: KeyId = KeyId::from_u32(0);
