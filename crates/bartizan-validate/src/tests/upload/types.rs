use crate::upload::{
    FileType, Quarantined, Scanned, Scanner, UploadPolicy, UploadRefused, Verdict,
};

use super::{
    ZipEntry, check, check_by, gif, jpeg, png, refused, released, samples, vp8l, webp, zip,
};

#[test]
fn a_file_of_each_type_is_accepted_as_it_is() {
    for (file_type, bytes) in samples() {
        let file = released(file_type, &bytes);
        assert_eq!((file.file_type(), file.bytes()), (file_type, &bytes[..]), "{file_type:?}");
    }
}

/// asvs: V5.2.2
#[test]
fn declared_type_extension_and_bytes_have_to_agree() {
    let policy = UploadPolicy::new(FileType::ALL);
    let samples = samples();
    for (declared, _) in &samples {
        for (actual, bytes) in &samples {
            let is_text = |file_type| matches!(file_type, FileType::Text | FileType::Csv);
            let name = format!("a.{}", declared.extension());
            if declared != actual {
                let lie = policy.check(actual.media_type(), &name, bytes).unwrap_err();
                assert_eq!(lie, UploadRefused::TypeMismatch, "{actual:?} called {declared:?}");
            }
            if declared != actual && !(is_text(*declared) && is_text(*actual)) {
                assert_eq!(
                    refused(*declared, bytes),
                    UploadRefused::TypeMismatch,
                    "{actual:?} as {declared:?}"
                );
            }
        }
    }
}

/// asvs: V5.2.2
#[test]
fn a_file_that_is_two_at_once_is_refused() {
    let archive = zip(&[ZipEntry::new("a.txt", b"hello")]);
    let tails: [&[u8]; 5] = [
        &archive,
        b"<script>alert(1)</script>",
        b"<?php system($_GET[0]);",
        b"%PDF-1.7\n%%EOF",
        b"\x01",
    ];
    for (file_type, bytes) in samples() {
        for tail in tails {
            // Text may speak of programs, and a PDF may be followed by its next revision.
            let is_text = matches!(file_type, FileType::Text | FileType::Csv);
            let is_printable = !tail.contains(&0) && !tail.contains(&1);
            let is_revision = file_type == FileType::Pdf && tail.starts_with(b"%PDF");
            if (is_text && is_printable) || is_revision {
                continue;
            }
            let file = [&bytes, tail].concat();
            assert_eq!(
                refused(file_type, &file),
                UploadRefused::TypeMismatch,
                "{file_type:?}, {tail:?}"
            );
        }
    }
}

/// asvs: V5.2.2
#[test]
fn a_program_in_what_an_image_keeps_is_refused() {
    for program in [&b"<?PHP x"[..], b"<ScRipt>x", b"<!DOCTYPE html>", b"xx%PDF-1.4"] {
        let mut palette = program.to_vec();
        palette.resize(12, 0);
        assert_eq!(
            refused(FileType::Png, &png(1, 1, &[(b"PLTE", &palette)])),
            UploadRefused::TypeMismatch
        );
        let profile = [b"ICC_PROFILE\0\x01\x01", program].concat();
        assert_eq!(
            refused(FileType::Jpeg, &jpeg(1, 1, &[(0xe2, &profile)])),
            UploadRefused::TypeMismatch
        );
        // In a comment it goes with the comment.
        assert!(check(FileType::Jpeg, &jpeg(1, 1, &[(0xfe, program)])).is_ok());
    }
    // The first bytes of a GIF that is a script: the width is the start of its comment.
    let script = gif(u16::from_le_bytes(*b"/*"), 1, &[b"!\xfe\x08*/=1;//\n\0"]);
    assert_eq!(refused(FileType::Gif, &script), UploadRefused::TooManyPixels);
}

#[test]
fn names_and_types_are_read_as_they_are_sent() {
    let policy = UploadPolicy::images();
    let (png, webp) = (png(1, 1, &[]), webp(&[(b"VP8L", &vp8l(1, 1))]));
    let check =
        |declared: &str, name: &str, bytes: &[u8]| policy.check(declared, name, bytes).map(drop);
    assert_eq!(check("IMAGE/PNG; x=y", "My Cat.final.PNG", &png), Ok(()));
    assert_eq!(check("image/webp", "ü.webp", &webp), Ok(()));
    for name in ["png", ".png", "a.", "", "a.png\0", "a\n.png", "a.png ", &"a.png".repeat(52)] {
        assert_eq!(check("image/png", name, &png), Err(UploadRefused::FileName), "{name:?}");
    }
    for (declared, name) in [
        ("image/png", "a.exe"),
        ("text/html", "a.png"),
        ("", "a.png"),
        ("application/pdf", "a.pdf"),
        ("image/svg+xml", "a.svg"),
    ] {
        assert_eq!(check(declared, name, &png), Err(UploadRefused::TypeNotAllowed), "{name}");
    }
    assert_eq!(check("image/png", "a.png", b""), Err(UploadRefused::Empty));
}

#[test]
fn size_is_checked_while_bytes_come() {
    let policy = UploadPolicy::images().max_bytes(100);
    let mut guard = policy.begin("image/gif", "a.gif").unwrap();
    let gif = gif(2, 1, &[]);
    gif.chunks(1).for_each(|byte| guard.write(byte).unwrap());
    assert_eq!(guard.write(&[0; 100]), Err(UploadRefused::TooLarge));
    assert_eq!(guard.write(b""), Err(UploadRefused::TooLarge));
    assert_eq!(guard.finish().map(drop), Err(UploadRefused::TooLarge));

    let mut guard = policy.begin("image/gif", "a.gif").unwrap();
    gif.chunks(1).for_each(|byte| guard.write(byte).unwrap());
    assert_eq!(guard.finish().unwrap().image().unwrap().width(), 2);

    let mut guard = policy.begin("image/gif", "a.gif").unwrap();
    assert_eq!(guard.write(&png(1, 1, &[])), Err(UploadRefused::TypeMismatch));
}

#[test]
fn a_drawing_is_what_the_sanitizer_made_of_it() {
    let clean = "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>";
    let made = |text: &'static str| {
        let policy = UploadPolicy::images().allow_svg(move |_| Some(text.to_owned()));
        check_by(&policy, FileType::Svg, b"<svg onload='alert(1)'/>")
            .map(|file| crate::upload::danger::release_unscanned(file).into_bytes())
    };
    assert_eq!(made(clean), Ok(clean.as_bytes().to_vec()));
    for bad in ["", "text", "<p/>", "<!DOCTYPE svg><svg/>", "<svg>"] {
        assert_eq!(made(bad), Err(UploadRefused::Unsanitary), "{bad}");
    }
    assert_eq!(refused(FileType::Svg, clean.as_bytes()), UploadRefused::TypeNotAllowed);
}

struct Says(Result<Verdict, &'static str>);

impl Scanner for Says {
    type Error = &'static str;

    fn scan(&self, _: &[u8]) -> Result<Verdict, &'static str> {
        self.0
    }
}

/// asvs: V5.4.3
#[test]
fn only_a_clean_verdict_releases_a_file() {
    let file: Quarantined = check(FileType::Gif, &gif(2, 1, &[])).unwrap();
    let scan = |says| file.clone().scan(&Says(says));
    assert!(matches!(scan(Ok(Verdict::Clean)), Ok(Scanned::Clean(_))));
    assert!(matches!(scan(Ok(Verdict::Malicious)), Ok(Scanned::Malicious)));
    assert!(matches!(scan(Err("down")), Err("down")));
    assert!(!format!("{file:?}").contains("71"), "no bytes are shown");
}
