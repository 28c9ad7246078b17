use bartizan_core::danger::{ExportKey as _, PredictableRandom};
use bartizan_core::{KeyGenerator, KeyId, KeyRecord, KeyRefused, KeyState, Keyring, UnixTime};
use bartizan_core::{RandomUnavailable, SecretBytes};
use proptest::prelude::*;

use super::*;
use crate::xaes::Xaes;

fn context() -> Context {
    Context::of("note.body").bind("alice").bind("7")
}

fn key(byte: u8) -> SealingKey {
    SealingKey::import(&SecretBytes::from([byte; 32])).unwrap()
}

/// Keys of these ids, each of its id's bytes, in these states.
fn keyring(generation: u64, states: &[(u8, KeyState)]) -> Keyring<SealingKey> {
    let times = (UnixTime::EPOCH, UnixTime::EPOCH);
    let records = states.iter().map(|(id, state)| {
        let material = (*state != KeyState::Destroyed).then(|| key(*id));
        KeyRecord::restore(KeyId::from_u32((*id).into()), *state, times, material)
    });
    Keyring::restore(generation, records.collect()).unwrap()
}

fn envelope() -> Envelope {
    Envelope::new(SharedKeyring::new(keyring(1, &[(1, KeyState::Active)])))
}

/// The format never changes: what was written once opens for ever.
#[test]
fn reads_what_the_first_version_wrote() {
    let keys = SharedKeyring::new(keyring(1, &[(1, KeyState::Active)]));
    let random = Arc::new(PredictableRandom::from_seed(1));
    let sealed = Envelope::with_random(keys, random).seal(&context(), b"buy milk").unwrap();
    assert_eq!(bartizan_core::hex::encode(&sealed), FIRST_VERSION);

    let stored = bartizan_core::hex::decode(FIRST_VERSION).unwrap();
    assert_eq!(envelope().open(&context(), &stored).unwrap().expose(), b"buy milk");
    assert_eq!((stored[0], &stored[1..5]), (0x11, &[0, 0, 0, 1][..]));
}

const FIRST_VERSION: &str = concat!(
    "1100000001",
    "778537bc18ecf3cf3b857c9678e454a7a7ebe91c4c534fd9f8682f10f0b0ba04",
    "c15c0289ec2d0a9167ec8e65a18debbe5e5532fbeea293f8",
    "6fca89a3ecf8eafe",
    "73d8bd8ecc852fcef786b8f748c7969a",
);

/// asvs: V11.3.3, of the header, the nonce, the ciphertext and the tag.
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

/// asvs: V11.3.3, of the associated data.
#[test]
fn every_flipped_bit_of_the_context_is_refused() {
    let context = Context::verbatim(b"note 7");
    let sealed = envelope().seal(&context, b"buy milk").unwrap();
    assert!(envelope().open(&context, &sealed).is_ok());
    for bit in 0..48 {
        let mut flipped = *b"note 7";
        flipped[bit / 8] ^= 1 << (bit % 8);
        let opened = envelope().open(&Context::verbatim(&flipped), &sealed);
        assert_eq!(opened.err(), Some(OpenError::Forged), "bit {bit}");
    }
    for other in [Context::none(), Context::of("note 7"), Context::verbatim(b"note 77")] {
        assert_eq!(envelope().open(&other, &sealed).err(), Some(OpenError::Forged));
    }
}

/// asvs: V11.3.3, of the end.
#[test]
fn every_truncation_and_extension_is_refused() {
    let sealed = envelope().seal(&context(), b"buy milk").unwrap();
    for len in 0..sealed.len() {
        let expected =
            if len < Envelope::OVERHEAD_LEN { OpenError::Malformed } else { OpenError::Forged };
        assert_eq!(envelope().open(&context(), &sealed[..len]).err(), Some(expected), "{len}");
    }
    let extended = [&sealed[..], &[0]].concat();
    assert_eq!(envelope().open(&context(), &extended).err(), Some(OpenError::Forged));
}

#[test]
fn splices_of_two_messages_are_refused() {
    let first = envelope().seal(&context(), b"buy milk").unwrap();
    let second = envelope().seal(&context(), b"sell all").unwrap();
    for at in 38..first.len() {
        let spliced = [&first[..at], &second[at..]].concat();
        // Nonces may begin with the same bytes.
        if spliced == first || spliced == second {
            continue;
        }
        assert_eq!(envelope().open(&context(), &spliced).err(), Some(OpenError::Forged), "{at}");
    }
}

