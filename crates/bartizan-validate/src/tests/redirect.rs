//! Where a browser may be sent.

use proptest::prelude::*;

use crate::{Destination, RedirectError, RedirectPolicy, RedirectTarget, UrlError};

fn parse(text: &str) -> Result<RedirectTarget, RedirectError> {
    text.parse()
}

/// A browser that is sent there stays at its origin, and asks for just that.
fn holds_for(text: &str) {
    let Ok(target) = parse(text) else {
        return;
    };
    assert_eq!(target.as_str(), text);
    let base = url::Url::parse("https://bank.example/deep/er?q").unwrap();
    let resolved = base.join(target.as_str()).unwrap();
    assert_eq!(resolved.origin(), base.origin(), "{text:?}");
    let path = text.split(['?', '#']).next().unwrap();
    assert_eq!(resolved.path(), path, "{text:?}");
    // Also when it is decoded once on the way.
    let decoded = crate::Canonical::decode_once(path);
    if let Ok(path) = decoded {
        assert_eq!(base.join(path.as_str()).unwrap().origin(), base.origin(), "{text:?}");
    }
}

#[test]
fn a_path_of_the_same_origin_is_accepted() {
    for text in [
        "/",
        "/notes",
        "/notes/",
        "/notes?page=2&sort=a#last",
        "/a%20b/%C3%A4",
        "/?next=//a.example/",
        "/#//a.example",
        "/search?q=%2F%2F%5C%2E%25",
        "/@user",
        "/a:b",
        "/a;b=c",
        "/o'neil",
        "/a..b/.c",
        "/?a[]=1",
    ] {
        assert_eq!(parse(text).map(String::from), Ok(text.to_owned()));
        holds_for(text);
    }
}

/// asvs: V3.7.2
#[test]
fn all_else_is_refused() {
    for (text, error) in [
        ("", RedirectError::NotLocal),
        ("notes", RedirectError::NotLocal),
        ("?a", RedirectError::NotLocal),
        ("//evil.example", RedirectError::NotLocal),
        ("///evil.example", RedirectError::NotLocal),
        ("https://evil.example", RedirectError::NotLocal),
        ("javascript:alert(1)", RedirectError::NotLocal),
        ("https:evil.example", RedirectError::NotLocal),
        ("/\\evil.example", RedirectError::Character),
        ("\\\\evil.example", RedirectError::Character),
        ("/\t/evil.example", RedirectError::Character),
        ("/\n/evil.example", RedirectError::Character),
        ("\t//evil.example", RedirectError::Character),
        (" //evil.example", RedirectError::Character),
        ("/a b", RedirectError::Character),
        ("/a\r\nSet-Cookie: a=b", RedirectError::Character),
        ("/ä", RedirectError::Character),
        ("/\u{ff0f}evil.example", RedirectError::Character),
        ("/?q=\\", RedirectError::Character),
        ("/\"onclick=", RedirectError::Character),
        ("/%2fevil.example", RedirectError::Encoding),
        ("/%5Cevil.example", RedirectError::Encoding),
        ("/%09/evil.example", RedirectError::Encoding),
        ("/a/%2e%2e/b", RedirectError::Encoding),
        ("/%252fevil.example", RedirectError::Encoding),
        ("/a%0d%0aSet-Cookie:a", RedirectError::Encoding),
        ("/?a=%0d%0a", RedirectError::Encoding),
        ("/#%00", RedirectError::Encoding),
        ("/%", RedirectError::Encoding),
        ("/?%2", RedirectError::Encoding),
        ("/a//evil.example", RedirectError::Segment),
        ("/.//evil.example", RedirectError::Segment),
        ("/..//evil.example", RedirectError::Segment),
        ("/a/../b", RedirectError::Segment),
        ("/.", RedirectError::Segment),
    ] {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
    assert!(parse(&format!("/{}", "a".repeat(8191))).is_ok());
    assert_eq!(parse(&format!("/{}", "a".repeat(8192))), Err(RedirectError::TooLong));
}

/// asvs: V3.7.2
#[test]
fn another_origin_is_on_the_list_or_refused() {
    let policy = RedirectPolicy::new().allow(&"https://accounts.example".parse().unwrap());
    let target = |text: &str| policy.target(text).map(String::from);
    assert_eq!(target("/a"), Ok("/a".to_owned()));
    assert_eq!(
        target("HTTPS://Accounts.Example:443/a"),
        Ok("https://accounts.example/a".to_owned())
    );
    for (text, error) in [
        ("http://accounts.example/", RedirectError::Origin),
        ("https://accounts.example:8443/", RedirectError::Origin),
        ("https://accounts.example.evil.example/", RedirectError::Origin),
        ("https://accounts.example./", RedirectError::Origin),
        ("https://accоunts.example/", RedirectError::Origin),
        ("https://evil.example/accounts.example", RedirectError::Origin),
        ("https://accounts.example@evil.example/", RedirectError::Url(UrlError::Credentials)),
        ("https://accounts.example\\@evil.example/", RedirectError::Url(UrlError::Character)),
        ("https:/accounts.example/", RedirectError::Url(UrlError::Host)),
        ("//accounts.example/", RedirectError::NotLocal),
        ("\\\\accounts.example/", RedirectError::Character),
        ("java\tscript:alert(1)", RedirectError::Url(UrlError::Scheme)),
    ] {
        assert_eq!(target(text), Err(error), "{text:?}");
    }
    assert_eq!(RedirectPolicy::new().target("https://a.example"), Err(RedirectError::Origin));
}

/// asvs: V3.7.3
#[test]
fn the_user_is_asked_about_other_origins_with_the_host_in_ascii() {
    let policy = RedirectPolicy::new().allow(&"https://accounts.example".parse().unwrap());
    let silent = policy.destination("https://accounts.example/a").unwrap();
    assert!(
        matches!(silent, Destination::Silent(target) if target.as_str() == "https://accounts.example/a")
    );
    assert!(matches!(policy.destination("/a"), Ok(Destination::Silent(_))));
    let Ok(Destination::External(external)) = policy.destination("https://аррӏе.com/a?b")
    else {
        panic!("another origin");
    };
    assert_eq!(external.host(), "xn--80ak6aa92e.com");
    assert_eq!(external.url().as_str(), "https://xn--80ak6aa92e.com/a?b");
    assert!(policy.destination("javascript:alert(1)").is_err());
    assert!(policy.destination("//evil.example").is_err());
}

proptest! {
    #[test]
    fn any_text(text in r"/?[ -~\t\r\n/\\%.äа]{0,24}") {
        holds_for(&text);
    }

    #[test]
    fn any_path(text in r"/[a-z/.%25cefCF?#]{0,12}") {
        holds_for(&text);
    }
}
