//! Copying the runs between the characters that need an escape, which is most of any text.
//!
//! The search for those looks at whole chunks without a branch per byte, which the compiler makes
//! vectors of.

use std::borrow::Cow;

use core::fmt;

/// One way of escaping.
pub(super) trait Escape {
    /// Zero for each byte at which an escape may begin, and for as few others as can be. Only
    /// ASCII bytes and the first bytes of longer characters begin one.
    fn distance(byte: u8) -> u8;

    /// Writes the escape of the character that `rest` begins with, and returns its length in bytes:
    /// zero when it needs none.
    fn escape<W: fmt::Write + ?Sized>(rest: &[u8], out: &mut W) -> Result<usize, fmt::Error>;
}

/// Writes `text` with its escapes.
pub(super) fn write<E: Escape, W: fmt::Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    let mut runs = Runs { text, start: 0, out };
    let mut at = 0_usize;
    let (chunks, tail) = text.as_bytes().as_chunks::<CHUNK>();
    for chunk in chunks {
        if has_candidate::<E>(chunk) {
            let (halves, _) = chunk.as_chunks::<16>();
            for (half, offset) in halves.iter().zip([0, 16]) {
                runs.escape::<E>(at.wrapping_add(offset), candidates::<E>(half))?;
            }
        }
        at = at.wrapping_add(CHUNK);
    }
    let (halves, tail) = tail.as_chunks::<16>();
    for half in halves {
        runs.escape::<E>(at, candidates::<E>(half))?;
        at = at.wrapping_add(16);
    }
    for byte in tail {
        if E::distance(*byte) == 0 {
            runs.escape::<E>(at, 1)?;
        }
        at = at.wrapping_add(1);
    }
    runs.finish()
}

/// Returns `text` with its escapes, borrowed when there are none.
pub(super) fn collect<E: Escape>(text: &str) -> Cow<'_, str> {
    if is_clean::<E>(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().saturating_add(text.len() / 8));
    // A string takes all that is written to it.
    let _ = write::<E, _>(text, &mut out);
    // Every escape is longer than what it stands for.
    if out.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Whether there is certainly nothing to escape.
fn is_clean<E: Escape>(text: &str) -> bool {
    let (chunks, tail) = text.as_bytes().as_chunks::<CHUNK>();
    !chunks.iter().any(has_candidate::<E>) && !tail.iter().any(|byte| E::distance(*byte) == 0)
}

struct Runs<'a, W: ?Sized> {
    text: &'a str,
    /// Where the run begins that is not written yet.
    start: usize,
    out: &'a mut W,
}

impl<W: fmt::Write + ?Sized> Runs<'_, W> {
    /// Writes what is before the candidates after `at`, and the escapes of those that need one.
    #[inline]
    fn escape<E: Escape>(&mut self, at: usize, mut candidates: u128) -> fmt::Result {
        while candidates != 0 {
            // Eight bits stand for a byte.
            let offset = candidates.trailing_zeros() / 8;
            let position = at.wrapping_add(offset as usize);
            candidates &= candidates.wrapping_sub(1);
            self.out.write_str(self.text.get(self.start..position).unwrap_or_default())?;
            let rest = self.text.as_bytes().get(position..).unwrap_or_default();
            self.start = position.wrapping_add(E::escape(rest, self.out)?);
        }
        Ok(())
    }

    fn finish(self) -> fmt::Result {
        self.out.write_str(self.text.get(self.start..).unwrap_or_default())
    }
}

fn has_candidate<E: Escape>(chunk: &[u8; CHUNK]) -> bool {
    chunk.iter().fold(false, |any, byte| any | (E::distance(*byte) == 0))
}

/// One bit, of the eight that stand for a byte, for each candidate.
fn candidates<E: Escape>(chunk: &[u8; 16]) -> u128 {
    u128::from_le_bytes(chunk.map(|byte| if E::distance(byte) == 0 { 0x80 } else { 0 }))
}

const CHUNK: usize = 32;
