//! What a user does, from signing up to logging out.

use std::fs;

use crate::authenticator::Authenticator;
use crate::common::{Browser, PASSWORD, Server, data_dir};
use crate::tokens::connect;

#[test]
fn signing_up_explains_its_rules_and_keeps_what_was_typed() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    let form = browser.get("/signup");
    assert!(form.body.contains("at least 15 characters"), "{}", form.body);
    assert!(form.body.contains("autocomplete=\"new-password\""));

    let typed =
        [("username", "no spaces"), ("email", "a<b>@example"), ("password", "tooshort-1XY")];
    let refused = browser.post("/signup", &typed);
    assert_eq!(refused.status, 422);
    for error in ["username-error", "email-error", "password-error", "value=\"no spaces\""] {
        assert!(refused.body.contains(error), "{error}");
    }
    assert!(!refused.body.contains("tooshort-1XY"), "the password does not come back");
    assert!(!refused.body.contains("a<b>"), "what was typed is escaped");
    let with_name = [("username", "wanderer"), ("email", "w@example.org")];
    let refused = browser
        .post("/signup", &[with_name[0], with_name[1], ("password", "my wanderer password")]);
    assert_eq!(refused.status, 422, "a password with the name in it");

    browser.sign_up("alice").leads_to("/login?new");
    assert_eq!(browser.sign_up("Alice").status, 409, "names are not case-sensitive");
}

#[test]
fn from_the_first_factor_to_the_second_and_out() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let with_password = browser.cookie.clone();
    let mut earlier = server.browser();
    earlier.log_in("alice").leads_to("/notes");
    let authenticator = Authenticator::enrol(&mut browser);
    assert_ne!(browser.cookie, with_password, "the session is a new one");
    earlier.get("/notes").leads_to("/login");
    assert!(browser.get("/security").body.contains("id=\"recovery-codes-left\">10<"));
    browser.post("/logout", &[]).leads_to("/");

    // Half a session opens nothing.
    browser.log_in("alice").leads_to("/login/code");
    let half = browser.cookie.clone();
    for path in ["/notes", "/notes/new", "/notes/1", "/security", "/operator"] {
        browser.get(path).leads_to("/login/code");
    }
    browser.post("/security/programs", &[("name", "x")]).leads_to("/login/code");

    // A code works once.
    let code = authenticator.code(0);
    let mut other = server.browser();
    other.log_in("alice").leads_to("/login/code");
    browser.post("/login/code", &[("code", &code)]).leads_to("/notes");
    assert_ne!(browser.cookie, half);
    assert_eq!(other.post("/login/code", &[("code", &code)]).status, 401);
    assert_eq!(other.post("/login/code", &[("code", &authenticator.code(1))]).status, 401);
    assert_eq!(other.post("/login/code", &[("code", "000000x")]).status, 401);

    // So does a recovery code.
    let recovery_code = authenticator.recovery_codes[3].to_uppercase();
    let field = [("recovery_code", recovery_code.as_str())];
    other.post("/login/recovery", &field).leads_to("/notes");
    assert!(other.get("/security").body.contains("id=\"recovery-codes-left\">9<"));
    let mut third = server.browser();
    third.log_in("alice").leads_to("/login/code");
    assert_eq!(third.post("/login/recovery", &field).status, 401);

    // Logging out ends the session on the server, and that session only.
    let kept = browser.clone();
    let _page = browser.get("/notes");
    browser.post("/logout", &[]).leads_to("/");
    let mut replayed = kept;
    replayed.get("/notes").leads_to("/login");
    assert_eq!(other.get("/notes").status, 200);
}

