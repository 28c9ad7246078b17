//! Vectors of the other sinks, by hand.

use crate::sink::{Unencodable, http, log, memcache, regex, shell, sql, url, xml};
use crate::unicode::{is_bidi_control, is_invisible};

#[test]
fn header_values_are_text_that_is_sent_as_it_is() {
    for text in ["", "a", "a b\tc", "W/\"x\"", "text/html; charset=utf-8"] {
        assert_eq!(http::header_value(text).map(http::HeaderValue::as_str), Ok(text));
    }
    for text in ["a\r\nb", "a\n", "\0", "a\u{7f}", "\u{1b}", "ü", "\u{85}", "例"] {
        assert_eq!(http::header_value(text).map(drop), Err(Unencodable::Character), "{text:?}");
    }
    for text in [" ", " a", "a ", "\ta", "a\t"] {
        assert_eq!(http::header_value(text).map(drop), Err(Unencodable::Space), "{text:?}");
    }
}

/// RFC 6266, section 5, and appendix D.
#[test]
fn file_names_are_read_alike_by_all_clients() {
    for (name, value) in [
        ("example.html", "attachment; filename=\"example.html\""),
        ("an example.html", "attachment; filename=\"an example.html\""),
        ("€ rates", "attachment; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates"),
        ("50%.txt", "attachment; filename=\"50_.txt\"; filename*=UTF-8''50%25.txt"),
        ("a\"; x=\"b", "attachment; filename=\"a_; x=_b\"; filename*=UTF-8''a%22%3B%20x%3D%22b"),
        ("'.txt", "attachment; filename=\"'.txt\""),
    ] {
        assert_eq!(http::attachment(name).map(|value| value.to_string()), Ok(value.to_owned()));
    }
    for (name, refused) in [
        ("", Unencodable::Empty),
        (".", Unencodable::Dots),
        ("..", Unencodable::Dots),
        ("../a", Unencodable::Character),
        (r"C:\a", Unencodable::Character),
        ("a\r\nb", Unencodable::Character),
        ("a\0.txt", Unencodable::Character),
        ("invoice\u{202e}fdp.exe", Unencodable::Character),
        (&"a".repeat(256), Unencodable::TooLong),
    ] {
        assert_eq!(http::attachment(name).map(drop), Err(refused), "{name:?}");
        assert_eq!(http::inline(name).map(drop), Err(refused), "{name:?}");
    }
}

#[test]
fn shell_arguments_are_quoted_and_no_options() {
    for (text, argument) in [
        ("", "''"),
        ("a", "'a'"),
        ("it's", r"'it'\''s'"),
        ("'", r"''\'''"),
        ("$(id) `id` ; & | > \\ \n !", "'$(id) `id` ; & | > \\ \n !'"),
    ] {
        assert_eq!(shell::argument(text).map(|text| text.to_string()), Ok(argument.to_owned()));
    }
    for text in ["-", "-rf", "--output=/etc/passwd"] {
        assert_eq!(shell::argument(text).map(drop), Err(Unencodable::Hyphen));
        assert!(shell::argument_after_double_hyphen(text).is_ok());
    }
    assert_eq!(shell::argument("a\0b").map(drop), Err(Unencodable::Character));
    assert_eq!(shell::argument_after_double_hyphen("-\0").map(drop), Err(Unencodable::Character));
}

/// asvs: V1.3.9
#[test]
fn memcache_keys_are_keys_or_refused() {
    for text in ["a", "user:7", "!~", &"k".repeat(250)] {
        assert_eq!(memcache::key(text).map(memcache::Key::as_str), Ok(text));
    }
    for text in ["a b", "a\r\nflush_all", "\r", "\n", "\0", "\t", "\u{7f}", "ü", "\u{a0}"] {
        assert_eq!(memcache::key(text).map(drop), Err(Unencodable::Character), "{text:?}");
    }
    assert_eq!(memcache::key("").map(drop), Err(Unencodable::Empty));
    assert_eq!(memcache::key(&"k".repeat(251)).map(drop), Err(Unencodable::TooLong));
}

