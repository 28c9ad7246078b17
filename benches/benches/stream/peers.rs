//! Other crates, with a key each; age with a recipient, whom it looks up for every file.

use std::hint::black_box;

use aead_stream::{DecryptorBE32, EncryptorBE32};
use aes_gcm::Aes256Gcm;
use divan::Bencher;
use divan::counter::BytesCount;
use libsodium_rs::crypto_secretstream::xchacha20poly1305 as secretstream;
use orion::aead::SecretKey;
use orion::aead::streaming::{StreamOpener, StreamSealer, StreamTag};

use super::{CHUNK_LEN, SMALL};

type Seal = fn(&[u8]) -> Vec<Vec<u8>>;

/// A bench of each, both ways: what sealing gave is what opening takes.
fn seal(bencher: Bencher, len: usize, seal: Seal) {
    let text = vec![7; len];
    bencher.counter(BytesCount::new(len)).bench_local(|| seal(black_box(&text)));
}

fn open(bencher: Bencher, len: usize, seal: Seal, open: fn(&[Vec<u8>])) {
    let sealed = seal(&vec![7; len]);
    bencher.counter(BytesCount::new(len)).bench_local(|| open(black_box(&sealed)));
}

macro_rules! peer {
    ($name:ident) => {
        mod $name {
            use divan::Bencher;

            use super::SMALL;
            use super::code::$name::{opened, sealed};

            #[divan::bench(args = SMALL)]
            fn seal(bencher: Bencher, len: usize) {
                super::seal(bencher, len, sealed);
            }

            #[divan::bench(args = SMALL)]
            fn open(bencher: Bencher, len: usize) {
                super::open(bencher, len, sealed, opened);
            }
        }
    };
}

peer!(age_x25519);
peer!(cobblestone_128);
peer!(cobblestone_256);
peer!(libsodium);
peer!(orion_streaming);
peer!(rustcrypto);

mod code {
    use super::{
        Aes256Gcm, CHUNK_LEN, DecryptorBE32, EncryptorBE32, SecretKey, StreamOpener, StreamSealer,
        StreamTag, secretstream,
    };

    pub(super) mod age_x25519 {
        use std::sync::LazyLock;

        use age::x25519::Identity;

        static IDENTITY: LazyLock<Identity> = LazyLock::new(Identity::generate);

        pub(crate) fn sealed(text: &[u8]) -> Vec<Vec<u8>> {
            vec![age::encrypt(&IDENTITY.to_public(), text).expect("memory")]
        }

        pub(crate) fn opened(sealed: &[Vec<u8>]) {
            let _text = age::decrypt(&*IDENTITY, &sealed[0]).expect("ours");
        }
    }

    pub(super) mod cobblestone_128 {
        use cobblestone::Key;

        pub(crate) fn sealed(text: &[u8]) -> Vec<Vec<u8>> {
            vec![cobblestone::encrypt(&Key::from_bytes(&[7; 16]), b"", text).expect("short")]
        }

        pub(crate) fn opened(sealed: &[Vec<u8>]) {
            let key = Key::from_bytes(&[7; 16]);
            let _text = cobblestone::decrypt(&key, b"", &sealed[0]).expect("ours");
        }
    }

    pub(super) mod cobblestone_256 {
        use cobblestone::Key256;

        pub(crate) fn sealed(text: &[u8]) -> Vec<Vec<u8>> {
            vec![cobblestone::encrypt(&Key256::from_bytes(&[7; 32]), b"", text).expect("short")]
        }

        pub(crate) fn opened(sealed: &[Vec<u8>]) {
            let key = Key256::from_bytes(&[7; 32]);
            let _text = cobblestone::decrypt(&key, b"", &sealed[0]).expect("ours");
        }
    }

    /// The header first, then a message a chunk.
    pub(super) mod libsodium {
        use super::{CHUNK_LEN, secretstream};

        fn key() -> secretstream::Key {
            secretstream::Key::from_bytes(&[7; 32]).expect("32 bytes")
        }

        pub(crate) fn sealed(text: &[u8]) -> Vec<Vec<u8>> {
            libsodium_rs::ensure_init().expect("a processor");
            let (mut state, header) = secretstream::PushState::init_push(&key()).expect("it");
            let chunks = text.chunks(CHUNK_LEN);
            let pushed = chunks
                .map(|chunk| state.push(chunk, None, secretstream::TAG_MESSAGE).expect("short"));
            [header.to_vec()].into_iter().chain(pushed).collect()
        }

        pub(crate) fn opened(sealed: &[Vec<u8>]) {
            let header = sealed[0][..].try_into().expect("a header");
            let mut state = secretstream::PullState::init_pull(header, &key()).expect("it");
            for chunk in &sealed[1..] {
                let _chunk = state.pull(chunk, None).expect("ours");
            }
        }
    }

    pub(super) mod orion_streaming {
        use super::{CHUNK_LEN, SecretKey, StreamOpener, StreamSealer, StreamTag};

        fn key() -> SecretKey {
            SecretKey::try_from(&[7; 32]).expect("32 bytes")
        }

        pub(crate) fn sealed(text: &[u8]) -> Vec<Vec<u8>> {
            let (mut sealer, nonce) = StreamSealer::new(&key()).expect("randomness");
            let chunks = text.chunks(CHUNK_LEN);
            let made =
                chunks.map(|chunk| sealer.seal_chunk(chunk, &StreamTag::Message).expect("short"));
            [nonce.as_ref().to_vec()].into_iter().chain(made).collect()
        }

        pub(crate) fn opened(sealed: &[Vec<u8>]) {
            let nonce = sealed[0][..].try_into().expect("a nonce");
            let mut opener = StreamOpener::new(&key(), &nonce).expect("it");
            for chunk in &sealed[1..] {
                let _chunk = opener.open_chunk(chunk).expect("ours");
            }
        }
    }

    pub(super) mod rustcrypto {
        use super::{Aes256Gcm, CHUNK_LEN, DecryptorBE32, EncryptorBE32};
        use aes_gcm::KeyInit as _;

        pub(crate) fn sealed(text: &[u8]) -> Vec<Vec<u8>> {
            let cipher = Aes256Gcm::new(&[7; 32].into());
            let mut sealer = EncryptorBE32::from_aead(cipher, &[9; 7].into());
            text.chunks(CHUNK_LEN).map(|chunk| sealer.encrypt_next(chunk).expect("few")).collect()
        }

        pub(crate) fn opened(sealed: &[Vec<u8>]) {
            let cipher = Aes256Gcm::new(&[7; 32].into());
            let mut opener = DecryptorBE32::from_aead(cipher, &[9; 7].into());
            for chunk in sealed {
                let _chunk = opener.decrypt_next(&chunk[..]).expect("ours");
            }
        }
    }
}
