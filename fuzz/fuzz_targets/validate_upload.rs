//! Whatever is uploaded is refused or bounded; what is accepted is accepted again, unchanged, and
//! keeps its size.

#![no_main]

use bartizan_validate::upload::{FileType, UploadPolicy, danger};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (file_type, cut, bytes) = input;
    let file_type = FileType::ALL[usize::from(file_type) % FileType::ALL.len()];
    let name = format!("a.{}", file_type.extension());
    let policy = UploadPolicy::new(FileType::ALL).allow_svg(|text| Some(text.to_owned()));
    let policy = policy.max_unpacked(1 << 20, 100);

    let whole = policy.check(file_type.media_type(), &name, bytes);
    let mut guard = policy.begin(file_type.media_type(), &name).expect("all types are accepted");
    let (first, second) = bytes.split_at(usize::from(cut).min(bytes.len()));
    // Piece by piece it is refused or accepted as it is as a whole.
    let pieces = guard.write(first).and_then(|()| guard.write(second));
    let pieces = pieces.and_then(|()| guard.finish());
    assert_eq!(whole.as_ref().map(drop).is_ok(), pieces.map(drop).is_ok());

    let Ok(file) = whole else { return };
    let (image, archive) = (file.image(), file.archive());
    if let Some(image) = image {
        let pixels = u64::from(image.width()) * u64::from(image.height());
        assert!(pixels * u64::from(image.frames()) <= 50_000_000 && pixels > 0);
    }
    if let Some(archive) = archive {
        assert!(archive.entries() <= 1_000 && archive.unpacked_bytes() <= 1 << 20);
    }
    let released = danger::release_unscanned(file);
    assert!(released.bytes().len() <= bytes.len() + 2, "nothing is added but a thumbnail's size");
    let again = policy.check(file_type.media_type(), &name, released.bytes());
    let again = danger::release_unscanned(again.expect("what was stripped is accepted"));
    assert_eq!(again.bytes(), released.bytes());
    let size = |image: Option<bartizan_validate::upload::Image>| {
        image.map(|image| (image.width(), image.height(), image.frames()))
    };
    assert_eq!(size(again.image()), size(image));
    assert_eq!(again.archive(), archive);
});
