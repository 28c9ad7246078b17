//! Of all the bytes that can be made from a sealed value, only the value itself opens, and only
//! under its own context.

#![no_main]

use bartizan_core::danger::ExportKey as _;
use bartizan_core::{
    Context, KeyId, KeyRecord, KeyState, Keyring, Seal as _, SecretBytes, SharedKeyring, UnixTime,
};
use bartizan_envelope::{Envelope, SealingKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&[u8], &[u8], Vec<(u16, u8)>, usize, &[u8])| {
    let (plaintext, context, changes, cut, other_context) = input;
    let envelope = envelope();

    // Bytes from nowhere.
    assert!(envelope.open(&Context::verbatim(context), plaintext).is_err());

    let bound = Context::verbatim(context);
    let sealed = envelope.seal(&bound, plaintext).expect("short, and the system has randomness");
    assert_eq!(sealed.len(), Envelope::sealed_len(plaintext.len()));

    // The value with bytes changed, and cut or extended.
    let mut changed = sealed.clone();
    for (position, mask) in changes {
        let position = usize::from(position) % changed.len();
        changed[position] ^= mask;
    }
    changed.resize(cut % (2 * sealed.len()), 0);
    let opened = envelope.open(&bound, &changed);
    assert_eq!(opened.is_ok(), changed == sealed);

    let elsewhere = envelope.open(&Context::verbatim(other_context), &sealed);
    assert_eq!(elsewhere.is_ok(), other_context == context);

    let opened = envelope.open(&bound, &sealed).expect("it was just sealed");
    assert_eq!(opened.expose(), plaintext);
});

fn envelope() -> Envelope {
    let key = SealingKey::import(&SecretBytes::from([7; 32])).expect("32 bytes are a key");
    let times = (UnixTime::EPOCH, UnixTime::EPOCH);
    let record = KeyRecord::restore(KeyId::from_u32(1), KeyState::Active, times, Some(key));
    let keyring = Keyring::restore(1, vec![record]).expect("one key, and it is active");
    Envelope::new(SharedKeyring::new(keyring))
}
