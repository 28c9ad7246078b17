use core::fmt;
use std::sync::Arc;

use super::{FileType, Quarantined, UploadGuard, UploadRefused};

/// Which files are accepted in one place.
///
/// ```
/// use bartizan_validate::upload::{FileType, UploadPolicy, UploadRefused};
///
/// let attachments = UploadPolicy::new(&[FileType::Pdf, FileType::Text]).max_bytes(20 << 20);
/// let refused = attachments.check("text/plain", "a.pdf", b"%PDF-1.7").unwrap_err();
/// assert_eq!(refused, UploadRefused::TypeMismatch);
/// ```
#[derive(Clone, Debug)]
pub struct UploadPolicy {
    pub(super) types: Vec<FileType>,
    pub(super) max_bytes: usize,
    pub(super) image: ImageLimits,
    pub(super) archive: ArchiveLimits,
    pub(super) svg: Option<SvgSanitizer>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ImageLimits {
    pub(super) pixels: u64,
    pub(super) side: u32,
    pub(super) frames: u32,
    pub(super) cuts_trailing_data: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ArchiveLimits {
    pub(super) entries: usize,
    pub(super) unpacked: u64,
    pub(super) ratio: u64,
}

#[derive(Clone)]
pub(super) struct SvgSanitizer(pub(super) Arc<Sanitize>);

type Sanitize = dyn Fn(&str) -> Option<String> + Send + Sync;

impl fmt::Debug for SvgSanitizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SvgSanitizer(..)")
    }
}

impl UploadPolicy {
    /// Accepts files of these types, of up to 10 MiB; images of up to 50 million pixels in all their
    /// frames together, 10,000 pixels a side and 200 frames; archives of up to 1,000 entries that
    /// unpack to up to 100 MiB and to no more than 100 times their size.
    ///
    /// [`FileType::Svg`] is refused all the same, unless [`allow_svg`](Self::allow_svg) has a
    /// sanitizer for it.
    #[must_use]
    pub fn new(types: &[FileType]) -> Self {
        Self {
            types: types.to_vec(),
            max_bytes: 10 << 20,
            image: ImageLimits {
                pixels: 50_000_000,
                side: 10_000,
                frames: 200,
                cuts_trailing_data: false,
            },
            archive: ArchiveLimits { entries: 1_000, unpacked: 100 << 20, ratio: 100 },
            svg: None,
        }
    }

    /// Accepts PNG, JPEG, GIF and WebP.
    #[must_use]
    pub fn images() -> Self {
        Self::new(&[FileType::Png, FileType::Jpeg, FileType::Gif, FileType::WebP])
    }

    /// Sets how large a file may be, in bytes: so much memory each upload takes, and as much again
    /// while an image is rewritten.
    #[must_use]
    pub fn max_bytes(self, bytes: usize) -> Self {
        Self { max_bytes: bytes, ..self }
    }

    /// Sets how many pixels an image may have in all its frames together.
    #[must_use]
    pub fn max_pixels(self, pixels: u64) -> Self {
        Self { image: ImageLimits { pixels, ..self.image }, ..self }
    }

    /// Sets how wide and how high an image may be, in pixels.
    #[must_use]
    pub fn max_side(self, pixels: u32) -> Self {
        Self { image: ImageLimits { side: pixels, ..self.image }, ..self }
    }

    /// Sets how many frames an image may have.
    #[must_use]
    pub fn max_frames(self, frames: u32) -> Self {
        Self { image: ImageLimits { frames, ..self.image }, ..self }
    }

    /// Cuts off what follows the end of a JPEG instead of refusing it: some telephones append a film
    /// or a second picture.
    #[must_use]
    pub fn cut_trailing_data(self) -> Self {
        Self { image: ImageLimits { cuts_trailing_data: true, ..self.image }, ..self }
    }

    /// Sets how many entries an archive may have.
    #[must_use]
    pub fn max_entries(self, entries: usize) -> Self {
        Self { archive: ArchiveLimits { entries, ..self.archive }, ..self }
    }

    /// Sets to how many bytes an archive may unpack, and how often its own size that may be.
    #[must_use]
    pub fn max_unpacked(self, bytes: u64, ratio: u64) -> Self {
        Self { archive: ArchiveLimits { unpacked: bytes, ratio, ..self.archive }, ..self }
    }

    /// Accepts SVG, which is a program, in the form that `sanitize` makes of it; `None` refuses it.
    /// Give it the sanitizer of the HTML crate.
    ///
    /// ```
    /// use bartizan_validate::upload::{UploadPolicy, UploadRefused};
    ///
    /// let drawings = UploadPolicy::images().allow_svg(|_hostile| None);
    /// let refused = drawings.check("image/svg+xml", "a.svg", b"<svg onload='x'/>").unwrap_err();
    /// assert_eq!(refused, UploadRefused::Unsanitary);
    /// ```
    #[must_use]
    pub fn allow_svg(
        mut self,
        sanitize: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.types.push(FileType::Svg);
        Self { svg: Some(SvgSanitizer(Arc::new(sanitize))), ..self }
    }

    /// Begins to check a file whose bytes come piece by piece.
    ///
    /// # Errors
    ///
    /// - [`FileName`](UploadRefused::FileName): the name has no extension, or no good one.
    /// - [`TypeMismatch`](UploadRefused::TypeMismatch): the declared type is not that of the
    ///   extension.
    /// - [`TypeNotAllowed`](UploadRefused::TypeNotAllowed): it is not one of the accepted types.
    pub fn begin(
        &self,
        declared_type: &str,
        file_name: &str,
    ) -> Result<UploadGuard<'_>, UploadRefused> {
        let declared = FileType::declared(declared_type);
        let (Some(declared), Some(named)) = (declared, FileType::of_file_name(file_name)?) else {
            return Err(UploadRefused::TypeNotAllowed);
        };
        let can_check = declared != FileType::Svg || self.svg.is_some();
        if !self.types.contains(&declared) || !can_check {
            return Err(UploadRefused::TypeNotAllowed);
        }
        if declared != named {
            return Err(UploadRefused::TypeMismatch);
        }
        Ok(UploadGuard::new(self, declared))
    }

    /// Checks a whole file.
    ///
    /// # Errors
    ///
    /// Every [`UploadRefused`], for the reason that its variant says.
    pub fn check(
        &self,
        declared_type: &str,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<Quarantined, UploadRefused> {
        let mut guard = self.begin(declared_type, file_name)?;
        guard.write(bytes)?;
        guard.finish()
    }
}
