//! What a request brings, each at its worst that is known. Where a limit is small, the text is made
//! smaller by as much. A refusal must come late to be of use here: most of these are accepted.

use std::hint::black_box;
use std::str::FromStr;

use bartizan::validate::sink::{csv, http, ldap, log, mail, regex, shell, sql, url, xml};
use bartizan::validate::upload::{FileType, UploadPolicy};
use bartizan::validate::{
    Canonical, DisplayName, Email, FileName, HttpUrl, Mailbox, Patterns, RedirectTarget,
    RelativePath, StrictJson, Text, Username, xml as xml_guard,
};
use flate2::Crc;
use serde_json::Value;

use crate::Growing;

pub const READERS: &[Growing] = &[
    ("validate: JSON, nested", |len| json(format!("[{}0]", "[[[]]],".repeat(len / 7)))),
    ("validate: JSON, deep", |len| {
        json(format!("[{}0]", format!("{}{},", "[".repeat(60), "]".repeat(60)).repeat(len / 121)))
    }),
    ("validate: JSON, names", |len| json(object(len / 24, |at| format!("\"name{at:012}\":{at}")))),
    ("validate: JSON, names that differ late", |len| {
        json(object(len / 128, |at| format!("\"{}{at:04}\":{at}", "a".repeat(110))))
    }),
    ("validate: JSON, escaped names", |len| {
        json(object(len / 48, |at| format!("\"\\u0061\\ud83d\\ude00{at:06}\":\"\\u00e9\"")))
    }),
    ("validate: JSON, escapes", |len| json(format!("\"{}\"", "\\u0061\\n".repeat(len / 8)))),
    ("validate: JSON, numbers", |len| json(format!("[{}0]", "1.5e-3,".repeat(len / 7)))),
    ("validate: JSON, long numbers", |len| {
        let number = format!("0.{},", "1".repeat(60));
        json(format!("[{}0]", number.repeat(len / number.len())))
    }),
    ("validate: JSON, one number", |len| json(format!("0.{}", "1".repeat(len)))),
    ("validate: URL, path", |len| {
        parsed::<HttpUrl>(format!("https://a.example/{}", "é/../".repeat(len / 4 / 6)))
    }),
    ("validate: URL, query", |len| {
        parsed::<HttpUrl>(format!("https://a.example/?{}", "%41'".repeat(len / 4 / 4)))
    }),
    ("validate: URL, credentials", |len| {
        parsed::<HttpUrl>(format!("https://{}a.example/", "a@".repeat(len / 4 / 2)))
    }),
    ("validate: URL, host", |len| {
        parsed::<HttpUrl>(format!("https://{}example/", "ü.".repeat(len / 200 / 3)))
    }),
    ("validate: redirect", |len| {
        parsed::<RedirectTarget>(format!("/{}", "a/../".repeat(len / 4 / 5)))
    }),
    ("validate: redirect, encoded", |len| {
        parsed::<RedirectTarget>(format!("/{}", "%2541".repeat(len / 4 / 5)))
    }),
    ("validate: file name", |len| parsed::<FileName>("e\u{301}%.".repeat(len / 80 / 5) + "a")),
    ("validate: path", |len| parsed::<RelativePath>("e\u{301}/".repeat(len / 640) + "a")),
    ("validate: decoding", |len| {
        let text = "%25%C3%A9".repeat(len / 9);
        Box::new(move || drop(black_box(Canonical::decode_once(black_box(&text)))))
    }),
    ("validate: user name", |len| parsed::<Username>("é".repeat(len / 600))),
    ("validate: display name", |len| parsed::<DisplayName>("e\u{301} ".repeat(len / 160 / 4))),
    ("validate: text, accents", |len| parsed::<Text<1, 65_536>>("e\u{301}".repeat(len / 3))),
    // Marks of two classes, in the wrong order: normalization sorts them.
    ("validate: text, marks", |len| {
        parsed::<Text<1, 65_536>>(format!("a{}", "\u{301}\u{323}".repeat(len / 4)))
    }),
    ("validate: text, line breaks", |len| {
        parsed::<Text<1, 65_536>>(format!("a{}a", "\r\n\r".repeat(len / 3)))
    }),
    ("validate: text, blanks", |len| {
        parsed::<Text<1, 65_536>>(format!("{}a", "\u{a0}\n".repeat(len / 3)))
    }),
    ("validate: email", |len| parsed::<Email>(format!("a@{}example", "ü.".repeat(len / 200 / 3)))),
    ("validate: mailbox", |len| {
        parsed::<Mailbox>(format!("\"{}\"@a.example", "\\\"".repeat(len / 600)))
    }),
    ("validate: XML, elements", |len| guarded(&"<a b='c'/>".repeat(len / 10))),
    ("validate: XML, comments", |len| guarded(&"<!---->&amp;".repeat(len / 12))),
    ("validate: XML, sections", |len| guarded(&"<![CDATA[]]]>]]>".repeat(len / 16))),
    ("validate: XML, open", |len| guarded(&format!("<a b=\"{}", "<!--".repeat(len / 4)))),
    ("validate: pattern", |len| {
        let pattern = Patterns::DEFAULT.whole("(a*)*(a|b|ab)*c?").expect("a pattern");
        let input = "ab".repeat(len / 2);
        Box::new(move || assert!(black_box(pattern.check(black_box(&input))).is_ok()))
    }),
    ("validate: PNG, chunks", |len| upload(FileType::Png, png(len / 16))),
    ("validate: JPEG, segments", |len| upload(FileType::Jpeg, jpeg(len / 6))),
    ("validate: zip, entries", |len| upload(FileType::Zip, zip(len / 96))),
    ("validate: sink csv", |len| encoded("\"=\n", len, |text| csv::field(text).to_string())),
    ("validate: sink ldap filter", |len| {
        encoded("*(\\é", len, |text| ldap::filter(text).to_string())
    }),
    ("validate: sink ldap dn", |len| encoded(" #,é", len, |text| ldap::dn(text).to_string())),
    ("validate: sink mail header", |len| {
        encoded("é =?", len, |text| {
            mail::header(text).map_or_else(|_| String::new(), |it| it.to_string())
        })
    }),
    ("validate: sink mail name", |len| {
        encoded("\"é\\", len, |text| {
            mail::display_name(text).map_or_else(|_| String::new(), |it| it.to_string())
        })
    }),
    ("validate: sink file name", |len| {
        encoded("é'%\"", len / 80, |text| {
            http::attachment(text).map_or_else(|_| String::new(), |it| it.to_string())
        })
    }),
    ("validate: sink log", |len| encoded("\n\u{202e}\\", len, |text| log::line(text).to_string())),
    ("validate: sink xml", |len| {
        encoded("<&]]>", len, |text| {
            xml::text(text).map_or_else(|_| String::new(), |it| it.to_string())
        })
    }),
    ("validate: sink xml attribute", |len| {
        encoded("\"'\n&", len, |text| {
            xml::attribute(text).map_or_else(|_| String::new(), |it| it.to_string())
        })
    }),
    ("validate: sink url", |len| encoded("%é/", len, |text| url::query(text).to_string())),
    ("validate: sink form", |len| encoded(" é+", len, |text| url::form(text).to_string())),
    ("validate: sink shell", |len| {
        encoded("'\\ $", len, |text| {
            shell::argument(text).map_or_else(|_| String::new(), |it| it.to_string())
        })
    }),
    ("validate: sink regex", |len| encoded(".*#é", len, |text| regex::literal(text).to_string())),
    ("validate: sink like", |len| encoded("%_\\", len, |text| sql::like(text).to_string())),
];

