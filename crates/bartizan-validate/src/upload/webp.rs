use super::image::{Frames, Image};
use super::policy::ImageLimits;
use super::reader::Reader;
use super::{UploadRefused, exif};

/// The flags of an extended file that are kept: color profile, alpha, animation.
const KEPT_FLAGS: u8 = 0x32;
const ANIMATED: u8 = 0x02;

/// Checks a WebP (RFC 9649), and returns it without EXIF, XMP and chunks that nobody knows.
pub(super) fn rewrite(
    bytes: &[u8],
    limits: &ImageLimits,
) -> Result<(Vec<u8>, Image), UploadRefused> {
    let mut reader = body(bytes)?;
    let first = reader;
    let image = {
        let (width, height) = size_of(Chunk::read(&mut reader)?)?;
        Image::new(width, height, limits)?
    };
    let mut webp = WebP {
        rewritten: b"RIFF\0\0\0\0WEBP".to_vec(),
        frames: Frames::of(image),
        orientation: None,
        still: None,
        animated: false,
    };
    let mut reader = first;
    while !reader.is_empty() {
        webp.chunk(Chunk::read(&mut reader)?, limits)?;
    }
    // One picture, of the size of the whole, or frames.
    let is_whole = match webp.still {
        Some(size) => !webp.animated && size == (image.width(), image.height()),
        None => webp.animated && !webp.frames.is_empty(),
    };
    if !is_whole {
        return Err(UploadRefused::Malformed);
    }
    let len = u32::try_from(webp.rewritten.len().saturating_sub(8));
    let len = len.map_err(|_| UploadRefused::Malformed)?.to_le_bytes();
    if let Some(field) = webp.rewritten.get_mut(4..8) {
        field.copy_from_slice(&len);
    }
    Ok((webp.rewritten, webp.frames.image().turned(webp.orientation)))
}

/// The size that the first chunk tells.
pub(super) fn size(head: &[u8]) -> Result<(u32, u32), UploadRefused> {
    let mut reader = Reader::new(head);
    let _riff_and_kind: [u8; 12] = reader.array()?;
    let kind = reader.array()?;
    let _len = reader.u32_le()?;
    size_of(Chunk { kind, data: reader.rest })
}

/// The chunks of a file, which end where it says.
fn body(bytes: &[u8]) -> Result<Reader<'_>, UploadRefused> {
    let mut reader = Reader::new(bytes);
    reader.expect(b"RIFF")?;
    let len = reader.len_le()?;
    if len > reader.rest.len() {
        return Err(UploadRefused::Malformed);
    }
    if len < reader.rest.len() {
        return Err(UploadRefused::TypeMismatch);
    }
    reader.expect(b"WEBP")?;
    Ok(reader)
}

struct WebP {
    rewritten: Vec<u8>,
    frames: Frames,
    orientation: Option<u8>,
    /// The size of the picture, if there is one outside of frames.
    still: Option<(u32, u32)>,
    animated: bool,
}

impl WebP {
    fn chunk(&mut self, chunk: Chunk<'_>, limits: &ImageLimits) -> Result<(), UploadRefused> {
        let is_first = self.rewritten.len() == 12;
        match &chunk.kind {
            b"VP8X" if is_first && chunk.data.len() == 10 => {
                let flags = chunk.data.first().copied().unwrap_or_default() & KEPT_FLAGS;
                self.animated = flags & ANIMATED != 0;
                let rest = chunk.data.get(4..).unwrap_or_default();
                Chunk { kind: *b"VP8X", data: &[&[flags, 0, 0, 0], rest].concat() }
                    .write(&mut self.rewritten)?;
            }
            b"VP8 " | b"VP8L" if self.still.is_none() => {
                self.still = Some(size_of(chunk)?);
                chunk.write(&mut self.rewritten)?;
            }
            b"ANMF" if self.animated => {
                self.frame(chunk.data, limits)?;
                chunk.write(&mut self.rewritten)?;
            }
            b"VP8X" | b"VP8 " | b"VP8L" | b"ANMF" => return Err(UploadRefused::Malformed),
            b"EXIF" => self.orientation = exif::orientation(chunk.data),
            b"ICCP" | b"ALPH" | b"ANIM" => chunk.write(&mut self.rewritten)?,
            _ => {}
        }
        Ok(())
    }

    /// Checks a frame, which is made of what belongs to the picture alone.
    fn frame(&mut self, data: &[u8], limits: &ImageLimits) -> Result<(), UploadRefused> {
        let mut reader = Reader::new(data);
        let (left, top) = (reader.u24_le()?.saturating_mul(2), reader.u24_le()?.saturating_mul(2));
        let width = reader.u24_le()?.saturating_add(1);
        let height = reader.u24_le()?.saturating_add(1);
        let _duration_and_flags = reader.u32_le()?;
        self.frames.add((left, width), (top, height), limits)?;
        let mut picture = None;
        while !reader.is_empty() {
            let chunk = Chunk::read(&mut reader)?;
            match &chunk.kind {
                b"ALPH" if picture.is_none() => {}
                b"VP8 " | b"VP8L" if picture.is_none() => picture = Some(size_of(chunk)?),
                _ => return Err(UploadRefused::Unsupported),
            }
        }
        if picture == Some((width, height)) { Ok(()) } else { Err(UploadRefused::Malformed) }
    }
}

#[derive(Clone, Copy)]
struct Chunk<'b> {
    kind: [u8; 4],
    data: &'b [u8],
}

impl<'b> Chunk<'b> {
    fn read(reader: &mut Reader<'b>) -> Result<Self, UploadRefused> {
        let kind = reader.array()?;
        let len = reader.len_le()?;
        let data = reader.take(len)?;
        if len % 2 == 1 {
            let _padding = reader.byte()?;
        }
        Ok(Self { kind, data })
    }

    fn write(self, bytes: &mut Vec<u8>) -> Result<(), UploadRefused> {
        let len = u32::try_from(self.data.len()).map_err(|_| UploadRefused::Malformed)?;
        bytes.extend_from_slice(&self.kind);
        bytes.extend_from_slice(&len.to_le_bytes());
        bytes.extend_from_slice(self.data);
        if len % 2 == 1 {
            bytes.push(0);
        }
        Ok(())
    }
}

/// The size that a chunk tells which has one, in pixels.
fn size_of(chunk: Chunk<'_>) -> Result<(u32, u32), UploadRefused> {
    let mut reader = Reader::new(chunk.data);
    match &chunk.kind {
        b"VP8X" => {
            let _flags = reader.u32_le()?;
            Ok((reader.u24_le()?.saturating_add(1), reader.u24_le()?.saturating_add(1)))
        }
        b"VP8 " => {
            // A key frame, and its start code: RFC 6386, section 9.1.
            if reader.u24_le()? & 1 != 0 {
                return Err(UploadRefused::Malformed);
            }
            reader.expect(b"\x9d\x01\x2a")?;
            let (width, height) = (reader.u16_le()?, reader.u16_le()?);
            Ok(((width & 0x3fff).into(), (height & 0x3fff).into()))
        }
        b"VP8L" => {
            reader.expect(b"\x2f")?;
            let bits = reader.u32_le()?;
            Ok(((bits & 0x3fff).saturating_add(1), (bits >> 14 & 0x3fff).saturating_add(1)))
        }
        _ => Err(UploadRefused::Malformed),
    }
}
