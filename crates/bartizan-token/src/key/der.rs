//! As much of DER (X.690) as keys need: each value has one encoding.

use bartizan_core::SecretBytes;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
#[cfg(feature = "aws-lc-rs")]
pub(super) const TAGGED_0_PRIMITIVE: u8 = 0x80;
pub(super) const TAGGED_0: u8 = 0xa0;
pub(super) const TAGGED_1: u8 = 0xa1;

/// What is still to be read.
pub(super) struct Der<'d>(pub(super) &'d [u8]);

impl<'d> Der<'d> {
    /// Reads a value of type `tag`, and returns its contents.
    pub(super) fn read(&mut self, tag: u8) -> Option<&'d [u8]> {
        let (found, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (len, rest) = match *first {
            len @ 0..=0x7f => (usize::from(len), rest),
            0x81 => {
                let (len, rest) = rest.split_first()?;
                (usize::from(*len).checked_sub(0x80)?.checked_add(0x80)?, rest)
            }
            0x82 => {
                let (len, rest) = rest.split_first_chunk::<2>()?;
                let len = usize::from(u16::from_be_bytes(*len));
                (len.checked_sub(0x100)?.checked_add(0x100)?, rest)
            }
            _ => return None,
        };
        let (contents, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        if *found == tag { Some(contents) } else { None }
    }

    /// Reads a value of type `tag` if one comes next.
    pub(super) fn optional(&mut self, tag: u8) -> Option<&'d [u8]> {
        if self.0.first() == Some(&tag) { self.read(tag) } else { None }
    }

    /// Reads a whole number that is not negative, as bytes without leading zeros.
    pub(super) fn number(&mut self) -> Option<&'d [u8]> {
        match self.read(INTEGER)? {
            [0] => Some(&[]),
            [0, rest @ ..] if rest.first()? >= &0x80 => Some(rest),
            all @ [1..=0x7f, ..] => Some(all),
            _ => None,
        }
    }

    /// Checks that nothing is left.
    pub(super) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Returns a value of type `tag`, its contents being `parts`.
pub(super) fn write(tag: u8, parts: &[&[u8]]) -> Option<SecretBytes> {
    let len = parts.iter().map(|part| part.len()).sum::<usize>();
    // Room for all of it, so that no half-written copy is left behind.
    let mut out = Vec::with_capacity(len.checked_add(4)?);
    out.push(tag);
    match len {
        0..=0x7f => out.push(u8::try_from(len).ok()?),
        0x80..=0xff => out.extend_from_slice(&[0x81, u8::try_from(len).ok()?]),
        _ => {
            out.push(0x82);
            out.extend_from_slice(&u16::try_from(len).ok()?.to_be_bytes());
        }
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    Some(SecretBytes::from(out))
}

/// Returns the whole number that `bytes` are, most significant first.
pub(super) fn write_number(bytes: &[u8]) -> Option<SecretBytes> {
    match bytes.first() {
        None => write(INTEGER, &[&[0]]),
        Some(0) => None,
        Some(0x80..) => write(INTEGER, &[&[0], bytes]),
        Some(_) => write(INTEGER, &[bytes]),
    }
}
