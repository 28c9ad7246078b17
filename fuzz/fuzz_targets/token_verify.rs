//! Bytes spliced into a valid token: it is accepted only if it still is the one that was issued.

#![no_main]

use std::sync::LazyLock;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyId, KeyRecord, KeyState, Keyring, ManualClock, SharedKeyring, UnixTime};
use bartizan_token::{AccessToken, Audience, Issuer, IssuerName, NoClaims, SigningKey, Verifier};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, u16, u16, &[u8])| {
    let (hs256, at, removed, spliced) = input;
    let issued = &FIXTURES[usize::from(hs256)];

    let genuine = issued.token.as_bytes();
    let start = usize::from(at) % (genuine.len() + 1);
    let end = (start + usize::from(removed)).min(genuine.len());
    let changed = [&genuine[..start], spliced, &genuine[end..]].concat();
    let Ok(changed) = core::str::from_utf8(&changed) else { return };

    match issued.verifier.verify(changed, &issued.clock) {
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

static FIXTURES: LazyLock<[Issued; 2]> = LazyLock::new(|| {
    let random = PredictableRandom::from_seed(1);
    let ed25519 = SigningKey::generate_ed25519(&random).expect("predictable bytes do not fail");
    let hs256 = SigningKey::generate_hs256(&random).expect("predictable bytes do not fail");
    [issue(ed25519), issue(hs256)]
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
