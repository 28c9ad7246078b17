use crate::xml::{self, XmlLimits, XmlRefused};

fn utf16(text: &str, mark: bool, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    mark.encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

/// In every encoding that is read, with and without a mark of the byte order.
fn encoded(text: &str) -> Vec<Vec<u8>> {
    let mut all = vec![text.as_bytes().to_vec(), format!("\u{feff}{text}").into_bytes()];
    for mark in [true, false] {
        all.push(utf16(text, mark, u16::to_le_bytes));
        all.push(utf16(text, mark, u16::to_be_bytes));
    }
    all
}

fn refused(text: &str) -> XmlRefused {
    xml::guard(text.as_bytes()).unwrap_err()
}

/// asvs: V1.5.1
#[test]
fn a_document_type_is_refused_in_every_encoding() {
    for text in [
        "<!DOCTYPE a SYSTEM 'http://evil.example/'><a/>",
        "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!doctype a><a/>",
        "<a><!ENTITY x SYSTEM 'file:///etc/passwd'></a>",
        "<a><!-- <!DOCTYPE a> --></a>",
        "<a><![CDATA[<!ENTITY % x 'y'>]]></a>",
        "<?x <!DOCTYPE a> ?><a/>",
        "<![CDATA[x]]><a/>",
    ] {
        for document in encoded(text) {
            assert_eq!(xml::guard(&document).unwrap_err(), XmlRefused::DocumentType, "{text}");
        }
    }
}

/// asvs: V1.5.1
#[test]
fn other_encodings_are_refused() {
    let utf32 = |unit: fn(u32) -> [u8; 4], mark: &str| -> Vec<u8> {
        format!("{mark}<!DOCTYPE a><a/>").chars().flat_map(|found| unit(found.into())).collect()
    };
    for document in [
        utf32(u32::to_le_bytes, ""),
        utf32(u32::to_be_bytes, ""),
        utf32(u32::to_le_bytes, "\u{feff}"),
        utf32(u32::to_be_bytes, "\u{feff}"),
        b"<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE".to_vec(),
        b"<?xml version='1.0' encoding='utf-16'?><a/>".to_vec(),
        b"<?xml version='1.0' encoding='IBM037'?><a/>".to_vec(),
        b"\x4c\x6f\xa7\x94\x93".to_vec(),
        b"<a>\xe9</a>".to_vec(),
        b"<a>\0</a>".to_vec(),
        utf16("<?xml version='1.0' encoding='utf-8'?><a/>", true, u16::to_le_bytes),
        b"\xff\xfe<\0a".to_vec()[..3].to_vec(),
        b"\xff\xfe\x00\xd8".to_vec(),
    ] {
        assert_eq!(xml::guard(&document).unwrap_err(), XmlRefused::Encoding, "{document:?}");
    }
}

#[test]
fn what_is_harmless_comes_back_as_text() {
    let text = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes' ?>\n<?style x?>\
        <a b='>' c=\"/'>\"><!-- <b> --><b/><![CDATA[<c>]]><é d = 'e' />&lt;</a>\n";
    assert_eq!(xml::guard(text.as_bytes()).unwrap().as_str(), text);
    let body = text.split_once("?>").unwrap().1.trim_start();
    for document in encoded(body) {
        assert_eq!(xml::guard(&document).unwrap().as_str(), body);
    }
    let declared = format!("<?xml version='1.0' encoding='UTF-16'?>{body}");
    let document = utf16(&declared, true, u16::to_be_bytes);
    assert_eq!(xml::guard(&document).unwrap().as_str(), body);
}

/// asvs: V1.5.1
#[test]
fn size_depth_and_numbers_are_bounded() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(xml::guard(nested(64).as_bytes()).is_ok());
    assert_eq!(refused(&nested(65)), XmlRefused::TooDeep);
    assert_eq!(refused(&"<a>".repeat(300_000)), XmlRefused::TooDeep);
    assert_eq!(refused(&" ".repeat((1 << 20) + 1)), XmlRefused::TooLong);
    assert_eq!(refused(&format!("<a>{}</a>", "<b/>".repeat(1 << 16))), XmlRefused::TooMany);
    assert_eq!(refused(&format!("<a {}/>", "b='c' ".repeat(257))), XmlRefused::TooMany);
    let small = XmlLimits::DEFAULT.max_elements(2).max_attributes(1).max_bytes(30);
    assert!(xml::guard_with_limits(b"<a b='c'><d e='f'/></a>", &small).is_ok());
    assert!(xml::guard_with_limits(b"<a b='c' e='f'/>", &small).is_err());
}

#[test]
fn what_is_no_xml_is_refused() {
    for text in [
        "",
        "text",
        "<a>",
        "</a>",
        "<a",
        "<a b='",
        "<a b=\"<\"/>",
        "<a><b</a>",
        "<!-- a -- b --><a/>",
        "<!-- ",
        "<a><![CDATA[",
        "<?x",
        "< a/>",
        "<1/>",
        "<a></a",
        "<?xml version='1.1'?><a/>",
        "<?xml version=1.0?><a/>",
        "<?xml x='y'?><a/>",
    ] {
        assert_eq!(refused(text), XmlRefused::Syntax, "{text}");
    }
}
