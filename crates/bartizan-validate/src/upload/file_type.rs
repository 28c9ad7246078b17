use infer::MatcherType;

use super::{UploadRefused, text};

/// A type of file that can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileType {
    /// Portable network graphics, also animated ones. Metadata is taken out.
    Png,
    /// JPEG: sequential or progressive. Metadata is taken out.
    Jpeg,
    /// GIF, also animated ones. Comments are taken out.
    Gif,
    /// WebP, also animated ones. Metadata is taken out.
    WebP,
    /// A Windows bitmap without compression.
    Bmp,
    /// A drawing, which is a program: only with [`UploadPolicy::allow_svg`].
    ///
    /// [`UploadPolicy::allow_svg`]: super::UploadPolicy::allow_svg
    Svg,
    /// A PDF document. What is in it is not looked at: let a scanner do that.
    Pdf,
    /// A zip archive.
    Zip,
    /// One file, packed by gzip.
    Gzip,
    /// Text in UTF-8.
    Text,
    /// Comma-separated values in UTF-8. What a spreadsheet would compute is not looked at.
    Csv,
}

impl FileType {
    /// Every type.
    pub const ALL: &'static [Self] = &[
        Self::Png,
        Self::Jpeg,
        Self::Gif,
        Self::WebP,
        Self::Bmp,
        Self::Svg,
        Self::Pdf,
        Self::Zip,
        Self::Gzip,
        Self::Text,
        Self::Csv,
    ];

    /// Returns the media type to serve such a file as.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Svg => "image/svg+xml",
            Self::Pdf => "application/pdf",
            Self::Zip => "application/zip",
            Self::Gzip => "application/gzip",
            Self::Text => "text/plain; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// Returns the extension to store such a file with, without a dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Bmp => "bmp",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Zip => "zip",
            Self::Gzip => "gz",
            Self::Text => "txt",
            Self::Csv => "csv",
        }
    }

    /// Finds the type that a sender declares; parameters are ignored.
    pub(super) fn declared(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let known = match essence.to_ascii_lowercase().as_str() {
            "image/png" | "image/x-png" | "image/apng" => Self::Png,
            "image/jpeg" | "image/jpg" | "image/pjpeg" => Self::Jpeg,
            "image/gif" => Self::Gif,
            "image/webp" => Self::WebP,
            "image/bmp" | "image/x-bmp" | "image/x-ms-bmp" => Self::Bmp,
            "image/svg+xml" => Self::Svg,
            "application/pdf" => Self::Pdf,
            "application/zip" | "application/x-zip-compressed" => Self::Zip,
            "application/gzip" | "application/x-gzip" => Self::Gzip,
            "text/plain" => Self::Text,
            "text/csv" => Self::Csv,
            _ => return None,
        };
        Some(known)
    }

    /// Finds the type that the name of a file tells.
    pub(super) fn of_file_name(name: &str) -> Result<Option<Self>, UploadRefused> {
        if name.len() > 255 || name.chars().any(char::is_control) {
            return Err(UploadRefused::FileName);
        }
        let (stem, extension) = name.rsplit_once('.').ok_or(UploadRefused::FileName)?;
        if stem.is_empty() || extension.is_empty() || extension.ends_with(' ') {
            return Err(UploadRefused::FileName);
        }
        let known = match extension.to_ascii_lowercase().as_str() {
            "png" | "apng" => Self::Png,
            "jpg" | "jpeg" | "jpe" | "jfif" => Self::Jpeg,
            "gif" => Self::Gif,
            "webp" => Self::WebP,
            "bmp" | "dib" => Self::Bmp,
            "svg" => Self::Svg,
            "pdf" => Self::Pdf,
            "zip" => Self::Zip,
            "gz" => Self::Gzip,
            "txt" | "text" => Self::Text,
            "csv" => Self::Csv,
            _ => return Ok(None),
        };
        Ok(Some(known))
    }

    /// Checks that a file which begins like this, or is this, is of the type.
    pub(super) fn sniff(self, head: &[u8]) -> Result<(), UploadRefused> {
        let found = infer::get(head);
        let is = |media_type| found.is_some_and(|found| found.mime_type() == media_type);
        let begins = match self {
            Self::Png => is("image/png") && head.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => is("image/jpeg") && head.starts_with(b"\xff\xd8\xff"),
            Self::Gif => is("image/gif") && head.starts_with(b"GIF8"),
            Self::WebP => is("image/webp") && head.starts_with(b"RIFF"),
            Self::Bmp => is("image/bmp") && head.starts_with(b"BM"),
            Self::Pdf => is("application/pdf") && head.starts_with(b"%PDF-"),
            Self::Zip => is("application/zip") && head.starts_with(b"PK\x03\x04"),
            Self::Gzip => is("application/gzip") && head.starts_with(b"\x1f\x8b"),
            Self::Svg => !text::is_binary(head),
            // Signatures of two or three letters begin many a sentence.
            Self::Text | Self::Csv => {
                let is_other = found.is_some_and(|found| {
                    let documents =
                        ["application/pdf", "application/rtf", "application/postscript"];
                    found.matcher_type() == MatcherType::Text
                        || documents.contains(&found.mime_type())
                });
                !is_other && !text::is_binary(head)
            }
        };
        if begins { Ok(()) } else { Err(UploadRefused::TypeMismatch) }
    }
}
