//! Uploads: a file is what it says it is, within bounds, without metadata, and not shown to anybody
//! before a scanner saw it.
//!
//! One call takes the declared type, the name and the bytes:
//!
//! ```
//! use bartizan_validate::upload::{FileType, Scanned, Scanner, UploadPolicy, Verdict};
//!
//! struct Antivirus;
//!
//! impl Scanner for Antivirus {
//!     type Error = std::io::Error;
//!
//!     fn scan(&self, bytes: &[u8]) -> Result<Verdict, Self::Error> {
//!         Ok(if bytes.is_empty() { Verdict::Malicious } else { Verdict::Clean })
//!     }
//! }
//!
//! # fn gif() -> Vec<u8> {
//! #     b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec()
//! # }
//! let avatars = UploadPolicy::images().max_bytes(1 << 20);
//! let quarantined = avatars.check("image/gif", "me.gif", &gif())?;
//! let image = quarantined.image().ok_or("not an image")?;
//! assert_eq!((quarantined.file_type(), image.width(), image.height()), (FileType::Gif, 1, 1));
//!
//! let Scanned::Clean(released) = quarantined.scan(&Antivirus)? else { return Ok(()) };
//! assert_eq!(released.file_type().media_type(), "image/gif");
//! assert_eq!(released.bytes(), gif());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The name that the sender gave the file is used for its extension, and forgotten: store the file
//! under a name of your own with [`FileType::extension`]. Serve it with [`FileType::media_type`],
//! `X-Content-Type-Options: nosniff` and, unless it is an image, `Content-Disposition: attachment`.

mod archive;
mod bmp;
mod exif;
mod file_type;
mod gif;
mod guard;
mod gzip;
mod image;
mod jpeg;
mod pdf;
mod png;
mod policy;
mod polyglot;
mod quarantine;
mod reader;
mod refused;
mod svg;
mod text;
mod webp;
mod zip;

pub use self::archive::Archive;
pub use self::file_type::FileType;
pub use self::guard::UploadGuard;
pub use self::image::Image;
pub use self::policy::UploadPolicy;
pub use self::quarantine::{Quarantined, Released, Scanned, Scanner, Verdict};
pub use self::refused::UploadRefused;

/// What gives up a protection.
pub mod danger {
    use super::{Quarantined, Released};

    /// Releases a file that no scanner saw, for those who have none: what it holds is then for its
    /// readers to survive.
    ///
    /// ```
    /// use bartizan_validate::upload::{FileType, UploadPolicy, danger};
    ///
    /// let notes = UploadPolicy::new(&[FileType::Text]);
    /// let released = danger::release_unscanned(notes.check("text/plain", "a.txt", b"hello")?);
    /// assert_eq!(released.bytes(), b"hello");
    /// # Ok::<(), bartizan_validate::upload::UploadRefused>(())
    /// ```
    #[must_use]
    pub fn release_unscanned(file: Quarantined) -> Released {
        Released(file.0)
    }
}
