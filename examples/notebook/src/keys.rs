//! The four keyrings: one signs access tokens, one seals notes and second factors, one seals
//! password hashes, one makes digests of codes that were sent.

use core::fmt;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use bartizan::core::danger::ExportKey;
use bartizan::core::{
    Clock as _, KeyGenerator, KeyMaterial, Keyring, Random, RandomUnavailable, Retention,
    RotationPolicy, SharedKeyring, SystemClock, SystemRandom, Transition, TransitionError,
    UnixTime,
};
use bartizan::envelope::{
    Envelope, KeyFileError, KeyringFile, KeyringFileError, LocalKeyFile, SealingKey,
};
use bartizan::otp::{OobDigestKey, OobPolicy};
use bartizan::password::{Pepper, PepperKey};
use bartizan::token::{SigningKey, TokenKind as _, Verifier};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::data_dir::DataDir;
use crate::db::{Db, keyrings};
use crate::error::Error;
use crate::programs::ApiToken;
use crate::reseal;
use crate::start_error::StartError;

const DAY_SECS: u64 = 24 * 60 * 60;

/// The keyrings, and what works with them.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) envelope: Envelope,
    pub(crate) pepper: Pepper,
    token: Managed<SigningKey>,
    sealing: Managed<SealingKey>,
    peppers: Managed<PepperKey>,
    digests: Managed<OobDigestKey>,
    /// One change at a time, of whichever keyring.
    change: Mutex<()>,
}

/// Which keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Name {
    Token,
    Sealing,
    Pepper,
    Digest,
}

impl Name {
    /// The name in the database, in forms and in the log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Sealing => "sealing",
            Self::Pepper => "pepper",
            Self::Digest => "code-digest",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Token => "Keys that sign access tokens",
            Self::Sealing => "Keys that seal notes and second factors",
            Self::Pepper => "Peppers that seal password hashes",
            Self::Digest => "Keys for the digests of sent codes",
        }
    }
}

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let all = [Self::Token, Self::Sealing, Self::Pepper, Self::Digest];
        all.into_iter().find(|known| known.as_str() == name).ok_or("no keyring has that name")
    }
}

/// What is to happen to a keyring.
#[derive(Clone, Copy, Debug)]
enum Step {
    Rotate,
    Advance,
}

/// A key as the operator sees it.
#[derive(Debug)]
pub(crate) struct KeyRow {
    pub(crate) id: String,
    pub(crate) state: &'static str,
    pub(crate) created: UnixTime,
    pub(crate) since: UnixTime,
}

/// A keyring as the operator sees it.
#[derive(Debug)]
pub(crate) struct KeyringRows {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) generation: u64,
    pub(crate) keys: Vec<KeyRow>,
}

impl Keys {
    /// Makes the key files of a first start, those that are not there yet.
    pub(crate) fn make(directory: &DataDir) -> Result<(), StartError> {
        match LocalKeyFile::create(directory.key_encryption_key(), &SystemRandom::new()) {
            Ok(_) | Err(KeyFileError::AlreadyExists) => {}
            Err(error) => return Err(unusable(&directory.key_encryption_key(), &error)),
        }
        make_keyring(directory, &directory.token_keys(), SigningKey::generate_ed25519)?;
        make_keyring(directory, &directory.sealing_keys(), SealingKey::generate)?;
        make_keyring(directory, &directory.pepper_keys(), PepperKey::generate)?;
        make_keyring(directory, &directory.digest_keys(), OobDigestKey::generate)
    }

