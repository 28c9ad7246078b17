//! Names and paths of files.

use std::fs;
use std::path::{Component, Path};

use proptest::prelude::*;

use crate::{FileName, PathError, RelativePath, StorageName, UnderRootError};

fn name(text: &str) -> Result<FileName, PathError> {
    text.parse()
}

fn path(text: &str) -> Result<RelativePath, PathError> {
    text.parse()
}

fn is_inside(joined: &Path) -> bool {
    let mut parts = joined.components().skip(Path::new("/srv/root").components().count());
    joined.starts_with("/srv/root") && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// Whatever is accepted is bounded, below the root, and the one spelling of itself.
fn holds_for(text: &str) {
    let root = Path::new("/srv/root");
    if let Ok(name) = name(text) {
        assert_eq!(name.as_str().parse().as_ref(), Ok(&name), "{text:?}");
        assert_eq!(path(text).as_ref().map(RelativePath::as_str), Ok(name.as_str()));
        assert_eq!(name.join_under(root).parent(), Some(root), "{text:?}");
        assert!(is_inside(&name.join_under(root)), "{text:?}");
    }
    if let Ok(path) = path(text) {
        assert_eq!(path.as_str().parse().as_ref(), Ok(&path), "{text:?}");
        assert!(is_inside(&path.join_under(root)), "{text:?}");
        assert!(path.names().all(|name| name.parse::<FileName>().is_ok()), "{text:?}");
        assert!(path.as_str().len() <= 1024);
    }
}

#[test]
fn names_of_files_are_accepted() {
    for text in [
        "a",
        "report 2024 (final).pdf",
        "Übersicht.docx",
        "例え.txt",
        ".htaccess",
        "a..b",
        "100%.txt",
        "50% off.txt",
        "-rf",
        "~",
        "console.log",
        "com.txt",
        "COM10",
        "auxiliary",
        "a\u{200d}b",
        "€",
        "COM1a.txt",
        "null",
    ] {
        assert_eq!(name(text).map(String::from), Ok(text.to_owned()));
        holds_for(text);
    }
    assert_eq!(name("U\u{308}.txt").map(String::from), Ok("\u{dc}.txt".to_owned()));
    assert_eq!(name("a.tar.GZ").unwrap().extension().as_deref(), Some("gz"));
    assert_eq!(name(".htaccess").unwrap().extension(), None);
    assert_eq!(name("readme").unwrap().extension(), None);
}

/// asvs: V5.3.2
#[test]
fn what_leads_elsewhere_is_no_name() {
    for (text, error) in [
        ("", PathError::Empty),
        (".", PathError::Edge),
        ("..", PathError::Edge),
        ("...", PathError::Edge),
        ("..;", PathError::Edge),
        ("..a", PathError::Edge),
        ("a.", PathError::Edge),
        ("a ", PathError::Edge),
        ("a. .", PathError::Edge),
        (" a", PathError::Edge),
        ("a\u{3000}", PathError::Edge),
        ("a/b", PathError::Separator),
        ("a\\b", PathError::Separator),
        ("../a", PathError::Separator),
        ("C:", PathError::Separator),
        ("C:a", PathError::Separator),
        ("a.txt:stream", PathError::Separator),
        ("a.txt::$DATA", PathError::Separator),
        ("\\\\host\\share", PathError::Separator),
        ("\\\\?\\C:\\a", PathError::Separator),
        ("\u{ff0e}\u{ff0e}\u{ff0f}a", PathError::Separator),
        ("a\u{ff3c}b", PathError::Separator),
        ("a\u{2215}b", PathError::Separator),
        ("a\u{2044}b", PathError::Separator),
        ("\u{2024}\u{2024}", PathError::Separator),
        ("\u{2025}", PathError::Separator),
        ("\u{ff05}2e", PathError::Separator),
        ("\u{fe55}a", PathError::Separator),
        ("a\0.txt", PathError::Character),
        ("a\nb", PathError::Character),
        ("a\u{7f}", PathError::Character),
        ("a\u{85}b", PathError::Character),
        ("a\u{202e}fdp.exe", PathError::Character),
        ("a\u{200b}", PathError::Character),
        ("\u{feff}a", PathError::Character),
        ("a*", PathError::Character),
        ("a?", PathError::Character),
        ("a|b", PathError::Character),
        ("<a>", PathError::Character),
        ("a\"", PathError::Character),
        ("%2e%2e", PathError::Encoded),
        ("%252e", PathError::Encoded),
        ("%c0%af", PathError::Encoded),
        ("%u2215", PathError::Encoded),
        ("%%32%65", PathError::Encoded),
        ("a%00.txt", PathError::Encoded),
        ("50%off", PathError::Encoded),
        ("a0x2Fb", PathError::Encoded),
        (".0x2e", PathError::Encoded),
        ("0x5cx", PathError::Encoded),
    ] {
        assert_eq!(name(text), Err(error), "{text:?}");
    }
    assert!(name(&"a".repeat(255)).is_ok());
    assert_eq!(name(&"a".repeat(256)), Err(PathError::TooLong));
    // A character that is longer when it is composed.
    assert_eq!(name(&"\u{1d160}".repeat(63)), Err(PathError::TooLong));
}

/// asvs: V5.3.2
#[test]
fn devices_of_windows_are_no_names() {
    let devices = ["con", "prn", "aux", "nul", "clock$", "conin$", "conout$", "com", "lpt"];
    for device in devices {
        let numbers: &[&str] = if matches!(device, "com" | "lpt") {
            &[
                "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "\u{b9}", "\u{b2}", "\u{b3}",
                "\u{ff11}",
            ]
        } else {
            &[""]
        };
        for number in numbers {
            for extension in ["", ".txt", ".tar.gz", " .txt", "  .a"] {
                for device in [device.to_owned(), device.to_uppercase()] {
                    let text = format!("{device}{number}{extension}");
                    assert_eq!(name(&text), Err(PathError::Device), "{text}");
                    assert_eq!(path(&format!("a/{text}/b")), Err(PathError::Device), "{text}");
                }
            }
        }
    }
    assert_eq!(name("\u{ff23}\u{ff2f}\u{ff2e}"), Err(PathError::Device));
}

/// asvs: V5.3.2
#[test]
fn a_path_stays_below_its_root() {
    for text in ["a", "a/b.txt", "2024/01/a b.txt", ".well-known/security.txt"] {
        assert_eq!(path(text).map(String::from), Ok(text.to_owned()));
        holds_for(text);
    }
    for (text, error) in [
        ("", PathError::Empty),
        ("/", PathError::Empty),
        ("/etc/passwd", PathError::Empty),
        ("a/", PathError::Empty),
        ("a//b", PathError::Empty),
        ("./a", PathError::Edge),
        ("../a", PathError::Edge),
        ("a/..", PathError::Edge),
        ("a/.../b", PathError::Edge),
        ("a\\..\\b", PathError::Separator),
        ("C:/a", PathError::Separator),
        ("a/%2e%2e/b", PathError::Encoded),
    ] {
        assert_eq!(path(text), Err(error), "{text:?}");
    }
    assert!(path(&["a"; 32].join("/")).is_ok());
    assert_eq!(path(&["a"; 33].join("/")), Err(PathError::TooDeep));
    assert!(path(&[&*"a".repeat(204); 5].join("/")).is_ok());
    assert_eq!(path(&[&*"a".repeat(205); 5].join("/")), Err(PathError::TooLong));
}

/// asvs: V13.2.5 — a link below the root does not lead out of it.
#[cfg(unix)]
#[test]
fn links_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    fs::create_dir_all(root.join("real/deep")).unwrap();
    fs::write(folder.path().join("secret"), "").unwrap();
    fs::write(root.join("file"), "").unwrap();
    std::os::unix::fs::symlink(folder.path(), root.join("real/out")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret"), root.join("link")).unwrap();
    std::os::unix::fs::symlink("/nowhere", root.join("dangling")).unwrap();

    let resolve = |text: &str| path(text).unwrap().resolve_under(&root);
    for inside in ["file", "new", "real/deep", "real/deep/new", "none/of/these"] {
        assert_eq!(resolve(inside), Ok(root.join(inside)));
    }
    for link in ["link", "dangling", "real/out", "real/out/secret", "real/out/new"] {
        assert_eq!(resolve(link), Err(UnderRootError::Link), "{link}");
    }
    assert!(matches!(resolve("file/below"), Err(UnderRootError::Io(_))));
    assert_eq!(name("link").unwrap().resolve_under(&root), Err(UnderRootError::Link));
    assert_eq!(name("file").unwrap().resolve_under(&root), Ok(root.join("file")));
}

/// asvs: V5.3.2
#[test]
fn a_storage_name_is_128_random_bits() {
    let names: std::collections::BTreeSet<_> =
        (0..100).map(|_| StorageName::generate().unwrap()).collect();
    assert_eq!(names.len(), 100);
    for name in &names {
        assert_eq!(name.as_str().len(), 32);
        assert_eq!(name.as_str().parse().as_ref(), Ok(name));
        holds_for(name.as_str());
        assert!(is_inside(&name.join_under(Path::new("/srv/root"))));
    }
    // No bit is the same in all of them.
    let bits = |name: &StorageName| u128::from_str_radix(name.as_str(), 16).unwrap();
    assert_eq!(names.iter().map(bits).fold(u128::MAX, |all, bits| all & bits), 0);
    assert_eq!(names.iter().map(bits).fold(0, |all, bits| all | bits), u128::MAX);
    for text in ["", "0", &"g".repeat(32), &"A".repeat(32), &"0".repeat(31), &"0".repeat(33)] {
        assert!(text.parse::<StorageName>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text(text: String) {
        holds_for(&text);
    }

    #[test]
    fn any_path(text in r"[a./\\:%2e\u{ff0e}\u{2024} ]{0,12}") {
        holds_for(&text);
    }
}
