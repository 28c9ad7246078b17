use super::quarantine::Checked;
use super::{
    FileType, Quarantined, UploadPolicy, UploadRefused, bmp, gif, gzip, image, jpeg, pdf, png,
    polyglot, svg, text, webp, zip,
};

/// Bytes at the start that tell the type, and for most images the size.
const HEAD_BYTES: usize = 64;

/// An upload on its way in: it is refused as soon as it can be.
///
/// ```
/// use bartizan_validate::upload::{UploadPolicy, UploadRefused};
///
/// let avatars = UploadPolicy::images();
/// let mut guard = avatars.begin("image/png", "me.png")?;
/// let script = [b"<script>alert(1)</script>".as_slice(); 4].concat();
/// assert_eq!(guard.write(&script), Err(UploadRefused::TypeMismatch));
/// # Ok::<(), UploadRefused>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is checked whole before `finish`"]
pub struct UploadGuard<'p> {
    policy: &'p UploadPolicy,
    file_type: FileType,
    bytes: Vec<u8>,
    refused: Option<UploadRefused>,
}

impl<'p> UploadGuard<'p> {
    pub(super) const fn new(policy: &'p UploadPolicy, file_type: FileType) -> Self {
        Self { policy, file_type, bytes: Vec::new(), refused: None }
    }

    /// Takes more bytes. Once it refused some, it refuses all that follow.
    ///
    /// # Errors
    ///
    /// - [`TooLarge`](UploadRefused::TooLarge): there are more than allowed.
    /// - [`TypeMismatch`](UploadRefused::TypeMismatch): the file begins as one of another type.
    /// - [`TooManyPixels`](UploadRefused::TooManyPixels): the header of the image says so.
    pub fn write(&mut self, chunk: &[u8]) -> Result<(), UploadRefused> {
        if self.refused.is_none() {
            self.refused = self.add(chunk).err();
        }
        self.refused.map_or(Ok(()), Err)
    }

    fn add(&mut self, chunk: &[u8]) -> Result<(), UploadRefused> {
        let before = self.bytes.len();
        if chunk.len() > self.policy.max_bytes.saturating_sub(before) {
            return Err(UploadRefused::TooLarge);
        }
        self.bytes.extend_from_slice(chunk);
        if before < HEAD_BYTES && self.bytes.len() >= HEAD_BYTES {
            self.look_at_head()?;
        }
        Ok(())
    }

    fn look_at_head(&self) -> Result<(), UploadRefused> {
        let head = self.bytes.get(..HEAD_BYTES).unwrap_or(&self.bytes);
        // Text may be cut within a character.
        if !matches!(self.file_type, FileType::Text | FileType::Csv | FileType::Svg) {
            self.file_type.sniff(head)?;
        }
        image::check_head(self.file_type, head, &self.policy.image)
    }

    /// Checks the file as a whole, and takes the metadata out of an image.
    ///
    /// # Errors
    ///
    /// Every [`UploadRefused`], for the reason that its variant says.
    pub fn finish(self) -> Result<Quarantined, UploadRefused> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        if self.bytes.is_empty() {
            return Err(UploadRefused::Empty);
        }
        self.file_type.sniff(&self.bytes)?;
        if self.file_type.is_image() || self.file_type == FileType::Pdf {
            polyglot::check_archive(&self.bytes)?;
        }
        let file_type = self.file_type;
        let (bytes, image, archive) = self.read()?;
        if file_type.is_image() {
            polyglot::check_markup(&bytes)?;
        }
        Ok(Quarantined(Checked { file_type, image, archive, bytes }))
    }

    fn read(self) -> Result<Read, UploadRefused> {
        let (limits, bytes) = (&self.policy.image, self.bytes);
        let image = match self.file_type {
            FileType::Png => png::rewrite(&bytes, limits)?,
            FileType::Jpeg => jpeg::rewrite(&bytes, limits)?,
            FileType::Gif => gif::rewrite(&bytes, limits)?,
            FileType::WebP => webp::rewrite(&bytes, limits)?,
            FileType::Bmp => bmp::rewrite(&bytes, limits)?,
            FileType::Svg => {
                let sanitizer = self.policy.svg.as_ref().ok_or(UploadRefused::TypeNotAllowed)?;
                let clean = svg::sanitize(&bytes, sanitizer, self.policy.max_bytes)?;
                return Ok((clean, None, None));
            }
            FileType::Pdf => return pdf::check(&bytes).map(|()| (bytes, None, None)),
            FileType::Zip => {
                let archive = zip::check(&bytes, &self.policy.archive)?;
                return Ok((bytes, None, Some(archive)));
            }
            FileType::Gzip => {
                let archive = gzip::check(&bytes, &self.policy.archive)?;
                return Ok((bytes, None, Some(archive)));
            }
            FileType::Text | FileType::Csv => {
                return text::check(&bytes).map(|()| (bytes, None, None));
            }
        };
        Ok((image.0, Some(image.1), None))
    }
}

type Read = (Vec<u8>, Option<image::Image>, Option<super::Archive>);

impl FileType {
    const fn is_image(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::WebP | Self::Bmp)
    }
}
