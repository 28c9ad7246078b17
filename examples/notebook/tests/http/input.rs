//! What requests say in their addresses and forms, and where a login leads.

use crate::authenticator::Authenticator;
use crate::common::{PASSWORD, Server, data_dir};

/// What would lead to another site, if anybody followed it.
const FOREIGN: [&str; 9] = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/%2fevil.example",
    "/\tevil.example",
    "/x%0d%0aSet-Cookie:a=b",
    "javascript:alert(1)",
    "evil.example",
    "",
];

/// asvs: V3.7.2
#[test]
fn a_login_leads_back_to_the_page_that_was_asked_for_and_nowhere_else() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    browser.post("/logout", &[]).leads_to("/");

    browser.get("/notes/new?a=b&c").leads_to("/login?next=%2Fnotes%2Fnew%3Fa%3Db%26c");
    let form = browser.get("/login?next=%2Fnotes%2Fnew%3Fa%3Db%26c");
    assert!(form.body.contains("name=\"next\" value=\"/notes/new?a=b&#38;c\""), "{}", form.body);
    let next = ("next", "/notes/new?a=b&c");
    let wrong = browser.post("/login", &[("username", "alice"), ("password", "wrong"), next]);
    assert!(wrong.status == 401 && wrong.body.contains("name=\"next\""), "it is not forgotten");
    let right = [("username", "alice"), ("password", PASSWORD)];
    browser.post("/login", &[right[0], right[1], next]).leads_to("/notes/new?a=b&c");

    let mut visitor = server.browser();
    for foreign in FOREIGN {
        let encoded: Vec<_> = foreign.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let path = format!("/login?next={}", encoded.concat());
        assert_eq!(browser.get(&path).status, 400, "{foreign}");
        let answer = visitor.post("/login", &[right[0], right[1], ("next", foreign)]);
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{foreign}");
    }
    // What is no page is not come back to.
    visitor.post("/security/programs", &[("name", "x")]).leads_to("/login");
    visitor.get("/notes").leads_to("/login");
}

/// asvs: V3.7.2
#[test]
fn the_way_back_goes_through_the_second_factor() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let authenticator = Authenticator::enrol(&mut browser);
    let mut other = server.browser();
    let next = ("next", "/security");
    let answer = other.post("/login", &[("username", "alice"), ("password", PASSWORD), next]);
    answer.leads_to("/login/code?next=%2Fsecurity");
    let form = other.get("/login/code?next=%2Fsecurity");
    assert_eq!(form.body.matches("name=\"next\" value=\"/security\"").count(), 2);
    let wrong = other.post("/login/code", &[("code", "000000x"), next]);
    assert!(wrong.status == 401 && wrong.body.contains("value=\"/security\""));
    let foreign = [("code", "000000"), ("next", "//evil.example")];
    assert_eq!(other.post("/login/code", &foreign).status, 400);
    let code = authenticator.recovery_codes[0].clone();
    other.post("/login/recovery", &[("recovery_code", &code), next]).leads_to("/security");
}

/// asvs: V2.2.1
#[expect(clippy::cognitive_complexity, reason = "one matrix")]
#[test]
fn what_is_not_of_its_type_goes_no_further() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let note = browser.write("rich", "Cafe\u{301} ", "text");
    assert!(browser.get(&note).body.contains("id=\"note-title\">Caf\u{e9}<"), "in one form");

    for title in ["two\nlines", "admin\u{202e}txt", "zero\u{0}", ""] {
        for path in ["/notes", &note] {
            let refused = browser.post(path, &[("title", title), ("body", "kept <b>")]);
            assert_eq!(refused.status, 422, "{title:?}");
            assert!(refused.body.contains("id=\"title-error\">The title must"), "{title:?}");
            assert!(refused.body.contains("kept &#60;b&#62;"), "what was typed is there");
        }
    }
    for id in ["0", "-1", "x", "1.0", "9223372036854775808", "%00", "1%2f2"] {
        assert_eq!(browser.get(&format!("/notes/{id}")).status, 404, "{id}");
    }
    let kind = [("title", "x"), ("body", ""), ("kind", "secret")];
    assert_eq!(browser.post("/notes", &kind).status, 400);
    for query in ["new=1", "new&new", "next=%ff", "next=/a&next=/b"] {
        assert_eq!(browser.get(&format!("/login?{query}")).status, 400, "{query}");
    }
    for name in ["", "two\nlines", "\u{202e}x", &"x".repeat(41)] {
        assert_eq!(browser.post("/security/programs", &[("name", name)]).status, 400, "{name:?}");
    }
    let code = "1".repeat(65);
    assert_eq!(browser.post("/security/address/verify", &[("code", &code)]).status, 400);
}
