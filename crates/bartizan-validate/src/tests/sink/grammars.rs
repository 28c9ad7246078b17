//! Each sink's text read back by the grammar of its standard, written down once more and strictly.

use super::sink::{csv, http, ldap, log, mail, memcache, regex, shell, sql, url, xml};

/// Whatever the text is, each sink refuses it or is read back as that text.
pub(crate) fn check(text: &str) {
    check_csv(text);
    check_ldap(text);
    check_http(text);
    check_mail(text);
    check_urls(text);
    check_xml(text);
    check_patterns(text);
    check_shell(text);
    check_log(text);
    if let Ok(key) = memcache::key(text) {
        assert_eq!(key.as_str(), text);
        assert!((1..=250).contains(&text.len()));
        assert!(text.bytes().all(|byte| (0x21..=0x7e).contains(&byte)));
    }
}

fn check_log(text: &str) {
    let line = log::line(text).to_string();
    assert!(line.chars().all(|character| !character.is_control()), "{line:?}");
    assert_eq!(backslashes(&line).as_deref(), Some(text), "log {line:?}");
    assert_eq!(log::line(text).to_cow(), line);
}

fn check_patterns(text: &str) {
    let pattern = regex::literal(text).to_string();
    assert_eq!(regex_literal(&pattern).as_deref(), Some(text), "regex {pattern:?}");
    assert_eq!(regex::literal(text).to_cow(), pattern);
    let pattern = sql::like(text).to_string();
    assert_eq!(like(&pattern).as_deref(), Some(text), "LIKE {pattern:?}");
    assert_eq!(sql::like(text).to_cow(), pattern);
}

fn check_shell(text: &str) {
    match shell::argument_after_double_hyphen(text) {
        Ok(argument) => assert_eq!(word(&argument.to_string()).as_deref(), Some(text)),
        Err(_) => assert!(text.contains('\0')),
    }
    assert_eq!(shell::argument(text).is_ok(), !text.contains('\0') && !text.starts_with('-'));
}

fn check_csv(text: &str) {
    let field = csv::field(text).to_string();
    assert_eq!(csv::field(text).to_cow(), field);
    let read = csv_field(&field).unwrap_or_else(|| panic!("CSV {field:?}"));
    assert!(differs_by_quotes(&read, text), "CSV {field:?} of {text:?}");
    assert!(!calculates(&read), "CSV {field:?}");
    let record = csv::record(&[text, text]).map(|record| record.to_string());
    assert_eq!(record, Ok(format!("{field},{field}\r\n")));
}

/// One field: RFC 4180, section 2.
fn csv_field(field: &str) -> Option<String> {
    let Some(quoted) = field.strip_prefix('"') else {
        let textdata = !field.contains(['"', ',', '\r', '\n']);
        return textdata.then(|| field.to_owned());
    };
    let inner = quoted.strip_suffix('"')?;
    let without_pairs = inner.replace("\"\"", "");
    (!without_pairs.contains('"')).then(|| inner.replace("\"\"", "\""))
}

/// Whether single quotes are all that was added.
pub(crate) fn differs_by_quotes(read: &str, text: &str) -> bool {
    let mut left = text.chars().peekable();
    for character in read.chars() {
        if left.next_if_eq(&character).is_none() && character != '\'' {
            return false;
        }
    }
    left.next().is_none()
}

/// Whether a spreadsheet might take a cell for a formula.
pub(crate) fn calculates(cell: &str) -> bool {
    let shown = cell.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '"');
    shown.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

fn check_ldap(text: &str) {
    let value = ldap::filter(text).to_string();
    assert_eq!(filter_value(&value).as_deref(), Some(text), "filter {value:?}");
    assert_eq!(ldap::filter(text).to_cow(), value);
    let value = ldap::dn(text).to_string();
    assert_eq!(dn_value(&value).as_deref(), Some(text), "DN {value:?}");
    assert_eq!(ldap::dn(text).to_cow(), value);
}

/// `assertionvalue`: RFC 4515, section 3.
pub(crate) fn filter_value(value: &str) -> Option<String> {
    let (mut bytes, mut read) = (value.bytes(), Vec::new());
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => read.push(pair(bytes.next()?, bytes.next()?)?),
            0 | b'(' | b')' | b'*' => return None,
            byte => read.push(byte),
        }
    }
    String::from_utf8(read).ok()
}

