//! All keyrings rotate under load, and nobody notices.

#![cfg(test)]
#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]

#[path = "common/authenticator.rs"]
mod authenticator;
mod common;
#[path = "common/programs.rs"]
mod programs;

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use authenticator::Authenticator;
use common::{Browser, Server, data_dir};
use programs::{connect, notes_with};

const CLIENTS: usize = 100;

#[test]
fn a_hundred_clients_at_once_see_no_failure_while_all_keyrings_rotate() {
    let (_folder, dir) = data_dir();
    let mut server = Server::start(&dir);
    let mut operator = server.browser();
    operator.enter("alice");
    let _authenticator = Authenticator::enrol(&mut operator);
    let private = operator.write("private", "Title", "sealed before");
    let _rich = operator.write("rich", "Title", "in the open");
    let (token, _) = connect(&mut operator, "phone");
    operator.post("/security/address/send", &[]).leads_to("/security");
    let code = server.code_sent_to("alice@example.org");

    let stop = Arc::new(AtomicBool::new(false));
    let begin = Arc::new(Barrier::new(CLIENTS + 1));
    let requests = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (stop, begin) = (Arc::clone(&stop), Arc::clone(&begin));
            let requests = Arc::clone(&requests);
            let mut browser = Browser::at(server.port);
            browser.cookie.clone_from(&operator.cookie);
            browser.csrf.clone_from(&operator.csrf);
            let (private, token) = (private.clone(), token.clone());
            thread::spawn(move || {
                let _leader = begin.wait();
                while !stop.load(Ordering::SeqCst) {
                    take_a_turn(&mut browser, client % 4, (&private, &token));
                    let _count = requests.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();

    let _leader = begin.wait();
    for number in 0..28 {
        let keyring = ["token", "sealing", "pepper", "code-digest"][number % 4];
        operator.post("/operator/rotate", &[("keyring", keyring)]).leads_to("/operator");
    }
    stop.store(true, Ordering::SeqCst);
    for client in clients {
        client.join().unwrap();
    }
    assert!(requests.load(Ordering::SeqCst) >= CLIENTS, "all were there");

    let page = operator.get("/operator");
    assert_eq!(page.body.matches("state-active").count(), 4);
    assert_eq!(page.body.matches("state-deactivated").count(), 28);
    assert!(operator.get(&private).body.contains("sealed before"));
    assert_eq!(notes_with(&operator, &token).status, 200);

    operator.post("/security/address/verify", &[("code", &code)]).leads_to("/security");

    server.kill();
    let server = Server::start(&dir);
    operator.port = server.port;
    assert!(operator.get(&private).body.contains("sealed before"), "after a restart too");
    assert_eq!(notes_with(&operator, &token).status, 200);
}

/// One request, of which each must succeed.
fn take_a_turn(browser: &mut Browser, kind: usize, (private, token): (&str, &str)) {
    match kind {
        0 => {
            let page = browser.get(private);
            assert!(page.body.contains("sealed before"), "{}", page.body);
        }
        1 => {
            let answer = notes_with(browser, token);
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        2 => {
            let (fresh, _) = connect(browser, "phone");
            let answer = notes_with(browser, &fresh);
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        _ => {
            let path = browser.write("private", "Title", "sealed meanwhile");
            assert!(browser.get(&path).body.contains("sealed meanwhile"));
            browser.post(&format!("{path}/delete"), &[]).leads_to("/notes");
        }
    }
}
