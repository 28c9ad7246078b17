//! Bytes spliced into a valid token: it is accepted only if it still is the one that was issued.

#![no_main]

use std::sync::LazyLock;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{
    KeyId, KeyRecord, KeyState, Keyring, ManualClock, Random, RandomUnavailable, SharedKeyring,
    UnixTime,
};
use bartizan_token::{
    AccessToken, Audience, Backend, Issuer, IssuerName, NoClaims, SigningKey, TokenBuffer, Verifier,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u16, u16, &[u8])| {
    let (which, at, removed, spliced) = input;
    let issued = &FIXTURES[usize::from(which) % FIXTURES.len()];

    let genuine = issued.token.as_bytes();
    let start = usize::from(at) % (genuine.len() + 1);
    let end = (start + usize::from(removed)).min(genuine.len());
    let changed = [&genuine[..start], spliced, &genuine[end..]].concat();
    let Ok(changed) = core::str::from_utf8(&changed) else { return };

    let verified = issued.verifier.verify(changed, &issued.clock);
    let mut buffer = TokenBuffer::new();
    let view = issued.verifier.verify_view::<NoClaims>(changed, &issued.clock, &mut buffer);
    assert_eq!(view.as_ref().err(), verified.as_ref().err());
    match verified {
        Ok(verified) => {
            assert_eq!(changed, issued.token, "accepted, though it was never issued");
            assert_eq!(verified.subject(), "alice");
        }
        Err(refused) => {
            assert_ne!(changed, issued.token, "{refused:?}");
            assert_eq!(refused.to_string(), "the token is not valid");
        }
    }
});

struct Issued {
    verifier: Verifier<AccessToken>,
    clock: ManualClock,
    token: String,
}

static FIXTURES: LazyLock<Vec<Issued>> = LazyLock::new(|| {
    let random = PredictableRandom::from_seed(1);
    let generate: [fn(&dyn Random) -> Result<SigningKey, RandomUnavailable>; 5] = [
        SigningKey::generate_ed25519,
        SigningKey::generate_hs256,
        SigningKey::generate_hs512,
        SigningKey::generate_es256,
        SigningKey::generate_ml_dsa_44,
    ];
    let issued = generate.iter().flat_map(|generate| {
        [Backend::Ring, Backend::AwsLcRs].into_iter().filter_map(|backend| {
            let key = generate(&random).expect("predictable bytes do not fail");
            key.with_backend(backend).ok().map(issue)
        })
    });
    issued.collect()
});

fn issue(key: SigningKey) -> Issued {
    let id = KeyId::from_u32(0x00c0_ffee);
    let times = (UnixTime::EPOCH, UnixTime::EPOCH);
    let record = KeyRecord::restore(id, KeyState::Active, times, Some(key));
    let keys = SharedKeyring::new(Keyring::restore(1, vec![record]).expect("one primary"));
    let name = IssuerName::new("https://id.example").expect("a good name");
    let api = Audience::new("https://api.example").expect("a good name");
    let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
    let token = Issuer::<AccessToken>::new(name.clone(), api.clone(), keys.clone())
        .sign("alice", &NoClaims::new(), &clock, &PredictableRandom::from_seed(2))
        .expect("a token");
    Issued { verifier: Verifier::new(name, api, keys), clock, token }
}