/// `string`: RFC 4514, section 3.
pub(crate) fn dn_value(value: &str) -> Option<String> {
    let (mut bytes, mut read, mut raw_space) = (value.bytes().peekable(), Vec::new(), false);
    while let Some(byte) = bytes.next() {
        raw_space = false;
        match byte {
            b'\\' => read.push(match bytes.next()? {
                byte @ (b'"' | b'+' | b',' | b';' | b'<' | b'>' | b' ' | b'#' | b'=' | b'\\') => {
                    byte
                }
                first => pair(first, bytes.next()?)?,
            }),
            0 | b'"' | b'+' | b',' | b';' | b'<' | b'>' => return None,
            b' ' | b'#' if read.is_empty() => return None,
            byte => {
                raw_space = byte == b' ';
                read.push(byte);
            }
        }
    }
    if raw_space { None } else { String::from_utf8(read).ok() }
}

/// Two hexadecimal digits.
fn pair(first: u8, second: u8) -> Option<u8> {
    let digit = |byte| char::from(byte).to_digit(16);
    u8::try_from(digit(first)? << 4 | digit(second)?).ok()
}

fn check_http(text: &str) {
    if let Ok(value) = http::header_value(text) {
        assert_eq!(value.as_str(), text);
        assert!(text.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte)));
        assert_eq!(text.trim(), text);
    }
    if let Ok(disposition) = http::attachment(text) {
        let disposition = disposition.to_string();
        assert!(http::header_value(&disposition).is_ok());
        assert_eq!(file_name(&disposition).as_deref(), Some(text), "{disposition:?}");
        let inline = disposition.replacen("attachment", "inline", 1);
        assert_eq!(http::inline(text).map(|value| value.to_string()), Ok(inline));
    }
}

/// The file name, as a client takes it that knows RFC 6266 and RFC 8187.
fn file_name(disposition: &str) -> Option<String> {
    let rest = disposition.strip_prefix("attachment; filename=\"")?;
    let (quoted, rest) = rest.split_once('"')?;
    if quoted.contains(['\\', '%']) {
        return None;
    }
    if rest.is_empty() {
        return Some(quoted.to_owned());
    }
    let extended = rest.strip_prefix("; filename*=UTF-8''")?;
    let attr_char = |c: char| c.is_ascii_alphanumeric() || "!#$&+-.^_`|~%".contains(c);
    if extended.chars().all(attr_char) { percent(extended) } else { None }
}

fn check_mail(text: &str) {
    let refused = text.contains(char::is_control) || text.trim() == ".";
    assert_eq!(mail::header(text).is_err(), refused);
    if let Ok(header) = mail::header(text) {
        let header = header.to_string();
        assert_eq!(unstructured(&header).as_deref(), Some(text), "header {header:?}");
        short_lines(&header);
    }
    if let Ok(name) = mail::display_name(text) {
        let name = name.to_string();
        short_lines(&name);
        let read = match name.strip_prefix('"') {
            Some(quoted) => quoted.strip_suffix('"').and_then(backslashes),
            None => unstructured(&name),
        };
        assert_eq!(read.as_deref(), Some(text), "name {name:?}");
    }
}

fn short_lines(header: &str) {
    for (position, line) in header.split("\r\n").enumerate() {
        assert!(!line.contains(['\r', '\n']) && !line.trim().is_empty() || header.is_empty());
        assert!(position == 0 || line.starts_with(' '), "{header:?}");
        let limit = match (position, line.starts_with('"')) {
            (0, false) => 52,
            // There may be a backslash before each.
            (0, true) => 2 * 52 + 2,
            _ => 76,
        };
        assert!(line.len() <= limit, "{header:?}");
        assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{header:?}");
    }
}

/// RFC 5322, section 2.2.3, and RFC 2047, section 6.2: encoded words, or none.
fn unstructured(header: &str) -> Option<String> {
    if !header.contains("=?") {
        return Some(header.replace("\r\n ", " "));
    }
    let mut read = String::new();
    for word in header.split("\r\n ") {
        let word = word.strip_prefix("=?UTF-8?B?")?.strip_suffix("?=")?;
        assert!(word.len() % 4 == 0 && word.len() <= 75 - 12);
        read.push_str(&String::from_utf8(base64(word)?).ok()?);
    }
    Some(read)
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    for four in text.as_bytes().chunks(4) {
        let digits = four.iter().take_while(|digit| **digit != b'=');
        let values: Option<Vec<u8>> = digits.map(|digit| base64_digit(*digit)).collect();
        match values?[..] {
            [a, b] => read.extend([a << 2 | b >> 4]),
            [a, b, c] => read.extend([a << 2 | b >> 4, b << 4 | c >> 2]),
            [a, b, c, d] => read.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]),
            _ => return None,
        }
    }
    Some(read)
}

fn base64_digit(digit: u8) -> Option<u8> {
    let digits = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']);
    (0..).zip(digits).find_map(|(value, known)| (known == char::from(digit)).then_some(value))
}