    /// Reads the key files. What is missing, damaged or older than it was is not replaced.
    pub(crate) async fn load(directory: &DataDir, db: &Db) -> Result<Self, StartError> {
        let generations = db
            .run(|tx| {
                let of = |name: Name| keyrings::generation(tx, name.as_str());
                Ok((of(Name::Token)?, of(Name::Sealing)?, of(Name::Pepper)?, of(Name::Digest)?))
            })
            .await
            .map_err(|error| StartError::because("the database is damaged", &error))?;
        // Verifiers accept a token for a little longer than it lives.
        let token_secs =
            ApiToken::MAX_LIFETIME_SECS.saturating_add(Verifier::<ApiToken>::MAX_LEEWAY_SECS);
        let token = managed(
            directory,
            &directory.token_keys(),
            (generations.0, policy(30, Retention::Secs(token_secs))?),
            SigningKey::generate_ed25519,
        )?;
        let sealing = managed(
            directory,
            &directory.sealing_keys(),
            (generations.1, policy(90, Retention::Forever)?),
            SealingKey::generate,
        )?;
        let peppers = managed(
            directory,
            &directory.pepper_keys(),
            // Forever, for the sake of backups; the hashes in use are all under the primary.
            (generations.2, policy(90, Retention::Forever)?),
            PepperKey::generate,
        )?;
        let digests = managed(
            directory,
            &directory.digest_keys(),
            (generations.3, policy(30, Retention::Secs(OobPolicy::MAX_LIFETIME_SECS))?),
            OobDigestKey::generate,
        )?;
        Ok(Self {
            envelope: Envelope::new(sealing.shared.clone()),
            pepper: Pepper::new(peppers.shared.clone()),
            token,
            sealing,
            peppers,
            digests,
            change: Mutex::new(()),
        })
    }

    /// Returns the keys that sign access tokens; what is made of them follows each rotation.
    pub(crate) fn token_keys(&self) -> SharedKeyring<SigningKey> {
        self.token.shared.clone()
    }

    /// Returns the keys that make digests of codes that were sent.
    pub(crate) fn digest_keys(&self) -> SharedKeyring<OobDigestKey> {
        self.digests.shared.clone()
    }

    /// Returns what may be known of the keyrings.
    pub(crate) fn rows(&self) -> [KeyringRows; 4] {
        [
            rows(Name::Token, &self.token.shared.snapshot()),
            rows(Name::Sealing, &self.sealing.shared.snapshot()),
            rows(Name::Pepper, &self.peppers.shared.snapshot()),
            rows(Name::Digest, &self.digests.shared.snapshot()),
        ]
    }

    /// Replaces the primary of a keyring at once. What the former one made still reads.
    pub(crate) async fn rotate(&self, name: Name, db: &Db) -> Result<(), Error> {
        self.change(name, Step::Rotate, db).await
    }

    /// Does what is due by the clock.
    pub(crate) async fn advance(&self, db: &Db) -> Result<(), Error> {
        self.change(Name::Token, Step::Advance, db).await?;
        self.change(Name::Sealing, Step::Advance, db).await?;
        self.change(Name::Pepper, Step::Advance, db).await?;
        self.change(Name::Digest, Step::Advance, db).await
    }

    async fn change(&self, name: Name, step: Step, db: &Db) -> Result<(), Error> {
        let _one_at_a_time = self.change.lock().await;
        let generation = match name {
            Name::Token => self.token.clone().change(name, step).await?,
            Name::Sealing => self.sealing.clone().change(name, step).await?,
            Name::Pepper => self.peppers.clone().change(name, step).await?,
            Name::Digest => self.digests.clone().change(name, step).await?,
        };
        let Some(generation) = generation else { return Ok(()) };
        db.run(move |tx| keyrings::remember(tx, name.as_str(), generation)).await?;
        if name == Name::Pepper { reseal::all(&self.pepper, db).await } else { Ok(()) }
    }
}

/// A keyring in use, its file, and how it goes on.
struct Managed<K> {
    shared: SharedKeyring<K>,
    file: KeyringFile,
    policy: RotationPolicy,
    generate: fn(&dyn Random) -> Result<K, RandomUnavailable>,
}

impl<K: ExportKey> Managed<K> {
    /// Takes a step on a thread that may block; returns the new generation when there is one.
    async fn change(self, name: Name, step: Step) -> Result<Option<u64>, Error> {
        spawn_blocking(move || self.change_now(name, step)).await.map_err(Error::machine)?
    }

