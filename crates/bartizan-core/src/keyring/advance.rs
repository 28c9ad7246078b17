use super::lifecycle::Draft;
use super::{
    KeyGenerator, KeyId, KeyRecord, KeyState, Keyring, Retention, RotationPolicy, Transition,
    TransitionError,
};
use crate::time::UnixTime;

impl<K> Keyring<K> {
    /// Does what is due at `now`: publish the next key, then use it, then keep the former one for
    /// as long as what it made may live, then destroy it.
    ///
    /// The result depends on the arguments alone. Called twice with the same `now` it changes
    /// nothing the second time; called late, it does what is overdue but never skips the
    /// propagation time; called with a clock that was set back, it waits. When nothing is due the
    /// keyring comes back with its generation unchanged.
    ///
    /// Publishing and using a key must be seen by every process: store the next keyring, by
    /// compare-and-swap on the generation, before you use it.
    ///
    /// # Errors
    ///
    /// The keyring that you have stays in use.
    ///
    /// - [`TransitionError::RandomUnavailable`]: a key is due, and there is no randomness.
    /// - [`TransitionError::Full`]: a key is due, and [`MAX_KEYS`](Self::MAX_KEYS) are kept.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{
    ///     KeyGenerator, KeyMaterial, KeyState, Keyring, Retention, RotationPolicy, SystemRandom,
    ///     UnixTime,
    /// };
    ///
    /// struct Pepper;
    /// impl KeyMaterial for Pepper {
    ///     const PURPOSE: &'static str = "pepper";
    /// }
    ///
    /// let policy = RotationPolicy::builder()
    ///     .cryptoperiod_secs(1_000)
    ///     .propagation_secs(100)
    ///     .retention(Retention::Secs(50))
    ///     .build()?;
    /// let random = SystemRandom::new();
    /// let generator = KeyGenerator::new(&random, |_| Ok(Pepper));
    ///
    /// let mut keyring = Keyring::create(UnixTime::EPOCH, &generator)?;
    /// let mut states = Vec::new();
    /// for secs in [899, 900, 1_000, 1_050, 1_051] {
    ///     let step = keyring.advance(UnixTime::from_secs(secs), &policy, &generator)?;
    ///     states.push(step.changes().iter().map(|change| change.to).collect::<Vec<_>>());
    ///     keyring = step.into_keyring();
    /// }
    /// assert_eq!(states, [
    ///     vec![],
    ///     vec![KeyState::PreActivation],
    ///     vec![KeyState::Deactivated, KeyState::Active],
    ///     vec![],
    ///     vec![KeyState::Destroyed],
    /// ]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn advance(
        &self,
        now: UnixTime,
        policy: &RotationPolicy,
        generator: &KeyGenerator<'_, K>,
    ) -> Result<Transition<K>, TransitionError> {
        let mut draft = Draft::of(self);
        if publication_is_due(draft.keyring(), now, policy) {
            let _id = draft.publish(now, generator)?;
        }
        if let Some(next) = activation_due(draft.keyring(), now, policy) {
            draft.promote(next, now);
        }
        for expired in retention_over(draft.keyring(), now, policy) {
            draft.set_state(expired, KeyState::Destroyed, now);
        }
        Ok(draft.finish())
    }
}

fn publication_is_due<K>(keyring: &Keyring<K>, now: UnixTime, policy: &RotationPolicy) -> bool {
    // A policy's cryptoperiod is longer than its propagation time.
    let wait = policy.cryptoperiod_secs().saturating_sub(policy.propagation_secs());
    let none_is_waiting = keyring.keys.iter().all(|key| key.state != KeyState::PreActivation);
    none_is_waiting && reached(now, keyring.primary_since(), wait)
}

fn activation_due<K>(
    keyring: &Keyring<K>,
    now: UnixTime,
    policy: &RotationPolicy,
) -> Option<KeyId> {
    if !reached(now, keyring.primary_since(), policy.cryptoperiod_secs()) {
        return None;
    }
    let waiting = keyring.keys.iter().filter(|key| key.state == KeyState::PreActivation);
    let next = waiting.min_by_key(|key| key.since)?;
    reached(now, next.since, policy.propagation_secs()).then_some(next.id)
}

fn retention_over<K>(keyring: &Keyring<K>, now: UnixTime, policy: &RotationPolicy) -> Vec<KeyId> {
    let Retention::Secs(retention_secs) = policy.retention() else {
        return Vec::new();
    };
    let over = |key: &&KeyRecord<K>| {
        let age = now.secs_since(key.since);
        key.state == KeyState::Deactivated && age.is_some_and(|age| age > retention_secs)
    };
    keyring.keys.iter().filter(over).map(|key| key.id).collect()
}

fn reached(now: UnixTime, since: UnixTime, secs: u64) -> bool {
    now.secs_since(since).is_some_and(|age| age >= secs)
}
