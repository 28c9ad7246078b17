//! XAES-256-GCM: [c2sp.org/XAES-256-GCM](https://c2sp.org/XAES-256-GCM).
//!
//! A nonce of 24 bytes is long enough to be drawn at random for every message. Its first half
//! derives a subkey, its second half is the nonce of AES-256-GCM under that subkey.

use core::fmt;

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt as _, KeyInit as _};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::error::Unspecified;
use zeroize::{Zeroize as _, Zeroizing};

pub(crate) const KEY_LEN: usize = 32;
pub(crate) const NONCE_LEN: usize = 2 * HALF_LEN;
pub(crate) const HALF_LEN: usize = 12;
pub(crate) const TAG_LEN: usize = 16;

pub(crate) type Half = [u8; HALF_LEN];

/// What derives subkeys, prepared once per key: the key schedule, and CMAC's first subkey.
pub(crate) struct Xaes {
    cipher: Aes256,
    k1: Zeroizing<[u8; 16]>,
}

impl Xaes {
    pub(crate) fn new(key: &[u8; KEY_LEN]) -> Self {
        let cipher = Aes256::new(key.into());
        let mut block = aes::Block::default();
        cipher.encrypt_block(&mut block);
        let k1 = Zeroizing::new(double(u128::from_be_bytes(block.into())).to_be_bytes());
        block.zeroize();
        Self { cipher, k1 }
    }

    /// Derives the key of all nonces that begin with `prefix`.
    pub(crate) fn subkey(&self, prefix: &Half) -> Result<Subkey, Unspecified> {
        let mut blocks = [self.input(1, prefix), self.input(2, prefix)];
        self.cipher.encrypt_blocks(&mut blocks);
        let mut subkey = Zeroizing::new([0; KEY_LEN]);
        for (byte, derived) in subkey.iter_mut().zip(blocks.iter().flatten()) {
            *byte = *derived;
        }
        for block in &mut blocks {
            block.zeroize();
        }
        Ok(Subkey(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, subkey.as_slice())?)))
    }

    /// `00`, the counter, `"X"`, `00`, and the first half of the nonce; xor K1: one-block CMAC.
    fn input(&self, counter: u8, prefix: &Half) -> aes::Block {
        let head = [0, counter, b'X', 0];
        let message = head.iter().chain(prefix);
        let mut block = aes::Block::default();
        for ((out, byte), mask) in block.iter_mut().zip(message).zip(self.k1.iter()) {
            *out = byte ^ mask;
        }
        block
    }
}

impl fmt::Debug for Xaes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Xaes(..)")
    }
}

/// AES-256-GCM under a derived key. ring wipes nothing of it.
pub(crate) struct Subkey(LessSafeKey);

impl Subkey {
    /// Encrypts in place and returns the tag. It fails when a length is beyond AES-GCM's limits.
    pub(crate) fn seal(
        &self,
        nonce: &Half,
        aad: &[u8],
        message: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Unspecified> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(aad), message)?;
        tag.as_ref().try_into().map_err(|_| Unspecified)
    }

    /// Decrypts in place. When it fails, `message` is not to be used.
    pub(crate) fn open(
        &self,
        nonce: &Half,
        aad: &[u8],
        (message, tag): (&mut [u8], &[u8; TAG_LEN]),
    ) -> Result<(), Unspecified> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let tag = (*tag).into();
        let _plaintext =
            self.0.open_in_place_separate_tag(nonce, Aad::from(aad), tag, message, 0..)?;
        Ok(())
    }

    /// Writes the schedule of a key that everybody knows over this one.
    pub(crate) fn overwrite(&mut self) {
        if let Ok(known) = UnboundKey::new(&AES_256_GCM, &[0; KEY_LEN]) {
            self.0 = LessSafeKey::new(known);
        }
        // Without somebody to read it, the compiler may leave out what is written before a block
        // of memory is given back.
        let _read = core::hint::black_box(&self.0);
    }
}

