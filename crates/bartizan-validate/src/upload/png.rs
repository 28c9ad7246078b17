use flate2::Crc;
use flate2::bufread::ZlibDecoder;

use super::archive::Unpacking;
use super::image::{Frames, Image};
use super::policy::ImageLimits;
use super::reader::Reader;
use super::{UploadRefused, exif};

/// Color profiles are a few KiB; larger ones exist for printing.
const MAX_PROFILE_BYTES: u64 = 4 << 20;

/// Chunks that say what the pixels are, or how they look.
const KEPT: &[&[u8; 4]] = &[
    b"PLTE", b"IDAT", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
    b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// Checks a PNG, and returns it without text, times, EXIF and chunks that nobody knows.
pub(super) fn rewrite(
    bytes: &[u8],
    limits: &ImageLimits,
) -> Result<(Vec<u8>, Image), UploadRefused> {
    let mut reader = Reader::new(bytes);
    let mut rewritten = reader.take(8)?.to_vec();
    let header = Chunk::read(&mut reader)?;
    if header.kind != b"IHDR" || header.data.len() != 13 {
        return Err(UploadRefused::Malformed);
    }
    rewritten.extend_from_slice(header.whole);
    let mut sides = Reader::new(header.data);
    let image = Image::new(sides.u32_be()?, sides.u32_be()?, limits)?;
    let (mut frames, mut orientation, mut has_pixels) = (Frames::of(image), None, false);
    loop {
        let chunk = Chunk::read(&mut reader)?;
        match chunk.kind {
            b"IEND" if chunk.data.is_empty() => {
                rewritten.extend_from_slice(chunk.whole);
                break;
            }
            b"IDAT" => has_pixels = true,
            b"fcTL" => frame(chunk.data, &mut frames, limits)?,
            b"iCCP" => profile(chunk.data)?,
            b"eXIf" => orientation = exif::orientation(chunk.data),
            // A reader has to know it, and this one does not.
            kind if kind.first().is_some_and(u8::is_ascii_uppercase) && !KEPT.contains(&kind) => {
                return Err(UploadRefused::Malformed);
            }
            _ => {}
        }
        if KEPT.contains(&chunk.kind) {
            rewritten.extend_from_slice(chunk.whole);
        }
    }
    if !has_pixels {
        return Err(UploadRefused::Malformed);
    }
    if !reader.is_empty() {
        return Err(UploadRefused::TypeMismatch);
    }
    Ok((rewritten, frames.image().turned(orientation)))
}

struct Chunk<'b> {
    kind: &'b [u8; 4],
    data: &'b [u8],
    /// With length and checksum.
    whole: &'b [u8],
}

impl<'b> Chunk<'b> {
    fn read(reader: &mut Reader<'b>) -> Result<Self, UploadRefused> {
        let start = reader.rest;
        let len = reader.len_be()?;
        let kind: &[u8; 4] = reader.take(4)?.try_into().map_err(|_| UploadRefused::Malformed)?;
        let data = reader.take(len)?;
        let mut checksum = Crc::new();
        checksum.update(kind);
        checksum.update(data);
        if reader.u32_be()? != checksum.sum() || !kind.iter().all(u8::is_ascii_alphabetic) {
            return Err(UploadRefused::Malformed);
        }
        let whole = start.get(..len.saturating_add(12)).ok_or(UploadRefused::Malformed)?;
        Ok(Self { kind, data, whole })
    }
}

fn frame(data: &[u8], frames: &mut Frames, limits: &ImageLimits) -> Result<(), UploadRefused> {
    let mut reader = Reader::new(data);
    let _number = reader.u32_be()?;
    let (width, height) = (reader.u32_be()?, reader.u32_be()?);
    let (left, top) = (reader.u32_be()?, reader.u32_be()?);
    frames.add((left, width), (top, height), limits)
}

/// A profile is packed: it may not unpack to more than one is.
fn profile(data: &[u8]) -> Result<(), UploadRefused> {
    let name_end = data.iter().position(|byte| *byte == 0).ok_or(UploadRefused::Malformed)?;
    let packed = data.get(name_end.saturating_add(2)..).ok_or(UploadRefused::Malformed)?;
    let mut decoder = ZlibDecoder::new(packed);
    let _profile = Unpacking::new(MAX_PROFILE_BYTES, u64::MAX).drain(&mut decoder, packed.len())?;
    if decoder.into_inner().is_empty() { Ok(()) } else { Err(UploadRefused::TypeMismatch) }
}
