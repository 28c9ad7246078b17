use flate2::bufread::GzDecoder;

use super::UploadRefused;
use super::archive::{Archive, Unpacking};
use super::policy::ArchiveLimits;

/// Checks a file packed by gzip (RFC 1952), which is one member and nothing else.
pub(super) fn check(bytes: &[u8], limits: &ArchiveLimits) -> Result<Archive, UploadRefused> {
    let mut decoder = GzDecoder::new(bytes);
    let mut unpacking = Unpacking::new(limits.unpacked, limits.ratio);
    let unpacked = unpacking.drain(&mut decoder, bytes.len())?;
    if !decoder.into_inner().is_empty() {
        return Err(UploadRefused::TypeMismatch);
    }
    Ok(Archive { entries: 1, unpacked_bytes: unpacked.bytes })
}
