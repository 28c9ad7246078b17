use std::collections::HashSet;

use flate2::bufread::DeflateDecoder;

use super::UploadRefused;
use super::archive::{Archive, Unpacking, check_path};
use super::policy::ArchiveLimits;
use super::reader::Reader;

pub(super) const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;

/// Checks a zip archive (APPNOTE 6.3) without unpacking it to anywhere.
///
/// Its parts have to lie one after the other, without gaps, and to say the same about each entry: so
/// every unpacker finds the same files.
pub(super) fn check(bytes: &[u8], limits: &ArchiveLimits) -> Result<Archive, UploadRefused> {
    let end = End::read(bytes)?;
    if end.entries > limits.entries {
        return Err(UploadRefused::TooManyEntries);
    }
    let entries = end.directory(bytes)?;
    let declared = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.unpacked));
    if declared > limits.unpacked {
        return Err(UploadRefused::TooMuchUnpacked);
    }
    let mut unpacking = Unpacking::new(limits.unpacked, limits.ratio);
    let mut names = HashSet::new();
    let mut at = 0;
    for entry in &entries {
        if entry.unpacked > entry.packed.saturating_mul(limits.ratio) {
            return Err(UploadRefused::RatioTooHigh);
        }
        // Not every file system tells letters of the two cases apart.
        if !names.insert(entry.name.trim_end_matches('/').to_lowercase()) || entry.at < at {
            return Err(UploadRefused::OverlappingEntries);
        }
        // Something lies between entries that no entry is.
        if entry.at > at {
            return Err(UploadRefused::TypeMismatch);
        }
        at = entry.check(bytes, &mut unpacking)?;
    }
    if at > end.directory_at {
        return Err(UploadRefused::OverlappingEntries);
    }
    if at < end.directory_at {
        return Err(UploadRefused::TypeMismatch);
    }
    Ok(Archive { entries: entries.len(), unpacked_bytes: unpacking.unpacked })
}

/// The end of the archive, which tells where the directory is.
struct End {
    entries: usize,
    directory_at: usize,
    /// Where this itself is.
    at: usize,
}

impl End {
    fn read(bytes: &[u8]) -> Result<Self, UploadRefused> {
        let at = bytes.len().checked_sub(END_BYTES).ok_or(UploadRefused::Malformed)?;
        let mut reader = Reader::new(bytes.get(at..).unwrap_or_default());
        // A comment could be anything, and unpackers do not agree on where it begins.
        reader.expect(END_OF_DIRECTORY).map_err(|_| UploadRefused::TypeMismatch)?;
        let disks = (reader.u16_le()?, reader.u16_le()?);
        let entries = (reader.u16_le()?, reader.u16_le()?);
        let (len, directory_at) = (reader.len_le()?, reader.len_le()?);
        let comment = reader.u16_le()?;
        if disks != (0, 0) || entries.0 != entries.1 || comment != 0 {
            return Err(UploadRefused::Malformed);
        }
        // 64-bit archives are for more than fits here.
        if entries.0 == u16::MAX || u32::try_from(directory_at) == Ok(u32::MAX) {
            return Err(UploadRefused::Unsupported);
        }
        // Something lies before the archive, or between its parts.
        if directory_at.checked_add(len) != Some(at) {
            return Err(UploadRefused::TypeMismatch);
        }
        Ok(Self { entries: entries.0.into(), directory_at, at })
    }

    /// Reads the directory, and sorts the entries by where they are.
    fn directory<'b>(&self, bytes: &'b [u8]) -> Result<Vec<Entry<'b>>, UploadRefused> {
        let directory = bytes.get(self.directory_at..self.at);
        let mut reader = Reader::new(directory.ok_or(UploadRefused::Malformed)?);
        let mut entries = Vec::new();
        for _ in 0..self.entries {
            entries.push(Entry::read(&mut reader)?);
        }
        if !reader.is_empty() {
            return Err(UploadRefused::Malformed);
        }
        entries.sort_by_key(|entry| entry.at);
        Ok(entries)
    }
}

/// An entry, as the directory has it.
struct Entry<'b> {
    name: &'b str,
    flags: u16,
    method: u16,
    checksum: u32,
    packed: u64,
    unpacked: u64,
    at: usize,
}

/// The sizes are only known behind the data.
const SIZES_FOLLOW: u16 = 1 << 3;
/// Two bits about how hard the packer tried, sizes that follow, names in UTF-8.
const KNOWN_FLAGS: u16 = 0b110 | SIZES_FOLLOW | 1 << 11;

