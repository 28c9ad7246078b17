use std::sync::Barrier;
use std::thread;

use bartizan_core::{ManualClock, SystemRandom};
use bartizan_store::testing::{Yielding, interleave, ready};
use bartizan_store::{MemoryStore, Swap};

use super::*;

fn memory() -> MemoryStore {
    MemoryStore::new(100, Arc::new(ManualClock::at(UnixTime::from_secs(1_000)))).unwrap()
}

fn recovery() -> StoredRecoveryCodes<MemoryStore> {
    StoredRecoveryCodes::new(Arc::new(memory()))
}

fn renew<S: Store>(recovery: &StoredRecoveryCodes<S>, user: &str) -> RecoveryCodes {
    ready(recovery.renew(user, &SystemRandom::new())).unwrap()
}

const REPLAYED: RecoveryError = RecoveryError::Refused(VerifyError::Replayed);
const MISMATCH: RecoveryError = RecoveryError::Refused(VerifyError::Mismatch);

/// asvs: V6.5.1
#[test]
fn each_code_works_once() {
    let recovery = recovery();
    let codes = renew(&recovery, "alice");
    for (used, code) in codes.shown().iter().enumerate() {
        assert_eq!(ready(recovery.left("alice")), Ok(RecoveryCodes::COUNT - used));
        let redeemed = ready(recovery.redeem("alice", code.expose())).unwrap();
        assert_eq!(redeemed.left(), RecoveryCodes::COUNT - used - 1);
        assert_eq!(ready(recovery.redeem("alice", code.expose())).err(), Some(REPLAYED));
    }
}

/// asvs: V6.5.1, in parallel: of a thousand tries by eight threads one succeeds.
#[test]
fn of_many_racing_threads_one_redeems() {
    let recovery = recovery();
    let codes = renew(&recovery, "alice");
    let start = Barrier::new(8);
    let redeemed: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let _leader = start.wait();
                    let tries =
                        (0..125).map(|_| recovery.redeem("alice", codes.shown()[0].expose()));
                    tries.flat_map(ready).count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((redeemed, ready(recovery.left("alice"))), (1, Ok(9)));
}

/// asvs: V6.5.1, whatever the order of the steps.
#[test]
fn in_any_order_of_steps_each_code_works_once() {
    for seed in 0..300 {
        let recovery = StoredRecoveryCodes::new(Arc::new(Yielding(memory())));
        let [codes] = &interleave(0, [recovery.renew("alice", &SystemRandom::new())])[..] else {
            panic!("one future, one outcome");
        };
        let codes = codes.as_ref().unwrap();
        let tries = (0..12).map(|n| recovery.redeem("alice", codes.shown()[n % 3].expose()));
        let outcomes = interleave(seed, tries);
        for code in 0..3 {
            let of_code = outcomes.iter().skip(code).step_by(3);
            let redeemed = of_code.clone().filter(|outcome| outcome.is_ok()).count();
            let replayed = of_code.filter(|outcome| outcome.as_ref().err() == Some(&REPLAYED));
            assert_eq!((redeemed, replayed.count()), (1, 3), "seed {seed}");
        }
    }
}

#[test]
fn a_code_that_races_with_its_renewal_is_used_before_or_never() {
    for seed in 0..300 {
        let recovery = StoredRecoveryCodes::new(Arc::new(Yielding(memory())));
        let first = interleave(0, [recovery.renew("alice", &SystemRandom::new())]).pop().unwrap();
        let code = first.as_ref().unwrap().shown()[0].expose();
        let renew = async {
            assert!(recovery.renew("alice", &SystemRandom::new()).await.is_ok());
            true
        };
        let redeem = async { recovery.redeem("alice", code).await.is_ok() };
        let both: [core::pin::Pin<Box<dyn Future<Output = bool>>>; 2] =
            [Box::pin(renew), Box::pin(redeem)];
        let _outcomes = interleave(seed, both);
        let after = interleave(0, [recovery.left("alice")]).pop().unwrap();
        assert_eq!(after, Ok(RecoveryCodes::COUNT), "seed {seed}: none of the new is used");
        let again = interleave(0, [recovery.redeem("alice", code)]).pop().unwrap();
        assert_eq!(again.err(), Some(MISMATCH), "seed {seed}");
    }
}

#[test]
fn renewal_and_removal_end_all_former_codes() {
    let recovery = recovery();
    let former = renew(&recovery, "alice");
    let _other = renew(&recovery, "bob");
    let codes = renew(&recovery, "alice");
    for code in former.shown() {
        assert_eq!(ready(recovery.redeem("alice", code.expose())).err(), Some(MISMATCH));
    }
    for code in codes.shown() {
        assert_eq!(ready(recovery.redeem("bob", code.expose())).err(), Some(MISMATCH));
    }
    assert_eq!(ready(recovery.remove("alice")), Ok(true));
    assert_eq!(ready(recovery.remove("alice")), Ok(false));
    assert_eq!(ready(recovery.left("alice")), Ok(0));
    let removed = ready(recovery.redeem("alice", codes.shown()[0].expose()));
    assert_eq!(removed.err(), Some(MISMATCH));
    assert_eq!(ready(recovery.left("bob")), Ok(10));
}

#[test]
fn what_is_no_code_never_reaches_the_store() {
    #[derive(Debug)]
    struct Untouched;

    impl Store for Untouched {
        async fn get(&self, _: &StoreKey) -> Result<Option<StoredEntry>, StoreError> {
            panic!("asked")
        }
        async fn create(&self, _: &StoreKey, _: Entry) -> Result<bool, StoreError> {
            panic!("asked")
        }
        async fn swap(
            &self,
            _: &StoreKey,
            _: bartizan_store::Version,
            _: Entry,
        ) -> Result<Swap, StoreError> {
            panic!("asked")
        }
        async fn remove(&self, _: &StoreKey) -> Result<bool, StoreError> {
            panic!("asked")
        }
    }

    let recovery = StoredRecoveryCodes::new(Arc::new(Untouched));
    for hostile in ["", "0123", "u123-4567-89ab-cdef-ghjk-mnpq", &"0".repeat(1 << 20)] {
        let refused = ready(recovery.redeem("alice", hostile));
        assert_eq!(refused.err(), Some(RecoveryError::Refused(VerifyError::Malformed)));
    }
}

#[test]
fn damaged_data_is_the_stores_fault() {
    let recovery = recovery();
    let damaged = Entry::new(vec![1, 2, 3], UnixTime::MAX);
    assert_eq!(ready(recovery.store.create(&key("alice"), damaged)), Ok(true));
    let code = "0123-4567-89ab-cdef-ghjk-mnpq";
    let failed = ready(recovery.redeem("alice", code)).err();
    assert_eq!(failed, Some(RecoveryError::Store(StoreError::Damaged)));
    assert_eq!(ready(recovery.left("alice")), Err(StoreError::Damaged));
}
