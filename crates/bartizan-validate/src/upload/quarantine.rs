use core::fmt;

use super::{Archive, FileType, Image};

/// A file that is what it says it is, but that nobody may have before a [`Scanner`] saw it.
///
/// Its bytes are out of reach:
///
/// ```compile_fail,E0599
/// # // asvs: V5.4.3
/// # use bartizan_validate::upload::Quarantined;
/// fn download(file: &Quarantined) -> &[u8] {
///     file.bytes()
/// }
/// ```
///
/// ```compile_fail,E0423
/// # // asvs: V5.4.3
/// # use bartizan_validate::upload::{Quarantined, Released};
/// fn release(file: Quarantined) -> Released {
///     Released(file.0)
/// }
/// ```
#[derive(Clone)]
pub struct Quarantined(pub(super) Checked);

/// A file that may be stored and shown: a scanner found nothing in it.
#[derive(Clone)]
pub struct Released(pub(super) Checked);

#[derive(Clone)]
pub(super) struct Checked {
    pub(super) file_type: FileType,
    pub(super) image: Option<Image>,
    pub(super) archive: Option<Archive>,
    pub(super) bytes: Vec<u8>,
}

/// Looks for malicious content: an antivirus, as a rule.
pub trait Scanner {
    /// Why nothing can be said about a file: the scanner is out of reach, for example.
    type Error;

    /// Looks at all bytes of a file.
    ///
    /// # Errors
    ///
    /// Where nothing can be said about it.
    fn scan(&self, bytes: &[u8]) -> Result<Verdict, Self::Error>;
}

/// What a scanner says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed on purpose: there is no third answer")]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// Something was found.
    Malicious,
}

/// What became of a file that was scanned.
#[derive(Clone, Debug)]
#[must_use = "a file that was not clean is gone, and somebody should know"]
#[expect(clippy::exhaustive_enums, reason = "closed on purpose: there is no third outcome")]
pub enum Scanned {
    /// Nothing was found.
    Clean(Released),
    /// Something was found, and the file was dropped.
    Malicious,
}

impl Quarantined {
    /// Has the file scanned.
    ///
    /// # Errors
    ///
    /// What the scanner fails with; keep a clone of the file to try again.
    pub fn scan<S: Scanner + ?Sized>(self, scanner: &S) -> Result<Scanned, S::Error> {
        let verdict = scanner.scan(&self.0.bytes)?;
        Ok(self.judged(verdict))
    }

    /// Has the file scanned by whatever takes a while, such as a service on the network.
    ///
    /// ```
    /// use bartizan_validate::upload::{Quarantined, Scanned, Verdict};
    ///
    /// async fn ask_service(_bytes: &[u8]) -> std::io::Result<Verdict> {
    ///     Ok(Verdict::Clean)
    /// }
    ///
    /// async fn release(file: Quarantined) -> std::io::Result<Scanned> {
    ///     file.scan_async(ask_service).await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// What the scanner fails with; keep a clone of the file to try again.
    pub async fn scan_async<E>(
        self,
        scan: impl AsyncFnOnce(&[u8]) -> Result<Verdict, E>,
    ) -> Result<Scanned, E> {
        let verdict = scan(&self.0.bytes).await?;
        Ok(self.judged(verdict))
    }

    fn judged(self, verdict: Verdict) -> Scanned {
        match verdict {
            Verdict::Clean => Scanned::Clean(Released(self.0)),
            Verdict::Malicious => Scanned::Malicious,
        }
    }
}

impl Released {
    /// Returns the bytes: of an image, those that are left without metadata.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Returns the bytes: of an image, those that are left without metadata.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.bytes
    }
}

macro_rules! what_is_known {
    ($($type:ident)*) => { $(
        impl $type {
            /// Returns what kind of file it is.
            #[must_use]
            pub const fn file_type(&self) -> FileType {
                self.0.file_type
            }

            /// Returns the measures of an image.
            #[must_use]
            pub const fn image(&self) -> Option<Image> {
                self.0.image
            }

            /// Returns the measures of an archive.
            #[must_use]
            pub const fn archive(&self) -> Option<Archive> {
                self.0.archive
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($type))
                    .field("file_type", &self.0.file_type)
                    .field("len", &self.0.bytes.len())
                    .finish_non_exhaustive()
            }
        }
    )* };
}

what_is_known! { Quarantined Released }