/// asvs: V16.4.1, for the text of a field.
#[test]
fn a_log_line_is_one_line_that_commands_no_terminal() {
    for (text, line) in [
        ("plain, ünd 例 🎉 — “quoted”", "plain, ünd 例 🎉 — “quoted”"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        (r#"\n "x""#, r#"\\n \"x\""#),
        ("\u{1b}[31m\0\u{7f}\u{9b}", r"\u{1b}[31m\u{0}\u{7f}\u{9b}"),
        ("\u{202e}a\u{2066}\u{61c}", r"\u{202e}a\u{2066}\u{61c}"),
        ("\u{2028}\u{2029}\u{85}", r"\u{2028}\u{2029}\u{85}"),
        ("\u{200b}\u{feff}\u{e0041}\u{3164}", r"\u{200b}\u{feff}\u{e0041}\u{3164}"),
    ] {
        assert_eq!(log::line(text).to_string(), line);
    }
}

/// asvs: V16.4.1, for every character that is not shown.
#[test]
fn a_log_line_shows_all_that_it_has() {
    for character in '\0'..=char::MAX {
        let hidden = character.is_control()
            || is_bidi_control(character)
            || is_invisible(character)
            || matches!(character, '\u{2028}' | '\u{2029}');
        let line = log::line(character.encode_utf8(&mut [0; 4])).to_string();
        assert_eq!(line.contains(character), !hidden, "{line:?}");
    }
}

#[test]
fn xml_is_well_formed_or_refused() {
    let text = |text| xml::text(text).map(|text| text.to_string());
    let attribute = |text| xml::attribute(text).map(|text| text.to_string());
    assert_eq!(
        text("a ]]> & <b> \"'\r\n\t").as_deref(),
        Ok("a ]]&gt; &amp; &lt;b&gt; \"'&#13;\n\t")
    );
    assert_eq!(attribute("\"'\r\n\t<").as_deref(), Ok("&quot;&#39;&#13;&#10;&#9;&lt;"));
    for refused in ["\0", "\u{8}", "\u{b}", "\u{c}", "\u{1b}", "\u{1f}", "\u{fffe}", "\u{ffff}"] {
        assert_eq!(text(refused), Err(Unencodable::Character), "{refused:?}");
        assert_eq!(attribute(refused), Err(Unencodable::Character), "{refused:?}");
    }
    for allowed in ["\u{7f}", "\u{85}", "\u{fffd}", "\u{1fffe}", "ｅ"] {
        assert_eq!(text(allowed).as_deref(), Ok(allowed));
    }
}

/// asvs: V1.2.2, for the parts of a URL.
#[test]
fn parts_of_a_url_stay_parts() {
    let segment = |text| url::segment(text).map(|text| text.to_string());
    assert_eq!(segment("../x?y#z").as_deref(), Ok("..%2Fx%3Fy%23z"));
    assert_eq!(segment("%2e%2e").as_deref(), Ok("%252e%252e"));
    assert_eq!(segment(r"a\b").as_deref(), Ok("a%5Cb"));
    assert_eq!(segment("...").as_deref(), Ok("..."));
    for (text, refused) in
        [(".", Unencodable::Dots), ("..", Unencodable::Dots), ("", Unencodable::Empty)]
    {
        assert_eq!(segment(text), Err(refused));
    }
    assert_eq!(url::query("a&b=c").to_string(), "a%26b%3Dc");
    assert_eq!(url::query("a+b 'c'").to_string(), "a%2Bb%20%27c%27");
    assert_eq!(url::fragment(":~:text=x").to_string(), "%3A~%3Atext%3Dx");
    assert_eq!(url::form("a+b c*~é").to_string(), "a%2Bb+c*%7E%C3%A9");
}

#[test]
fn patterns_match_their_text() {
    assert_eq!(regex::literal(r"a.b*[c]\d#-~").to_string(), r"a\.b\*\[c\]\\d\#\-\~");
    assert_eq!(regex::literal("a\n\u{2028}é").to_string(), r"a\x0A\x{2028}é");
    // The flag `x` drops these, wherever they stand.
    for (space, escaped) in
        [("\u{a0}", r"\x{A0}"), ("\u{1680}", r"\x{1680}"), ("\u{3000}", r"\x{3000}")]
    {
        assert_eq!(regex::literal(space).to_string(), escaped);
    }
    assert_eq!(sql::like(r"100%_\").to_string(), r"100\%\_\\");
    assert_eq!(sql::like("plain").to_cow(), "plain");
}

/// What an application shows and logs has neither the input nor a line break.
#[test]
fn errors_have_a_code_and_a_sentence() {
    let all = [
        Unencodable::Character,
        Unencodable::Empty,
        Unencodable::TooLong,
        Unencodable::Dots,
        Unencodable::Hyphen,
        Unencodable::Space,
    ];
    for (position, error) in all.into_iter().enumerate() {
        assert!(error.code().starts_with("unencodable_"));
        assert!(error.to_string().starts_with("the text "));
        for other in &all[position + 1..] {
            assert_ne!(error.code(), other.code());
            assert_ne!(error.to_string(), other.to_string());
        }
    }
}
