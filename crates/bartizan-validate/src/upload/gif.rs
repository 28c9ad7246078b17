use super::UploadRefused;
use super::image::{Frames, Image};
use super::policy::ImageLimits;
use super::reader::Reader;

/// Checks a GIF (version 89a), and returns it without comments and without what applications add,
/// but for the number of repetitions.
pub(super) fn rewrite(
    bytes: &[u8],
    limits: &ImageLimits,
) -> Result<(Vec<u8>, Image), UploadRefused> {
    let mut reader = Reader::new(bytes);
    let signature = reader.take(6)?;
    if !matches!(signature, b"GIF87a" | b"GIF89a") {
        return Err(UploadRefused::TypeMismatch);
    }
    let (width, height) = (reader.u16_le()?, reader.u16_le()?);
    let image = Image::new(width.into(), height.into(), limits)?;
    let [flags, _background, _aspect] = reader.array()?;
    let _colors = reader.take(table_len(flags))?;
    let mut rewritten = taken(bytes, reader).to_vec();
    let mut frames = Frames::of(image);
    loop {
        let start = reader.rest;
        match reader.byte()? {
            b'!' => {
                if extension(&mut reader)? {
                    rewritten.extend_from_slice(taken(start, reader));
                }
            }
            b',' => {
                let (left, top) = (reader.u16_le()?.into(), reader.u16_le()?.into());
                let (width, height) = (reader.u16_le()?.into(), reader.u16_le()?.into());
                frames.add((left, width), (top, height), limits)?;
                let flags = reader.byte()?;
                let _colors = reader.take(table_len(flags))?;
                let _code_size = reader.byte()?;
                let _blocks = blocks(&mut reader)?;
                rewritten.extend_from_slice(taken(start, reader));
            }
            b';' => break,
            _ => return Err(UploadRefused::Malformed),
        }
    }
    rewritten.push(b';');
    if frames.is_empty() {
        return Err(UploadRefused::Malformed);
    }
    if !reader.is_empty() {
        return Err(UploadRefused::TypeMismatch);
    }
    Ok((rewritten, frames.image()))
}

/// What was read since there was `start`.
fn taken<'b>(start: &'b [u8], reader: Reader<'b>) -> &'b [u8] {
    start.get(..start.len().saturating_sub(reader.rest.len())).unwrap_or_default()
}

/// How long the table of colors is, in bytes.
const fn table_len(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7).saturating_add(1)) }
}

/// Passes over an extension; returns whether it is kept.
fn extension(reader: &mut Reader<'_>) -> Result<bool, UploadRefused> {
    let label = reader.byte()?;
    let start = *reader;
    let count = blocks(reader)?;
    let data = taken(start.rest, *reader);
    Ok(match label {
        0xf9 => count == 1 && data.len() == 6,
        0xff => {
            let repeats = data.starts_with(b"\x0bNETSCAPE2.0\x03\x01")
                || data.starts_with(b"\x0bANIMEXTS1.0\x03\x01");
            repeats && count == 2 && data.len() == 17
        }
        _ => false,
    })
}

/// Passes over blocks, up to the empty one; returns how many there were.
fn blocks(reader: &mut Reader<'_>) -> Result<usize, UploadRefused> {
    let mut count = 0_usize;
    loop {
        let len = reader.byte()?;
        if len == 0 {
            return Ok(count);
        }
        let _block = reader.take(len.into())?;
        count = count.saturating_add(1);
    }
}
