//! Bytes spliced into a PASETO: it is accepted only if it still is the one that was made, with the
//! keyring and with public keys alone.

#![no_main]

use std::sync::LazyLock;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyGenerator, Keyring, ManualClock, SharedKeyring, UnixTime};
use bartizan_token::paseto::{
    Issuer, PasetoKey, PasetoLocalKey, PasetoPublicKeys, PasetoSigningKey, Verifier,
};
use bartizan_token::{AccessToken, Audience, IssuerName, NoClaims, VerifyError};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, u16, u16, &[u8])| {
    let (local, at, removed, spliced) = input;
    let fixture = &*FIXTURE;
    let issued = if local { &fixture.local_token } else { &fixture.public_token };

    let genuine = issued.as_bytes();
    let start = usize::from(at) % (genuine.len() + 1);
    let end = (start + usize::from(removed)).min(genuine.len());
    let changed = [&genuine[..start], spliced, &genuine[end..]].concat();
    let Ok(changed) = core::str::from_utf8(&changed) else { return };

    let outcomes = if local {
        vec![subject(&fixture.local, changed)]
    } else {
        vec![subject(&fixture.signing, changed), subject(&fixture.published, changed)]
    };
    for outcome in &outcomes {
        assert_eq!(*outcome, outcomes[0]);
        assert_eq!(outcome.is_ok(), changed == issued, "accepted, though it was never made");
    }
});

struct Fixture {
    local_token: String,
    public_token: String,
    local: Verifier<AccessToken, PasetoLocalKey>,
    signing: Verifier<AccessToken, PasetoSigningKey>,
    published: Verifier<AccessToken, PasetoSigningKey>,
}

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

fn names() -> (IssuerName, Audience) {
    let name = IssuerName::new("https://id.example").expect("a good name");
    (name, Audience::new("https://api.example").expect("a good audience"))
}

fn subject<K: PasetoKey>(
    verifier: &Verifier<AccessToken, K>,
    token: &str,
) -> Result<String, VerifyError> {
    let verified = verifier.verify(token, &ManualClock::at(NOW));
    verified.map(|verified| verified.subject().to_owned())
}

fn sign<K: PasetoKey>(keys: &SharedKeyring<K>) -> String {
    let issuer = Issuer::<AccessToken, K>::new(names().0, names().1, keys.clone());
    let random = PredictableRandom::from_seed(2);
    issuer.sign("alice", &NoClaims::new(), &ManualClock::at(NOW), &random).expect("good claims")
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let random = PredictableRandom::from_seed(1);
    let generator = KeyGenerator::new(&random, PasetoLocalKey::generate);
    let local = SharedKeyring::new(Keyring::create(NOW, &generator).expect("bytes"));
    let generator = KeyGenerator::new(&random, PasetoSigningKey::generate);
    let signing = SharedKeyring::new(Keyring::create(NOW, &generator).expect("bytes"));
    let published = PasetoPublicKeys::of_keyring(&signing.snapshot());
    Fixture {
        local_token: sign(&local),
        public_token: sign(&signing),
        local: Verifier::new(names().0, names().1, local),
        signing: Verifier::new(names().0, names().1, signing),
        published: Verifier::new(names().0, names().1, published),
    }
});
