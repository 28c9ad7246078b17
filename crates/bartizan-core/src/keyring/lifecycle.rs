use core::error::Error;
use core::fmt;
use std::sync::Arc;

use super::{KeyGenerator, KeyId, KeyRecord, KeyState, Keyring};
use crate::random::RandomUnavailable;
use crate::time::UnixTime;

/// The steps that an operator takes; [`advance`](Keyring::advance) takes those that are due.
impl<K> Keyring<K> {
    /// Publishes a new key, to be used later.
    ///
    /// # Errors
    ///
    /// - [`TransitionError::RandomUnavailable`]: there is no randomness.
    /// - [`TransitionError::Full`]: [`MAX_KEYS`](Self::MAX_KEYS) are kept.
    pub fn publish(
        &self,
        now: UnixTime,
        generator: &KeyGenerator<'_, K>,
    ) -> Result<Transition<K>, TransitionError> {
        let mut draft = Draft::of(self);
        let _id = draft.publish(now, generator)?;
        Ok(draft.finish())
    }

    /// Replaces the primary at once: by the key published longest ago or, if none is, a new one.
    ///
    /// The former primary still reads. A new key was not published ahead, so other processes do
    /// not know it before they have loaded this keyring: [`advance`](Self::advance) rotates
    /// without that gap.
    ///
    /// # Errors
    ///
    /// - [`TransitionError::RandomUnavailable`]: a new key is needed, and there is no randomness.
    /// - [`TransitionError::Full`]: a new key is needed, and [`MAX_KEYS`](Self::MAX_KEYS) are kept.
    pub fn rotate(
        &self,
        now: UnixTime,
        generator: &KeyGenerator<'_, K>,
    ) -> Result<Transition<K>, TransitionError> {
        let mut draft = Draft::of(self);
        draft.replace_primary(now, generator)?;
        Ok(draft.finish())
    }

    /// Makes a published key the primary; the former primary still reads.
    ///
    /// # Errors
    ///
    /// - [`TransitionError::UnknownKey`]: no key has this id.
    /// - [`TransitionError::NotAllowed`]: the key is not in pre-activation. A key that has been
    ///   the primary before never is again.
    pub fn promote(&self, id: KeyId, now: UnixTime) -> Result<Transition<K>, TransitionError> {
        let mut draft = Draft::of(self);
        let _state = draft.require(id, &[KeyState::PreActivation])?;
        draft.promote(id, now);
        Ok(draft.finish())
    }

    /// Takes a published key out before it was ever the primary; it still reads.
    ///
    /// # Errors
    ///
    /// - [`TransitionError::UnknownKey`]: no key has this id.
    /// - [`TransitionError::NotAllowed`]: the key is not in pre-activation. The primary is
    ///   replaced by [`rotate`](Self::rotate), never just taken away.
    pub fn deactivate(&self, id: KeyId, now: UnixTime) -> Result<Transition<K>, TransitionError> {
        let mut draft = Draft::of(self);
        let _state = draft.require(id, &[KeyState::PreActivation])?;
        draft.set_state(id, KeyState::Deactivated, now);
        Ok(draft.finish())
    }

    /// Refuses a key from now on, because somebody else may have it.
    ///
    /// A compromised primary is replaced as [`rotate`](Self::rotate) does. The key is kept, for
    /// `danger` to re-seal what it sealed, until it is [destroyed](Self::destroy).
    ///
    /// # Errors
    ///
    /// - [`TransitionError::UnknownKey`]: no key has this id.
    /// - [`TransitionError::NotAllowed`]: the key was destroyed.
    /// - [`TransitionError::RandomUnavailable`], [`TransitionError::Full`]: a new primary is
    ///   needed and cannot be had. The key is still accepted: help, then try again.
    pub fn compromise(
        &self,
        id: KeyId,
        now: UnixTime,
        generator: &KeyGenerator<'_, K>,
    ) -> Result<Transition<K>, TransitionError> {
        use KeyState::{Active, Compromised, Deactivated, PreActivation};

        let mut draft = Draft::of(self);
        let state = draft.require(id, &[PreActivation, Active, Deactivated, Compromised])?;
        if state == Active {
            draft.replace_primary(now, generator)?;
        }
        draft.set_state(id, Compromised, now);
        Ok(draft.finish())
    }

    /// Destroys a key: what it sealed is lost, what it signed is refused.
    ///
    /// Its bytes are wiped when the last keyring that holds it is dropped.
    ///
    /// # Errors
    ///
    /// - [`TransitionError::UnknownKey`]: no key has this id.
    /// - [`TransitionError::NotAllowed`]: the key is the primary. Replace it first.
    pub fn destroy(&self, id: KeyId, now: UnixTime) -> Result<Transition<K>, TransitionError> {
        use KeyState::{Compromised, Deactivated, Destroyed, PreActivation};

        let mut draft = Draft::of(self);
        let _state = draft.require(id, &[PreActivation, Deactivated, Compromised, Destroyed])?;
        draft.set_state(id, Destroyed, now);
        Ok(draft.finish())
    }
}

/// The next keyring, and what is different in it.
///
/// ```
/// use bartizan_core::{KeyGenerator, KeyState, Keyring, SystemRandom, TransitionError, UnixTime};
///
/// let (random, now) = (SystemRandom::new(), UnixTime::from_secs(1_700_000_000));
/// let generator = KeyGenerator::new(&random, |_| Ok("key"));
/// let keyring = Keyring::create(now, &generator)?;
///
/// let step = keyring.publish(now, &generator)?;
/// let published = step.changes()[0];
/// assert_eq!((published.from, published.to), (None, KeyState::PreActivation));
///
/// let next = step.into_keyring().promote(published.id, now)?.into_keyring();
/// assert_eq!(next.primary().0, published.id);
/// let refused = next.destroy(published.id, now).err();
/// assert_eq!(refused, Some(TransitionError::NotAllowed { state: KeyState::Active }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the next keyring has to be stored and used"]
pub struct Transition<K> {
    keyring: Keyring<K>,
    changes: Vec<KeyChange>,
}

