//! An authenticator's secret at rest, under the family's own envelope.

use bartizan::core::{
    Context, KeyGenerator, Keyring, OpenError, Seal, SharedKeyring, SystemRandom, UnixTime,
};
use bartizan::envelope::{Envelope, SealingKey};
use bartizan::otp::TotpSecret;

fn envelope() -> Envelope {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, SealingKey::generate);
    Envelope::new(SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap()))
}

/// Whoever reads the table has no secret, and whoever writes it cannot give one user that of another.
#[test]
fn a_sealed_secret_opens_whole_under_its_key_for_its_user_alone() {
    let envelope = envelope();
    let secret = TotpSecret::generate(&SystemRandom::new()).unwrap();
    let sealed = secret.seal(&envelope, "alice").unwrap();
    assert!(!sealed.windows(20).any(|window| window == secret.expose()));

    let opened = TotpSecret::open(&envelope, "alice", &sealed).unwrap();
    assert_eq!(opened.expose(), secret.expose());

    let forged = Some(OpenError::Forged);
    for user in ["", "alic", "alice ", "bob"] {
        assert_eq!(TotpSecret::open(&envelope, user, &sealed).err(), forged, "{user:?}");
    }
    let other = Context::of("another column").bind("alice");
    let column = envelope.seal(&other, secret.expose()).unwrap();
    assert_eq!(TotpSecret::open(&envelope, "alice", &column).err(), forged);
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(TotpSecret::open(&envelope, "alice", &changed).is_err(), "byte {at}");
    }
    assert!(TotpSecret::open(&self::envelope(), "alice", &sealed).is_err(), "another key");
}
