//! Whatever is stored for several providers, it unwraps to the key that was wrapped or to nothing.

#![no_main]

use std::sync::{Arc, LazyLock};
use std::task::{Context as Task, Poll, Waker};

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{Context, SecretBytes};
use bartizan_envelope::{KekFuture, KekProvider, LocalKeyFile, MultiProvider, WrappedKey};
use libfuzzer_sys::fuzz_target;

/// Two key files, and a key that was wrapped under both.
static WRAPPED: LazyLock<(MultiProvider, WrappedKey)> = LazyLock::new(|| {
    let random = PredictableRandom::from_seed(1);
    let folder = std::env::temp_dir().join(format!("envelope-multi-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str| {
        Arc::new(LocalKeyFile::create(folder.join(name), &random).unwrap()) as Arc<dyn KekProvider>
    };
    let both = MultiProvider::new(vec![file("first"), file("second")]).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let key = SecretBytes::from([7; 32]);
    let wrapped = at_once(both.wrap(&Context::of("fuzz"), &key, &random)).unwrap();
    (both, wrapped)
});

/// Key files answer at once.
fn at_once<T>(mut future: KekFuture<'_, T>) -> Result<T, bartizan_envelope::KekProviderError> {
    match future.as_mut().poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("a key file waits for nobody"),
    }
}

fuzz_target!(|input: (Vec<u8>, Option<(u16, u8)>)| {
    let (both, wrapped) = &*WRAPPED;
    let (bytes, flip) = input;
    // Either something made up, or what was stored with one byte changed.
    let bytes = match flip {
        None => bytes,
        Some((at, mask)) => {
            let mut stored = wrapped.bytes().to_vec();
            let at = usize::from(at) % stored.len();
            stored[at] ^= mask;
            stored
        }
    };
    let stored = WrappedKey::new("multi".to_owned(), String::new(), bytes);
    if let Ok(key) = at_once(both.unwrap(&Context::of("fuzz"), &stored)) {
        assert!(key.ct_eq(&[7; 32]));
    }
    assert!(at_once(both.unwrap(&Context::of("other"), &stored)).is_err());
});
