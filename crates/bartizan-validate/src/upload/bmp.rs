use super::UploadRefused;
use super::image::Image;
use super::policy::ImageLimits;
use super::reader::Reader;

/// Checks a Windows bitmap, and returns it as it is: it has no place for metadata.
pub(super) fn rewrite(
    bytes: &[u8],
    limits: &ImageLimits,
) -> Result<(Vec<u8>, Image), UploadRefused> {
    let header = Header::read(bytes)?;
    let image = Image::new(header.width, header.height, limits)?;
    let rows = header.row_bytes().saturating_mul(header.height.into());
    let end = header.pixels_at.saturating_add(rows);
    let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if end > len {
        return Err(UploadRefused::Malformed);
    }
    // A few writers fill up to a multiple of four.
    let fill = bytes.get(usize::try_from(end).unwrap_or(usize::MAX)..).unwrap_or_default();
    if fill.len() > 3 || fill.iter().any(|byte| *byte != 0) {
        return Err(UploadRefused::TypeMismatch);
    }
    Ok((bytes.to_vec(), image))
}

/// The size that the header tells.
pub(super) fn size(head: &[u8]) -> Result<(u32, u32), UploadRefused> {
    Header::read(head).map(|header| (header.width, header.height))
}

struct Header {
    width: u32,
    height: u32,
    bits: u16,
    pixels_at: u64,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, UploadRefused> {
        let mut reader = Reader::new(bytes);
        reader.expect(b"BM")?;
        let _len_and_reserved: [u8; 8] = reader.array()?;
        let (pixels_at, size) = (reader.u32_le()?, reader.u32_le()?);
        match size {
            // Those of Windows 3, 95 and 98; those of OS/2; two letters that begin a text.
            40 | 52 | 56 | 108 | 124 => {}
            12 | 16 | 64 => return Err(UploadRefused::Unsupported),
            _ => return Err(UploadRefused::TypeMismatch),
        }
        let width = reader.u32_le()?;
        let height = i32::from_le_bytes(reader.array()?).unsigned_abs();
        let (planes, bits, compression) = (reader.u16_le()?, reader.u16_le()?, reader.u32_le()?);
        if planes != 1 || !matches!(bits, 1 | 4 | 8 | 16 | 24 | 32) {
            return Err(UploadRefused::Malformed);
        }
        // None, or none with masks.
        if !matches!(compression, 0 | 3) {
            return Err(UploadRefused::Unsupported);
        }
        let colors = if bits <= 8 { 4_u32 << bits } else { 12 };
        let least = size.saturating_add(14);
        // Between header and pixels is room for colors or masks, and for nothing else.
        if pixels_at < least || pixels_at > least.saturating_add(colors) {
            return Err(UploadRefused::Malformed);
        }
        Ok(Self { width, height, bits, pixels_at: pixels_at.into() })
    }

    /// Rows are filled up to a multiple of four.
    fn row_bytes(&self) -> u64 {
        let bits = u64::from(self.width).saturating_mul(self.bits.into());
        bits.div_ceil(32).saturating_mul(4)
    }
}
