//! URLs, redirect targets and paths against the public corpora: each case has its verdict.

use std::path::{Component, Path};

use bartizan::validate::{
    Canonical, Destination, EgressPolicy, EgressRefused, FileName, HttpUrl, RedirectPolicy,
    RedirectTarget, RelativePath,
};
use serde::Deserialize;
use tests::corpus;
use url::Url;

/// A case of the Web Platform Tests.
#[derive(Deserialize)]
struct Case {
    input: String,
    base: Option<String>,
    #[serde(default)]
    failure: bool,
    #[serde(default)]
    href: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    hostname: String,
}

impl Case {
    /// What is accepted is what browsers accept, without what they repair on the way, and without
    /// credentials.
    fn is_accepted(&self) -> bool {
        let lower = self.input.to_ascii_lowercase();
        let rest = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://"));
        let Some(rest) = rest else { return false };
        let authority = rest.split(['/', '?', '#']).next().unwrap();
        !self.failure
            && !authority.is_empty()
            && !authority.contains('@')
            && self.username.is_empty()
            && self.password.is_empty()
            && !lower.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\')
    }
}

/// asvs: V1.5.3
#[test]
fn the_web_platform_tests_agree_about_every_url() {
    let Some(corpus) = corpus::<Case>("validate/urltestdata.json") else { return };
    assert_eq!(corpus.cases.len(), 625);
    let mut accepted = 0;
    for case in &corpus.cases {
        let parsed = case.input.parse::<HttpUrl>();
        assert_eq!(parsed.is_ok(), case.is_accepted(), "{:?}: {parsed:?}", case.input);
        let Ok(url) = parsed else { continue };
        accepted += 1;
        assert_eq!(url.as_str(), case.href, "{:?}", case.input);
        assert_eq!(url.host(), case.hostname, "{:?}", case.input);
        // What guards the way out takes the same type, so it sees the same host.
        let policy = EgressPolicy::only_hosts([&*case.hostname]).unwrap();
        let policy = policy.allow_http().allow_port(url.port());
        let checked = policy.check_url(&url);
        assert!(matches!(checked, Ok(()) | Err(EgressRefused::Address(_))), "{checked:?}");
        assert!(url.ip().is_some() || checked == Ok(()));
    }
    assert_eq!(accepted, ACCEPTED_URLS);
}

/// asvs: V1.5.3
#[test]
fn the_web_platform_tests_agree_about_every_reference() {
    let Some(corpus) = corpus::<Case>("validate/urltestdata.json") else { return };
    let mut joined = 0;
    for case in &corpus.cases {
        let base = case.base.as_deref().and_then(|base| base.parse::<HttpUrl>().ok());
        let Some(base) = base else { continue };
        if let Ok(url) = base.join(&case.input) {
            joined += 1;
            assert!(!case.failure, "{:?}", case.input);
            assert_eq!(url.as_str(), case.href, "{:?}", case.input);
        }
    }
    assert_eq!(joined, JOINED_REFERENCES);
}

/// Those of the corpus that stay where they are, whoever reads them.
const SAME_ORIGIN: [&str; 9] = [
    "/?url=//example.com&next=//example.com&redirect=//example.com&redir=//example.com&rurl=//example.com",
    "/?url=//example.com&next=//example.com&redirect=//example.com&redir=//example.com&rurl=//example.com&redirect_uri=//example.com",
    "/https:example.com",
    "/javascript:alert(1)",
    "/javascript:alert(1);",
    "/redirect?url=//example.com&next=//example.com&redirect=//example.com&redir=//example.com&rurl=//example.com",
    "/redirect?url=//example.com&next=//example.com&redirect=//example.com&redir=//example.com&rurl=//example.com&redirect_uri=//example.com",
    "/redirect?url=Https://example.com&next=Https://example.com&redirect=Https://example.com&redir=Https://example.com&rurl=Https://example.com&redirect_uri=Https://example.com",
    "/redirect?url=http://example.com&next=http://example.com&redirect=http://example.com&redir=http://example.com&rurl=http://example.com",
];

/// The one that leads to an origin that the test allows.
const ALLOWED: &str = "https://www.whitelisteddomain.tld/https://www.google.com/";

/// asvs: V3.7.2, asvs: V3.7.3
#[test]
fn open_redirects_lead_nowhere_else() {
    let Some(corpus) = corpus::<String>("validate/open_redirect.json") else { return };
    assert_eq!(corpus.cases.len(), 219);
    let own = "https://www.bank.example";
    let base = Url::parse(own).unwrap().join("/account/login?next=").unwrap();
    let allowed = "https://www.whitelisteddomain.tld";
    let policy = RedirectPolicy::new().allow(&allowed.parse().unwrap());
    for text in &corpus.cases {
        let is_local = SAME_ORIGIN.contains(&&**text);
        assert_eq!(text.parse::<RedirectTarget>().is_ok(), is_local, "{text:?}");
        let target = policy.target(text);
        assert_eq!(target.is_ok(), is_local || text == ALLOWED, "{text:?}");
        if let Ok(target) = target {
            let browser = base.join(target.as_str()).unwrap().origin().ascii_serialization();
            assert_eq!(browser, if is_local { own } else { allowed }, "{text:?}");
        }
        // What the user is asked about is where a browser would go.
        if let Ok(Destination::External(external)) = policy.destination(text) {
            let browser = base.join(text).unwrap();
            assert_eq!(browser.host_str(), Some(external.host()), "{text:?}");
            assert!(external.host().is_ascii() && browser.username().is_empty());
        }
    }
}

/// asvs: V5.3.2
#[test]
fn no_path_leads_out_of_its_root() {
    let Some(corpus) = corpus::<String>("validate/path_traversal.json") else { return };
    assert_eq!(corpus.cases.len(), 2269);
    for text in &corpus.cases {
        check_path(text);
        // As a framework hands it on, and once more than it should.
        let mut text = text.clone();
        for _ in 0..2 {
            let Ok(once) = Canonical::decode_once(&text) else { break };
            check_path(once.as_str());
            once.as_str().clone_into(&mut text);
        }
    }
}

fn check_path(text: &str) {
    assert!(text.parse::<FileName>().is_err(), "{text:?}");
    // A part of a path may be harmless by itself, as the rest is when its beginning is cut off.
    for (at, _) in text.match_indices('/') {
        let Ok(path) = text[at..].trim_start_matches('/').parse::<RelativePath>() else { continue };
        let joined = path.join_under(Path::new("/srv/files"));
        let below = joined.strip_prefix("/srv/files").unwrap();
        assert!(below.components().all(|part| matches!(part, Component::Normal(_))), "{text:?}");
    }
    assert!(text.parse::<RelativePath>().is_err(), "{text:?}");
}

const ACCEPTED_URLS: usize = 83;
const JOINED_REFERENCES: usize = 51;