fn json(text: String) -> Box<dyn FnMut()> {
    Box::new(move || drop(black_box(StrictJson::<Value>::from_slice(black_box(text.as_bytes())))))
}

fn object(members: usize, member: impl Fn(usize) -> String) -> String {
    format!("{{{}}}", (0..members).map(member).collect::<Vec<_>>().join(","))
}

fn parsed<T: FromStr + 'static>(text: String) -> Box<dyn FnMut()> {
    Box::new(move || drop(black_box(black_box(&text).parse::<T>())))
}

fn guarded(content: &str) -> Box<dyn FnMut()> {
    let document = format!("<r>{content}</r>");
    Box::new(move || drop(black_box(xml_guard::guard(black_box(document.as_bytes())))))
}

fn encoded(text: &str, len: usize, encode: fn(&str) -> String) -> Box<dyn FnMut()> {
    let text = text.repeat(len / text.len());
    Box::new(move || drop(black_box(encode(black_box(&text)))))
}

fn upload(file_type: FileType, file: Vec<u8>) -> Box<dyn FnMut()> {
    let name = format!("a.{}", file_type.extension());
    let policy = UploadPolicy::new(FileType::ALL);
    Box::new(move || {
        let checked = policy.check(file_type.media_type(), &name, black_box(&file));
        drop(black_box(checked).expect("a file of its type"));
    })
}

