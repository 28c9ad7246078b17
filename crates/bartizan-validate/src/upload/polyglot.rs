use super::UploadRefused;
use super::reader::Reader;
use super::zip::END_OF_DIRECTORY;

/// The longest comment of an archive, and what is before it.
const MAX_END_BYTES: usize = 0xffff + 22;

/// What a browser, or a server with PHP, would take for a program. Each is so long that pixels
/// hardly ever spell it.
const MARKUP: &[&[u8]] =
    &[b"<?php", b"<script", b"<!doctype", b"<iframe", b"<html>", b"<html ", b"<svg ", b"<body>"];

/// Refuses what an unpacker would read as an archive: those look for its directory at the end.
pub(super) fn check_archive(bytes: &[u8]) -> Result<(), UploadRefused> {
    let tail = bytes.get(bytes.len().saturating_sub(MAX_END_BYTES)..).unwrap_or(bytes);
    let mut rest = Reader::new(tail);
    while let Some(found) = rest.rest.iter().position(|byte| *byte == b'P') {
        let _before = rest.take(found)?;
        if rest.rest.starts_with(END_OF_DIRECTORY) && is_end_of_directory(rest) {
            return Err(UploadRefused::TypeMismatch);
        }
        let _letter = rest.byte()?;
    }
    Ok(())
}

/// By chance its four bytes come now and then, but not with good counts behind them.
fn is_end_of_directory(mut reader: Reader<'_>) -> bool {
    let mut counts = || {
        let _signature = reader.u32_le()?;
        let disks = (reader.u16_le()?, reader.u16_le()?);
        let entries = (reader.u16_le()?, reader.u16_le()?);
        Ok::<_, UploadRefused>((disks, entries))
    };
    matches!(counts(), Ok(((here, start), (first, all))) if here == start && first == all)
}

/// Refuses an image that spells a program. Also one that begins as a PDF does, somewhere in the
/// first 1,024 bytes, where readers look for it.
pub(super) fn check_markup(bytes: &[u8]) -> Result<(), UploadRefused> {
    let head = bytes.get(..1024).unwrap_or(bytes);
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Err(UploadRefused::TypeMismatch);
    }
    let mut rest = bytes;
    while let Some(found) = rest.iter().position(|byte| *byte == b'<') {
        rest = rest.get(found..).unwrap_or_default();
        let begins = |markup: &&[u8]| {
            rest.get(..markup.len()).is_some_and(|start| start.eq_ignore_ascii_case(markup))
        };
        if MARKUP.iter().any(begins) {
            return Err(UploadRefused::TypeMismatch);
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    Ok(())
}
