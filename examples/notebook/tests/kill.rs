//! Killed at any moment, the notebook loses nothing that it acknowledged, and starts again.

#![cfg(test)]
#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]

#[path = "common/authenticator.rs"]
mod authenticator;
mod common;

use core::time::Duration;
use std::collections::BTreeMap;
use std::thread;

use authenticator::Authenticator;
use common::{Browser, Server, command, data_dir};

const ROUNDS: u64 = 60;

/// What a writer was told, and what it had asked for when the notebook died.
#[derive(Debug, Default)]
struct Written {
    /// The last text that was acknowledged, by the path of the note.
    acknowledged: BTreeMap<String, String>,
    /// A text that was sent, but not acknowledged: it may be there or not.
    pending: Option<(String, String)>,
}

/// Writes new notes and changes the last one, until nobody answers.
fn write_until_killed(mut browser: Browser, kind: &'static str, round: u64) -> Written {
    let mut written = Written::default();
    let mut path = None::<String>;
    for number in 0.. {
        let text = format!("{kind} {round} {number}");
        let fields = [("kind", kind), ("title", "Title"), ("body", text.as_str())];
        // Few new notes, since a user has a thousand at most.
        let place = match &path {
            Some(path) if number % 8 != 0 || number > 16 => path.clone(),
            _ => "/notes".to_owned(),
        };
        let Ok(answer) = browser.try_post(&place, &fields) else {
            written.pending = Some((place, text));
            break;
        };
        assert_eq!(answer.status, 303, "{}", answer.body);
        let place = answer.header("location").to_owned();
        let _earlier = written.acknowledged.insert(place.clone(), text);
        path = Some(place);
    }
    written
}

fn rotate_until_killed(mut browser: Browser) {
    for number in 0..4 {
        let keyring = ["pepper", "token", "sealing", "code-digest"][number];
        match browser.try_post("/operator/rotate", &[("keyring", keyring)]) {
            Ok(answer) => assert_eq!(answer.status, 303, "{}", answer.body),
            Err(_) => return,
        }
    }
}

#[test]
fn no_acknowledged_note_is_lost_in_sixty_kills() {
    let (_folder, dir) = data_dir();
    let mut server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let _authenticator = Authenticator::enrol(&mut browser);
    browser.post("/security/address/send", &[]).leads_to("/security");
    let code = server.code_sent_to("alice@example.org");
    let mut expected = BTreeMap::new();
    let mut writes = 0;

    for round in 0..ROUNDS {
        let threads = ["rich", "private", "rich"].map(|kind| {
            let browser = browser.clone();
            thread::spawn(move || write_until_killed(browser, kind, round))
        });
        let rotating = browser.clone();
        let rotation = thread::spawn(move || rotate_until_killed(rotating));
        // From before the first write to amid many.
        thread::sleep(Duration::from_millis(1 + round * 37 % 190));
        server.kill();

        let mut pending = BTreeMap::new();
        for thread in threads {
            let written = thread.join().unwrap();
            writes += written.acknowledged.len();
            expected.extend(written.acknowledged);
            pending.extend(written.pending);
        }
        rotation.join().unwrap();

        server = Server::start(&dir);
        browser.port = server.port;
        for (path, text) in &mut expected {
            // Old rounds are looked at now and then, the last one always.
            if round % 10 != 9 && !text.contains(&format!(" {round} ")) {
                continue;
            }
            let page = browser.get(path);
            let shown = page.between("id=\"note-body\">", "</div>").unwrap_or_default();
            if shown != text {
                assert_eq!(Some(&shown.to_owned()), pending.get(path), "{path}: {}", page.body);
                shown.clone_into(text);
            }
        }
    }
    browser.post("/security/address/verify", &[("code", &code)]).leads_to("/security");
    assert!(writes > 60, "there was something to lose: {writes}");
}

/// The moments are spread over what a first start takes here, and beyond.
#[test]
fn a_first_start_that_is_killed_is_taken_up_again() {
    let mut moments = [0; 3];
    for kill in 0..60 {
        let (_folder, dir) = data_dir();
        let mut child = command(&dir).spawn().unwrap();
        thread::sleep(Duration::from_millis(kill * 2));
        child.kill().unwrap();
        let _status = child.wait().unwrap();
        let moment = match (dir.exists(), dir.join("FORMAT").exists()) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => 2,
        };
        moments[moment] += 1;

        let server = Server::start(&dir);
        let mut browser = server.browser();
        assert_eq!(browser.get("/").status, 200);
        if kill % 10 == 0 {
            browser.enter("alice");
            let path = browser.write("private", "Title", "text");
            assert_eq!(browser.get(&path).status, 200);
        }
    }
    assert!(moments[1] > 0, "killed half-way at least once: {moments:?}");
}
