//! Files are made by hand here, byte for byte.

#![expect(clippy::arithmetic_side_effects, reason = "the numbers are written in the tests")]

mod archive;
mod image;
mod types;

use std::io::Write as _;

use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use flate2::{Compression, Crc};

use crate::upload::{FileType, Quarantined, Released, UploadPolicy, UploadRefused, danger};

fn check(file_type: FileType, bytes: &[u8]) -> Result<Quarantined, UploadRefused> {
    check_by(&UploadPolicy::new(FileType::ALL), file_type, bytes)
}

fn check_by(
    policy: &UploadPolicy,
    file_type: FileType,
    bytes: &[u8],
) -> Result<Quarantined, UploadRefused> {
    let name = format!("a.{}", file_type.extension());
    policy.check(file_type.media_type(), &name, bytes)
}

fn refused(file_type: FileType, bytes: &[u8]) -> UploadRefused {
    check(file_type, bytes).map(drop).unwrap_err()
}

fn released(file_type: FileType, bytes: &[u8]) -> Released {
    danger::release_unscanned(check(file_type, bytes).unwrap())
}

fn png_chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let mut checksum = Crc::new();
    checksum.update(kind);
    checksum.update(data);
    let len = u32::try_from(data.len()).unwrap();
    [&len.to_be_bytes(), kind, data, &checksum.sum().to_be_bytes()].concat()
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A PNG of this size, with these chunks before its pixels.
fn png(width: u32, height: u32, chunks: &[(&[u8], &[u8])]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend(png_chunk(b"IHDR", &header));
    for (kind, data) in chunks {
        png.extend(png_chunk(kind, data));
    }
    png.extend(png_chunk(b"IDAT", &zlib(&[0; 12])));
    png.extend(png_chunk(b"IEND", b""));
    png
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let len = u16::try_from(data.len() + 2).unwrap();
    [&[0xff, marker][..], &len.to_be_bytes(), data].concat()
}

const ENTROPY: &[u8] = b"\x12\xff\x00\x34\xff\xd0\x56";

/// A JPEG of this size, with these segments before what says how to decode it.
fn jpeg(width: u16, height: u16, segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut jpeg = b"\xff\xd8".to_vec();
    for (marker, data) in segments {
        jpeg.extend(segment(*marker, data));
    }
    jpeg.extend(segment(0xdb, &[&[0][..], &[1; 64]].concat()));
    let [width, height] = [width.to_be_bytes(), height.to_be_bytes()];
    jpeg.extend(segment(0xc0, &[&[8][..], &height, &width, &[1, 1, 0x11, 0]].concat()));
    jpeg.extend(segment(0xc4, &[&[0, 1][..], &[0; 15], &[7]].concat()));
    jpeg.extend(segment(0xda, &[1, 1, 0, 0, 63, 0]));
    jpeg.extend_from_slice(ENTROPY);
    jpeg.extend_from_slice(b"\xff\xd9");
    jpeg
}

const GIF_FRAME: &[u8] = b",\0\0\0\0\x02\0\x01\0\0\x02\x02D\x01\0";

/// A GIF of this size, with these extensions before its one frame of two pixels.
fn gif(width: u16, height: u16, extensions: &[&[u8]]) -> Vec<u8> {
    let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
    let colors = b"\0\0\0\xff\xff\xff";
    let extensions = extensions.concat();
    [b"GIF89a", &size[..], b"\x80\0\0", colors, &extensions, GIF_FRAME, b";"].concat()
}

fn riff_chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap();
    let padding = &[0][..data.len() % 2];
    [kind, &len.to_le_bytes(), data, padding].concat()
}

fn webp(chunks: &[(&[u8], &[u8])]) -> Vec<u8> {
    let chunks: Vec<_> = chunks.iter().flat_map(|(kind, data)| riff_chunk(kind, data)).collect();
    let len = u32::try_from(chunks.len() + 4).unwrap();
    [b"RIFF", &len.to_le_bytes()[..], b"WEBP", &chunks].concat()
}

