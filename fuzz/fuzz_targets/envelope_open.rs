//! Of all the bytes that can be made from a sealed value of either kind, only the value itself
//! opens, and only under its own context.

#![no_main]

use std::sync::OnceLock;

use bartizan_core::danger::ExportKey;
use bartizan_core::{
    Context, KeyId, KeyRecord, KeyState, Keyring, Seal, SecretBytes, SharedKeyring, UnixTime,
};
use bartizan_envelope::{
    CompactEnvelope, CompactKey, Envelope, OpenValueError, Padding, Sealed, SealingKey,
};
use libfuzzer_sys::fuzz_target;

type Input<'a> = (&'a [u8], &'a [u8], Vec<(u16, u8)>, usize, &'a [u8]);

fuzz_target!(|input: Input<'_>| {
    // Kept from one input to the next, as a process keeps them: so are their subkeys.
    static ENVELOPES: OnceLock<(Envelope, CompactEnvelope)> = OnceLock::new();
    let (envelope, compact) = ENVELOPES.get_or_init(|| {
        (Envelope::new(keys::<SealingKey>()), CompactEnvelope::new(keys::<CompactKey>()))
    });
    let plaintext_len = input.0.len();
    let full = check(envelope, &input);
    assert_eq!(full.len(), Envelope::sealed_len(plaintext_len));
    let short = check(compact, &input);
    assert_eq!(short.len(), CompactEnvelope::sealed_len(plaintext_len));

    // Neither kind is read as the other.
    let bound = Context::verbatim(input.1);
    assert!(envelope.open(&bound, &short).is_err());
    assert!(compact.open(&bound, &full).is_err());

    // What opens need not be a value.
    let value = Sealed::<Vec<u8>>::from_bytes(full).open(envelope, &bound);
    assert!(matches!(value, Ok(_) | Err(OpenValueError::OtherType)));
    let bytes = input.0.to_vec();
    let block = Padding::Block(input.3.to_le_bytes()[0].into());
    for padding in [Padding::None, block, Padding::Padme] {
        let sealed = Sealed::seal(&bytes, envelope, &bound, padding).expect("bytes are JSON");
        assert_eq!(sealed.open(envelope, &bound), Ok(bytes.clone()));
    }
});

fn check(envelope: &dyn Seal, (plaintext, context, changes, cut, other): &Input<'_>) -> Vec<u8> {
    // Bytes from nowhere.
    assert!(envelope.open(&Context::verbatim(context), plaintext).is_err());

    let bound = Context::verbatim(context);
    let sealed = envelope.seal(&bound, plaintext).expect("short, and the system has randomness");

    // The value with bytes changed, and cut or extended.
    let mut changed = sealed.clone();
    for (position, mask) in changes {
        let position = usize::from(*position) % changed.len();
        changed[position] ^= mask;
    }
    changed.resize(cut % (2 * sealed.len()), 0);
    let opened = envelope.open(&bound, &changed);
    assert_eq!(opened.is_ok(), changed == sealed);

    let elsewhere = envelope.open(&Context::verbatim(other), &sealed);
    assert_eq!(elsewhere.is_ok(), other == context);

    let opened = envelope.open(&bound, &sealed).expect("it was just sealed");
    assert_eq!(opened.expose(), *plaintext);
    sealed
}

fn keys<K: ExportKey>() -> SharedKeyring<K> {
    let key = K::import(&SecretBytes::from([7; 32])).expect("32 bytes are a key");
    let times = (UnixTime::EPOCH, UnixTime::EPOCH);
    let record = KeyRecord::restore(KeyId::from_u32(1), KeyState::Active, times, Some(key));
    SharedKeyring::new(Keyring::restore(1, vec![record]).expect("one key, and it is active"))
}
