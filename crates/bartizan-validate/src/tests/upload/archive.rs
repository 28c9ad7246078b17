use crate::upload::{FileType, UploadPolicy, UploadRefused};

use super::{ZipEntry, check, check_by, gzip, jpeg, refused, zip};

fn refused_entry(entry: ZipEntry<'_>) -> UploadRefused {
    refused(FileType::Zip, &zip(&[entry]))
}

#[test]
fn an_archive_is_measured() {
    let stored = ZipEntry { deflate: false, ..ZipEntry::new("b/c.txt", b"stored") };
    let folder = ZipEntry { deflate: false, mode: 0o040_755, ..ZipEntry::new("b/", b"") };
    let file = zip(&[ZipEntry::new("a.txt", b"hello"), folder, stored]);
    let archive = check(FileType::Zip, &file).unwrap().archive().unwrap();
    assert_eq!((archive.entries(), archive.unpacked_bytes()), (3, 11));
    let archive = check(FileType::Gzip, &gzip(b"hello")).unwrap().archive().unwrap();
    assert_eq!((archive.entries(), archive.unpacked_bytes()), (1, 5));
    assert!(check(FileType::Zip, &zip(&[])).is_err());
}

/// asvs: V5.2.3
#[test]
fn a_bomb_is_refused_by_ratio_and_by_size() {
    let zeros = vec![0; 1 << 20];
    assert_eq!(refused_entry(ZipEntry::new("a", &zeros)), UploadRefused::RatioTooHigh);
    assert_eq!(refused(FileType::Gzip, &gzip(&zeros)), UploadRefused::RatioTooHigh);
    let small = UploadPolicy::new(FileType::ALL).max_unpacked(1_000, 2_000);
    let found = check_by(&small, FileType::Gzip, &gzip(&zeros)).map(drop);
    assert_eq!(found, Err(UploadRefused::TooMuchUnpacked));
    let two = zip(&[ZipEntry::new("a", &zeros[..600]), ZipEntry::new("b", &zeros[..600])]);
    let found = check_by(&small, FileType::Zip, &two).map(drop);
    assert_eq!(found, Err(UploadRefused::TooMuchUnpacked));

    // The sizes that it declares may be a lie.
    let mut lie = zip(&[ZipEntry::new("a", &zeros)]);
    let header = lie.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    for at in [22, header + 24] {
        lie[at..at + 4].copy_from_slice(&500_u32.to_le_bytes());
    }
    assert_eq!(refused(FileType::Zip, &lie), UploadRefused::RatioTooHigh);
    let found = check_by(&small, FileType::Zip, &lie).map(drop);
    assert_eq!(found, Err(UploadRefused::TooMuchUnpacked));
}

/// asvs: V5.2.3
#[test]
fn entries_are_counted_and_do_not_overlap() {
    let names: Vec<_> = (0..1_001).map(|name| name.to_string()).collect();
    let entries = |count| names.iter().take(count).map(|name| ZipEntry::new(name, b"x")).collect();
    let of = |count| zip(&Vec::from_iter::<Vec<_>>(entries(count)));
    assert!(check(FileType::Zip, &of(1_000)).is_ok());
    assert_eq!(refused(FileType::Zip, &of(1_001)), UploadRefused::TooManyEntries);

    let twice = zip(&[ZipEntry::new("a.txt", b"1"), ZipEntry::new("A.TXT", b"2")]);
    assert_eq!(refused(FileType::Zip, &twice), UploadRefused::OverlappingEntries);

    // Two entries of the directory share the bytes of one file.
    let mut shared = zip(&[ZipEntry::new("a", b"1"), ZipEntry::new("b", b"1")]);
    let second = shared.len() - 22 - 47;
    shared[second + 42..second + 46].copy_from_slice(&[0; 4]);
    assert_eq!(refused(FileType::Zip, &shared), UploadRefused::OverlappingEntries);

    // Bytes that belong to no entry.
    let mut gap = zip(&[ZipEntry::new("a", b"1"), ZipEntry::new("b", b"1")]);
    let first = gap.len() - 22 - 2 * 47;
    drop(gap.drain(first..first + 47));
    let end = gap.len() - 22;
    gap[end + 8] = 1;
    gap[end + 10] = 1;
    gap[end + 12..end + 16].copy_from_slice(&47_u32.to_le_bytes());
    assert_eq!(refused(FileType::Zip, &gap), UploadRefused::TypeMismatch);
}