#[expect(clippy::cognitive_complexity, reason = "one story")]
#[test]
fn rich_notes_keep_their_form_and_lose_what_could_harm() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let body = "<p>Buy <strong>milk</strong></p><script>alert(1)</script>\
                <img src=x onerror=alert(2)><a href=\"javascript:alert(3)\">x</a>\
                <a href=\"https://example.org/\">y</a><svg onload=alert(4)></svg>\
                <p style=\"position:fixed\" onclick=alert(5)>z</p><iframe src=//evil></iframe>\
                <form action=//evil><input name=csrf></form></div></main><title>t";
    let path = browser.write("rich", "<script>alert(0)</script>", body);
    let page = browser.get(&path);
    let shown = page.between("id=\"note-body\">", "\n<div class=\"actions\">").unwrap();
    assert!(shown.contains("<p>Buy <strong>milk</strong></p>"), "{shown}");
    assert!(shown.contains("href=\"https://example.org/\""), "{shown}");
    for harm in
        ["<script", "<img", "javascript:", "onerror", "<svg", "style=", "onclick", "<iframe"]
    {
        assert!(!shown.contains(harm), "{harm} in {shown}");
    }
    for harm in ["<form", "<input", "<title", "</main>"] {
        assert!(!shown.contains(harm), "{harm} in {shown}");
    }
    assert!(!page.body.contains("<script"), "the title is text");
    assert!(!browser.get("/notes").body.contains("<script"));

    // The author edits what the author wrote, as text.
    let edit = browser.get(&format!("{path}/edit"));
    assert!(!edit.body.contains("<script"));
    assert!(edit.body.contains("&#60;script&#62;alert(1)"), "{}", edit.body);

    let changed = [("title", "Milk"), ("body", "<em>done</em>")];
    browser.post(&path, &changed).leads_to(&path);
    assert!(browser.get(&path).body.contains("<em>done</em>"));
    browser.post(&format!("{path}/delete"), &[]).leads_to("/notes");
    assert_eq!(browser.get(&path).status, 404);
}

#[test]
fn private_notes_cannot_be_read_on_the_disk_nor_moved() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let first = browser.write("private", "Hidden heading", "under the <b>third</b> oak");
    let second = browser.write("private", "Other", "nothing");
    let _rich = browser.write("rich", "Plain heading", "in the open");
    let page = browser.get(&first);
    assert!(page.body.contains("Hidden heading"));
    assert!(page.body.contains("under the &#60;b&#62;third&#60;/b&#62; oak"), "{}", page.body);
    browser.post(&first, &[("title", "Hidden again"), ("body", "fourth oak")]).leads_to(&first);

    let contains = |needle: &str| {
        let names = ["notebook.db", "notebook.db-wal"];
        let bytes = names.map(|name| fs::read(dir.join(name)).unwrap()).concat();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    };
    assert!(contains("Plain heading"), "the test can find what is there");
    for hidden in ["Hidden heading", "Hidden again", "third", "fourth oak"] {
        assert!(!contains(hidden), "{hidden}");
    }

    // Somebody who can write the database swaps two rows: neither opens.
    let database = rusqlite::Connection::open(dir.join("notebook.db")).unwrap();
    let swap = "UPDATE notes SET sealed = (SELECT sealed FROM notes AS other
                    WHERE other.sealed IS NOT NULL AND other.id <> notes.id LIMIT 1)
                WHERE id = 2";
    assert_eq!(database.execute(swap, []).unwrap(), 1);
    let failed = browser.get(&second);
    assert_eq!(failed.status, 500);
    assert!(failed.between("id=\"error-id\">", "<").is_some_and(|id| id.len() == 8));
    assert!(!failed.body.contains("sealed"), "the cause is for the log");
    assert_eq!(browser.get(&first).status, 200);
}

#[test]
fn notes_are_their_authors_alone() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let (mut alice, mut mallory) = (server.browser(), server.browser());
    alice.enter("alice");
    mallory.enter("mallory");
    for kind in ["rich", "private"] {
        let path = alice.write(kind, "Mine", "only");
        let _page = mallory.get("/notes");
        assert_eq!(mallory.get(&path).status, 404);
        assert_eq!(mallory.get(&format!("{path}/edit")).status, 404);
        assert_eq!(mallory.post(&path, &[("title", "x"), ("body", "y")]).status, 404);
        assert_eq!(mallory.post(&format!("{path}/delete"), &[]).status, 404);
        assert!(alice.get(&path).body.contains("only"));
    }
    assert_eq!(mallory.get("/operator").status, 403);
    assert_eq!(alice.get("/operator").status, 403, "not without a second factor");
    assert_eq!(alice.get("/notes/abc").status, 404);
}