fn check_urls(text: &str) {
    for encoded in [
        url::query(text).to_string(),
        url::fragment(text).to_string(),
        url::segment(text).map_or_else(|_| text.to_owned(), |segment| segment.to_string()),
    ] {
        let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
        assert!(encoded.chars().all(unreserved), "{encoded:?}");
        assert_eq!(percent(&encoded).as_deref(), Some(text), "{encoded:?}");
    }
    assert_eq!(url::segment(text).is_err(), matches!(text, "" | "." | ".."));
    let form = url::form(text).to_string();
    assert!(!form.contains(['&', '=', ';', ' ']));
    assert_eq!(percent(&form.replace('+', "%20")).as_deref(), Some(text), "{form:?}");
    assert_eq!(url::form(text).to_cow(), form);
    assert_eq!(url::query(text).to_cow(), url::query(text).to_string());
}

fn percent(text: &str) -> Option<String> {
    let (mut bytes, mut read) = (text.bytes(), Vec::new());
    while let Some(byte) = bytes.next() {
        read.push(if byte == b'%' { pair(bytes.next()?, bytes.next()?)? } else { byte });
    }
    String::from_utf8(read).ok()
}

fn check_xml(text: &str) {
    let is_char = |c: char| match c {
        '\t' | '\n' | '\r' | ' '..='\u{fffd}' => true,
        c => u32::from(c) >= 0x1_0000,
    };
    let allowed = text.chars().all(is_char);
    assert_eq!(xml::text(text).is_ok(), allowed, "{text:?}");
    assert_eq!(xml::attribute(text).is_ok(), allowed, "{text:?}");
    if let (Ok(content), Ok(value)) = (xml::text(text), xml::attribute(text)) {
        let (content, value) = (content.to_string(), value.to_string());
        assert!(!content.contains(['<', '>', '\r']), "{content:?}");
        assert!(!value.contains(['<', '>', '\r', '\n', '\t', '"', '\'']), "{value:?}");
        assert_eq!(references(&content).as_deref(), Some(text), "{content:?}");
        assert_eq!(references(&value).as_deref(), Some(text), "{value:?}");
    }
}

/// XML 1.0, sections 4.1 and 4.6.
fn references(text: &str) -> Option<String> {
    let mut parts = text.split('&');
    let mut read = parts.next()?.to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';')?;
        read.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            name => char::from_u32(name.strip_prefix('#')?.parse().ok()?)?,
        });
        read.push_str(rest);
    }
    Some(read)
}

/// What a backslash stands for in a log line; in a quoted string of mail only the first two occur.
fn backslashes(text: &str) -> Option<String> {
    let (mut rest, mut read) = (text, String::new());
    while let Some((before, after)) = rest.split_once('\\') {
        if before.contains('"') {
            return None;
        }
        read.push_str(before);
        let escaped = after.chars().next()?;
        rest = after.get(escaped.len_utf8()..)?;
        read.push(match escaped {
            '\\' | '"' => escaped,
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (number, after) = rest.strip_prefix('{')?.split_once('}')?;
                rest = after;
                char::from_u32(u32::from_str_radix(number, 16).ok()?)?
            }
            _ => return None,
        });
    }
    read.push_str(rest);
    (!rest.contains('"')).then_some(read)
}

fn regex_literal(pattern: &str) -> Option<String> {
    let (mut rest, mut read) = (pattern, String::new());
    while let Some(character) = rest.chars().next() {
        rest = rest.get(character.len_utf8()..)?;
        if character != '\\' {
            let meta = "\\.+*?()|[]{}^$#&-~".contains(character) || character.is_ascii_whitespace();
            if meta {
                return None;
            }
            read.push(character);
        } else if let Some(after) = rest.strip_prefix("x{") {
            let (number, after) = after.split_once('}')?;
            read.push(char::from_u32(u32::from_str_radix(number, 16).ok()?)?);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('x') {
            read.push(char::from(u8::from_str_radix(after.get(..2)?, 16).ok()?));
            rest = after.get(2..)?;
        } else {
            let escaped = rest.chars().next().filter(char::is_ascii_punctuation)?;
            read.push(escaped);
            rest = rest.get(1..)?;
        }
    }
    Some(read)
}

fn like(pattern: &str) -> Option<String> {
    let (mut characters, mut read) = (pattern.chars(), String::new());
    while let Some(character) = characters.next() {
        read.push(match character {
            '\\' => characters.next().filter(|c| matches!(c, '%' | '_' | '\\'))?,
            '%' | '_' => return None,
            character => character,
        });
    }
    Some(read)
}

/// One word of a POSIX shell, made of what is in single quotes and of `\'`.
fn word(argument: &str) -> Option<String> {
    let (mut rest, mut read) = (argument, String::new());
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(r"\'") {
            read.push('\'');
            rest = after;
        } else {
            let (quoted, after) = rest.strip_prefix('\'')?.split_once('\'')?;
            read.push_str(quoted);
            rest = after;
        }
    }
    (argument.len() >= 2).then_some(read)
}
