use super::image::Image;
use super::policy::ImageLimits;
use super::reader::Reader;
use super::{UploadRefused, exif};

/// Checks a JPEG (ITU-T T.81), and returns it without EXIF, XMP, IPTC, comments and thumbnails. Kept
/// are what says how to decode it, and what colors it means.
pub(super) fn rewrite(
    bytes: &[u8],
    limits: &ImageLimits,
) -> Result<(Vec<u8>, Image), UploadRefused> {
    let mut jpeg = Jpeg {
        reader: Reader::new(bytes),
        rewritten: Vec::with_capacity(bytes.len()),
        image: None,
        orientation: None,
        has_pixels: false,
    };
    jpeg.reader.expect(b"\xff\xd8")?;
    jpeg.rewritten.extend_from_slice(b"\xff\xd8");
    while jpeg.segment(limits)? {}
    if !jpeg.reader.is_empty() && !limits.cuts_trailing_data {
        return Err(UploadRefused::TypeMismatch);
    }
    let image = jpeg.image.filter(|_| jpeg.has_pixels).ok_or(UploadRefused::Malformed)?;
    Ok((jpeg.rewritten, image.turned(jpeg.orientation)))
}

struct Jpeg<'b> {
    reader: Reader<'b>,
    rewritten: Vec<u8>,
    image: Option<Image>,
    orientation: Option<u8>,
    has_pixels: bool,
}

impl<'b> Jpeg<'b> {
    /// Reads one segment; returns whether another one follows.
    fn segment(&mut self, limits: &ImageLimits) -> Result<bool, UploadRefused> {
        self.reader.expect(b"\xff")?;
        let mut marker = self.reader.byte()?;
        while marker == 0xff {
            marker = self.reader.byte()?;
        }
        if marker == 0xd9 {
            self.rewritten.extend_from_slice(b"\xff\xd9");
            return Ok(false);
        }
        let data = match marker {
            0xc0..=0xcf | 0xda | 0xdb | 0xdd | 0xe0..=0xef | 0xfe => self.data()?,
            _ => return Err(UploadRefused::Malformed),
        };
        match marker {
            0xe0 => self.keep_jfif(data),
            0xe1 => {
                let exif = data.strip_prefix(b"Exif\0\0").and_then(exif::orientation);
                self.orientation = self.orientation.or(exif);
            }
            0xe2 if data.starts_with(b"ICC_PROFILE\0") => self.keep(marker, data),
            0xee if data.starts_with(b"Adobe") => self.keep(marker, data.get(..12).unwrap_or(data)),
            0xe3..=0xef | 0xe2 | 0xfe => {}
            0xc4 if are_huffman_tables(data) => self.keep(marker, data),
            0xdb if are_quantization_tables(data) => self.keep(marker, data),
            0xcc => self.keep(marker, data),
            0xdd if data.len() == 2 => self.keep(marker, data),
            0xc0..=0xc2 | 0xc9 | 0xca => self.frame(marker, data, limits)?,
            0xda => self.scan(data)?,
            _ => return Err(UploadRefused::Malformed),
        }
        Ok(true)
    }

    fn data(&mut self) -> Result<&'b [u8], UploadRefused> {
        let len = usize::from(self.reader.u16_be()?).checked_sub(2);
        self.reader.take(len.ok_or(UploadRefused::Malformed)?)
    }

    fn keep(&mut self, marker: u8, data: &[u8]) {
        let len = u16::try_from(data.len().saturating_add(2)).unwrap_or(u16::MAX);
        self.rewritten.extend_from_slice(&[0xff, marker]);
        self.rewritten.extend_from_slice(&len.to_be_bytes());
        self.rewritten.extend_from_slice(data);
    }

    /// Keeps version and density, without the thumbnail.
    fn keep_jfif(&mut self, data: &[u8]) {
        if let Some(head) = data.get(..12).filter(|head| head.starts_with(b"JFIF\0")) {
            self.keep(0xe0, &[head, &[0, 0]].concat());
        }
    }

    fn frame(
        &mut self,
        marker: u8,
        data: &[u8],
        limits: &ImageLimits,
    ) -> Result<(), UploadRefused> {
        let mut reader = Reader::new(data);
        let _precision = reader.byte()?;
        let (height, width) = (reader.u16_be()?, reader.u16_be()?);
        let components = usize::from(reader.byte()?);
        if self.image.is_some() || reader.rest.len() != components.saturating_mul(3) {
            return Err(UploadRefused::Malformed);
        }
        self.image = Some(Image::new(width.into(), height.into(), limits)?);
        self.keep(marker, data);
        Ok(())
    }

    /// Copies a scan: its header, and all up to a marker that does not belong to it.
    fn scan(&mut self, data: &[u8]) -> Result<(), UploadRefused> {
        let components = usize::from(data.first().copied().unwrap_or_default());
        if self.image.is_none() || data.len() != components.saturating_mul(2).saturating_add(4) {
            return Err(UploadRefused::Malformed);
        }
        self.keep(0xda, data);
        let mut after = self.reader.rest;
        let mut len = 0_usize;
        while let Some(found) = after.iter().position(|byte| *byte == 0xff) {
            len = len.saturating_add(found);
            // A stuffed byte, or a restart.
            let step = match after.get(found.saturating_add(1)) {
                Some(0x00 | 0xd0..=0xd7) => 2,
                Some(0xff) => 1,
                _ => break,
            };
            len = len.saturating_add(step);
            after = after.get(found.saturating_add(step)..).unwrap_or_default();
        }
        let entropy_coded = self.reader.take(len)?;
        self.rewritten.extend_from_slice(entropy_coded);
        self.has_pixels = true;
        Ok(())
    }
}

/// Whether the segment is made of tables, and of nothing else.
fn are_huffman_tables(data: &[u8]) -> bool {
    let mut reader = Reader::new(data);
    while !reader.is_empty() {
        let counts = reader.byte().and_then(|_class| reader.take(16));
        let Ok(counts) = counts else { return false };
        let values = counts.iter().map(|count| usize::from(*count)).sum();
        if reader.take(values).is_err() {
            return false;
        }
    }
    true
}

/// Whether the segment is made of tables, and of nothing else.
fn are_quantization_tables(data: &[u8]) -> bool {
    let mut reader = Reader::new(data);
    while let Ok(precision) = reader.byte() {
        let len = if precision >> 4 == 0 { 64 } else { 128 };
        if reader.take(len).is_err() {
            return false;
        }
    }
    true
}