    fn change_now(&self, name: Name, step: Step) -> Result<Option<u64>, Error> {
        let current = self.shared.snapshot();
        let transition = self.step(&current, step).map_err(Error::machine)?;
        if transition.changes().is_empty() {
            return Ok(None);
        }
        // Saved before it is used: what a key made must outlive this process.
        self.file.save(&current, transition.keyring()).map_err(Error::machine)?;
        for change in transition.changes() {
            let line = format!("{} key {} is {} now\n", name.as_str(), change.id, change.to);
            // Nothing is left to be done when standard error is closed.
            let _ = io::stderr().write_all(line.as_bytes());
        }
        let next = transition.into_keyring();
        let generation = next.generation();
        self.shared.replace(next).map_err(Error::machine)?;
        Ok(Some(generation))
    }

    fn step(&self, current: &Keyring<K>, step: Step) -> Result<Transition<K>, TransitionError> {
        let random = SystemRandom::new();
        let generator = KeyGenerator::new(&random, self.generate);
        let now = SystemClock::new().now();
        match step {
            Step::Rotate => current.rotate(now, &generator),
            Step::Advance => current.advance(now, &self.policy, &generator),
        }
    }
}

impl<K> Clone for Managed<K> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            file: self.file.clone(),
            policy: self.policy,
            generate: self.generate,
        }
    }
}

impl<K> fmt::Debug for Managed<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Managed")
            .field("shared", &self.shared)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

fn make_keyring<K: ExportKey>(
    directory: &DataDir,
    path: &Path,
    generate: fn(&dyn Random) -> Result<K, RandomUnavailable>,
) -> Result<(), StartError> {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, generate);
    let keyring = Keyring::create(SystemClock::new().now(), &generator)
        .map_err(|error| unusable(path, &error))?;
    match keyring_file(directory, path)?.create(&keyring) {
        Ok(()) | Err(KeyringFileError::AlreadyExists) => Ok(()),
        Err(error) => Err(unusable(path, &error)),
    }
}

/// Reads a keyring that is at least of the generation that was used last.
fn managed<K: ExportKey + KeyMaterial>(
    directory: &DataDir,
    path: &Path,
    (generation, policy): (u64, RotationPolicy),
    generate: fn(&dyn Random) -> Result<K, RandomUnavailable>,
) -> Result<Managed<K>, StartError> {
    let file = keyring_file(directory, path)?;
    let keyring = file.load_at_least(generation).map_err(|error| unusable(path, &error))?;
    Ok(Managed { shared: SharedKeyring::new(keyring), file, policy, generate })
}

fn keyring_file(directory: &DataDir, path: &Path) -> Result<KeyringFile, StartError> {
    let kek_path = directory.key_encryption_key();
    let kek = LocalKeyFile::open(&kek_path).map_err(|error| unusable(&kek_path, &error))?;
    Ok(KeyringFile::new(path, Arc::new(kek)))
}

fn policy(cryptoperiod_days: u64, retention: Retention) -> Result<RotationPolicy, StartError> {
    RotationPolicy::builder()
        .cryptoperiod_secs(cryptoperiod_days.saturating_mul(DAY_SECS))
        .propagation_secs(2 * 60 * 60)
        .retention(retention)
        .build()
        .map_err(|error| program(&error))
}

fn rows<K>(name: Name, keyring: &Keyring<K>) -> KeyringRows {
    let keys = keyring.records().map(|record| KeyRow {
        id: record.id().to_string(),
        state: record.state().name(),
        created: record.created_at(),
        since: record.since(),
    });
    KeyringRows {
        name: name.as_str(),
        title: name.title(),
        generation: keyring.generation(),
        keys: keys.collect(),
    }
}

fn unusable(path: &Path, cause: &dyn fmt::Display) -> StartError {
    StartError::because(format!("{} is unusable", path.display()), cause)
}

fn program(cause: &dyn fmt::Display) -> StartError {
    StartError::because("the program is wrongly set up", cause)
}
