//! Bytes spliced into a valid proof, its header, its claims, the request or the access token: it is
//! accepted only for what the client proved, with the key that made it, and once.

#![no_main]

use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{ManualClock, UnixTime, base64url};
use bartizan_store::MemoryStore;
use bartizan_token::{
    DpopClaims, DpopKey, DpopRequest, DpopVerifier, ProofRefused, TargetUri, TokenRefused, UseError,
};
use libfuzzer_sys::fuzz_target;

const METHOD: &str = "GET";
const PATH: &str = "/notes/7";
const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

fuzz_target!(|input: (u8, u8, u16, u16, &[u8])| {
    let (which, place, at, removed, spliced) = input;
    let made = &FIXTURES[usize::from(which) % FIXTURES.len()];
    let splice = |genuine: &[u8]| {
        let start = usize::from(at) % (genuine.len() + 1);
        let end = (start + usize::from(removed)).min(genuine.len());
        [&genuine[..start], spliced, &genuine[end..]].concat()
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
    let (mut proof, mut method) = (made.proof.clone().into_bytes(), METHOD.to_owned());
    let (mut path, mut token) = (PATH.to_owned(), TOKEN.to_owned());
    match place % 6 {
        // As it is sent, or within one of its parts.
        0 => proof = splice(&proof),
        part @ 1..=2 => {
            let mut parts: Vec<_> = made.proof.split('.').map(str::to_owned).collect();
            let part = &mut parts[usize::from(part - 1)];
            let decoded = base64url::decode(&*part).expect("a part of a proof");
            *part = base64url::encode(&splice(&decoded));
            proof = parts.join(".").into_bytes();
        }
        3 => method = text(splice(METHOD.as_bytes())),
        4 => path = text(splice(PATH.as_bytes())),
        _ => token = text(splice(TOKEN.as_bytes())),
    }

    // The memory must be empty, or the second run of an input is a replay.
    let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_700_000_000)));
    let state = MemoryStore::new(4, clock.clone()).expect("a good capacity");
    let base = TargetUri::new("https://api.example").expect("a good URI");
    let verifier = DpopVerifier::new(base, Arc::new(state));
    let request = DpopRequest::new(&method, &path, [&proof]);
    let bound = (&*token, made.key.thumbprint());
    let verify = || ready(verifier.verify_with_token(&request, bound, &*clock));
    match verify() {
        Ok(verified) => {
            assert_eq!(proof, made.proof.as_bytes(), "accepted, though nobody made it");
            assert_eq!((&*method, &*token), (METHOD, TOKEN), "accepted for something else");
            let uri = TargetUri::new(&format!("https://api.example{path}")).expect("a good URI");
            assert_eq!(uri.as_str(), "https://api.example/notes/7", "accepted for {path}");
            assert_eq!(verified.thumbprint(), made.key.thumbprint());
            let replayed = UseError::Refused(TokenRefused::Proof(ProofRefused::Replayed));
            assert_eq!(verify().err(), Some(replayed));
        }
        Err(UseError::Refused(refused)) => {
            let same = proof == made.proof.as_bytes() && method == METHOD;
            assert!(!same || path != PATH || token != TOKEN, "{refused:?}");
            assert_eq!(refused.to_string(), "the token is not valid");
        }
        Err(other) => panic!("{other:?}"),
    }
});

struct Made {
    key: DpopKey,
    proof: String,
}

static FIXTURES: LazyLock<[Made; 3]> = LazyLock::new(|| {
    let random = PredictableRandom::from_seed(1);
    let keys = [
        DpopKey::generate_ed25519(&random),
        DpopKey::generate_es256(&random),
        DpopKey::generate_es384(&random),
    ];
    keys.map(|key| {
        let key = key.expect("predictable bytes do not fail");
        let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
        let target = TargetUri::new("https://api.example/notes/7").expect("a good URI");
        let claims = DpopClaims::new(METHOD, target).with_access_token(TOKEN);
        let proof = key.sign(&claims, &clock, &random).expect("a proof");
        Made { key, proof }
    })
});

/// Over a store in memory no future waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory never lets anybody wait"),
    }
}
