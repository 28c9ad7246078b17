use std::io::Read;

use flate2::Crc;
use infer::MatcherType;

use super::UploadRefused;
use crate::RelativePath;

/// The measures of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archive {
    pub(super) entries: usize,
    pub(super) unpacked_bytes: u64,
}

impl Archive {
    /// Returns how many entries there are, folders among them.
    #[must_use]
    pub const fn entries(&self) -> usize {
        self.entries
    }

    /// Returns how large all entries are together when unpacked, in bytes.
    #[must_use]
    pub const fn unpacked_bytes(&self) -> u64 {
        self.unpacked_bytes
    }
}

/// So much is unpacked at a time, and forgotten.
const PIECE_BYTES: usize = 16 << 10;

/// Enough of a file to see that it is an archive: tar has its mark at 257.
const HEAD_BYTES: usize = 512;

/// Unpacks into nothing, within limits.
pub(super) struct Unpacking {
    max_bytes: u64,
    max_ratio: u64,
    pub(super) unpacked: u64,
    piece: Vec<u8>,
}

/// What was unpacked.
pub(super) struct Unpacked {
    pub(super) bytes: u64,
    pub(super) checksum: u32,
}

impl Unpacking {
    pub(super) fn new(max_bytes: u64, max_ratio: u64) -> Self {
        Self { max_bytes, max_ratio, unpacked: 0, piece: vec![0; PIECE_BYTES] }
    }

    /// Unpacks one entry to its end, of so many packed bytes.
    pub(super) fn drain(
        &mut self,
        decoder: &mut impl Read,
        packed: usize,
    ) -> Result<Unpacked, UploadRefused> {
        let packed = u64::try_from(packed).unwrap_or(u64::MAX);
        let (mut checksum, mut bytes, mut head) = (Crc::new(), 0_u64, Vec::new());
        loop {
            let len = decoder.read(&mut self.piece).map_err(|_| UploadRefused::Malformed)?;
            let piece = self.piece.get(..len).unwrap_or_default();
            let added = u64::try_from(len).unwrap_or(u64::MAX);
            bytes = bytes.saturating_add(added);
            self.unpacked = self.unpacked.saturating_add(added);
            if self.unpacked > self.max_bytes {
                return Err(UploadRefused::TooMuchUnpacked);
            }
            if bytes > packed.saturating_mul(self.max_ratio) {
                return Err(UploadRefused::RatioTooHigh);
            }
            let missing = HEAD_BYTES.saturating_sub(head.len());
            head.extend_from_slice(piece.get(..missing).unwrap_or(piece));
            checksum.update(piece);
            if len == 0 {
                break;
            }
        }
        if is_archive(&head) {
            return Err(UploadRefused::NestedArchive);
        }
        Ok(Unpacked { bytes, checksum: checksum.sum() })
    }
}

/// Whether a file that begins like this is an archive, or a document that is one.
fn is_archive(head: &[u8]) -> bool {
    let is = |found: infer::Type| match found.matcher_type() {
        // Of the documents that are counted among them, none holds files as an archive does.
        MatcherType::Archive => !matches!(
            found.mime_type(),
            "application/pdf" | "application/rtf" | "application/postscript"
        ),
        _ => head.starts_with(b"PK"),
    };
    infer::get(head).is_some_and(is)
}

/// Refuses the name of an entry that is no [`RelativePath`], below the folder that it is unpacked to
/// under every system. A folder has a slash at its end.
pub(super) fn check_path(name: &[u8]) -> Result<&str, UploadRefused> {
    let name = core::str::from_utf8(name).map_err(|_| UploadRefused::EntryPath)?;
    let path = name.strip_suffix('/').unwrap_or(name);
    path.parse::<RelativePath>().map(|_| name).map_err(|_| UploadRefused::EntryPath)
}
