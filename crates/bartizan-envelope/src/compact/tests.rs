use bartizan_core::{KeyId, KeyRecord, KeyRefused, KeyState, Keyring, UnixTime, hex};
use proptest::prelude::*;

use super::*;

fn key(byte: u8) -> CompactKey {
    CompactKey::import(&SecretBytes::from([byte; 32])).unwrap()
}

fn keyring(generation: u64, states: &[(u32, u8, KeyState)]) -> Keyring<CompactKey> {
    let times = (UnixTime::EPOCH, UnixTime::EPOCH);
    let records = states.iter().map(|(id, byte, state)| {
        let material = (*state != KeyState::Destroyed).then(|| key(*byte));
        KeyRecord::restore(KeyId::from_u32(*id), *state, times, material)
    });
    Keyring::restore(generation, records.collect()).unwrap()
}

fn envelope() -> CompactEnvelope {
    let keys = keyring(1, &[(0x1122_3344, 2, KeyState::Active)]);
    CompactEnvelope::new(SharedKeyring::new(keys))
}

fn context() -> Context {
    Context::verbatim(b"c2sp.org/XAES-256-GCM")
}

/// Ciphertexts of the tests of Tink in Go, two of which were made by Tink in C++; the prefix is
/// that of Tink's variant, for the id 0x11223344.
#[test]
fn opens_ciphertexts_of_tink() {
    for (byte, nonce, context, ciphertext, plaintext) in [
        (
            1,
            "4142434445464748494a4b4c4d4e4f505152535455565758",
            "",
            "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
            "XAES-256-GCM",
        ),
        (
            3,
            "4142434445464748494a4b4c4d4e4f505152535455565758",
            "c2sp.org/XAES-256-GCM",
            "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d",
            "XAES-256-GCM",
        ),
        (
            2,
            "1836e1ba8e24f42f39fa06030310caa4bc08a2788b790e6c",
            "c2sp.org/XAES-256-GCM",
            "376f92ec763e3b423b00fc05800376f8",
            "",
        ),
    ] {
        let keys = keyring(1, &[(0x1122_3344, byte, KeyState::Active)]);
        let envelope = CompactEnvelope::new(SharedKeyring::new(keys));
        let value = hex::decode(format!("0111223344{nonce}{ciphertext}")).unwrap();
        let context = Context::verbatim(context.as_bytes());
        assert_eq!(envelope.open(&context, &value).unwrap().expose(), plaintext.as_bytes());
    }
}

/// asvs: V11.3.3, of the prefix, the nonce, the ciphertext and the tag.
#[test]
fn every_flipped_bit_is_refused() {
    let sealed = envelope().seal(&context(), b"buy milk").unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut flipped = sealed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 => OpenError::Malformed,
            1..5 => OpenError::Key(KeyRefused::Unknown),
            _ => OpenError::Forged,
        };
        assert_eq!(envelope().open(&context(), &flipped).err(), Some(expected), "bit {bit}");
    }
}

/// asvs: V11.3.3, of the end.
#[test]
fn every_truncation_and_extension_is_refused() {
    let sealed = envelope().seal(&context(), b"buy milk").unwrap();
    for len in 0..sealed.len() {
        let short = len < CompactEnvelope::OVERHEAD_LEN;
        let expected = if short { OpenError::Malformed } else { OpenError::Forged };
        assert_eq!(envelope().open(&context(), &sealed[..len]).err(), Some(expected), "{len}");
    }
    let extended = [&sealed[..], &[0]].concat();
    assert_eq!(envelope().open(&context(), &extended).err(), Some(OpenError::Forged));
    for other in [Context::none(), Context::of("note"), Context::verbatim(b"c2sp")] {
        assert_eq!(envelope().open(&other, &sealed).err(), Some(OpenError::Forged));
    }
}