/// Doubles in GF(2^128), in a time that does not depend on the value: RFC 4493, section 2.3.
const fn double(block: u128) -> u128 {
    (block << 1) ^ ((block >> 127).wrapping_neg() & 0x87)
}

#[cfg(test)]
mod tests {
    use bartizan_core::hex;
    use shake::Shake128;
    use shake::digest::{ExtendableOutput as _, Update as _, XofReader};

    use super::*;

    const NONCE: [u8; NONCE_LEN] = *b"ABCDEFGHIJKLMNOPQRSTUVWX";

    fn derived(key: &[u8; KEY_LEN], nonce: &[u8; NONCE_LEN]) -> (Subkey, Half) {
        let (prefix, rest) = nonce.split_at(HALF_LEN);
        (Xaes::new(key).subkey(prefix.try_into().unwrap()).unwrap(), rest.try_into().unwrap())
    }

    fn sealed(key: &[u8; KEY_LEN], nonce: &[u8; NONCE_LEN], aad: &[u8], message: &[u8]) -> Vec<u8> {
        let (subkey, nonce) = derived(key, nonce);
        let mut text = message.to_vec();
        let tag = subkey.seal(&nonce, aad, &mut text).unwrap();
        let mut opened = text.clone();
        subkey.open(&nonce, aad, (&mut opened, &tag)).unwrap();
        assert_eq!(opened, message);
        text.extend(tag);
        text
    }

    /// The two vectors of the specification: K1 is made with and without a carry.
    ///
    /// asvs: V11.3.2, that what is called XAES-256-GCM is it.
    #[test]
    fn gives_the_ciphertexts_of_the_specification() {
        for (key, aad, expected) in [
            ([1; 32], "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"),
            (
                [3; 32],
                "c2sp.org/XAES-256-GCM",
                "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d",
            ),
        ] {
            let sealed = sealed(&key, &NONCE, aad.as_bytes(), b"XAES-256-GCM");
            assert_eq!(hex::encode(&sealed), expected);
        }
    }

    /// The specification's accumulated test: 10,000 messages read from SHAKE-128 of nothing, and
    /// SHAKE-128 over their ciphertexts.
    #[test]
    fn gives_the_accumulated_digest_of_the_specification() {
        let mut input = Shake128::default().finalize_xof();
        let mut output = Shake128::default();
        for _ in 0..10_000 {
            let (key, nonce) = (read(&mut input), read(&mut input));
            let (plaintext, aad) = (read_short(&mut input), read_short(&mut input));
            output.update(&sealed(&key, &nonce, &aad, &plaintext));
        }
        let digest: [u8; 32] = read(&mut output.finalize_xof());
        let expected = "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939";
        assert_eq!(hex::encode(&digest), expected);
    }

    #[test]
    fn a_changed_nonce_tag_or_aad_does_not_open() {
        let (subkey, nonce) = derived(&[1; 32], &NONCE);
        let mut text = *b"message";
        let tag = subkey.seal(&nonce, b"aad", &mut text).unwrap();
        for bit in 0..NONCE_LEN * 8 {
            let mut nonce = NONCE;
            nonce[bit / 8] ^= 1 << (bit % 8);
            let (subkey, nonce) = derived(&[1; 32], &nonce);
            assert!(subkey.open(&nonce, b"aad", (&mut text.clone(), &tag)).is_err(), "{bit}");
        }
        for bit in 0..TAG_LEN * 8 {
            let mut tag = tag;
            tag[bit / 8] ^= 1 << (bit % 8);
            assert!(subkey.open(&nonce, b"aad", (&mut text.clone(), &tag)).is_err(), "{bit}");
        }
        assert!(subkey.open(&nonce, b"aae", (&mut text.clone(), &tag)).is_err());
    }

    fn read<const N: usize>(reader: &mut impl XofReader) -> [u8; N] {
        let mut bytes = [0; N];
        reader.read(&mut bytes);
        bytes
    }

    fn read_short(reader: &mut impl XofReader) -> Vec<u8> {
        let [len] = read(reader);
        let mut bytes = vec![0; usize::from(len)];
        reader.read(&mut bytes);
        bytes
    }
}
