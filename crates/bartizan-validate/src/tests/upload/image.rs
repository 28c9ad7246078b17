use crate::upload::{FileType, UploadPolicy, UploadRefused};

use super::{
    ENTROPY, GIF_FRAME, bmp, check, check_by, exif, gif, jpeg, png, png_chunk, refused, released,
    riff_chunk, samples, segment, vp8l, vp8x, webp, zlib,
};

/// asvs: V5.2.6
#[test]
fn pixels_are_counted_before_they_are_decoded() {
    let policy = UploadPolicy::new(FileType::ALL).max_pixels(1_000_000);
    let large = [
        (FileType::Png, png(2_000, 501, &[])),
        (FileType::Jpeg, jpeg(2_000, 501, &[])),
        (FileType::Gif, gif(2_000, 501, &[])),
        (FileType::WebP, webp(&[(b"VP8L", &vp8l(2_000, 501))])),
        (FileType::WebP, webp(&[(b"VP8X", &vp8x(0, 2_000, 501)), (b"VP8L", &vp8l(1, 1))])),
        (FileType::Bmp, bmp(2_000, 501)),
    ];
    for (file_type, bytes) in &large {
        let found = check_by(&policy, *file_type, bytes).map(drop);
        assert_eq!(found, Err(UploadRefused::TooManyPixels), "{file_type:?}");
    }
    // From the header alone: nothing else has come yet, or it is nonsense.
    for (file_type, bytes) in large.iter().filter(|(file_type, _)| *file_type != FileType::Jpeg) {
        let mut guard =
            policy.begin(file_type.media_type(), &format!("a.{}", file_type.extension())).unwrap();
        let mut head = bytes.clone();
        head.resize(64, 0xaa);
        assert_eq!(guard.write(&head), Err(UploadRefused::TooManyPixels), "{file_type:?}");
    }
    let thin = check_by(&policy.max_side(4_000), FileType::Png, &png(4_001, 1, &[]));
    assert_eq!(thin.map(drop), Err(UploadRefused::TooManyPixels));
    assert_eq!(refused(FileType::Png, &png(0, 1, &[])), UploadRefused::Malformed);
}

#[test]
fn the_size_is_that_of_the_header() {
    let sizes = [(3, 3), (5, 4), (2, 1), (7, 6), (3, 2)];
    for ((file_type, bytes), size) in samples().into_iter().zip(sizes) {
        let image = check(file_type, &bytes).unwrap().image().unwrap();
        assert_eq!((image.width(), image.height()), size);
        assert_eq!((image.frames(), image.orientation()), (1, 1));
    }
    let lossy = [&b"\x10\0\0\x9d\x01\x2a"[..], &[0x40, 1, 0xf0, 0x40], &[0; 8]].concat();
    let image = check(FileType::WebP, &webp(&[(b"VP8 ", &lossy)])).unwrap().image().unwrap();
    assert_eq!((image.width(), image.height()), (320, 240));
}

const SECRET: &[u8] = b"47.0707N 15.4395E";

fn holds_secret(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET)
}

/// asvs: V14.2.8
#[test]
fn metadata_is_taken_out_of_png() {
    let exif = [exif(6), SECRET.to_vec()].concat();
    let text = [b"Comment\0", SECRET].concat();
    let with: &[(&[u8], &[u8])] = &[
        (b"gAMA", &[0, 0, 0xb1, 0x8f]),
        (b"tEXt", &text),
        (b"zTXt", &text),
        (b"iTXt", &text),
        (b"eXIf", &exif),
        (b"tIME", b"\x07\xea\x01\x01\0\0\0"),
        (b"prVW", SECRET),
    ];
    let file = released(FileType::Png, &png(3, 3, with));
    assert_eq!(file.bytes(), png(3, 3, &with[..1]));
    assert_eq!(file.image().unwrap().orientation(), 6);
    assert!(!holds_secret(file.bytes()));
}