impl<'b> Entry<'b> {
    fn read(reader: &mut Reader<'b>) -> Result<Self, UploadRefused> {
        reader.expect(b"PK\x01\x02")?;
        let _made_by_and_needed = reader.u32_le()?;
        let (flags, method) = (reader.u16_le()?, reader.u16_le()?);
        let _time = reader.u32_le()?;
        let checksum = reader.u32_le()?;
        let (packed, unpacked) = (reader.u32_le()?.into(), reader.u32_le()?.into());
        let lens = (reader.u16_le()?, reader.u16_le()?, reader.u16_le()?);
        let (disk, _inner) = (reader.u16_le()?, reader.u16_le()?);
        let attributes = reader.u32_le()?;
        let at = reader.len_le()?;
        let name = reader.take(lens.0.into())?;
        check_extra(reader.take(lens.1.into())?)?;
        let _comment = reader.take(lens.2.into())?;
        if flags & !KNOWN_FLAGS != 0 || !matches!(method, 0 | 8) || disk != 0 {
            return Err(UploadRefused::Unsupported);
        }
        check_kind(attributes)?;
        let name = check_path(name)?;
        if name.ends_with('/') && unpacked > 0 {
            return Err(UploadRefused::Malformed);
        }
        Ok(Self { name, flags, method, checksum, packed, unpacked, at })
    }

    /// Checks the entry itself; returns where it ends.
    fn check(&self, bytes: &[u8], unpacking: &mut Unpacking) -> Result<usize, UploadRefused> {
        let entry = bytes.get(self.at..).ok_or(UploadRefused::Malformed)?;
        let mut reader = Reader::new(entry);
        self.check_header(&mut reader)?;
        let len = usize::try_from(self.packed).map_err(|_| UploadRefused::Malformed)?;
        let packed = reader.take(len)?;
        let unpacked = if self.method == 0 {
            unpacking.drain(&mut { packed }, packed.len())?
        } else {
            let mut decoder = DeflateDecoder::new(packed);
            let unpacked = unpacking.drain(&mut decoder, packed.len())?;
            if !decoder.into_inner().is_empty() {
                return Err(UploadRefused::TypeMismatch);
            }
            unpacked
        };
        if unpacked.bytes != self.unpacked || unpacked.checksum != self.checksum {
            return Err(UploadRefused::Malformed);
        }
        if self.flags & SIZES_FOLLOW != 0 {
            // The signature before it is optional.
            let with_signature = reader.rest.starts_with(b"PK\x07\x08");
            let _descriptor = reader.take(if with_signature { 16 } else { 12 })?;
        }
        let len = entry.len().saturating_sub(reader.rest.len());
        Ok(self.at.saturating_add(len))
    }

    /// Checks the header, which repeats what the directory says.
    fn check_header(&self, reader: &mut Reader<'_>) -> Result<(), UploadRefused> {
        reader.expect(b"PK\x03\x04")?;
        let _needed = reader.u16_le()?;
        let (flags, method) = (reader.u16_le()?, reader.u16_le()?);
        let _time = reader.u32_le()?;
        let checksum = reader.u32_le()?;
        let sizes = (u64::from(reader.u32_le()?), u64::from(reader.u32_le()?));
        let lens = (reader.u16_le()?, reader.u16_le()?);
        let name = reader.take(lens.0.into())?;
        check_extra(reader.take(lens.1.into())?)?;
        let follows = flags & SIZES_FOLLOW != 0;
        let same_sizes = checksum == self.checksum && sizes == (self.packed, self.unpacked);
        let is_unset = follows && checksum == 0 && sizes == (0, 0);
        let same = flags == self.flags && method == self.method && name == self.name.as_bytes();
        if same && (same_sizes || is_unset) { Ok(()) } else { Err(UploadRefused::Malformed) }
    }
}

/// Refuses additions that change what the entry is: another name, other sizes, the target of a link.
fn check_extra(extra: &[u8]) -> Result<(), UploadRefused> {
    let mut reader = Reader::new(extra);
    // Some packers fill up with zeros.
    while reader.rest.iter().any(|byte| *byte != 0) {
        let (id, len) = (reader.u16_le()?, reader.u16_le()?);
        let _data = reader.take(len.into())?;
        match id {
            0x0001 => return Err(UploadRefused::Unsupported),
            0x7075 => return Err(UploadRefused::EntryPath),
            0x756e | 0x000d => return Err(UploadRefused::Symlink),
            _ => {}
        }
    }
    Ok(())
}

/// Refuses what is neither a file nor a folder, by the attributes of Unix.
fn check_kind(attributes: u32) -> Result<(), UploadRefused> {
    // Packers on other systems leave the upper half empty, or mean the same by it.
    match attributes >> 16 & 0o170_000 {
        0 | 0o100_000 | 0o040_000 => Ok(()),
        _ => Err(UploadRefused::Symlink),
    }
}
