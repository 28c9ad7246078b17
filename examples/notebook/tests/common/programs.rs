//! Programs, as their user connects them and as they ask for notes.

use crate::common::{Answer, Browser};

/// Connects a program, and returns its access and refresh token.
pub(crate) fn connect(browser: &mut Browser, name: &str) -> (String, String) {
    let page = browser.post("/security/programs", &[("name", name)]);
    assert_eq!(page.status, 200, "{}", page.body);
    tokens_on(&page)
}

/// The access and refresh token that a page shows.
pub(crate) fn tokens_on(page: &Answer) -> (String, String) {
    let shown = |id: &str| {
        let (_, rest) = page.body.split_once(&format!("id=\"{id}\""))?;
        Some(rest.split_once('>')?.1.split_once('<')?.0.to_owned())
    };
    (shown("access-token").unwrap(), shown("refresh-token").unwrap())
}

/// Asks the API for the notes.
pub(crate) fn notes_with(browser: &Browser, token: &str) -> Answer {
    let request = browser.agent.get(browser.url("/api/notes"));
    Answer::of(request.header("authorization", format!("Bearer {token}")).call().unwrap())
}
