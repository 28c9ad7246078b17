//! Who can open a stream.

use bartizan_core::{KeyRefused, Random, RandomUnavailable, SealError, SystemRandom};

use super::*;

/// asvs: V11.3.4, 192 random bits per stream out of which its key is derived, and no caller's
/// nonce.
#[test]
fn the_same_plaintext_never_gives_the_same_salt() {
    let salts = (0..1_000).map(|_| streams().seal(&context(), b"").unwrap()[5..29].to_vec());
    let salts: std::collections::HashSet<_> = salts.collect();
    assert_eq!(salts.len(), 1_000);
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
    let streams = streams().with_random(Arc::new(Broken));
    let expected = Some(SealError::RandomUnavailable);
    assert_eq!(streams.seal(&context(), b"").err(), expected);
    assert_eq!(streams.seal_in_place(&context(), streams.buffer(1).unwrap()).err(), expected);
    assert_eq!(streams.seal_writer(&context(), Vec::new()).err(), expected);
}

/// asvs: V13.3.4, that the successor seals, and the former primary opens until it is destroyed.
#[test]
fn a_key_opens_until_it_is_compromised_or_destroyed() {
    use KeyState::{Active, Compromised, Deactivated, Destroyed};

    let shared = SharedKeyring::new(keyring(1, &[(1, Active)]));
    let streams = Streams::new(shared.clone());
    let old = streams.seal(&context(), b"buy milk").unwrap();
    // A stream goes on under the key that it began with.
    let mut writer = streams.seal_writer(&context(), Vec::new()).unwrap();

    shared.replace(keyring(2, &[(1, Deactivated), (2, Active)])).unwrap();
    assert_eq!(streams.open(&context(), &old).unwrap(), b"buy milk");
    let new = streams.seal(&context(), b"buy milk").unwrap();
    assert_eq!(new[1..5], [0, 0, 0, 2]);
    writer.write_all(b"buy milk").unwrap();
    let begun = writer.finish().unwrap();
    assert_eq!(begun[1..5], [0, 0, 0, 1]);
    assert_eq!(streams.open(&context(), &begun).unwrap(), b"buy milk");

    for (generation, state, refused) in
        [(3, Compromised, KeyRefused::Compromised), (4, Destroyed, KeyRefused::Destroyed)]
    {
        shared.replace(keyring(generation, &[(1, state), (2, Active)])).unwrap();
        let expected = Err(StreamError::Key(refused));
        assert_eq!(opened_every_way(&streams, &old, b""), expected);
        assert!(streams.open(&context(), &new).is_ok());
    }
}

/// A stream that two keys open would be read differently by two readers: the commitment is to one.
#[test]
fn another_key_or_its_id_is_refused() {
    let keys = keyring(1, &[(1, KeyState::Active), (2, KeyState::Deactivated)]);
    let streams = Streams::new(SharedKeyring::new(keys));
    let mut sealed = streams.seal(&context(), b"buy milk").unwrap();
    sealed[4] = 2;
    assert_eq!(opened_every_way(&streams, &sealed, b""), Err(StreamError::Forged));

    let sealed = Streams::bare(key(1)).seal(&context(), b"buy milk").unwrap();
    let opened = opened_every_way(&Streams::bare(key(2)), &sealed, b"");
    assert_eq!(opened, Err(StreamError::Forged));
}

/// The cipher and the context are right: only the comparison can refuse this.
#[test]
fn a_wrong_commitment_is_refused_whatever_the_tags_say() {
    let mut sealed = Streams::bare(key(1)).seal(&context(), b"buy milk").unwrap();
    sealed[24..56].fill(7);
    let opened = opened_every_way(&Streams::bare(key(1)), &sealed, b"");
    assert_eq!(opened, Err(StreamError::Forged));
}

#[test]
fn sealing_again_moves_a_stream_to_the_new_key() {
    use KeyState::{Active, Deactivated};

    let shared = SharedKeyring::new(keyring(1, &[(1, Active)]));
    let streams = Streams::new(shared.clone()).with_random(Arc::new(SystemRandom::new()));
    let old = streams.seal(&context(), &text(50_000)).unwrap();
    shared.replace(keyring(2, &[(1, Deactivated), (2, Active)])).unwrap();

    let mut reader = streams.open_reader(&context(), &old[..]).unwrap();
    let mut writer = streams.seal_writer(&context(), Vec::new()).unwrap();
    let _len = io::copy(&mut reader, &mut writer).unwrap();
    let new = writer.finish().unwrap();
    assert_eq!(new[1..5], [0, 0, 0, 2]);
    assert_eq!(streams.open(&context(), &new).unwrap(), text(50_000));
}
