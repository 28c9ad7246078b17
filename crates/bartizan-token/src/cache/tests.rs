use std::thread;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemRandom};

use super::*;
use crate::{
    AccessToken, Audience, Issuer, IssuerName, JwkSet, NoClaims, SharedJwkSet, SigningKey,
    TokenRefused, UseError,
};
use bartizan_store::testing::ready;
use bartizan_store::{Entry, MemoryStore, StoreError, StoreKey, StoredEntry, Swap, Version};

const START: UnixTime = UnixTime::from_secs(1_700_000_000);

struct Fixture<S = MemoryStore> {
    clock: Arc<ManualClock>,
    keys: SharedKeyring<SigningKey>,
    issuer: Issuer<AccessToken>,
    revocations: Revocations<S>,
    verifier: CachedVerifier<AccessToken, S>,
}

fn fixture(capacity: usize) -> Fixture {
    let clock = Arc::new(ManualClock::at(START));
    let store = MemoryStore::new(100, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    Fixture::over(store, clock, capacity)
}

impl<S: Store> Fixture<S> {
    fn over(store: S, clock: Arc<ManualClock>, capacity: usize) -> Self {
        let random = PredictableRandom::from_seed(1);
        let generator = KeyGenerator::new(&random, SigningKey::generate_hs256);
        let keys = SharedKeyring::new(Keyring::create(START, &generator).unwrap());
        let name = IssuerName::new("https://id.example").unwrap();
        let api = Audience::new("https://api.example").unwrap();
        let issuer = Issuer::new(name.clone(), api.clone(), keys.clone());
        let revocations = Revocations::new(Arc::new(store), name.clone(), 3_600);
        let verifier = Verifier::new(name, api, keys.clone());
        let verifier =
            CachedVerifier::new(verifier, revocations.clone(), capacity, &random).unwrap();
        Self { clock, keys, issuer, revocations, verifier }
    }

    fn sign(&self, subject: &str) -> String {
        let (claims, random) = (NoClaims::new(), SystemRandom::new());
        self.issuer.sign(subject, &claims, &*self.clock, &random).unwrap()
    }

    fn verify(&self, token: &str) -> Result<Arc<Verified<AccessToken>>, UseError> {
        ready(self.verifier.verify(token, &*self.clock))
    }

    /// Lets a token in, or finds it there.
    fn is_cached(&self, token: &str) -> bool {
        let digest = self.verifier.hasher.hash(token.as_bytes()).as_u128();
        let keys_version = self.verifier.verifier.keys_version();
        self.verifier.shard(digest).get(digest, keys_version, self.clock.now()).is_some()
    }
}

#[test]
fn a_token_is_verified_once_and_remembered() {
    let fixture = fixture(10);
    let token = fixture.sign("alice");
    assert!(!fixture.is_cached(&token));
    let first = fixture.verify(&token).unwrap();
    assert_eq!(first.subject(), "alice");
    assert!(Arc::ptr_eq(&first, &fixture.verify(&token).unwrap()));
    assert_eq!(fixture.verifier.len(), 1);
}

#[test]
fn expiry_is_checked_on_every_hit() {
    let fixture = fixture(10);
    let token = fixture.sign("alice");
    let expires_at = fixture.verify(&token).unwrap().expires_at();
    fixture.clock.set(expires_at.saturating_sub_secs(1));
    assert!(fixture.is_cached(&token));
    fixture.clock.set(expires_at);
    assert!(!fixture.is_cached(&token));
    assert!(fixture.verify(&token).is_ok(), "the verifier's leeway");
    fixture.clock.advance_secs(Verifier::<AccessToken>::DEFAULT_LEEWAY_SECS);
    let refused = fixture.verify(&token).err();
    assert_eq!(refused, Some(TokenRefused::Signed(VerifyError::Expired).into()));
}

#[test]
fn a_clock_that_is_set_back_makes_no_token_valid_before_its_time() {
    let fixture = fixture(10);
    let token = fixture.sign("alice");
    assert!(fixture.verify(&token).is_ok());
    fixture.clock.set(START.saturating_sub_secs(31));
    let refused = fixture.verify(&token).err();
    assert_eq!(refused, Some(TokenRefused::Signed(VerifyError::NotYetValid).into()));
}

/// asvs: V7.4.1, on a hit.
#[test]
fn revocation_and_epoch_are_checked_on_every_hit() {
    let fixture = fixture(10);
    let revoked = Some(UseError::Refused(TokenRefused::Revoked));
    let (one, other) = (fixture.sign("alice"), fixture.sign("alice"));
    let verified = fixture.verify(&one).unwrap();
    assert!(fixture.verify(&other).is_ok());
    assert_eq!(ready(fixture.revocations.revoke(&verified)), Ok(true));
    assert!(fixture.is_cached(&one));
    assert_eq!(fixture.verify(&one).err(), revoked);
    assert!(fixture.verify(&other).is_ok());

    let random = SystemRandom::new();
    let _good_from =
        ready(fixture.revocations.revoke_subject("alice", &*fixture.clock, &random)).unwrap();
    assert!(fixture.is_cached(&other));
    assert_eq!(fixture.verify(&other).err(), revoked);
}

#[test]
fn a_change_of_keys_empties_the_cache() {
    let fixture = fixture(10);
    let token = fixture.sign("alice");
    let verified = fixture.verify(&token).unwrap();
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, SigningKey::generate_hs256);
    let next = fixture.keys.snapshot().rotate(START, &generator).unwrap();
    fixture.keys.replace(next.into_keyring()).unwrap();
    assert!(!fixture.is_cached(&token));
    assert!(fixture.verifier.is_empty());
    assert!(!Arc::ptr_eq(&verified, &fixture.verify(&token).unwrap()), "verified again");

    let keyring = fixture.keys.snapshot();
    let next =
        keyring.compromise(verified.key_id().of_keyring().unwrap(), START, &generator).unwrap();
    fixture.keys.replace(next.into_keyring()).unwrap();
    assert!(matches!(fixture.verify(&token), Err(UseError::Refused(TokenRefused::Signed(_)))));
}

