//! What an attacker tries from outside.

use core::time::Duration;

use crate::common::{Answer, Browser, PASSWORD, Server, data_dir};

/// Sends a form with headers of the test's choice.
fn send(browser: &Browser, headers: &[(&str, &str)], csrf: Option<&str>) -> Answer {
    let mut request = browser.agent.post(browser.url("/notes"));
    request = request.header("cookie", browser.cookie.as_deref().unwrap_or_default());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let fields = [("title", "Planted"), ("body", ""), ("kind", "rich")];
    let csrf = csrf.map(|csrf| ("csrf", csrf));
    Answer::of(request.send_form(fields.into_iter().chain(csrf)).unwrap())
}

#[expect(clippy::cognitive_complexity, reason = "one matrix")]
#[test]
fn a_form_of_another_site_is_refused() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let csrf = browser.csrf.clone();
    let origin = browser.url("");
    let good = Some(csrf.as_str());
    let fetch = "sec-fetch-site";

    for headers in [
        vec![(fetch, "cross-site")],
        vec![(fetch, "same-site")],
        vec![(fetch, "cross-site"), ("origin", origin.as_str())],
        vec![("origin", "http://evil.example")],
        vec![("origin", "null")],
        vec![("origin", "http://localhost")],
        vec![("host", "evil.example")],
    ] {
        let status = send(&browser, &headers, good).status;
        assert!(status == 403 || status == 421, "{headers:?}: {status}");
    }
    for csrf in [None, Some(""), Some("AAAA"), Some(&csrf[1..])] {
        for headers in [vec![(fetch, "same-origin")], vec![("origin", origin.as_str())], vec![]] {
            assert_eq!(send(&browser, &headers, csrf).status, 403, "{headers:?} {csrf:?}");
        }
    }
    assert!(!browser.get("/notes").body.contains("Planted"));

    for headers in [vec![(fetch, "same-origin")], vec![("origin", origin.as_str())], vec![]] {
        assert_eq!(send(&browser, &headers, good).status, 303, "{headers:?}");
    }

    // The token of another session is none of this one.
    let mut other = server.browser();
    other.enter("mallory");
    let stolen = other.csrf.clone();
    assert_eq!(send(&browser, &[(fetch, "same-origin")], Some(&stolen)).status, 403);

    // Without a session there is no token, so the headers have to speak.
    let url = browser.url("/login");
    let form = [("username", "alice"), ("password", PASSWORD)];
    let silent = Answer::of(browser.agent.post(&url).send_form(form).unwrap());
    assert_eq!(silent.status, 403);
    // A GET changes nothing, and so do other types of body.
    let json = browser.agent.post(browser.url("/notes")).header(fetch, "same-origin");
    let json = json.header("cookie", browser.cookie.as_deref().unwrap());
    let json = json.header("content-type", "text/plain").send("title=x&body=y");
    assert_eq!(Answer::of(json.unwrap()).status, 400);
    assert_eq!(browser.get("/logout").status, 405);
    assert_eq!(browser.get("/notes").status, 200);
}

#[test]
fn the_cookie_is_bound_to_this_host_and_hidden_from_scripts() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.sign_up("alice").leads_to("/login?new");
    let first = browser.log_in("alice");
    let cookie = first.header("set-cookie").to_owned();
    let (pair, attributes) = cookie.split_once(';').unwrap();
    assert_eq!(pair.strip_prefix("__Host-notebook=").unwrap().len(), 43, "256 bits");
    assert_eq!(attributes, " Path=/; Secure; HttpOnly; SameSite=Lax");

    // A cookie that somebody planted is not taken up, and each login has its own.
    browser.post("/logout", &[]).leads_to("/");
    browser.cookie = Some(format!("__Host-notebook={}", "A".repeat(43)));
    browser.get("/notes").leads_to("/login");
    let second = browser.log_in("alice");
    assert_ne!(second.header("set-cookie"), cookie);
    assert!(!second.header("set-cookie").contains(&"A".repeat(43)));
    let out = browser.post("/logout", &[]);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
}

