//! Whatever is a URL is the one spelling of itself, and what is added to it stays in its place;
//! a browser that is sent to a redirect target stays at its origin.

#![no_main]

use bartizan_validate::{Canonical, Destination, HttpUrl, RedirectPolicy, RedirectTarget};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|input: (&str, &str)| {
    let (text, part) = input;
    check_target(text);
    let Ok(url) = text.parse::<HttpUrl>() else {
        return;
    };
    check_url(&url);
    // A browser reads the text as the type does.
    assert_eq!(Url::parse(text).expect("accepted").as_str(), url.as_str());

    if let Ok(longer) = url.clone().with_segment(part) {
        check_url(&longer);
        assert_eq!((longer.origin(), longer.query()), (url.origin(), url.query()));
        let last = longer.path().rsplit('/').next().expect("a segment");
        assert_eq!(Canonical::decode_once(last).expect("encoded").as_str(), part);
    }
    if let Ok(longer) = url.clone().with_query_pair(part, part) {
        check_url(&longer);
        assert_eq!((longer.path(), longer.fragment()), (url.path(), url.fragment()));
        let read = Url::parse(longer.as_str()).expect("a URL");
        let (name, value) = read.query_pairs().last().expect("a pair");
        assert_eq!((&*name, &*value), (part, part));
    }
    if let Ok(joined) = url.join(part) {
        check_url(&joined);
    }
});

fn check_url(url: &HttpUrl) {
    assert_eq!(url.as_str().parse::<HttpUrl>().as_ref(), Ok(url));
    assert!(url.as_str().len() <= HttpUrl::MAX_OCTETS);
    assert!(matches!(url.scheme(), "http" | "https"));
    assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'));
    assert!(!url.host().is_empty() && !url.origin().contains('@'));
    // What is shown of the host names the same host.
    let shown = format!("{}://{}/", url.scheme(), url.display_host());
    assert_eq!(shown.parse::<HttpUrl>().expect("a host").host(), url.host());
}

fn check_target(text: &str) {
    let base = Url::parse("https://www.bank.example/account/login?next=").expect("a URL");
    if let Ok(target) = text.parse::<RedirectTarget>() {
        assert_eq!(target.as_str(), text);
        let path = text.split(['?', '#']).next().expect("a path");
        let there = base.join(text).expect("a URL");
        assert_eq!((there.origin(), there.path()), (base.origin(), path));
        if let Ok(decoded) = Canonical::decode_once(path) {
            assert_eq!(base.join(decoded.as_str()).expect("a URL").origin(), base.origin());
        }
    }
    let policy = RedirectPolicy::new().allow(&"https://a.example".parse().expect("a URL"));
    match policy.destination(text) {
        Ok(Destination::Silent(target)) => {
            let there = base.join(target.as_str()).expect("a URL").origin().ascii_serialization();
            assert!(["https://www.bank.example", "https://a.example"].contains(&&*there));
        }
        Ok(Destination::External(external)) => {
            let there = base.join(text).expect("a URL");
            assert_eq!(there.host_str(), Some(external.host()));
        }
        Err(_) => {}
    }
}
