//! URLs: what is accepted, in which spelling, and what is built from parts.

use proptest::prelude::*;

use crate::{HttpUrl, HttpsUrl, UrlError};

fn parse(text: &str) -> Result<HttpUrl, UrlError> {
    text.parse()
}

/// Whatever is accepted is bounded, harmless, and the one spelling of itself.
fn holds_for(text: &str) {
    let Ok(url) = parse(text) else {
        return;
    };
    assert_eq!(parse(url.as_str()).as_ref(), Ok(&url), "{text:?}");
    assert!(url.as_str().len() <= HttpUrl::MAX_OCTETS);
    assert!(matches!(url.scheme(), "http" | "https"));
    assert!(url.as_str().starts_with(url.origin()), "{url}");
    assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'), "{url}");
    assert!(!url.host().is_empty() && !url.host().contains(['@', '/', '?', '#', '%']), "{url}");
    assert!(url.path().starts_with('/'));
    let json = serde_json::to_string(&url).unwrap();
    assert_eq!(serde_json::from_str::<HttpUrl>(&json).unwrap(), url);
}

#[test]
fn gives_a_url_its_one_spelling() {
    for (text, canonical) in [
        ("http://example.com", "http://example.com/"),
        ("HTTP://EXAMPLE.com:80/A", "http://example.com/A"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:80", "https://example.com:80/"),
        ("https://example.com/a/./b/../c", "https://example.com/a/c"),
        ("https://example.com/%2e%2e/c", "https://example.com/c"),
        ("https://bücher.example/ä?ö#ü", "https://xn--bcher-kva.example/%C3%A4?%C3%B6#%C3%BC"),
        ("https://ｅｘａｍｐｌｅ。ｃｏｍ", "https://example.com/"),
        ("https://%65xample.com", "https://example.com/"),
        ("http://0x7f.1", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0177.0.0.1/", "http://127.0.0.1/"),
        ("http://[0:0::1]:8080/", "http://[::1]:8080/"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
        ("https://example.com?q", "https://example.com/?q"),
        ("https://example.com/@x", "https://example.com/@x"),
        ("https://example.com/?a@b:c//d", "https://example.com/?a@b:c//d"),
    ] {
        assert_eq!(parse(text).as_ref().map(HttpUrl::as_str), Ok(canonical), "{text}");
        holds_for(text);
    }
}

/// asvs: V1.2.2
#[test]
fn a_scheme_that_runs_code_is_refused_however_it_is_written() {
    for scheme in ["javascript", "data", "vbscript", "file", "ftp", "blob", "about", "view-source"]
    {
        for prefix in ["", " ", "\u{1}", "\t\n", "\u{0}\u{1f} "] {
            let mut spellings = vec![scheme.to_owned(), scheme.to_uppercase()];
            for inside in ["\t", "\r", "\n", "\r\n\t"] {
                for at in 1..=scheme.len() {
                    let (before, after) = scheme.split_at(at);
                    spellings.push(format!("{before}{inside}{after}"));
                }
            }
            for spelling in spellings {
                for rest in ["alert(1)", "//example.com/%0aalert(1)", "text/html,<script>", ""] {
                    let text = format!("{prefix}{spelling}:{rest}");
                    assert_eq!(parse(&text), Err(UrlError::Scheme), "{text:?}");
                    assert_eq!(text.parse::<HttpsUrl>(), Err(UrlError::Scheme), "{text:?}");
                }
            }
        }
    }
}

#[test]
fn refuses_what_browsers_repair() {
    for (text, error) in [
        ("", UrlError::Scheme),
        ("example.com", UrlError::Scheme),
        ("//example.com", UrlError::Scheme),
        ("/path", UrlError::Scheme),
        ("httpx://example.com", UrlError::Scheme),
        (" https://example.com", UrlError::Character),
        ("https://example.com ", UrlError::Character),
        ("ht\ttps://example.com", UrlError::Character),
        ("https://exa\nmple.com", UrlError::Character),
        ("https://example.com/a b", UrlError::Character),
        ("https://example.com/\u{a0}", UrlError::Character),
        ("https://example.com/\u{85}", UrlError::Character),
        ("https:\\\\example.com", UrlError::Character),
        ("https://example.com\\@evil.example", UrlError::Character),
        ("https:example.com", UrlError::Host),
        ("https:/example.com", UrlError::Host),
        ("https:///example.com", UrlError::Host),
        ("https://", UrlError::Host),
        ("https://?q", UrlError::Host),
        ("https://:80", UrlError::Host),
        ("https://exa%00mple.com", UrlError::Host),
        ("https://exa%2fmple.com", UrlError::Host),
        ("https://exa<mple.com", UrlError::Host),
        ("http://256.256.256.256", UrlError::Host),
        ("http://[::1", UrlError::Host),
        ("http://[fe80::1%25eth0]/", UrlError::Host),
        ("https://user@example.com", UrlError::Credentials),
        ("https://user:password@example.com", UrlError::Credentials),
        ("https://@example.com", UrlError::Credentials),
        ("https://:@example.com", UrlError::Credentials),
        ("https://example.com:99999", UrlError::Port),
        ("https://example.com:8o", UrlError::Port),
    ] {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
}

/// asvs: V4.2.5
#[test]
fn no_url_has_more_than_8_kib() {
    let url = |len: usize| format!("https://example.com/{}", "a".repeat(len - 20));
    assert!(parse(&url(8192)).is_ok());
    assert_eq!(parse(&url(8193)), Err(UrlError::TooLong));
    // Nor when it is longer in canonical form, or put together.
    let umlauts = format!("https://example.com/{}", "ä".repeat(2000));
    assert_eq!(parse(&umlauts), Err(UrlError::TooLong));
    let full = parse(&url(8192)).unwrap();
    assert_eq!(full.clone().with_segment("a"), Err(UrlError::TooLong));
    assert_eq!(full.clone().with_query_pair("", ""), Err(UrlError::TooLong));
    assert_eq!(full.clone().with_fragment(""), Err(UrlError::TooLong));
    assert_eq!(full.with_fragment(&"a".repeat(9000)), Err(UrlError::TooLong));
}

/// asvs: V1.2.2
#[test]
fn a_part_is_encoded_for_its_place() {
    let base = parse("https://example.com").unwrap();
    for (segment, path) in [
        ("../x?y#z", "/..%2Fx%3Fy%23z"),
        ("a b", "/a%20b"),
        ("%2e%2e", "/%252e%252e"),
        ("a\tb\r\n", "/a%09b%0D%0A"),
        ("\\", "/%5C"),
        ("ä", "/%C3%A4"),
        ("...", "/..."),
        (";a=b,c@d:e", "/%3Ba%3Db%2Cc%40d%3Ae"),
    ] {
        let url = base.clone().with_segment(segment).unwrap();
        assert_eq!(url.path(), path);
        holds_for(url.as_str());
    }
    for refused in ["", ".", ".."] {
        assert_eq!(base.clone().with_segment(refused), Err(UrlError::Segment));
    }
    let url = parse("https://example.com/a/?q").unwrap().with_segment("b").unwrap();
    assert_eq!(url.as_str(), "https://example.com/a/b?q");
    let url = url.with_query_pair("a&b", "c=d&e+f #").unwrap().with_fragment("x#y z").unwrap();
    assert_eq!(url.as_str(), "https://example.com/a/b?q&a%26b=c%3Dd%26e%2Bf%20%23#x%23y%20z");
}

#[test]
fn a_reference_is_resolved_and_checked() {
    let base = parse("https://example.com/a/b?c").unwrap();
    for (reference, expected) in [
        ("d", Ok("https://example.com/a/d")),
        ("../../d", Ok("https://example.com/d")),
        ("//other.example/d", Ok("https://other.example/d")),
        ("http://other.example", Ok("http://other.example/")),
        ("javascript:alert(1)", Err(UrlError::Scheme)),
        ("https://user@other.example", Err(UrlError::Credentials)),
        ("/\\other.example", Err(UrlError::Character)),
        ("/\t/other.example", Err(UrlError::Character)),
    ] {
        assert_eq!(base.join(reference).as_ref().map(HttpUrl::as_str), expected.as_ref().copied());
    }
}

#[test]
fn only_letters_that_do_not_deceive_are_shown() {
    for (text, shown) in [
        ("https://example.com", "example.com"),
        ("https://bücher.example", "bücher.example"),
        ("https://xn--bcher-kva.example", "bücher.example"),
        ("https://例え.テスト", "例え.テスト"),
        ("https://мир.example", "мир.example"),
        ("https://한국.example", "한국.example"),
        // Cyrillic and Greek that look like Latin, whole or mixed in.
        ("https://аррӏе.com", "xn--80ak6aa92e.com"),
        ("https://раураl.com", "xn--l-7sba6dbr.com"),
        ("https://gοοgle.com", "xn--ggle-0nda.com"),
        // A letter that is in no identifier.
        ("https://☃.example", "xn--n3h.example"),
        ("https://a.xn--80ak6aa92e.bücher.example", "a.xn--80ak6aa92e.bücher.example"),
        ("http://127.0.0.1", "127.0.0.1"),
        ("http://[::1]", "[::1]"),
    ] {
        assert_eq!(parse(text).unwrap().display_host(), shown);
    }
}

#[test]
fn what_a_url_consists_of() {
    let url = parse("https://example.com:8443/a?b#c").unwrap();
    assert_eq!((url.scheme(), url.host(), url.port()), ("https", "example.com", 8443));
    assert_eq!((url.path(), url.query(), url.fragment()), ("/a", Some("b"), Some("c")));
    assert_eq!((url.origin(), url.ip()), ("https://example.com:8443", None));
    let url = parse("http://[::1]/").unwrap();
    assert_eq!((url.host(), url.port()), ("[::1]", 80));
    assert_eq!(url.ip(), Some("::1".parse().unwrap()));
    assert_eq!(HttpsUrl::try_from(url), Err(UrlError::Scheme));
}

proptest! {
    #[test]
    fn any_text(text in r"(https?:)?[ -~\t\r\näа。]{0,40}") {
        holds_for(&text);
    }

    #[test]
    fn any_authority(text in r"https?://[a-z0-9.:@%\[\]äа。-]{0,20}[/?#]?[ -~ä]{0,20}") {
        holds_for(&text);
    }

    /// asvs: V1.2.2 — what was put in comes out at its place, by the reader that others use.
    #[test]
    fn any_part(segment: String, name: String, value: String, fragment: String) {
        let base = parse("https://example.com/base?a=b").unwrap();
        prop_assume!(!matches!(&*segment, "" | "." | ".."));
        let url = base.with_segment(&segment).unwrap();
        let url = url.with_query_pair(&name, &value).unwrap().with_fragment(&fragment).unwrap();
        holds_for(url.as_str());
        let read = url::Url::parse(url.as_str()).unwrap();
        let decode = |text: &str| crate::Canonical::decode_once(text).unwrap().as_str().to_owned();
        let segments: Vec<_> = read.path_segments().unwrap().map(decode).collect();
        prop_assert_eq!(segments, ["base", &segment]);
        let pairs: Vec<_> = read.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        prop_assert_eq!(pairs, [("a".to_owned(), "b".to_owned()), (name, value)]);
        prop_assert_eq!(decode(read.fragment().unwrap()), fragment);
    }
}