#[test]
fn every_answer_has_the_headers_that_protect_it() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let note = browser.write("rich", "Title", "text");
    let paths = ["/", "/signup", "/login", "/notes", "/notes/new", &note, "/security", "/operator"];
    let more = ["/login/code", "/api/notes", "/style.css", "/icon.svg", "/nowhere", "/notes/99"];
    let mut answers: Vec<_> = paths.into_iter().chain(more).map(|path| browser.get(path)).collect();
    answers.push(browser.get("/logout"));
    answers.push(send(&browser, &[("sec-fetch-site", "cross-site")], None));
    answers.push(send(&browser, &[("host", "evil.example")], None));
    answers.push(browser.post("/notes", &[("title", "x"), ("body", &"y".repeat(70_000))]));
    answers.push(browser.post("/notes", &[("nothing", "x")]));
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(
        statuses,
        [
            200, 200, 200, 200, 200, 200, 200, 403, 303, 401, 200, 200, 404, 404, 405, 403, 421,
            413, 400
        ]
    );
    for answer in answers {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{answer:?}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"));
        assert!(!policy.contains("unsafe"));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{answer:?}");
        }
        assert!(answer.header("permissions-policy").contains("camera=()"));
        let is_page = answer.header("content-type").starts_with("text/html");
        assert!(!is_page || answer.header("cache-control") == "no-store");
        assert!(!answer.body.contains("style="), "no style that the policy forbids");
        assert!(!answer.body.contains("<script"));
    }
}

#[test]
fn guesses_at_a_password_are_slowed_down_for_names_that_exist_and_that_do_not() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.sign_up("alice").leads_to("/login?new");
    let mut bodies = Vec::new();
    for name in ["alice", "nobody"] {
        let guess = [("username", name), ("password", "not the password")];
        for _ in 0..5 {
            let answer = browser.post("/login", &guess);
            assert_eq!(answer.status, 401);
            bodies.push(answer.body.replace(name, "NAME"));
        }
        let blocked = wait_for_a_delay(|| browser.post("/login", &guess));
        assert!((1..=4).contains(&retry_after(&blocked)), "{blocked:?}");
        let right = browser.post("/login", &[("username", name), ("password", PASSWORD)]);
        assert_eq!(right.status, 429, "the right password has to wait too");
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "the answer does not tell whether there is such a name");

    std::thread::sleep(Duration::from_secs(8));
    browser.log_in("alice").leads_to("/notes");
    browser.log_in("alice").leads_to("/notes");
}

#[test]
fn guesses_from_one_address_are_slowed_down_whatever_the_names() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    let statuses: Vec<_> = (0..52)
        .map(|number| {
            let name = format!("user{number}");
            browser.post("/login", &[("username", &name), ("password", "wrong")]).status
        })
        .collect();
    assert!(statuses[..50].iter().all(|status| *status == 401), "{statuses:?}");
    assert!(statuses[50..].contains(&429), "{statuses:?}");
}

/// By the processor time of the server, which tells the work that was done however busy the
/// machine is. Without a decoy nearly nothing would be done for nobody.
#[cfg(target_os = "linux")]
#[test]
fn an_unknown_name_costs_as_much_work_as_a_known_one() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    let (known, unknown) = (["alice", "barbara", "carol"], ["xaver", "yvonne", "zoltan"]);
    for name in known {
        browser.sign_up(name).leads_to("/login?new");
    }
    let mut work = |names: [&str; 3]| {
        let before = processor_ticks(&server);
        // As many as are free, so that each is really checked.
        for name in names.iter().flat_map(|name| [name; 5]) {
            let answer = browser.post("/login", &[("username", name), ("password", "wrong")]);
            assert_eq!(answer.status, 401);
        }
        processor_ticks(&server) - before
    };
    let (known, unknown) = (work(known), work(unknown));
    assert!(known >= 3, "hashing takes some ticks: {known}");
    assert!(unknown * 3 >= known && known * 3 >= unknown, "{unknown} for nobody, {known} for some");
}

/// The processor time that a server has taken, in the system's ticks of 10 ms.
#[cfg(target_os = "linux")]
fn processor_ticks(server: &Server) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.child.id())).unwrap();
    // After the name, which may hold anything but a closing parenthesis last.
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace();
    fields.skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

/// Makes attempts until one is put off. A slow machine may let one or two through.
fn wait_for_a_delay(mut attempt: impl FnMut() -> Answer) -> Answer {
    (0..4).map(|_| attempt()).find(|answer| answer.status == 429).unwrap()
}

fn retry_after(answer: &Answer) -> u64 {
    answer.header("retry-after").parse().unwrap()
}

#[test]
fn what_is_too_large_is_refused_and_kept_in_the_form() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let long = "y".repeat(32 * 1024 + 1);
    let refused = browser.post("/notes", &[("title", "Kept"), ("body", &long)]);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("value=\"Kept\"") && refused.body.contains(&long));
    let refused = browser.post("/notes", &[("title", &"t".repeat(121)), ("body", "b")]);
    assert!(refused.status == 422 && refused.body.contains("id=\"title-error\""));
    assert_eq!(browser.post("/notes", &[("title", " "), ("body", "b")]).status, 422);
    assert_eq!(browser.post("/notes", &[("title", "ok"), ("body", &long[1..])]).status, 303);
}
