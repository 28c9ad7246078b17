//! The notes of a token's bearer, as JSON. Private notes never leave by this door.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bartizan::html::Clean;
use serde::Serialize;
use tokio::task::spawn_blocking;

use crate::app::App;
use crate::db::from_sql;
use crate::db::notes::{Note, Notes};
use crate::error::Error;

/// The most notes in one answer.
const MAX_NOTES: u32 = 100;

#[derive(Serialize)]
struct NoteJson {
    id: i64,
    title: String,
    /// Sanitized, like the page's.
    html: String,
    created_at: String,
    updated_at: String,
}

/// An error for programs: RFC 9457.
#[derive(Serialize)]
struct Problem {
    title: &'static str,
    status: u16,
}

pub(crate) async fn notes(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(user_id) = bearer(&app, &headers) else { return unauthorized(&headers) };
    match list(&app, user_id).await {
        Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => {
            let _id = error.log();
            problem(StatusCode::INTERNAL_SERVER_ERROR, "The server failed")
        }
    }
}

/// Returns whose notes the token opens. Whatever is wrong with it, the client is told the same.
fn bearer(app: &App, headers: &HeaderMap) -> Option<i64> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let verified = app.keys.verifier.verify(token, &*app.clock).ok()?;
    if verified.claims().scope != "notes:read" {
        return None;
    }
    verified.subject().parse().ok()
}

async fn list(app: &Arc<App>, user_id: i64) -> Result<String, Error> {
    let worker = Arc::clone(app);
    let notes = app
        .db
        .run(move |tx| Notes { tx, seal: &worker.keys.envelope, user_id }.latest_rich(MAX_NOTES));
    let notes = notes.await?;
    let worker = Arc::clone(app);
    let clean = move || {
        let notes: Vec<_> = notes.into_iter().map(|note| to_json(&worker, note)).collect();
        serde_json::to_string(&notes)
    };
    spawn_blocking(clean).await.map_err(Error::machine)?.map_err(Error::machine)
}

fn to_json(app: &App, note: Note) -> NoteJson {
    // A note too tangled to be cleaned is shown to nobody, here as on its page.
    let html = app.sanitizer.clean(&note.text.body);
    NoteJson {
        id: note.id,
        html: html.map_or_else(|_| String::new(), Clean::into_string),
        title: note.text.title,
        created_at: from_sql(note.created_at).to_string(),
        updated_at: from_sql(note.updated_at).to_string(),
    }
}

/// RFC 6750, section 3: an error code only for who tried to authenticate.
fn unauthorized(headers: &HeaderMap) -> Response {
    let tried = headers.contains_key(AUTHORIZATION);
    let challenge = if tried {
        r#"Bearer realm="notebook", error="invalid_token""#
    } else {
        r#"Bearer realm="notebook""#
    };
    let answer = problem(StatusCode::UNAUTHORIZED, "A valid access token is needed");
    ([(WWW_AUTHENTICATE, challenge)], answer).into_response()
}

fn problem(status: StatusCode, title: &'static str) -> Response {
    let body = serde_json::to_string(&Problem { title, status: status.as_u16() });
    let content_type = [(CONTENT_TYPE, "application/problem+json")];
    (status, content_type, body.unwrap_or_default()).into_response()
}
