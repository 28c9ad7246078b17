//! Bytes spliced into the text of an API key: whatever is read has one spelling and a good checksum,
//! shows nothing but its prefix, and is accepted only if it is the key that was issued. The other
//! opaque tokens are read the same way, and never accepted.

#![no_main]

use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, LazyLock};

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyGenerator, Keyring, ManualClock, SecretString, SharedKeyring, UnixTime};
use bartizan_store::MemoryStore;
use bartizan_token::{
    ApiKey, ApiKeyDigestKey, ApiKeySpec, ApiKeys, IssuerName, OneTimeTokens, PasswordReset,
    RefreshPolicy, RefreshTokens, Revocations, namespace,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (at, removed, spliced) = input;
    let fixture = &*FIXTURE;
    let genuine = fixture.key.text().expose().as_bytes();
    let start = usize::from(at) % (genuine.len() + 1);
    let end = (start + usize::from(removed)).min(genuine.len());
    let changed = [&genuine[..start], spliced, &genuine[end..]].concat();
    let Ok(changed) = core::str::from_utf8(&changed) else { return };
    let text = SecretString::from(changed);

    let read = ApiKey::parse(&text);
    if let Ok(key) = &read {
        assert_eq!(key.text().expose(), changed, "read back as another text");
        assert_eq!(format!("{key:?}"), format!("ApiKey({}_..)", key.prefix()));
        assert!(changed.starts_with(&format!("{}_{}_", key.prefix(), key.id())));
    }
    let accepted = ready(fixture.keys.verify(&text, &fixture.clock)).is_ok();
    assert_eq!(accepted, changed.as_bytes() == genuine, "accepted, or refused, wrongly");
    assert!(!accepted || read.is_ok());

    let bare = SecretString::from(core::str::from_utf8(spliced).unwrap_or_default());
    let random = PredictableRandom::from_seed(2);
    assert!(ready(fixture.refresh.refresh(&bare, &fixture.clock, &random)).is_err());
    assert!(ready(fixture.resets.redeem(&bare, &fixture.clock)).is_err());
    for space in [namespace::REFRESH_FAMILY, namespace::ONE_TIME_TOKEN] {
        assert!(fixture.store.is_empty(space), "a guess took room");
    }
});

struct Fixture {
    clock: ManualClock,
    store: Arc<MemoryStore>,
    keys: ApiKeys<MemoryStore>,
    key: ApiKey,
    refresh: RefreshTokens<MemoryStore>,
    resets: OneTimeTokens<PasswordReset, MemoryStore>,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let now = UnixTime::from_secs(1_700_000_000);
    let (clock, random) = (ManualClock::at(now), PredictableRandom::from_seed(1));
    let store = MemoryStore::new(100, Arc::new(ManualClock::at(now))).expect("room");
    let store = Arc::new(store);
    let generator = KeyGenerator::new(&random, ApiKeyDigestKey::generate);
    let keyring = Keyring::create(now, &generator).expect("predictable bytes do not fail");
    let keys = ApiKeys::new("acme", Arc::clone(&store), SharedKeyring::new(keyring));
    let keys = keys.expect("a good prefix");
    let spec = ApiKeySpec::new("owner", &["read"], 86_400).expect("a good owner");
    let key = ready(keys.issue(&spec, &clock, &random)).expect("room");

    let name = IssuerName::new("https://id.example").expect("a good name");
    let revocations = Revocations::new(Arc::clone(&store), name, 86_400);
    let policy = RefreshPolicy::new(86_400, 3_600).expect("a good policy");
    let refresh = RefreshTokens::new(revocations.clone(), policy).expect("long enough");
    let resets = OneTimeTokens::new(revocations).expect("long enough");
    Fixture { clock, store, keys, key, refresh, resets }
});

/// Over a store in memory no future waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory never lets anybody wait"),
    }
}