impl<K> Transition<K> {
    /// Lends the next keyring: to store it before it is used.
    #[must_use]
    pub const fn keyring(&self) -> &Keyring<K> {
        &self.keyring
    }

    /// Returns the next keyring.
    #[must_use]
    pub fn into_keyring(self) -> Keyring<K> {
        self.keyring
    }

    /// Lists what changed, in order. Empty when nothing did.
    #[must_use]
    pub fn changes(&self) -> &[KeyChange] {
        &self.changes
    }
}

/// A key came to another state: what to write into the audit log. See [`Transition`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyChange {
    /// The key.
    pub id: KeyId,
    /// The state it left; none when it was made.
    pub from: Option<KeyState>,
    /// The state it came to.
    pub to: KeyState,
}

/// Why a key cannot take that step. The operator is at fault, except where a variant says otherwise.
///
/// See [`Transition`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransitionError {
    /// No key of the keyring has this id.
    UnknownKey,
    /// A key in this state cannot take this step.
    NotAllowed {
        /// The key's state.
        state: KeyState,
    },
    /// A new key is needed, and the keyring is full of keys that are not destroyed.
    Full,
    /// A new key is needed, and the source of randomness failed: the machine is at fault.
    RandomUnavailable,
}

impl fmt::Display for TransitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey => f.write_str("no key of the keyring has this id"),
            Self::NotAllowed { state } => write!(f, "a key in state {state} cannot take this step"),
            Self::Full => f.write_str("the keyring is full: destroy keys that nothing needs"),
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
        }
    }
}

impl Error for TransitionError {}

impl From<RandomUnavailable> for TransitionError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}

/// A keyring being changed. Nobody sees it before `finish`.
pub(super) struct Draft<K> {
    keyring: Keyring<K>,
    changes: Vec<KeyChange>,
}

impl<K> Draft<K> {
    pub(super) fn of(keyring: &Keyring<K>) -> Self {
        Self { keyring: keyring.clone(), changes: Vec::new() }
    }

    pub(super) const fn keyring(&self) -> &Keyring<K> {
        &self.keyring
    }

    pub(super) fn finish(mut self) -> Transition<K> {
        if !self.changes.is_empty() {
            self.keyring.generation = self.keyring.generation.saturating_add(1);
            // The living first: a lookup rarely walks past the destroyed.
            self.keyring.keys.sort_by_key(|key| key.state == KeyState::Destroyed);
        }
        Transition { keyring: self.keyring, changes: self.changes }
    }

    pub(super) fn publish(
        &mut self,
        now: UnixTime,
        generator: &KeyGenerator<'_, K>,
    ) -> Result<KeyId, TransitionError> {
        self.make_room()?;
        let (id, key) = generator.generate(|id| self.keyring.get(id).is_some())?;
        self.keyring.keys.push(KeyRecord {
            id,
            state: KeyState::PreActivation,
            created_at: now,
            since: now,
            material: Some(Arc::new(key)),
        });
        self.changes.push(KeyChange { id, from: None, to: KeyState::PreActivation });
        Ok(id)
    }

    pub(super) fn promote(&mut self, id: KeyId, now: UnixTime) {
        if let Some(key) = self.keyring.get(id).and_then(|key| key.material.clone()) {
            self.set_state(self.keyring.primary.0, KeyState::Deactivated, now);
            self.set_state(id, KeyState::Active, now);
            self.keyring.primary = (id, key);
        }
    }

    pub(super) fn set_state(&mut self, id: KeyId, to: KeyState, now: UnixTime) {
        let key = self.keyring.keys.iter_mut().find(|key| key.id == id && key.state != to);
        if let Some(key) = key {
            self.changes.push(KeyChange { id, from: Some(key.state), to });
            key.state = to;
            key.since = now;
            if to == KeyState::Destroyed {
                key.material = None;
            }
        }
    }

    fn replace_primary(
        &mut self,
        now: UnixTime,
        generator: &KeyGenerator<'_, K>,
    ) -> Result<(), TransitionError> {
        let waiting = self.keyring.keys.iter().filter(|key| key.state == KeyState::PreActivation);
        let next = match waiting.min_by_key(|key| key.since).map(|key| key.id) {
            Some(published) => published,
            None => self.publish(now, generator)?,
        };
        self.promote(next, now);
        Ok(())
    }

    fn require(&self, id: KeyId, allowed: &[KeyState]) -> Result<KeyState, TransitionError> {
        let state = self.keyring.get(id).ok_or(TransitionError::UnknownKey)?.state;
        if allowed.contains(&state) {
            Ok(state)
        } else {
            Err(TransitionError::NotAllowed { state })
        }
    }

    /// Forgets the key destroyed longest ago when the keyring is full.
    fn make_room(&mut self) -> Result<(), TransitionError> {
        if self.keyring.keys.len() < Keyring::<K>::MAX_KEYS {
            return Ok(());
        }
        let destroyed = self.keyring.keys.iter().enumerate();
        let destroyed = destroyed.filter(|(_, key)| key.state == KeyState::Destroyed);
        let oldest = destroyed.min_by_key(|(_, key)| key.since).ok_or(TransitionError::Full)?;
        let _forgotten = self.keyring.keys.remove(oldest.0);
        Ok(())
    }
}