#[test]
fn lengths_are_what_they_are_said_to_be() {
    assert_eq!(Envelope::OVERHEAD_LEN, 77);
    for len in [0, 1, 15, 16, 17, 4_096] {
        let sealed = envelope().seal(&Context::none(), &vec![7; len]).unwrap();
        assert_eq!(sealed.len(), Envelope::sealed_len(len));
        assert_eq!(envelope().open(&Context::none(), &sealed).unwrap().expose(), vec![7; len]);
    }
    assert_eq!(Envelope::sealed_len(usize::MAX), usize::MAX);
}

#[test]
fn what_is_too_long_is_refused_before_work() {
    let long = vec![0; Envelope::MAX_PLAINTEXT_LEN + 1];
    assert_eq!(envelope().seal(&context(), &long), Err(SealError::TooLong));
    let long = vec![0x11; Envelope::sealed_len(Envelope::MAX_PLAINTEXT_LEN) + 1];
    assert_eq!(envelope().open(&context(), &long).err(), Some(OpenError::Malformed));
}

/// asvs: V11.3.4, that no caller chooses a nonce, and none comes twice.
#[test]
fn the_same_plaintext_never_gives_the_same_nonce() {
    let envelope = envelope();
    let nonces = (0..1_000).map(|_| envelope.seal(&context(), b"").unwrap()[37..61].to_vec());
    let nonces: std::collections::HashSet<_> = nonces.collect();
    assert_eq!(nonces.len(), 1_000);
}

#[test]
fn without_randomness_nothing_is_sealed() {
    #[derive(Debug)]
    struct Broken;
    impl Random for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomUnavailable> {
            Err(RandomUnavailable::new())
        }
    }
    let keys = SharedKeyring::new(keyring(1, &[(1, KeyState::Active)]));
    let sealed = Envelope::with_random(keys, Arc::new(Broken)).seal(&context(), b"buy milk");
    assert_eq!(sealed, Err(SealError::RandomUnavailable));
}

/// A value that two keys open would be read differently by two readers. Here the second key is
/// named and committed to in turn; AES-GCM alone would not have to notice.
#[test]
fn another_keys_id_or_commitment_is_refused() {
    let keys = keyring(1, &[(1, KeyState::Active), (2, KeyState::Deactivated)]);
    let envelope = Envelope::new(SharedKeyring::new(keys));
    let sealed = envelope.seal(&context(), b"buy milk").unwrap();

    let mut renamed = sealed.clone();
    renamed[4] = 2;
    assert_eq!(envelope.open(&context(), &renamed).err(), Some(OpenError::Forged));
    let mut recommitted = sealed;
    recommitted[5..37].copy_from_slice(key(2).commitment());
    assert_eq!(envelope.open(&context(), &recommitted).err(), Some(OpenError::Forged));
    recommitted[4] = 2;
    assert_eq!(envelope.open(&context(), &recommitted).err(), Some(OpenError::Forged));
}

/// The cipher is right, and so is the associated data: only the comparison can refuse this.
#[test]
fn a_wrong_commitment_is_refused_whatever_the_tag_says() {
    let mut sealed = vec![0x11, 0, 0, 0, 1];
    sealed.extend(key(2).commitment());
    let aad = [&sealed, context().as_bytes()].concat();
    let (nonce, mut text) = ([9; 24], *b"buy milk");
    let subkey = Xaes::new(&[1; 32]).subkey(&[9; 12]).unwrap();
    let tag = subkey.seal(&[9; 12], &aad, &mut text).unwrap();
    sealed.extend(nonce);
    sealed.extend(text);
    sealed.extend(tag);
    assert_eq!(envelope().open(&context(), &sealed).err(), Some(OpenError::Forged));
}