#[test]
fn a_set_of_public_keys_that_is_replaced_empties_the_cache() {
    let random = PredictableRandom::from_seed(1);
    let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
    let keys = SharedKeyring::new(Keyring::create(START, &generator).unwrap());
    let name = IssuerName::new("https://id.example").unwrap();
    let api = Audience::new("https://api.example").unwrap();
    let issuer = Issuer::<AccessToken>::new(name.clone(), api.clone(), keys.clone());
    let clock = Arc::new(ManualClock::at(START));
    let token = issuer.sign("alice", &NoClaims::new(), &*clock, &random).unwrap();

    let set = SharedJwkSet::new(JwkSet::of_keyring(&keys.snapshot()));
    let store = MemoryStore::new(100, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    let revocations = Revocations::new(Arc::new(store), name.clone(), 3_600);
    let verifier = Verifier::<AccessToken>::new(name, api, set.clone());
    let verifier = CachedVerifier::new(verifier, revocations, 10, &random).unwrap();
    assert!(ready(verifier.verify(&token, &*clock)).is_ok());
    assert_eq!(verifier.len(), 1);

    let next = keys.snapshot().rotate(START, &generator).unwrap();
    let only_new = next.keyring().primary();
    let entry = (only_new.0.to_string(), only_new.1.verifying_key().unwrap().clone());
    set.replace(JwkSet::from_keys([entry]).unwrap());
    assert!(ready(verifier.verify(&token, &*clock)).is_err(), "its key is gone");
    assert!(verifier.is_empty());
}

/// A token verified while the keys changed does not get in under the new keys.
#[test]
fn what_old_keys_verified_does_not_get_in_late() {
    let fixture = fixture(10);
    let token = fixture.sign("alice");
    let (verified, _) = fixture.verifier.find(&token, &*fixture.clock).unwrap();
    let mut shard = Shard::new(10);
    assert!(shard.get(1, 2, START).is_none(), "the keys are at version 2");
    shard.put(fixture.verifier.entry(1, &verified, START), 1, START);
    assert_eq!(shard.len(), 0);
}

#[test]
fn a_change_to_any_byte_is_another_token() {
    let fixture = fixture(10);
    let token = fixture.sign("alice");
    assert!(fixture.verify(&token).is_ok());
    for at in 0..token.len() {
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let mut changed = token.clone();
        changed.replace_range(at..=at, other);
        assert!(!fixture.is_cached(&changed), "byte {at}");
        assert!(fixture.verify(&changed).is_err(), "byte {at}");
    }
}

#[test]
fn bad_tokens_push_nothing_out() {
    let fixture = fixture(4);
    let good: Vec<_> = (0..4).map(|n| fixture.sign(&format!("subject {n}"))).collect();
    assert!(good.iter().all(|token| fixture.verify(token).is_ok()));
    let (input, _) = good[0].rsplit_once('.').unwrap();
    for n in 0..1_000 {
        assert!(fixture.verify(&format!("{input}.{n:0>43}")).is_err());
    }
    let too_long = "A".repeat(MAX_TOKEN_LEN + 1);
    let refused = fixture.verify(&too_long).err();
    assert_eq!(refused, Some(TokenRefused::Signed(VerifyError::TooLarge).into()));
    assert!(good.iter().all(|token| fixture.is_cached(token)));
    assert_eq!(fixture.verifier.len(), 4);
}

#[test]
fn good_tokens_of_one_subject_push_only_each_other_out() {
    let fixture = fixture(100);
    let others: Vec<_> = (0..90).map(|n| fixture.sign(&format!("subject {n}"))).collect();
    assert!(others.iter().all(|token| fixture.verify(token).is_ok()));
    for _ in 0..500 {
        assert!(fixture.verify(&fixture.sign("mallory")).is_ok());
    }
    assert_eq!(fixture.verifier.len(), 94);
    assert!(others.iter().all(|token| fixture.is_cached(token)));
}

/// A flood of many subjects, each token used once, beside tokens that are used again and again.
#[test]
fn tokens_in_use_outlive_a_flood_of_good_ones() {
    let fixture = fixture(100);
    let in_use: Vec<_> = (0..20).map(|n| fixture.sign(&format!("subject {n}"))).collect();
    assert!(in_use.iter().all(|token| fixture.verify(token).is_ok()));
    for n in 0..2_000 {
        if n % 40 == 0 {
            assert!(in_use.iter().all(|token| fixture.is_cached(token)), "after {n}");
        }
        assert!(fixture.verify(&fixture.sign(&format!("bot {n}"))).is_ok());
    }
    assert_eq!(fixture.verifier.len(), 100);
}

#[test]
fn tokens_whose_time_is_over_make_room_first() {
    let fixture = fixture(3);
    let claims = NoClaims::new();
    let random = SystemRandom::new();
    let brief = |subject| {
        fixture.issuer.sign_with_lifetime(subject, &claims, 10, &*fixture.clock, &random).unwrap()
    };
    let tokens = [fixture.sign("a"), brief("b"), fixture.sign("c")];
    assert!(tokens.iter().all(|token| fixture.verify(token).is_ok()));
    assert!(tokens.iter().all(|token| fixture.is_cached(token)), "all in use");
    fixture.clock.advance_secs(10);
    assert!(fixture.verify(&fixture.sign("d")).is_ok());
    assert!(fixture.is_cached(&tokens[0]) && fixture.is_cached(&tokens[2]));
}

#[test]
fn a_cache_is_bounded_in_all_its_parts() {
    let fixture = fixture(1_000);
    assert_eq!(fixture.verifier.shards.len(), 2);
    for n in 0..3_000 {
        assert!(fixture.verify(&fixture.sign(&format!("subject {n}"))).is_ok());
    }
    assert_eq!(fixture.verifier.len(), 1_000);
    let (verifier, revocations) = (&fixture.verifier.verifier, &fixture.revocations);
    let of = |capacity| {
        let random = SystemRandom::new();
        CachedVerifier::new(verifier.clone(), revocations.clone(), capacity, &random).err()
    };
    let max = CachedVerifier::<AccessToken, MemoryStore>::MAX_CAPACITY;
    for capacity in [0, max + 1] {
        assert_eq!(of(capacity), Some(SetupError::InvalidCapacity { max }));
    }
    assert_eq!(of(max), None);
}

#[test]
fn revocations_outlive_the_tokens() {
    let fixture = fixture(1);
    let name = IssuerName::new("https://id.example").unwrap();
    let store = MemoryStore::new(1, Arc::clone(&fixture.clock) as Arc<dyn Clock>).unwrap();
    let short =
        Revocations::new(Arc::new(store), name, AccessToken::<NoClaims>::MAX_LIFETIME_SECS - 1);
    let refused =
        CachedVerifier::new(fixture.verifier.verifier, short, 1, &SystemRandom::new()).err();
    assert_eq!(refused, Some(SetupError::RevocationsTooShort { needed_secs: 3_600 }));
}

#[test]
fn threads_share_a_cache() {
    let fixture = fixture(50);
    let tokens: Vec<_> = (0..100).map(|n| fixture.sign(&format!("subject {n}"))).collect();
    thread::scope(|scope| {
        for _ in 0..4 {
            let _thread = scope.spawn(|| {
                for (n, token) in tokens.iter().enumerate() {
                    let verified = fixture.verify(token).unwrap();
                    assert_eq!(verified.subject(), format!("subject {n}"));
                }
            });
        }
    });
    assert_eq!(fixture.verifier.len(), 50);
}

/// A store that does not answer.
struct Down;

impl Store for Down {
    async fn get(&self, _: &StoreKey) -> Result<Option<StoredEntry>, StoreError> {
        Err(StoreError::Unavailable)
    }

    async fn create(&self, _: &StoreKey, _: Entry) -> Result<bool, StoreError> {
        Err(StoreError::Unavailable)
    }

    async fn swap(&self, _: &StoreKey, _: Version, _: Entry) -> Result<Swap, StoreError> {
        Err(StoreError::Unavailable)
    }

    async fn remove(&self, _: &StoreKey) -> Result<bool, StoreError> {
        Err(StoreError::Unavailable)
    }
}

#[test]
fn a_store_that_is_down_lets_nobody_in_not_even_on_a_hit() {
    let fixture = Fixture::over(Down, Arc::new(ManualClock::at(START)), 10);
    let token = fixture.sign("alice");
    for _ in 0..2 {
        assert_eq!(fixture.verify(&token).err(), Some(UseError::Store(StoreError::Unavailable)));
    }
    assert!(fixture.is_cached(&token));
}

/// A future of the cache can be spawned on a runtime of many threads.
#[test]
fn the_futures_are_send() {
    fn is_send<F: Send>(future: F) -> F {
        future
    }
    let fixture = fixture(10);
    let token = fixture.sign("alice");
    assert!(ready(is_send(fixture.verifier.verify(&token, &*fixture.clock))).is_ok());
}