#[test]
fn lengths_are_what_they_are_said_to_be() {
    const SHORTEST: usize = CompactEnvelope::sealed_len(0);
    assert_eq!((SHORTEST, CompactEnvelope::OVERHEAD_LEN), (45, 45));
    for len in [0, 1, 16, 4_096] {
        let sealed = envelope().seal(&context(), &vec![7; len]).unwrap();
        assert_eq!(sealed.len(), CompactEnvelope::sealed_len(len));
    }
    let long = vec![1; CompactEnvelope::MAX_PLAINTEXT_LEN + 1];
    assert_eq!(envelope().seal(&context(), &long), Err(SealError::TooLong));
    let long = vec![1; CompactEnvelope::sealed_len(CompactEnvelope::MAX_PLAINTEXT_LEN) + 1];
    assert_eq!(envelope().open(&context(), &long).err(), Some(OpenError::Malformed));
}

#[test]
fn a_key_opens_until_it_is_compromised_or_destroyed() {
    use KeyState::{Active, Compromised, Deactivated, Destroyed};

    let shared = SharedKeyring::new(keyring(1, &[(1, 1, Active)]));
    let envelope = CompactEnvelope::new(shared.clone());
    let old = envelope.seal(&context(), b"buy milk").unwrap();
    shared.replace(keyring(2, &[(1, 1, Deactivated), (2, 2, Active)])).unwrap();
    assert!(envelope.open(&context(), &old).is_ok());
    let mut renamed = old.clone();
    renamed[4] = 2;
    assert_eq!(envelope.open(&context(), &renamed).err(), Some(OpenError::Forged));

    for (generation, state, refused) in
        [(3, Compromised, KeyRefused::Compromised), (4, Destroyed, KeyRefused::Destroyed)]
    {
        shared.replace(keyring(generation, &[(1, 1, state), (2, 2, Active)])).unwrap();
        assert_eq!(envelope.open(&context(), &old).err(), Some(OpenError::Key(refused)));
    }
}

/// The formats do not open each other's values, though the key's bytes be the same.
#[test]
fn neither_kind_is_read_as_the_other() {
    let sealing = crate::SealingKey::import(&SecretBytes::from([2; 32])).unwrap();
    let times = (UnixTime::EPOCH, UnixTime::EPOCH);
    let id = KeyId::from_u32(0x1122_3344);
    let record = KeyRecord::restore(id, KeyState::Active, times, Some(sealing));
    let full = crate::Envelope::new(SharedKeyring::new(Keyring::restore(1, vec![record]).unwrap()));

    let (long, short) = ([7; 64], envelope().seal(&context(), &[7; 64]).unwrap());
    assert_eq!(full.open(&context(), &short).err(), Some(OpenError::Malformed));
    let sealed = full.seal(&context(), &long).unwrap();
    assert_eq!(envelope().open(&context(), &sealed).err(), Some(OpenError::Malformed));
    let mut disguised = short;
    disguised[0] = 0x11;
    assert_eq!(full.open(&context(), &disguised).err(), Some(OpenError::Forged));
    let mut disguised = sealed;
    disguised[0] = 0x01;
    assert_eq!(envelope().open(&context(), &disguised).err(), Some(OpenError::Forged));
}

#[test]
fn nothing_secret_is_shown() {
    assert_eq!(format!("{:?}", key(1)), "CompactKey(..)");
    assert!(!format!("{:?}", envelope()).contains("[2, 2"));
}

proptest! {
    #[test]
    fn whatever_is_sealed_comes_back(plaintext: Vec<u8>, context: Vec<u8>) {
        let context = Context::verbatim(&context);
        let sealed = envelope().seal(&context, &plaintext).unwrap();
        let opened = envelope().open(&context, &sealed).unwrap();
        prop_assert_eq!(opened.expose(), &plaintext[..]);
    }

    #[test]
    fn other_bytes_never_open(mut bytes: Vec<u8>, named: bool) {
        if named && bytes.len() >= 5 {
            bytes[..5].copy_from_slice(&[0x01, 0x11, 0x22, 0x33, 0x44]);
        }
        prop_assert!(envelope().open(&context(), &bytes).is_err());
    }
}