/// With so many texts of four bytes.
fn png(chunks: usize) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    for _ in 0..chunks {
        chunk(&mut png, b"tEXt", b"a\0bc");
    }
    chunk(&mut png, b"IDAT", b"\x78\x9c\x63\0\0\0\x02\0\x01");
    chunk(&mut png, b"IEND", b"");
    png
}

fn chunk(png: &mut Vec<u8>, kind: &[u8], data: &[u8]) {
    let mut checksum = Crc::new();
    checksum.update(kind);
    checksum.update(data);
    png.extend(u32_of(data.len()).to_be_bytes());
    png.extend_from_slice(kind);
    png.extend_from_slice(data);
    png.extend(checksum.sum().to_be_bytes());
}

/// With so many comments of two bytes.
fn jpeg(segments: usize) -> Vec<u8> {
    let mut jpeg = b"\xff\xd8".to_vec();
    jpeg.extend(b"\xff\xfe\0\x04ab".repeat(segments));
    let tables = [&b"\xff\xdb\0\x43\0"[..], &[1; 64], b"\xff\xc4\0\x14\0\x01", &[0; 15], b"\x07"];
    jpeg.extend(tables.concat());
    jpeg.extend_from_slice(b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0");
    jpeg.extend_from_slice(b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x12\xff\0\x34\xff\xd9");
    jpeg
}

/// The mode of a file, as Unix writes it into an archive.
const FILE: &[u8] = &[0, 0, 0xa4, 0x81];

/// With so many files of one byte.
fn zip(entries: usize) -> Vec<u8> {
    let mut checksum = Crc::new();
    checksum.update(b"a");
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    for entry in 0..entries {
        let name = format!("{entry:06}");
        let checksum = checksum.sum().to_le_bytes();
        let fields = [&b"\x14\0\0\0\0\0\0\0\0\0"[..], &checksum, b"\x01\0\0\0\x01\0\0\0\x06\0\0\0"];
        let (fields, offset) = (fields.concat(), u32_of(files.len()).to_le_bytes());
        let central = [b"PK\x01\x02\x14\x03", &fields[..], &[0; 6], FILE, &offset, name.as_bytes()];
        directory.extend(central.concat());
        files.extend([b"PK\x03\x04", &fields[..], name.as_bytes(), b"a"].concat());
    }
    let count = u16::try_from(entries).expect("not too many").to_le_bytes();
    let [len, at] = [&directory, &files].map(|bytes| u32_of(bytes.len()).to_le_bytes());
    let end = [b"PK\x05\x06\0\0\0\0", &count[..], &count, &len, &at, &[0, 0]];
    [files, directory, end.concat()].concat()
}

fn u32_of(len: usize) -> u32 {
    u32::try_from(len).expect("not so long")
}
