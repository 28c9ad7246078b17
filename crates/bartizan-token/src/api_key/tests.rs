use bartizan_core::danger::ExportKey as _;
use bartizan_core::{KeyGenerator, KeyRefused, Keyring, ManualClock, SecretBytes, SystemRandom};

use super::*;
use bartizan_store::testing::{Yielding, alone, interleave, ready};
use bartizan_store::{Entry, MemoryStore};

const START: UnixTime = UnixTime::from_secs(1_700_000_000);
const DAY_SECS: u64 = 86_400;

struct Fixture {
    clock: Arc<ManualClock>,
    store: Arc<MemoryStore>,
    digest_keys: SharedKeyring<ApiKeyDigestKey>,
    keys: ApiKeys<MemoryStore>,
}

impl Fixture {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let store = Arc::new(MemoryStore::new(9, Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        let random = SystemRandom::new();
        let generator = KeyGenerator::new(&random, ApiKeyDigestKey::generate);
        let digest_keys = SharedKeyring::new(Keyring::create(START, &generator).unwrap());
        let keys = ApiKeys::new("acme", Arc::clone(&store), digest_keys.clone()).unwrap();
        Self { clock, store, digest_keys, keys }
    }

    fn issue(&self, scopes: &[&str]) -> ApiKey {
        let spec = ApiKeySpec::new("build-server", scopes, DAY_SECS).unwrap();
        ready(self.keys.issue(&spec, &*self.clock, &SystemRandom::new())).unwrap()
    }

    fn verify(&self, key: &ApiKey) -> Result<VerifiedApiKey, UseError> {
        ready(self.keys.verify(key.text(), &*self.clock))
    }

    fn refused(&self, key: &ApiKey) -> TokenRefused {
        match self.verify(key) {
            Err(UseError::Refused(refused)) => refused,
            other => panic!("{other:?}"),
        }
    }

    fn record(&self, key: &ApiKey) -> Record {
        let stored = ready(self.store.get(&key.id().store_key())).unwrap().unwrap();
        Record::read(stored.entry().bytes()).unwrap()
    }

    fn overwrite(&self, key: &ApiKey, entry: Entry) {
        let store_key = key.id().store_key();
        let version = ready(self.store.get(&store_key)).unwrap().unwrap().version();
        assert_eq!(ready(self.store.swap(&store_key, version, entry)), Ok(Swap::Done));
    }

    fn rotate(&self) {
        let random = SystemRandom::new();
        let generator = KeyGenerator::new(&random, ApiKeyDigestKey::generate);
        let next = self.digest_keys.snapshot().rotate(START, &generator).unwrap();
        self.digest_keys.replace(next.into_keyring()).unwrap();
    }
}

#[test]
fn a_key_is_good_for_its_scopes_until_it_expires() {
    let fixture = Fixture::new();
    let key = fixture.issue(&["notes:read", "notes:write"]);
    let verified = fixture.verify(&key).unwrap();
    assert_eq!((verified.id(), verified.info().owner()), (key.id(), "build-server"));
    assert_eq!(verified.require("notes:read"), Ok(()));
    for scope in ["notes", "notes:", "notes:read ", "NOTES:READ", ""] {
        assert_eq!(verified.require(scope), Err(MissingScope), "{scope:?}");
    }
    fixture.clock.advance_secs(DAY_SECS);
    assert_eq!(fixture.refused(&key), TokenRefused::Unknown);
}

/// A store that is late with forgetting does not prolong a key.
#[test]
fn a_key_is_judged_by_its_own_time_too() {
    let fixture = Fixture::new();
    let key = fixture.issue(&[]);
    let later = ManualClock::at(START.saturating_add_secs(DAY_SECS));
    let refused = ready(fixture.keys.verify(key.text(), &later)).err();
    assert_eq!(refused, Some(TokenRefused::Expired.into()));
}

#[test]
fn a_revoked_key_is_gone() {
    let fixture = Fixture::new();
    let (key, other) = (fixture.issue(&[]), fixture.issue(&[]));
    assert_eq!(ready(fixture.keys.revoke(&key.id())), Ok(true));
    assert_eq!(ready(fixture.keys.revoke(&key.id())), Ok(false));
    assert_eq!(fixture.refused(&key), TokenRefused::Unknown);
    assert_eq!(ready(fixture.keys.info(&key.id())), Ok(None));
    assert!(fixture.verify(&other).is_ok());
}

#[test]
fn the_id_of_another_key_proves_nothing() {
    let fixture = Fixture::new();
    let key = fixture.issue(&[]);
    // A key of its own making, with the right checksum, under the id of a good one.
    let forged = ApiKey::draw("acme", &SystemRandom::new()).unwrap();
    let entry = fixture.record(&key).entry();
    assert_eq!(ready(fixture.store.create(&forged.id().store_key(), entry)), Ok(true));
    assert_eq!(fixture.refused(&forged), TokenRefused::Unknown);
}

#[test]
fn a_key_of_another_prefix_never_reaches_the_store() {
    let fixture = Fixture::new();
    let key = ApiKey::draw("acme_test", &SystemRandom::new()).unwrap();
    assert_eq!(fixture.refused(&key), TokenRefused::Malformed);
    let (store, keys) = (Arc::clone(&fixture.store), fixture.digest_keys.clone());
    assert_eq!(ApiKeys::new("Acme", store, keys).err(), Some(SetupError::InvalidPrefix));
}

#[test]
fn whoever_writes_the_table_gains_nothing() {
    let fixture = Fixture::new();
    let key = fixture.issue(&["notes:read"]);
    let genuine = fixture.record(&key).entry();

    let random = SystemRandom::new();
    let own_key = ApiKeyDigestKey::generate(&random).unwrap();
    let more = ApiKeySpec::new("build-server", &["notes:read", "admin"], DAY_SECS).unwrap();
    let id = fixture.digest_keys.snapshot().primary().0;
    let planted = Record::new(more.info_at(START), &key, (id, &own_key));
    fixture.overwrite(&key, planted.entry());
    assert_eq!(fixture.refused(&key), TokenRefused::Unknown);

    // Any bit but those of the last use, which is not covered, and of the format.
    let at_last_use = 1 + 4 + 32;
    for at in (1..genuine.bytes().len()).filter(|at| *at != at_last_use) {
        let mut bytes = genuine.bytes().to_vec();
        bytes[at] ^= 1;
        fixture.overwrite(&key, Entry::new(bytes, genuine.expires_at()));
        assert!(fixture.verify(&key).is_err(), "byte {at}");
    }
    fixture.overwrite(&key, genuine);
    assert!(fixture.verify(&key).is_ok());
}

#[test]
fn a_rotation_makes_the_digest_again_at_the_next_use() {
    let fixture = Fixture::new();
    let (used, unused) = (fixture.issue(&[]), fixture.issue(&[]));
    // Its last use is written down already, so nothing but the rotation makes it be written.
    assert!(fixture.verify(&used).is_ok());
    let old = fixture.digest_keys.snapshot().primary().0;
    fixture.rotate();
    assert!(fixture.verify(&used).is_ok());
    let new = fixture.digest_keys.snapshot().primary().0;
    assert_eq!(
        (fixture.record(&used).digest_key(), fixture.record(&unused).digest_key()),
        (new, old)
    );

    let next = fixture.digest_keys.snapshot().destroy(old, START).unwrap().into_keyring();
    fixture.digest_keys.replace(next).unwrap();
    assert!(fixture.verify(&used).is_ok());
    assert_eq!(fixture.refused(&unused), TokenRefused::Key(KeyRefused::Destroyed));
}

#[test]
fn the_last_use_is_written_once_an_hour() {
    let fixture = Fixture::new();
    let key = fixture.issue(&[]);
    let last = || ready(fixture.keys.info(&key.id())).unwrap().unwrap().last_used_at();
    assert_eq!(last(), None);
    assert!(fixture.verify(&key).is_ok());
    assert_eq!(last(), Some(START));
    fixture.clock.advance_secs(3_599);
    assert!(fixture.verify(&key).is_ok());
    assert_eq!(last(), Some(START));
    fixture.clock.advance_secs(1);
    assert!(fixture.verify(&key).is_ok());
    assert_eq!(last(), Some(START.saturating_add_secs(3_600)));
}

#[test]
fn what_a_key_shall_be_is_bounded() {
    let spec = |scopes: &[&str], secs| ApiKeySpec::new("owner", scopes, secs).err();
    for scope in ["", " ", "a b", "a\"", "a\\", "é", "a\n", &"a".repeat(65)] {
        assert_eq!(spec(&[scope], 60), Some(GrantError::InvalidScope), "{scope:?}");
    }
    assert_eq!(spec(&["a"; 33], 60), Some(GrantError::InvalidScope));
    let max_secs = ApiKeySpec::MAX_LIFETIME_SECS;
    for secs in [0, max_secs + 1] {
        assert_eq!(spec(&[], secs), Some(GrantError::InvalidLifetime { max_secs }));
    }

    // The largest that is allowed fits into the store.
    let fixture = Fixture::new();
    let (owner, scope) = ("o".repeat(255), "s".repeat(64));
    let largest = ApiKeySpec::new(&owner, &[scope.as_str(); 32], max_secs).unwrap();
    let issued = ready(fixture.keys.issue(&largest, &*fixture.clock, &SystemRandom::new()));
    let verified = fixture.verify(&issued.unwrap()).unwrap();
    assert_eq!(verified.info().scopes().count(), 32);
}

/// Neither the store nor what is printed has the key.
#[test]
fn the_key_is_nowhere_but_in_the_owners_hands() {
    let fixture = Fixture::new();
    let key = fixture.issue(&[]);
    let secret = key.text().expose().rsplit('_').next().unwrap().as_bytes();
    let stored = fixture.record(&key).entry();
    for part in secret.windows(8) {
        assert!(!stored.bytes().windows(8).any(|window| window == part));
    }
    let verified = fixture.verify(&key).unwrap();
    let shown = format!("{key:?} {:?} {verified:?} {stored:?}", fixture.keys);
    assert!(!shown.contains(core::str::from_utf8(&secret[..8]).unwrap()));
    assert!(!shown.contains("build-server"), "{shown}");
}

#[test]
fn a_digest_key_is_exported_whole() {
    let key = ApiKeyDigestKey::generate(&SystemRandom::new()).unwrap();
    let again = ApiKeyDigestKey::import(&key.export()).unwrap();
    assert!(again.is_tag(&key.tag(b"message"), b"message"));
    assert!(!again.is_tag(&key.tag(b"message"), b"another"));
    assert!(ApiKeyDigestKey::import(&SecretBytes::from([0; 31])).is_none());
}

/// A key that is revoked while it is being used for the first time stays revoked.
#[test]
fn a_revoked_key_does_not_come_back_in_any_order() {
    let fixture = Fixture::new();
    let store = MemoryStore::new(9, Arc::new(ManualClock::at(START))).unwrap();
    let store = Arc::new(Yielding(store));
    let keys = ApiKeys::new("acme", store, fixture.digest_keys.clone()).unwrap();
    let (spec, clock) = (ApiKeySpec::new("owner", &[], DAY_SECS).unwrap(), &*fixture.clock);
    for seed in 0..200 {
        let key = alone(keys.issue(&spec, clock, &SystemRandom::new())).unwrap();
        let use_it = async |n: u64| match n {
            0 => assert_eq!(keys.revoke(&key.id()).await, Ok(true)),
            _ => drop(keys.verify(key.text(), clock).await),
        };
        let _all = interleave(seed, (0..4).map(use_it));
        assert!(alone(keys.verify(key.text(), clock)).is_err(), "seed {seed}");
    }
}
