//! Codes that prove an e-mail address.

use crate::common::{Browser, Server, data_dir};

const ALICE: &str = "alice@example.org";

fn verify(browser: &mut Browser, code: &str) -> u16 {
    browser.post("/security/address/verify", &[("code", code)]).status
}

fn is_verified(browser: &mut Browser) -> bool {
    browser.get("/security").body.contains("id=\"address-state\">verified<")
}

/// A code that is not `code`.
fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[test]
fn a_code_that_comes_back_proves_the_address_once_and_in_its_session() {
    let (_folder, dir) = data_dir();
    let mut server = Server::start(&dir);
    let (mut browser, mut elsewhere) = (server.browser(), server.browser());
    browser.enter("alice");
    elsewhere.log_in("alice").leads_to("/notes");
    let page = browser.get("/security");
    assert!(page.body.contains(ALICE) && page.body.contains("not verified"));
    assert_eq!(verify(&mut browser, "123456"), 422, "none was sent");

    browser.post("/security/address/send", &[]).leads_to("/security");
    let code = server.code_sent_to(ALICE);
    let again = browser.post("/security/address/send", &[]);
    assert_eq!(again.status, 429, "not so soon");
    assert!((1..=30).contains(&again.header("retry-after").parse::<u64>().unwrap()));
    assert!(again.body.contains("Ask again in"), "{}", again.body);

    assert_eq!(verify(&mut elsewhere, &code), 422, "the code of another session");
    assert_eq!(verify(&mut browser, "12345"), 422);
    browser.post("/security/address/verify", &[("code", &code)]).leads_to("/security");
    assert!(is_verified(&mut browser) && is_verified(&mut elsewhere));
    assert_eq!(verify(&mut browser, &code), 422, "it is used");
    // It logs nobody in.
    let mut visitor = server.browser();
    visitor.post("/security/address/verify", &[("code", &code)]).leads_to("/login");
}

/// Five wrong tries, of which the last are raced (asvs: V6.6.3).
#[test]
fn wrong_tries_burn_a_code_also_at_once_and_another_users_is_wrong() {
    let (_folder, dir) = data_dir();
    let mut server = Server::start(&dir);
    let (mut alice, mut mallory) = (server.browser(), server.browser());
    alice.enter("alice");
    mallory.enter("mallory");
    alice.post("/security/address/send", &[]).leads_to("/security");
    let code = server.code_sent_to(ALICE);
    mallory.post("/security/address/send", &[]).leads_to("/security");
    let own = server.code_sent_to("mallory@example.org");
    if own != code {
        assert_eq!(verify(&mut mallory, &code), 422);
    }
    assert!(!is_verified(&mut mallory) && !is_verified(&mut alice));

    let wrong = other_than(&own);
    let threads: Vec<_> = (0..20)
        .map(|_| {
            let mut browser = mallory.clone();
            std::thread::spawn(move || verify(&mut browser, wrong))
        })
        .collect();
    assert!(threads.into_iter().all(|thread| thread.join().unwrap() == 422));
    let refused = mallory.post("/security/address/verify", &[("code", &own)]);
    assert!(refused.status == 422 && refused.body.contains("void"), "{}", refused.body);
    assert!(!is_verified(&mut mallory));
    alice.post("/security/address/verify", &[("code", &code)]).leads_to("/security");
    assert!(is_verified(&mut alice), "others' tries are not hers");
}
