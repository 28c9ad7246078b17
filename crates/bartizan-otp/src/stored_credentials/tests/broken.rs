use super::*;

/// A store that fails at one step.
pub(super) struct Broken(Step);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Get,
    Swap,
    AlwaysConflict,
    GoneBySwap,
    Damaged,
}

impl Broken {
    pub(super) const fn at(step: Step) -> Self {
        Self(step)
    }

    fn stored(&self) -> StoredEntry {
        let entry = match self.0 {
            Step::Damaged => Entry::new(vec![1, b'T', 9], UnixTime::MAX),
            _ => entry(&Guarded::new(TotpState::never())),
        };
        StoredEntry::new(entry, Version::from_u64(1))
    }
}

impl Store for Broken {
    async fn get(&self, _: &StoreKey) -> Result<Option<StoredEntry>, StoreError> {
        if self.0 == Step::Get { Err(StoreError::Unavailable) } else { Ok(Some(self.stored())) }
    }

    async fn create(&self, _: &StoreKey, _: Entry) -> Result<bool, StoreError> {
        Err(StoreError::Full)
    }

    async fn swap(&self, _: &StoreKey, _: Version, _: Entry) -> Result<Swap, StoreError> {
        match self.0 {
            Step::AlwaysConflict => Ok(Swap::Conflict(self.stored())),
            Step::GoneBySwap => Ok(Swap::Gone),
            _ => Err(StoreError::Unavailable),
        }
    }

    async fn remove(&self, _: &StoreKey) -> Result<bool, StoreError> {
        Err(StoreError::Unavailable)
    }
}
