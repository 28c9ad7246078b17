use zeroize::Zeroize as _;

/// How long a value is made before it is sealed, so that its length tells less.
///
/// The padding is the byte `0x80` and then zeros (ISO/IEC 7816-4), at least that one byte, whatever
/// the policy: values of every policy are read by one reader, so it can be changed at any time.
///
/// ```
/// use bartizan_envelope::Padding;
///
/// assert_eq!(Padding::None.padded_len(5), 6);
/// assert_eq!(Padding::Block(32).padded_len(5), 32);
/// assert_eq!(Padding::Block(32).padded_len(32), 64);
/// assert_eq!(Padding::Padme.padded_len(1_000), 1_024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Padding {
    /// None: the length is seen, exactly.
    None,
    /// Up to a multiple of so many bytes (0 counts as 1): of a field with a greatest length, that
    /// length and one more hide it wholly.
    Block(u16),
    /// Up to the next length of which only the highest bits are set, at most 12 % more: of lengths up
    /// to 64 KiB, 172 are left to be told apart. Source: Nikitin and others, "Reducing Metadata
    /// Leakage from Encrypted Files and Communication with PURBs", 2019.
    Padme,
}

impl Padding {
    /// Returns how many bytes a plaintext of `len` bytes has when it is padded.
    #[must_use]
    pub const fn padded_len(self, len: usize) -> usize {
        let least = len.saturating_add(1);
        match self {
            Self::None => least,
            Self::Block(size) => {
                let size = if size == 0 { 1 } else { size as usize };
                match least.checked_next_multiple_of(size) {
                    Some(padded) => padded,
                    None => usize::MAX,
                }
            }
            Self::Padme => padme(least),
        }
    }
}

/// Rounds up so that all but the highest bits are zero: of a length with exponent E, as many low
/// bits as E has more than its own length in bits.
const fn padme(len: usize) -> usize {
    let exponent = match len.checked_ilog2() {
        Some(exponent) if exponent > 0 => exponent,
        _ => return len,
    };
    let Some(log) = exponent.checked_ilog2() else {
        return len;
    };
    let low_bits = exponent.saturating_sub(log).saturating_sub(1);
    let mask = match 1_usize.checked_shl(low_bits) {
        Some(bit) => bit.saturating_sub(1),
        None => return len,
    };
    len.saturating_add(mask) & !mask
}

/// Appends the padding. What is left behind where the text moves is wiped.
pub(crate) fn pad(text: &mut PlainBuffer, padding: Padding) {
    let padded_len = padding.padded_len(text.0.len());
    text.extend(&[MARK]);
    text.reserve(padded_len.saturating_sub(text.0.len()));
    text.0.resize(padded_len.max(text.0.len()), 0);
}

/// Returns what stood before the padding.
pub(crate) fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let zeros = padded.iter().rev().take_while(|byte| **byte == 0).count();
    let (mark, text) = padded.get(..padded.len().checked_sub(zeros)?)?.split_last()?;
    (*mark == MARK).then_some(text)
}

/// A buffer of plaintext that leaves no copy behind when it grows or goes.
#[derive(Default)]
pub(crate) struct PlainBuffer(Vec<u8>);

impl PlainBuffer {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    fn reserve(&mut self, more: usize) {
        let needed = self.0.len().saturating_add(more);
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.max(self.0.capacity().saturating_mul(2)));
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            self.0 = larger;
        }
    }
}

impl std::io::Write for PlainBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for PlainBuffer {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

const MARK: u8 = 0x80;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn padded(text: &[u8], padding: Padding) -> Vec<u8> {
        let mut buffer = PlainBuffer::default();
        buffer.write_all(text).unwrap();
        pad(&mut buffer, padding);
        buffer.as_bytes().to_vec()
    }

    /// Of the paper's table: the padded lengths, of which ours are one more than the text.
    #[test]
    fn padme_gives_the_lengths_of_its_paper() {
        for (len, expected) in [
            (1, 1),
            (2, 2),
            (8, 8),
            (9, 10),
            (17, 18),
            (33, 36),
            (100, 104),
            (129, 144),
            (257, 272),
            (1_001, 1_024),
            (1_000_000, 1_015_808),
        ] {
            assert_eq!(padme(len), expected, "{len}");
        }
    }

    #[test]
    fn padme_adds_at_most_12_percent_and_leaves_few_lengths() {
        let mut lengths = BTreeSet::new();
        for len in 1..=65_536 {
            let padded = padme(len);
            assert!(padded >= len && padded * 100 <= len * 112, "{len}: {padded}");
            assert_eq!(padme(padded), padded);
            let _new = lengths.insert(padded);
        }
        assert_eq!(lengths.len(), 172);
    }

    #[test]
    fn a_block_hides_all_lengths_below_it() {
        for len in 0..32 {
            assert_eq!(padded(&vec![7; len], Padding::Block(32)).len(), 32);
        }
        assert_eq!(padded(&[7; 32], Padding::Block(32)).len(), 64);
        assert_eq!(padded(&[7; 32], Padding::Block(0)).len(), 33);
    }

    #[test]
    fn lengths_at_the_end_do_not_overflow() {
        for padding in [Padding::None, Padding::Block(0), Padding::Block(u16::MAX), Padding::Padme]
        {
            assert!(padding.padded_len(usize::MAX) >= usize::MAX / 2);
        }
    }

    #[test]
    fn what_is_not_padded_is_refused() {
        for not_padded in [&b""[..], b"\0", b"\0\0", b"a", b"\x80a", b"a\x01\0"] {
            assert_eq!(unpad(not_padded), None, "{not_padded:?}");
        }
        assert_eq!(unpad(b"\x80"), Some(&b""[..]));
        assert_eq!(unpad(b"a\x80\x80\0\0"), Some(&b"a\x80"[..]));
    }

    proptest! {
        #[test]
        fn every_policy_comes_off_again(text: Vec<u8>, block: u16) {
            for padding in [Padding::None, Padding::Block(block), Padding::Padme] {
                let padded = padded(&text, padding);
                prop_assert_eq!(padded.len(), padding.padded_len(text.len()));
                prop_assert_eq!(unpad(&padded), Some(&text[..]));
            }
        }
    }
}
