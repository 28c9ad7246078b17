//! Whatever an issuer's server answers, a good set stays until its time is over, what is taken is
//! bounded, and the next fetch is no later than a day.

#![no_main]

use std::pin::pin;
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Context, Poll, Waker};

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{ManualClock, UnixTime};
use bartizan_token::{
    FetchError, FetchJwkSet, FetchedJwkSet, JwkSet, JwkSetUrl, RemoteJwkSet, RemoteJwkSetPolicy,
    SigningKey,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, u16, Vec<(u8, String)>, Vec<u8>)| {
    let (is_ok, status, headers, body) = input;
    let mut hostile = FetchedJwkSet::new(if is_ok { 200 } else { status });
    hostile.header("content-type", "application/json");
    for (name, value) in &headers {
        hostile.header(NAMES[usize::from(*name) % NAMES.len()], value);
    }
    if hostile.push(&body).is_err() {
        assert!(body.len() > JwkSet::MAX_LEN);
        return;
    }
    let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
    let source = Arc::new(Source(Mutex::new(GOOD.clone())));
    let url = JwkSetUrl::new("https://id.example/").expect("a good URL");
    let policy = RemoteJwkSetPolicy::new();
    let random = PredictableRandom::from_seed(1);
    let keys = RemoteJwkSet::new(url, Arc::clone(&source), policy, &random).expect("randomness");
    assert_eq!(ready(keys.renew(&clock)), Ok(()));
    clock.advance_secs(600);
    *source.0.lock().expect("nobody panicked") = hostile;
    let renewed = ready(keys.renew(&clock));

    let (status, set) = (keys.status(), keys.shared().snapshot());
    assert!((1..=JwkSet::MAX_KEYS).contains(&set.len()));
    assert!(status.keys() + status.ignored() <= JwkSet::MAX_KEYS);
    assert_eq!(status.failure(), renewed.err());
    assert_eq!(status.fetches(), 2);
    let wait_secs = keys.renew_in_secs(&clock);
    let age_secs = status.expires_at().expect("fetched").as_secs() - clock_secs(&keys);
    match renewed {
        Ok(()) => {
            assert!((60..=3_600).contains(&age_secs), "{age_secs}");
            assert!((45..3_600).contains(&wait_secs), "{wait_secs}");
        }
        Err(_) => assert!(set.iter().any(|(kid, _)| kid == "good") && wait_secs <= 2),
    }
});

fn clock_secs<F>(keys: &RemoteJwkSet<F>) -> u64 {
    keys.status().fetched_at().expect("fetched").as_secs()
}

const NAMES: [&str; 6] = ["Cache-Control", "Age", "Expires", "Date", "Content-Type", "ETag"];

static GOOD: LazyLock<FetchedJwkSet> = LazyLock::new(|| {
    let key = SigningKey::generate_ed25519(&PredictableRandom::from_seed(1)).expect("bytes");
    let key = key.verifying_key().expect("a public key").clone();
    let set = JwkSet::from_keys([("good".to_owned(), key)]).expect("one key");
    let mut answer = FetchedJwkSet::new(200);
    answer.header("content-type", "application/jwk-set+json");
    answer.push(set.to_json().as_bytes()).expect("it is short");
    answer
});

struct Source(Mutex<FetchedJwkSet>);

impl FetchJwkSet for Source {
    async fn fetch(&self, _: &JwkSetUrl) -> Result<FetchedJwkSet, FetchError> {
        Ok(self.0.lock().expect("nobody panicked").clone())
    }
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the source never lets anybody wait"),
    }
}