/// asvs: V14.2.8
#[test]
fn metadata_is_taken_out_of_jpeg() {
    let jfif = b"JFIF\0\x01\x01\x01\0\x48\0\x48\0\0";
    let thumbnail = [b"JFIF\0\x01\x01\x01\0\x48\0\x48\x02\x03", SECRET, b"!"].concat();
    let exif = [b"Exif\0\0", &exif(8)[..], SECRET].concat();
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat();
    let iptc = [b"Photoshop 3.0\x008BIM\x04\x04", SECRET].concat();
    let adobe = b"Adobe\0\x64\0\0\0\0\x01";
    let with: &[(u8, &[u8])] = &[
        (0xe0, &thumbnail),
        (0xe0, SECRET),
        (0xe1, &exif),
        (0xe1, &xmp),
        (0xed, &iptc),
        (0xee, &[adobe, SECRET].concat()),
        (0xe2, SECRET),
        (0xfe, SECRET),
    ];
    let file = released(FileType::Jpeg, &jpeg(5, 4, with));
    assert_eq!(file.bytes(), jpeg(5, 4, &[(0xe0, jfif), (0xee, adobe)]));
    assert_eq!(file.image().unwrap().orientation(), 8);
    assert!(file.bytes().windows(ENTROPY.len()).any(|window| window == ENTROPY));
}

