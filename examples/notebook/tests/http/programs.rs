//! Programs that act for a user: pairs of tokens, exchanged and taken back.

use serde_json::Value;

use crate::common::{Answer, Browser, Server, data_dir};
use crate::tokens::{connect, notes_with, tokens_on};

#[expect(clippy::cognitive_complexity, reason = "one story")]
#[test]
fn a_program_exchanges_its_refresh_token_and_one_that_comes_back_cuts_it_off() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let (first_access, first_refresh) = connect(&mut browser, "Phone <1>");
    assert!(browser.get("/security").body.contains("Phone &#60;1&#62;"));

    let second = exchange(&browser, &first_refresh);
    assert_eq!((second.status, second.header("cache-control")), (200, "no-store"));
    let (second_access, second_refresh) = pair(&second);
    assert_ne!(second_access, first_access);
    for token in [&first_access, &second_access] {
        assert_eq!(notes_with(&browser, token).status, 200);
    }
    let lost = exchange(&browser, &first_refresh);
    assert_eq!(pair(&lost).1, second_refresh, "an answer that was lost is given again");

    // The user does the same before their own eyes.
    let page = browser.post("/security/programs/exchange", &[("refresh_token", &second_refresh)]);
    let (third_access, third_refresh) = tokens_on(&page);
    assert!(browser.get("/security").body.contains("<td>3</td>"), "as often as there were pairs");

    // A restart forgets nothing.
    server.kill();
    let server = Server::start(&dir);
    browser.port = server.port;
    assert_eq!(notes_with(&browser, &third_access).status, 200);

    let stolen = exchange(&browser, &first_refresh);
    assert_eq!((stolen.status, error(&stolen)), (400, "invalid_grant".into()));
    let own = exchange(&browser, &third_refresh);
    assert_eq!((own.status, error(&own)), (400, "invalid_grant".into()), "the family has ended");
    assert_eq!(notes_with(&browser, &third_access).status, 401, "and the access token is void");
    assert!(!browser.get("/security").body.contains("Phone"));
}

#[test]
fn of_many_exchanges_at_once_all_get_one_successor() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let (_, refresh) = connect(&mut browser, "Phone");
    let successors: Vec<_> = std::thread::scope(|scope| {
        let ask = || pair(&exchange(&browser, &refresh)).1;
        let handles: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    assert!(successors.iter().all(|token| *token == successors[0]));
    assert_eq!(exchange(&browser, &successors[0]).status, 200);
}

#[expect(clippy::cognitive_complexity, reason = "one story")]
#[test]
fn a_program_is_disconnected_by_its_user_or_by_itself() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let (access, refresh) = connect(&mut browser, "Phone");
    let (other_access, other_refresh) = connect(&mut browser, "Laptop");

    // Another user cannot.
    let page = browser.get("/security");
    let id = page.between("name=\"id\" value=\"", "\"").unwrap().to_owned();
    let mut bob = server.browser();
    bob.enter("bob");
    bob.post("/security/programs/disconnect", &[("id", &id)]).leads_to("/security");
    assert_eq!(notes_with(&browser, &other_access).status, 200);

    // The newest stands first.
    browser.post("/security/programs/disconnect", &[("id", &id)]).leads_to("/security");
    assert_eq!(notes_with(&browser, &other_access).status, 401);
    assert_eq!(exchange(&browser, &other_refresh).status, 400);
    assert_eq!(notes_with(&browser, &access).status, 200, "the others stay");

    // RFC 7009: an access token alone, then the whole program; nonsense is as void as can be.
    for token in [&*access, "nonsense"] {
        assert_eq!(form(&browser, "/api/revoke", &[("token", token)]).status, 200);
    }
    assert_eq!(notes_with(&browser, &access).status, 401);
    let (access, refresh) = pair(&exchange(&browser, &refresh));
    assert_eq!(form(&browser, "/api/revoke", &[("token", &refresh)]).status, 200);
    assert_eq!(
        (notes_with(&browser, &access).status, exchange(&browser, &refresh).status),
        (401, 400)
    );
    assert!(!browser.get("/security").body.contains("Phone"));

    let (access, refresh) = connect(&mut browser, "Tablet");
    browser.post("/security/programs/disconnect-all", &[]).leads_to("/security");
    assert_eq!(
        (notes_with(&browser, &access).status, exchange(&browser, &refresh).status),
        (401, 400)
    );
    let (access, _) = connect(&mut browser, "Tablet");
    assert_eq!(notes_with(&browser, &access).status, 200, "a new one is good at once");
}

#[test]
fn the_oldest_program_goes_when_there_are_too_many() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let refresh_tokens: Vec<_> =
        (0..21).map(|n| connect(&mut browser, &format!("no {n}")).1).collect();
    assert_eq!(browser.get("/security").body.matches("aria-label=\"Disconnect ").count(), 20);
    assert_eq!(exchange(&browser, &refresh_tokens[0]).status, 400);
    assert_eq!(exchange(&browser, &refresh_tokens[1]).status, 200);
    for name in ["", " ", &"x".repeat(41), "a\nb"] {
        assert_eq!(browser.post("/security/programs", &[("name", name)]).status, 400);
    }
}

#[test]
fn an_exchange_that_is_none_is_told_what_it_is() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let browser = server.browser();
    let refresh = "A".repeat(64);
    let good = ("refresh_token", refresh.as_str());
    for (fields, code) in [
        (&[("grant_type", "refresh_token"), good][..], "invalid_grant"),
        (&[("grant_type", "refresh_token"), ("refresh_token", "short")], "invalid_grant"),
        (&[("grant_type", "password"), good], "unsupported_grant_type"),
        (&[("grant_type", "refresh_token")], "invalid_request"),
        (&[good], "invalid_request"),
        (&[("grant_type", "refresh_token"), good, good], "invalid_request"),
        (&[], "invalid_request"),
    ] {
        let answer = form(&browser, "/api/token", fields);
        assert_eq!((answer.status, error(&answer)), (400, code.to_owned()), "{fields:?}");
    }
}

fn exchange(browser: &Browser, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    form(browser, "/api/token", &fields)
}

/// A form as a program sends it: no cookie, and nothing about where it comes from.
fn form(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = browser.agent.post(browser.url(path));
    Answer::of(request.send_form(fields.iter().copied()).unwrap())
}

fn pair(answer: &Answer) -> (String, String) {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&body["token_type"], &body["scope"]), (&"Bearer".into(), &"notes:read".into()));
    assert_eq!(body["expires_in"], 600);
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

fn error(answer: &Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    body["error"].as_str().unwrap().to_owned()
}