/// asvs: V5.2.3
#[test]
fn an_archive_in_an_archive_is_refused() {
    let inner = zip(&[ZipEntry::new("a", b"1")]);
    assert_eq!(refused_entry(ZipEntry::new("a.txt", &inner)), UploadRefused::NestedArchive);
    assert_eq!(refused_entry(ZipEntry::new("a", &gzip(b"1"))), UploadRefused::NestedArchive);
    assert_eq!(refused(FileType::Gzip, &gzip(&inner)), UploadRefused::NestedArchive);
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    assert_eq!(refused(FileType::Gzip, &gzip(&tar)), UploadRefused::NestedArchive);
    assert!(check(FileType::Zip, &zip(&[ZipEntry::new("a.jpg", &jpeg(1, 1, &[]))])).is_ok());
}

/// asvs: V5.2.5
#[test]
fn a_link_is_refused() {
    for mode in [0o120_777, 0o020_644, 0o060_644, 0o010_644, 0o140_777] {
        let entry = ZipEntry { mode, ..ZipEntry::new("a", b"/etc/passwd") };
        assert_eq!(refused_entry(entry), UploadRefused::Symlink, "{mode:o}");
    }
    assert!(
        check(FileType::Zip, &zip(&[ZipEntry { mode: 0, ..ZipEntry::new("a", b"1") }])).is_ok()
    );
}

/// asvs: V5.3.3
#[test]
fn a_path_stays_below_its_folder() {
    for name in [
        "/etc/passwd",
        "../a",
        "a/../../b",
        "a/..",
        "..",
        ".",
        "",
        "C:/a",
        "C:a",
        "a:b",
        "a\\b",
        "..\\a",
        "\\\\host\\a",
        "a//b",
        "a/./b",
        "a\0b",
        "a\nb",
        "a./b",
        "a /b",
        "a.",
        "/",
        "..a",
        "a*b",
        "con.txt",
        "a/%2e%2e/b",
        "a/\u{202e}b",
    ] {
        assert_eq!(refused_entry(ZipEntry::new(name, b"1")), UploadRefused::EntryPath, "{name:?}");
    }
    for name in ["a", "a/b/c.txt", ".hidden", "ä/é.txt"] {
        assert!(check(FileType::Zip, &zip(&[ZipEntry::new(name, b"1")])).is_ok(), "{name:?}");
    }
}

#[test]
fn what_unpackers_disagree_about_is_refused() {
    let good = zip(&[ZipEntry::new("a", b"hello")]);
    let with = |at: usize, byte: u8| {
        let mut bad = good.clone();
        bad[at] = byte;
        refused(FileType::Zip, &bad)
    };
    let directory = good.len() - 22 - 47;
    assert_eq!(with(30, b'b'), UploadRefused::Malformed, "another name in the header");
    assert_eq!(with(8, 0), UploadRefused::Malformed, "another method in the header");
    assert_eq!(with(directory + 8, 1), UploadRefused::Unsupported, "encrypted");
    assert_eq!(with(directory + 10, 12), UploadRefused::Unsupported, "bzip2");
    assert_eq!(with(directory + 16, 0xee), UploadRefused::Malformed, "another checksum");
    let prefixed = [b"PK\x03\x04 hidden".as_slice(), &good].concat();
    assert_eq!(refused(FileType::Zip, &prefixed), UploadRefused::TypeMismatch);
    let two_members = [gzip(b"a"), gzip(b"b")].concat();
    assert_eq!(refused(FileType::Gzip, &two_members), UploadRefused::TypeMismatch);
    for len in 4..good.len() {
        assert!(check(FileType::Zip, &good[..len]).is_err());
    }
}

#[test]
fn what_hides_in_an_entry_is_refused() {
    assert_eq!(refused_entry(ZipEntry::new("a/", b"1")), UploadRefused::Malformed);

    // A second name behind the first, in the header of the entry or in the directory.
    for (id, expected) in [
        (0x7075_u16, Err(UploadRefused::EntryPath)),
        (1, Err(UploadRefused::Unsupported)),
        (0x756e, Err(UploadRefused::Symlink)),
        (0x5455, Ok(())),
    ] {
        let extra = [&id.to_le_bytes()[..], &[1, 0, 9]].concat();
        for in_directory in [true, false] {
            let file = with_extra(&zip(&[ZipEntry::new("a", b"1")]), &extra, in_directory);
            assert_eq!(check(FileType::Zip, &file).map(drop), expected, "{id:x}");
        }
    }
}

/// Adds to the one entry of an archive, whose name is one letter.
fn with_extra(zip: &[u8], extra: &[u8], in_directory: bool) -> Vec<u8> {
    let mut zip = zip.to_vec();
    let (directory, end) = (zip.len() - 22 - 47, zip.len() - 22);
    let len = u8::try_from(extra.len()).unwrap();
    if in_directory {
        zip[end + 12] += len;
        zip[directory + 30] = len;
        drop(zip.splice(end..end, extra.iter().copied()));
    } else {
        zip[end + 16] += len;
        zip[28] = len;
        drop(zip.splice(31..31, extra.iter().copied()));
    }
    zip
}