#[expect(clippy::cognitive_complexity, reason = "one story")]
#[test]
fn tokens_open_the_api_and_survive_rotation_and_restart() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let rich = browser.write("rich", "Rich", "<p>one<script>x</script></p>");
    let private = browser.write("private", "Private", "two");
    let authenticator = Authenticator::enrol(&mut browser);
    let token = connect(&mut browser, "phone").0;

    let answer = api(&browser, Some(&format!("Bearer {token}")));
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let notes: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(notes.as_array().unwrap().len(), 1, "private notes stay here");
    assert_eq!((&notes[0]["title"], &notes[0]["html"]), (&"Rich".into(), &"<p>one</p>".into()));

    let before = browser.get("/operator");
    for (keyring, generation) in
        [("token", 2), ("sealing", 2), ("token", 3), ("pepper", 2), ("code-digest", 2)]
    {
        browser.post("/operator/rotate", &[("keyring", keyring)]).leads_to("/operator");
        let page = browser.get("/operator");
        let shown = page.between(&format!("id=\"{keyring}-generation\">"), "<").unwrap();
        let first = before.between(&format!("id=\"{keyring}-generation\">"), "<").unwrap();
        let first: u32 = first.parse().unwrap();
        assert_eq!(shown.parse::<u32>().unwrap(), first + generation - 1);
        assert!(page.body.contains("deactivated"));
    }
    assert_eq!(browser.post("/operator/rotate", &[("keyring", "other")]).status, 400);
    assert_eq!(api(&browser, Some(&format!("Bearer {token}"))).status, 200);
    assert!(browser.get(&private).body.contains("two"));
    let newer = connect(&mut browser, "phone").0;

    server.kill();
    let server = Server::start(&dir);
    browser.port = server.port;
    assert!(browser.get(&private).body.contains("two"), "the session is still good");
    assert!(browser.get(&rich).body.contains("<p>one</p>"));
    for token in [token, newer] {
        assert_eq!(api(&browser, Some(&format!("Bearer {token}"))).status, 200);
    }
    let mut other = server.browser();
    other.log_in("alice").leads_to("/login/code");
    let recovery_code = &authenticator.recovery_codes[0];
    other.post("/login/recovery", &[("recovery_code", recovery_code)]).leads_to("/notes");
}

#[test]
fn the_api_refuses_what_is_no_token_of_its_own() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let token = connect(&mut browser, "phone").0;
    let mut forged = token.clone().into_bytes();
    let middle = forged.len() / 2;
    forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
    let forged = format!("Bearer {}", String::from_utf8(forged).unwrap());

    for authorization in [
        None,
        Some("Bearer"),
        Some("Bearer "),
        Some("Bearer x.y.z"),
        Some(&*forged),
        Some(&*format!("Basic {token}")),
        Some(&*format!("Bearer  {token}")),
    ] {
        let answer = api(&browser, authorization);
        assert_eq!(answer.status, 401, "{authorization:?}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(answer.header("www-authenticate").starts_with("Bearer realm="));
        let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(problem["status"], 401);
    }
    assert_eq!(api(&browser, Some(&format!("bearer {token}"))).status, 200);
    let cookie = browser.agent.get(browser.url("/api/notes"));
    let cookie = cookie.header("cookie", browser.cookie.as_ref().unwrap()).call().unwrap();
    assert_eq!(cookie.status(), 401, "a cookie is no token");
}

#[test]
fn another_authenticator_takes_the_password() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let refused = browser.post("/security/authenticator", &[("password", "not the password")]);
    assert_eq!(refused.status, 401);
    assert!(refused.body.contains("id=\"password-error\""));
    browser.get("/security/authenticator").leads_to("/security");

    let _next = browser.post("/security/authenticator", &[("password", PASSWORD)]);
    let refused = browser.post("/security/authenticator/confirm", &[("code", "12345")]);
    assert_eq!(refused.status, 422);
    browser.post("/logout", &[]).leads_to("/");
    browser.log_in("alice").leads_to("/notes");
}

fn api(browser: &Browser, authorization: Option<&str>) -> crate::common::Answer {
    let mut request = browser.agent.get(browser.url("/api/notes"));
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    crate::common::Answer::of(request.call().unwrap())
}