/// asvs: V14.2.8
#[test]
fn metadata_is_taken_out_of_webp_and_gif() {
    let exif = [exif(3), SECRET.to_vec()].concat();
    let with: &[(&[u8], &[u8])] = &[
        (b"VP8X", &vp8x(0x0c, 7, 6)),
        (b"VP8L", &vp8l(7, 6)),
        (b"EXIF", &exif),
        (b"XMP ", SECRET),
        (b"junk", SECRET),
    ];
    let file = released(FileType::WebP, &webp(with));
    assert_eq!(file.bytes(), webp(&[(b"VP8X", &vp8x(0, 7, 6)), with[1]]));
    assert_eq!(file.image().unwrap().orientation(), 3);

    let repeat = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    let delay = b"!\xf9\x04\0\0\0\0\0";
    let comment = [b"!\xfe\x11", SECRET, b"\0"].concat();
    let xmp = [b"!\xff\x0bXMP DataXMP\x11", SECRET, b"\0"].concat();
    let more = [b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\x11", SECRET, b"\0"].concat();
    let file = released(FileType::Gif, &gif(2, 1, &[repeat, &comment, &xmp, &more, delay]));
    assert_eq!(file.bytes(), gif(2, 1, &[repeat, delay]));
}

#[test]
fn what_was_rewritten_is_not_changed_again() {
    for (file_type, bytes) in samples() {
        let once = released(file_type, &bytes).into_bytes();
        assert_eq!(released(file_type, &once).into_bytes(), once);
    }
}

#[test]
fn frames_are_counted_and_lie_within_the_image() {
    let animation = |frames: usize| {
        let mut gif = gif(100, 100, &[]);
        let _trailer = gif.pop();
        gif.extend(GIF_FRAME.repeat(frames - 1));
        gif.push(b';');
        gif
    };
    let image = check(FileType::Gif, &animation(200)).unwrap().image().unwrap();
    assert_eq!(image.frames(), 200);
    assert_eq!(refused(FileType::Gif, &animation(201)), UploadRefused::TooManyFrames);
    let policy = UploadPolicy::images().max_pixels(49_999);
    let found = check_by(&policy, FileType::Gif, &animation(5));
    assert_eq!(found.map(drop), Err(UploadRefused::TooManyPixels));
    assert_eq!(refused(FileType::Gif, &gif(1, 1, &[])), UploadRefused::Malformed);

    let control = [3_u32, 4, 0, 0].map(u32::to_be_bytes).concat();
    let control = [&[0; 4][..], &control, &[0; 6]].concat();
    assert_eq!(
        refused(FileType::Png, &png(3, 3, &[(b"fcTL", &control)])),
        UploadRefused::Malformed
    );
}

#[test]
fn an_animated_webp_is_made_of_its_frames() {
    let frame = |width: u32, height: u32, inside: &[u8]| {
        let size = [width - 1, height - 1].map(u32::to_le_bytes);
        [&[0; 6][..], &size[0][..3], &size[1][..3], &[0; 4], inside].concat()
    };
    let file = |frame: &[u8]| {
        webp(&[(b"VP8X", &vp8x(2, 8, 8)), (b"ANIM", &[0; 6]), (b"ANMF", frame), (b"ANMF", frame)])
    };
    let good = frame(8, 8, &riff_chunk(b"VP8L", &vp8l(8, 8)));
    assert_eq!(check(FileType::WebP, &file(&good)).unwrap().image().unwrap().frames(), 2);
    let large = frame(8, 8, &riff_chunk(b"VP8L", &vp8l(4_000, 8)));
    assert_eq!(refused(FileType::WebP, &file(&large)), UploadRefused::Malformed);
    let outside = frame(9, 8, &riff_chunk(b"VP8L", &vp8l(9, 8)));
    assert_eq!(refused(FileType::WebP, &file(&outside)), UploadRefused::Malformed);
    let hidden = [good, riff_chunk(b"XMP ", b"x")].concat();
    assert_eq!(refused(FileType::WebP, &file(&hidden)), UploadRefused::Unsupported);
}

#[test]
fn what_a_telephone_appends_is_cut_off_on_request() {
    let twice = [jpeg(5, 4, &[]), jpeg(1, 1, &[])].concat();
    assert_eq!(refused(FileType::Jpeg, &twice), UploadRefused::TypeMismatch);
    let file = check_by(&UploadPolicy::images().cut_trailing_data(), FileType::Jpeg, &twice);
    let file = crate::upload::danger::release_unscanned(file.unwrap());
    assert_eq!(file.bytes(), jpeg(5, 4, &[]));
}

#[test]
fn a_damaged_image_is_refused_wherever_it_is_cut() {
    for (file_type, bytes) in samples().into_iter().take(5) {
        for len in 1..bytes.len() {
            assert!(check(file_type, &bytes[..len]).is_err(), "{file_type:?} of {len} bytes");
        }
    }
}

#[test]
fn images_that_decoders_disagree_about_are_refused() {
    let profile = |len: usize| [b"p\0\0", &zlib(&vec![0; len])[..]].concat();
    assert!(check(FileType::Png, &png(1, 1, &[(b"iCCP", &profile(3_000))])).is_ok());
    let bomb = png(1, 1, &[(b"iCCP", &profile(5 << 20))]);
    assert_eq!(refused(FileType::Png, &bomb), UploadRefused::TooMuchUnpacked);
    assert_eq!(refused(FileType::Png, &png(1, 1, &[(b"ABCD", b"")])), UploadRefused::Malformed);
    let mut flipped = png(1, 1, &[]);
    flipped[23] ^= 2;
    assert_eq!(refused(FileType::Png, &flipped), UploadRefused::Malformed);
    let no_pixels = [
        &b"\x89PNG\r\n\x1a\n"[..],
        &png_chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        &png_chunk(b"IEND", b""),
    ]
    .concat();
    assert_eq!(refused(FileType::Png, &no_pixels), UploadRefused::Malformed);

    let frame = &segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0])[4..];
    assert_eq!(refused(FileType::Jpeg, &jpeg(1, 1, &[(0xc0, frame)])), UploadRefused::Malformed);
    assert_eq!(
        refused(FileType::Jpeg, &jpeg(1, 1, &[(0xdb, b"hidden")])),
        UploadRefused::Malformed
    );
    assert_eq!(
        refused(FileType::Jpeg, &jpeg(1, 1, &[(0xc4, b"hidden")])),
        UploadRefused::Malformed
    );
    let other_size = webp(&[(b"VP8X", &vp8x(0, 2, 2)), (b"VP8L", &vp8l(4_000, 4_000))]);
    assert_eq!(refused(FileType::WebP, &other_size), UploadRefused::Malformed);
}
