use core::error::Error;
use core::fmt;

/// Why an upload was refused. The client is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed on purpose: a client can be told of each")]
pub enum UploadRefused {
    /// There are no bytes.
    Empty,
    /// There are more bytes than allowed.
    TooLarge,
    /// The name has no extension, more than 255 bytes, a control character, or a dot or space at
    /// its end.
    FileName,
    /// Files of this type are not accepted here.
    TypeNotAllowed,
    /// Declared type, extension and bytes do not tell the same; or they are those of several types
    /// at once, such as an image with an archive behind it.
    TypeMismatch,
    /// The file is damaged.
    Malformed,
    /// The file uses a rare part of its format that is not read here, such as an encrypted entry.
    Unsupported,
    /// The image has more pixels than allowed, in all its frames together, or a longer side.
    TooManyPixels,
    /// The image has more frames than allowed.
    TooManyFrames,
    /// The archive has more entries than allowed.
    TooManyEntries,
    /// The archive is larger than allowed once it is unpacked.
    TooMuchUnpacked,
    /// The archive unpacks to more than so many times what it is.
    RatioTooHigh,
    /// An archive is in the archive.
    NestedArchive,
    /// Two entries of the archive share bytes or a name.
    OverlappingEntries,
    /// An entry has a name that leads out of the folder it is unpacked to.
    EntryPath,
    /// An entry is a symbolic link, or another file that is none.
    Symlink,
    /// The sanitizer refused the drawing.
    Unsanitary,
}

impl UploadRefused {
    /// Returns a code that stays the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "upload_empty",
            Self::TooLarge => "upload_too_large",
            Self::FileName => "upload_file_name",
            Self::TypeNotAllowed => "upload_type_not_allowed",
            Self::TypeMismatch => "upload_type_mismatch",
            Self::Malformed => "upload_malformed",
            Self::Unsupported => "upload_unsupported",
            Self::TooManyPixels => "upload_too_many_pixels",
            Self::TooManyFrames => "upload_too_many_frames",
            Self::TooManyEntries => "upload_too_many_entries",
            Self::TooMuchUnpacked => "upload_too_much_unpacked",
            Self::RatioTooHigh => "upload_ratio_too_high",
            Self::NestedArchive => "upload_nested_archive",
            Self::OverlappingEntries => "upload_overlapping_entries",
            Self::EntryPath => "upload_entry_path",
            Self::Symlink => "upload_symlink",
            Self::Unsanitary => "upload_unsanitary",
        }
    }
}

impl fmt::Display for UploadRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the file is empty",
            Self::TooLarge => "the file is too large",
            Self::FileName => "the file needs a name with an extension",
            Self::TypeNotAllowed => "files of this type are not accepted",
            Self::TypeMismatch => "the file is not of the type that it says",
            Self::Malformed => "the file is damaged",
            Self::Unsupported => "the file uses a part of its format that is not accepted",
            Self::TooManyPixels => "the image has too many pixels",
            Self::TooManyFrames => "the image has too many frames",
            Self::TooManyEntries => "the archive has too many files",
            Self::TooMuchUnpacked => "the archive is too large when unpacked",
            Self::RatioTooHigh => "the archive is packed too tightly",
            Self::NestedArchive => "the archive has an archive in it",
            Self::OverlappingEntries => "the archive has files that overlap",
            Self::EntryPath => "the archive has a file with a bad path",
            Self::Symlink => "the archive has a link in it",
            Self::Unsanitary => "the drawing is not accepted",
        })
    }
}

impl Error for UploadRefused {}