/// The picture itself, lossless.
fn vp8l(width: u32, height: u32) -> Vec<u8> {
    let bits = (width - 1) | (height - 1) << 14;
    [&[0x2f][..], &bits.to_le_bytes(), &[1, 2, 3, 4]].concat()
}

fn vp8x(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let [width, height] = [width - 1, height - 1].map(u32::to_le_bytes);
    [&[flags, 0, 0, 0][..], &width[..3], &height[..3]].concat()
}

fn bmp(width: u32, height: u32) -> Vec<u8> {
    let pixels = vec![0x7f; (width * 3).next_multiple_of(4) as usize * height as usize];
    let len = u32::try_from(pixels.len()).unwrap() + 54;
    let header = [len, 0, 54, 40, width, height].map(u32::to_le_bytes).concat();
    [&b"BM"[..], &header, &[1, 0, 24, 0], &[0; 24], &pixels].concat()
}

/// What a TIFF file says about how to turn an image.
fn exif(orientation: u8) -> Vec<u8> {
    [&b"II*\0\x08\0\0\0\x01\0"[..], &[0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]].concat()
}

struct ZipEntry<'z> {
    name: &'z str,
    data: &'z [u8],
    deflate: bool,
    mode: u32,
}

impl<'z> ZipEntry<'z> {
    fn new(name: &'z str, data: &'z [u8]) -> Self {
        Self { name, data, deflate: true, mode: 0o100_644 }
    }
}

fn zip(entries: &[ZipEntry<'_>]) -> Vec<u8> {
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let mut checksum = Crc::new();
        checksum.update(entry.data);
        let packed = if entry.deflate {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(entry.data).unwrap();
            encoder.finish().unwrap()
        } else {
            entry.data.to_vec()
        };
        let len = |len: usize| u32::try_from(len).unwrap().to_le_bytes();
        let method = if entry.deflate { [8, 0] } else { [0, 0] };
        let name_len = u16::try_from(entry.name.len()).unwrap().to_le_bytes();
        let common = [
            &[20, 0, 0, 0][..],
            &method,
            &[0; 4],
            &checksum.sum().to_le_bytes(),
            &len(packed.len()),
            &len(entry.data.len()),
            &name_len,
            &[0, 0],
        ]
        .concat();
        let offset = len(files.len());
        directory.extend_from_slice(b"PK\x01\x02\x14\x03");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 6]);
        directory.extend_from_slice(&(entry.mode << 16).to_le_bytes());
        directory.extend_from_slice(&offset);
        directory.extend_from_slice(entry.name.as_bytes());
        files.extend_from_slice(b"PK\x03\x04");
        files.extend_from_slice(&common);
        files.extend_from_slice(entry.name.as_bytes());
        files.extend_from_slice(&packed);
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let [len, at] = [directory.len(), files.len()].map(|len| u32::try_from(len).unwrap());
    let end = [&[0; 4][..], &count, &count, &len.to_le_bytes(), &at.to_le_bytes(), &[0, 0]];
    [files, directory, b"PK\x05\x06".to_vec(), end.concat()].concat()
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// One good file of each type.
fn samples() -> Vec<(FileType, Vec<u8>)> {
    vec![
        (FileType::Png, png(3, 3, &[])),
        (FileType::Jpeg, jpeg(5, 4, &[(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")])),
        (FileType::Gif, gif(2, 1, &[])),
        (FileType::WebP, webp(&[(b"VP8L", &vp8l(7, 6))])),
        (FileType::Bmp, bmp(3, 2)),
        (FileType::Pdf, b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n".to_vec()),
        (FileType::Zip, zip(&[ZipEntry::new("dir/a.txt", b"hello")])),
        (FileType::Gzip, gzip(b"hello, world")),
        (FileType::Text, "BMW, MZ and PK: grüß Gott\r\n".into()),
        (FileType::Csv, b"a,b\n1,2\n".to_vec()),
    ]
}
