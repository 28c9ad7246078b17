//! Each sink's text read back by a program that reads it in earnest.

use std::process::Command;

use super::grammars::{calculates, differs_by_quotes};
use super::sink;

/// Whatever the text is, each sink refuses it or is read back as that text.
pub(crate) fn check(text: &str) {
    check_csv(&[text, "x", text]);
    check_http(text);
    check_mail(text);
    check_regex(text);
    check_shell(text);
    check_sql(text);
    check_url(text);
    check_xml(text);
}

/// However a spreadsheet splits what was written, it calculates nothing.
pub(crate) fn check_csv(fields: &[&str]) {
    let written = sink::csv::record(fields).unwrap().to_string();
    let read = csv_cells(&written, b',', true);
    assert_eq!(read.len(), 1, "{written:?}");
    assert_eq!(read[0].len(), fields.len(), "{written:?}");
    for (read, text) in read[0].iter().zip(fields) {
        assert!(differs_by_quotes(read, text), "{read:?} of {text:?}");
        assert!(!read.starts_with(['\t', '\r', '\n', '\0']), "{read:?}");
    }
    for (delimiter, quotes) in
        [(b',', true), (b';', true), (b'\t', true), (b';', false), (b'\t', false)]
    {
        for cell in csv_cells(&written, delimiter, quotes).concat() {
            assert!(!calculates(&cell), "{cell:?} in {written:?}");
        }
    }
}

fn csv_cells(text: &str, delimiter: u8, quotes: bool) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quotes)
        .from_reader(text.as_bytes())
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn check_http(text: &str) {
    if let Ok(value) = sink::http::header_value(text) {
        let read = http::HeaderValue::from_str(value.as_str()).unwrap();
        assert_eq!(read.to_str().unwrap(), text);
    }
    if let Ok(value) = sink::http::attachment(text) {
        let read = http::HeaderValue::from_str(&value.to_string()).unwrap();
        assert_eq!(read.to_str().unwrap(), value.to_string());
    }
}

fn check_mail(text: &str) {
    let email = "alice@example.com".parse().unwrap();
    let address = sink::mail::address(text, &email);
    let Ok(subject) = sink::mail::header(text) else { return };
    let from = address.map_or_else(|_| "<alice@example.com>".to_owned(), |from| from.to_string());
    let written = format!("Subject: {subject}\r\nFrom: {from}\r\n\r\nbody\r\n");
    let read = mail_parser::MessageParser::new().parse(&written).unwrap();
    assert_eq!(read.headers().len(), 2, "{written:?}");
    assert_eq!(read.subject().unwrap_or_default(), text, "{written:?}");
    let from = read.from().unwrap().first().unwrap();
    assert_eq!(from.address(), Some("alice@example.com"), "{written:?}");
    assert_eq!(from.name(), address.is_ok().then_some(text), "{written:?}");
    assert_eq!(read.body_text(0).unwrap(), "body\r\n");
}

fn check_regex(text: &str) {
    let literal = sink::regex::literal(text);
    for flags in ["", "(?x)", "(?sm-u)"] {
        let pattern = format!(r"{flags}\A{literal}\z");
        // A pattern without Unicode cannot have all of it.
        let Ok(regex) = regex::Regex::new(&pattern) else {
            assert!(flags.contains("-u") || text.len() > 10_000, "{pattern:?}");
            continue;
        };
        assert!(regex.is_match(text), "{pattern:?}");
        for other in with_another_character(text) {
            assert!(!regex.is_match(&other), "{pattern:?} matches {other:?}");
        }
    }
}

/// The text with each of its characters in turn replaced. SQL does not tell upper from lower case.
fn with_another_character(text: &str) -> impl Iterator<Item = String> {
    text.char_indices().map(|(at, character)| {
        let (before, after) = text.split_at(at);
        let other = if matches!(character, 'x' | 'X') { 'y' } else { 'x' };
        format!("{before}{other}{}", after.strip_prefix(character).unwrap())
    })
}

fn check_shell(text: &str) {
    let Ok(argument) = sink::shell::argument_after_double_hyphen(text) else { return };
    let command = format!("printf %s {argument}; printf ' %s' $# $0");
    let output = Command::new("sh").arg("-c").arg(command).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{text} 0 sh"));
}

fn check_sql(text: &str) {
    // SQLite's own text ends there.
    if text.contains('\0') {
        return;
    }
    let database = rusqlite::Connection::open_in_memory().unwrap();
    let matches = |value: &str, pattern: &str| -> bool {
        let statement = r"SELECT ?1 LIKE ?2 ESCAPE '\'";
        database.query_row(statement, [value, pattern], |row| row.get(0)).unwrap()
    };
    let pattern = sink::sql::like(text).to_string();
    assert!(matches(text, &pattern), "{pattern:?}");
    assert!(matches(&format!("{text}more"), &format!("{pattern}%")), "{pattern:?}");
    for other in with_another_character(text) {
        assert!(!matches(&other, &pattern), "{pattern:?} matches {other:?}");
    }
}

fn check_url(text: &str) {
    let (query, form) = (sink::url::query(text), sink::url::form(text));
    let segment = sink::url::segment(text).map_or_else(|_| "-".into(), sink::url::Segment::to_cow);
    let fragment = sink::url::fragment(text);
    let written =
        format!("https://example.com/a/{segment}/b?{query}={query}&{form}={form}#{fragment}");
    let read = url::Url::parse(&written).unwrap();
    assert_eq!(read.as_str(), written, "nothing is left to normalize");
    let segments: Vec<_> = read.path_segments().unwrap().collect();
    assert_eq!(segments, ["a", &segment, "b"]);
    if sink::url::segment(text).is_ok() {
        assert_eq!(decoded(segments[1]), text);
    }
    let pairs: Vec<_> = read.query_pairs().collect();
    assert_eq!(pairs, [(text.into(), text.into()), (text.into(), text.into())], "{written}");
    assert_eq!(decoded(read.fragment().unwrap()), text);
}

/// The crate decodes forms only; but for the plus sign, which is not there, that is the same.
fn decoded(encoded: &str) -> String {
    assert!(!encoded.contains(['+', '&', '=']));
    let mut pairs = url::form_urlencoded::parse(encoded.as_bytes());
    pairs.next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

fn check_xml(text: &str) {
    use quick_xml::events::Event;

    let (Ok(content), Ok(value)) = (sink::xml::text(text), sink::xml::attribute(text)) else {
        return;
    };
    let written = format!("<a b=\"{value}\" c='{value}'>{content}</a>");
    let (mut reader, mut read) = (quick_xml::Reader::from_str(&written), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let attributes: Vec<_> = start.attributes().map(Result::unwrap).collect();
                assert_eq!(attributes.len(), 2, "{written:?}");
                for attribute in attributes {
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0);
                    assert_eq!(value.unwrap(), text, "{written:?}");
                }
            }
            Event::Text(text) => read.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let whole = format!("&{};", &*reference);
                read.push_str(&quick_xml::escape::unescape(&whole).unwrap());
            }
            Event::End(_) => break,
            event => panic!("{event:?} in {written:?}"),
        }
    }
    assert_eq!(read, text, "{written:?}");
    assert!(matches!(reader.read_event(), Ok(Event::Eof)));
}
