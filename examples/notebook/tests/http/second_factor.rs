//! Codes of authenticators and recovery codes: each once, and not too many wrong ones.

use core::time::Duration;
use std::sync::{Arc, Barrier};
use std::thread;

use bartizan::core::{Clock as _, SystemClock};

use crate::authenticator::{Authenticator, settle};
use crate::common::{Answer, Browser, Server, data_dir};

/// Waits for the next time step.
fn next_step() {
    thread::sleep(Duration::from_secs(30 - SystemClock::new().now().as_secs() % 30));
}

fn half_way(server: &Server) -> Browser {
    let mut browser = server.browser();
    browser.log_in("alice").leads_to("/login/code");
    browser
}

/// Sends the same form from as many half sessions at once.
fn race(browsers: Vec<Browser>, path: &'static str, field: (&'static str, &str)) -> Vec<Answer> {
    let start = Arc::new(Barrier::new(browsers.len()));
    let threads: Vec<_> = browsers
        .into_iter()
        .map(|mut browser| {
            let (start, name, value) = (Arc::clone(&start), field.0, field.1.to_owned());
            thread::spawn(move || {
                let _leader = start.wait();
                browser.post(path, &[(name, &value)])
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

fn winners(answers: &[Answer]) -> usize {
    for answer in answers {
        assert!([303, 401, 429].contains(&answer.status), "{answer:?}");
    }
    answers.iter().filter(|answer| answer.header("location") == "/notes").count()
}

/// Twenty half sessions race with one code, and with one recovery code (asvs: V6.5.1).
#[test]
fn a_code_and_a_recovery_code_work_once_however_many_race() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let authenticator = Authenticator::enrol(&mut browser);
    // Guessing from one address is limited too: twice twenty stay below that.
    for (path, name) in [("/login/code", "code"), ("/login/recovery", "recovery_code")] {
        let browsers: Vec<_> = (0..20).map(|_| half_way(&server)).collect();
        settle();
        let value = match name {
            "code" => authenticator.code(0),
            _ => authenticator.recovery_codes[0].clone(),
        };
        assert_eq!(winners(&race(browsers, path, (name, &value))), 1, "{path}");
    }
    let recovery_code = authenticator.recovery_codes[1].as_str();
    let mut browser = half_way(&server);
    browser.post("/login/recovery", &[("recovery_code", recovery_code)]).leads_to("/notes");
    assert!(browser.get("/security").body.contains("id=\"recovery-codes-left\">8<"));
}

#[test]
fn wrong_codes_make_the_next_wait_after_a_restart_too_and_recovery_codes_do_not_wait() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let authenticator = Authenticator::enrol(&mut browser);
    let mut browser = half_way(&server);
    // What is no code is not counted.
    for wrong in ["wrong", "", "12345", "1234567"].into_iter().cycle().take(8) {
        assert_eq!(browser.post("/login/code", &[("code", wrong)]).status, 401);
    }
    // One that was used is wrong, like any other.
    let used = authenticator.code(5);
    for _ in 0..5 {
        assert_eq!(browser.post("/login/code", &[("code", &used)]).status, 401);
    }
    let put_off = browser.post("/login/code", &[("code", &used)]);
    assert_eq!(put_off.status, 429);
    assert!(put_off.body.contains("or use a recovery code"), "{}", put_off.body);

    server.kill();
    let server = Server::start(&dir);
    browser.port = server.port;
    let put_off = browser.post("/login/code", &[("code", &authenticator.code(0))]);
    assert_eq!(put_off.status, 429, "the right one has to wait too");
    let secs: u64 = put_off.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&secs), "{secs}");
    let codes = [("first", "000000"), ("second", "000001")];
    assert_eq!(browser.post("/login/resynchronize", &codes).status, 429);
    let recovery_code = authenticator.recovery_codes[1].as_str();
    let mut other = half_way(&server);
    other.post("/login/recovery", &[("recovery_code", recovery_code)]).leads_to("/notes");

    thread::sleep(Duration::from_secs(secs + 1));
    settle();
    browser.post("/login/code", &[("code", &authenticator.code(0))]).leads_to("/notes");
}

/// A clock that is two and a half minutes ahead.
#[test]
fn two_codes_in_a_row_find_a_clock_that_is_off_and_are_no_login() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let authenticator = Authenticator::enrol(&mut browser);
    let mut browser = half_way(&server);
    settle();
    let ahead = |steps: i64| authenticator.code(-steps);
    assert_eq!(browser.post("/login/code", &[("code", &ahead(5))]).status, 401);
    let apart = [("first", &*ahead(3)), ("second", &*ahead(5))];
    assert_eq!(browser.post("/login/resynchronize", &apart).status, 401);
    let (first, second) = (ahead(4), ahead(5));
    let in_a_row = [("first", first.as_str()), ("second", &second)];
    let found = browser.post("/login/resynchronize", &in_a_row);
    found.leads_to("/login/code?resynchronized");
    assert!(browser.get(found.header("location")).body.contains("id=\"resynchronized\""));
    browser.get("/notes").leads_to("/login/code");
    for used in [&first, &second] {
        assert_eq!(browser.post("/login/code", &[("code", used)]).status, 401);
    }
    assert_eq!(browser.post("/login/resynchronize", &in_a_row).status, 401, "they are used");
    next_step();
    browser.post("/login/code", &[("code", &ahead(5))]).leads_to("/notes");
}

#[test]
fn new_recovery_codes_take_a_code_and_end_all_former_ones() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let authenticator = Authenticator::enrol(&mut browser);
    let refused = browser.post("/security/recovery-codes", &[("code", &authenticator.code(9))]);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("id=\"code-error\""));
    settle();
    let page = browser.post("/security/recovery-codes", &[("code", &authenticator.code(0))]);
    assert_eq!((page.status, page.body.matches("<li><code>").count()), (200, 10));
    let fresh = page.between("<li><code>", "<").unwrap();
    let mut other = half_way(&server);
    for former in &authenticator.recovery_codes {
        assert_eq!(other.post("/login/recovery", &[("recovery_code", former)]).status, 401);
    }
    other.post("/login/recovery", &[("recovery_code", fresh)]).leads_to("/notes");
}