/// asvs: V13.3.4, that the successor encrypts, and the former primary decrypts until it is
/// destroyed.
#[test]
fn a_key_opens_until_it_is_compromised_or_destroyed() {
    use KeyState::{Active, Compromised, Deactivated, Destroyed};

    let shared = SharedKeyring::new(keyring(1, &[(1, Active)]));
    let envelope = Envelope::new(shared.clone());
    let old = envelope.seal(&context(), b"buy milk").unwrap();

    shared.replace(keyring(2, &[(1, Deactivated), (2, Active)])).unwrap();
    assert!(envelope.open(&context(), &old).is_ok());
    let new = envelope.seal(&context(), b"buy milk").unwrap();
    assert_eq!(new[1..5], [0, 0, 0, 2]);

    for (generation, state, refused) in
        [(3, Compromised, KeyRefused::Compromised), (4, Destroyed, KeyRefused::Destroyed)]
    {
        shared.replace(keyring(generation, &[(1, state), (2, Active)])).unwrap();
        assert_eq!(envelope.open(&context(), &old).err(), Some(OpenError::Key(refused)));
        assert!(envelope.open(&context(), &new).is_ok());
    }
}

/// Each value names its format and its key, so that it is known which are still to be moved.
#[test]
fn sealing_again_moves_a_value_to_the_new_key() {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, SealingKey::generate);
    let shared = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap());
    let envelope = Envelope::new(shared.clone());
    let mut value = envelope.seal(&context(), b"buy milk").unwrap();
    for now in 1..5 {
        let now = UnixTime::from_secs(now);
        let current = shared.snapshot();
        let next = current.rotate(now, &generator).unwrap().into_keyring();
        shared.replace(next).unwrap();
        let opened = envelope.open(&context(), &value).unwrap();
        value = envelope.seal(&context(), opened.expose()).unwrap();
        assert_eq!(value[0], 0x11);
        assert_eq!(value[1..5], shared.snapshot().primary().0.to_bytes());
        let old = current.primary().0;
        let next = shared.snapshot().destroy(old, now).unwrap().into_keyring();
        shared.replace(next).unwrap();
        assert_eq!(envelope.open(&context(), &value).unwrap().expose(), b"buy milk");
    }
}

/// asvs: V11.2.2, that every value is moved without touching the code that reads it.
#[test]
fn resealing_moves_what_opens_and_nothing_else() {
    use KeyState::{Active, Compromised, Deactivated};

    let shared = SharedKeyring::new(keyring(1, &[(1, Active)]));
    let envelope = Envelope::new(shared.clone());
    let old = envelope.seal(&context(), b"buy milk").unwrap();
    assert_eq!(envelope.reseal(&context(), &old), Ok(None));

    shared.replace(keyring(2, &[(1, Deactivated), (2, Active)])).unwrap();
    let new = envelope.reseal(&context(), &old).unwrap().unwrap();
    assert_eq!(Envelope::key_id(&old), Ok(KeyId::from_u32(1)));
    assert_eq!(Envelope::key_id(&new), Ok(KeyId::from_u32(2)));
    assert_eq!(envelope.open(&context(), &new).unwrap().expose(), b"buy milk");
    assert_eq!(envelope.reseal(&context(), &new), Ok(None));

    let forged = Err(ResealError::Open(OpenError::Forged));
    for value in [&old, &new] {
        assert_eq!(envelope.reseal(&Context::none(), value), forged);
    }
    let malformed = Err(ResealError::Open(OpenError::Malformed));
    assert_eq!(envelope.reseal(&context(), &new[..76]), malformed);
    shared.replace(keyring(3, &[(1, Compromised), (2, Active)])).unwrap();
    let refused = Err(ResealError::Open(OpenError::Key(KeyRefused::Compromised)));
    assert_eq!(envelope.reseal(&context(), &old), refused);
}

#[test]
fn a_long_context_binds_as_a_short_one_does() {
    for len in [0, 218, 219, 220, 256, 5_000] {
        let context = Context::verbatim(&vec![7; len]);
        let sealed = envelope().seal(&context, b"buy milk").unwrap();
        assert_eq!(envelope().open(&context, &sealed).unwrap().expose(), b"buy milk");
        let mut other = vec![7; len];
        other.push(0);
        let opened = envelope().open(&Context::verbatim(&other), &sealed);
        assert_eq!(opened.err(), Some(OpenError::Forged), "{len}");
    }
}

#[test]
fn nothing_secret_is_shown() {
    let shown = format!("{:?}", envelope());
    assert!(!shown.contains("[1, 1"), "{shown}");
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
        if named && bytes.len() >= 37 {
            bytes[..5].copy_from_slice(&[0x11, 0, 0, 0, 1]);
            bytes[5..37].copy_from_slice(key(1).commitment());
        }
        prop_assert!(envelope().open(&context(), &bytes).is_err());
    }
}
