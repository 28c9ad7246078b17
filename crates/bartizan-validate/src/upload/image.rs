use super::policy::ImageLimits;
use super::reader::Reader;
use super::{FileType, UploadRefused};

/// The measures of an image, as its header tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    width: u32,
    height: u32,
    frames: u32,
    orientation: u8,
}

impl Image {
    /// Returns the width, in pixels, before the image is turned.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Returns the height, in pixels, before the image is turned.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Returns the number of frames, one if nothing moves.
    #[must_use]
    pub const fn frames(&self) -> u32 {
        self.frames
    }

    /// Returns how the image has to be turned to stand upright, from 1 (not at all) to 8, as EXIF
    /// told (tag 274). That is gone from the file with all other metadata: turn the image, or
    /// remember it.
    #[must_use]
    pub const fn orientation(&self) -> u8 {
        self.orientation
    }

    /// An image that is within the limits so far.
    pub(super) fn new(
        width: u32,
        height: u32,
        limits: &ImageLimits,
    ) -> Result<Self, UploadRefused> {
        let (longest, pixels) = (width.max(height), u64::from(width).saturating_mul(height.into()));
        if pixels == 0 {
            return Err(UploadRefused::Malformed);
        }
        if longest > limits.side || pixels > limits.pixels {
            return Err(UploadRefused::TooManyPixels);
        }
        Ok(Self { width, height, frames: 1, orientation: 1 })
    }

    pub(super) const fn turned(self, orientation: Option<u8>) -> Self {
        match orientation {
            Some(orientation) => Self { orientation, ..self },
            None => self,
        }
    }
}

/// The frames of an image, as they come.
pub(super) struct Frames {
    image: Image,
    count: u32,
    pixels: u64,
}

impl Frames {
    pub(super) const fn of(image: Image) -> Self {
        Self { image, count: 0, pixels: 0 }
    }

    /// Adds a frame, which has to lie within the image.
    pub(super) fn add(
        &mut self,
        (left, width): (u32, u32),
        (top, height): (u32, u32),
        limits: &ImageLimits,
    ) -> Result<(), UploadRefused> {
        let fits = |start: u32, len: u32, side| len > 0 && start.saturating_add(len) <= side;
        if !fits(left, width, self.image.width) || !fits(top, height, self.image.height) {
            return Err(UploadRefused::Malformed);
        }
        self.count = self.count.saturating_add(1);
        if self.count > limits.frames {
            return Err(UploadRefused::TooManyFrames);
        }
        // Each is put onto the whole.
        let canvas = u64::from(self.image.width).saturating_mul(self.image.height.into());
        self.pixels = self.pixels.saturating_add(canvas);
        if self.pixels > limits.pixels {
            return Err(UploadRefused::TooManyPixels);
        }
        Ok(())
    }

    /// The image, with as many frames.
    pub(super) const fn image(&self) -> Image {
        let frames = if self.count == 0 { 1 } else { self.count };
        Image { frames, ..self.image }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Checks the size where the first bytes of the file tell it.
pub(super) fn check_head(
    file_type: FileType,
    head: &[u8],
    limits: &ImageLimits,
) -> Result<(), UploadRefused> {
    let mut reader = Reader::new(head);
    let (width, height) = match file_type {
        FileType::Png => {
            let _signature_and_chunk: [u8; 16] = reader.array()?;
            (reader.u32_be()?, reader.u32_be()?)
        }
        FileType::Gif => {
            let _signature: [u8; 6] = reader.array()?;
            (reader.u16_le()?.into(), reader.u16_le()?.into())
        }
        FileType::Bmp => super::bmp::size(head)?,
        FileType::WebP => super::webp::size(head)?,
        _ => return Ok(()),
    };
    Image::new(width, height, limits).map(drop)
}
