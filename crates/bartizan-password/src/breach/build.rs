//! Building a file, with memory for one shard.

use core::fmt;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use super::error::BreachBuildError;
use super::lines::{Lines, RANGES, parse};
use super::write::{ShardWriter, Temporary};
use super::{BreachHash, FalsePositives};

/// How a [`BreachFilter`](crate::BreachFilter) is built, and from what.
///
/// It reads the public format of [Pwned Passwords], sorted by hash: either one list with a whole
/// hash, a colon and a number in each line, or a folder with a file for each of the 1,048,576 first
/// five digits, whose lines leave these out. The format is the same for SHA-1 and NTLM. It takes
/// about 50 MiB of memory, however long the list is.
///
/// The file is written under a name beside its own, which ends in `.new`, and then renamed. So a
/// service that has the old one open goes on, and a build that is stopped leaves the old one.
///
/// ```
/// use bartizan_password::{BreachFilter, BreachHash, FalsePositives};
///
/// let list = "\
/// 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:52256179
/// 7C4A8D09CA3762AF61E59520943DC26494F8941B:209972844
/// B1B3773A05C0ED0176787A4F1574FF0075F7521E:2
/// ";
/// let path = std::env::temp_dir().join(format!("built-{}.filter", std::process::id()));
/// let entries = BreachFilter::builder(BreachHash::Sha1)
///     .false_positives(FalsePositives::OneIn256)
///     .min_count(10)
///     .build_from_list(list.as_bytes(), &path)?;
/// assert_eq!(entries, 2);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [Pwned Passwords]: https://haveibeenpwned.com/Passwords
#[must_use]
pub struct BreachFilterBuilder<'a> {
    hash: BreachHash,
    false_positives: FalsePositives,
    min_count: u64,
    accept_missing_ranges: bool,
    progress: Option<&'a mut dyn FnMut(u64)>,
}

impl<'a> BreachFilterBuilder<'a> {
    pub(crate) const fn new(hash: BreachHash) -> Self {
        Self {
            hash,
            false_positives: FalsePositives::OneIn65536,
            min_count: 1,
            accept_missing_ranges: false,
            progress: None,
        }
    }

    /// Sets how often a password that is not in the list is found. Default: one in 65,536.
    pub const fn false_positives(mut self, false_positives: FalsePositives) -> Self {
        self.false_positives = false_positives;
        self
    }

    /// Leaves out passwords that were seen less often. Default: 1, which leaves out padding.
    ///
    /// NIST SP 800-63B-4, section 3.1.1.2, warns of lists so long that they only annoy: an attacker
    /// who is limited in tries never gets to a password that was seen once.
    pub const fn min_count(mut self, count: u64) -> Self {
        self.min_count = count;
        self
    }

    /// Takes a folder in which files of ranges are missing: a list of one's own, say. Their
    /// passwords will not be found.
    pub const fn accept_missing_ranges(mut self) -> Self {
        self.accept_missing_ranges = true;
        self
    }

    /// Sets who is told how many entries are done, about once for every million.
    pub fn progress(mut self, progress: &'a mut dyn FnMut(u64)) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Builds a filter from a list with a whole hash in each line, sorted. Returns the number of
    /// its entries.
    ///
    /// # Errors
    ///
    /// - [`BreachBuildError::MalformedLine`]: it is not such a list.
    /// - [`BreachBuildError::Unsorted`]: it is not sorted.
    /// - [`BreachBuildError::Empty`]: nothing is left of it.
    /// - [`BreachBuildError::TooLarge`]: it has more than 68 billion entries.
    /// - [`BreachBuildError::Io`]: reading or writing failed.
    pub fn build_from_list(
        mut self,
        list: impl BufRead,
        path: impl AsRef<Path>,
    ) -> Result<u64, BreachBuildError> {
        self.write(path.as_ref(), |builder, writer| builder.add(writer, list, None))
    }

    /// Builds a filter from a folder with a file for each range: `00000` or `00000.txt`, and so on,
    /// up to `FFFFF`. Returns the number of its entries. Other files are left alone.
    ///
    /// # Errors
    ///
    /// As for [`build_from_list`](Self::build_from_list), and
    ///
    /// - [`BreachBuildError::MissingRange`]: a file is missing or empty, and this is not
    ///   [accepted](Self::accept_missing_ranges).
    pub fn build_from_folder(
        mut self,
        folder: impl AsRef<Path>,
        path: impl AsRef<Path>,
    ) -> Result<u64, BreachBuildError> {
        let folder = folder.as_ref();
        let ranges = self.ranges(folder)?;
        self.write(path.as_ref(), |builder, writer| {
            ranges.into_iter().try_for_each(|(range, name)| {
                let file = BufReader::new(File::open(folder.join(name))?);
                builder.add(writer, file, Some(range))
            })
        })
    }

    /// The ranges in a folder, in order, each with the name of its file.
    fn ranges(&self, folder: &Path) -> Result<Vec<(u32, OsString)>, BreachBuildError> {
        let mut ranges = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            if let Some(range) = name.to_str().and_then(range_of) {
                ranges.push((range, name));
            }
        }
        ranges.sort_unstable();
        ranges.dedup_by_key(|(range, _)| *range);
        let missing = (0..RANGES).zip(&ranges).find(|(expected, (range, _))| expected != range);
        let complete = ranges.len() == RANGES as usize;
        if !complete && !self.accept_missing_ranges {
            let after_all = u32::try_from(ranges.len()).unwrap_or(RANGES);
            let range = missing.map_or(after_all, |(expected, _)| expected);
            return Err(BreachBuildError::MissingRange { range });
        }
        Ok(ranges)
    }

    fn add<W: Write>(
        &mut self,
        writer: &mut ShardWriter<W>,
        list: impl BufRead,
        range: Option<u32>,
    ) -> Result<(), BreachBuildError> {
        let mut lines = Lines::new(list);
        while let Some(line) = lines.next()? {
            let Some((key, count)) = parse(line, self.hash, range) else {
                return Err(BreachBuildError::MalformedLine { line: lines.number(), range });
            };
            if count < self.min_count {
                continue;
            }
            if writer.last.is_some_and(|last| key < last) {
                return Err(BreachBuildError::Unsorted { line: lines.number(), range });
            }
            if writer.push(key)?
                && let Some(progress) = &mut self.progress
            {
                progress(writer.entries);
            }
        }
        match range {
            Some(range) if lines.number() == 0 && !self.accept_missing_ranges => {
                Err(BreachBuildError::MissingRange { range })
            }
            _ => Ok(()),
        }
    }

    fn write(
        &mut self,
        path: &Path,
        add: impl FnOnce(&mut Self, &mut ShardWriter<BufWriter<File>>) -> Result<(), BreachBuildError>,
    ) -> Result<u64, BreachBuildError> {
        let temporary = Temporary::create(path)?;
        let mut writer = ShardWriter::new(temporary.writer()?, self.false_positives)?;
        add(self, &mut writer)?;
        let (header, out, entries) = writer.finish(self.hash)?;
        temporary.finish(out, &header)?;
        Ok(entries)
    }
}

impl fmt::Debug for BreachFilterBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BreachFilterBuilder")
            .field("hash", &self.hash)
            .field("false_positives", &self.false_positives)
            .field("min_count", &self.min_count)
            .finish_non_exhaustive()
    }
}

/// The range that a file of this name holds.
fn range_of(name: &str) -> Option<u32> {
    let digits = name.strip_suffix(".txt").unwrap_or(name);
    let is_range = digits.len() == 5 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_range.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests;
