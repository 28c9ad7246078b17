//! The door for programs: notes as JSON for whoever bears a token, and the exchange of tokens.
//! Private notes never leave by this door.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bartizan::core::SecretString;
use bartizan::html::Clean;
use bartizan::token::UseError;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use crate::app::App;
use crate::db::from_sql;
use crate::db::notes::{Note, Notes};
use crate::error::Error;
use crate::programs::{ExchangeError, SCOPE};

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
    let answer = match bearer(&app, &headers).await {
        Ok(Some(user_id)) => list(&app, user_id).await,
        Ok(None) => return unauthorized(&headers),
        Err(error) => Err(error),
    };
    answer.map_or_else(|error| failed(&error), json)
}

/// Returns whose notes the token opens. Whatever is wrong with it, the client is told the same.
async fn bearer(app: &App, headers: &HeaderMap) -> Result<Option<i64>, Error> {
    let Some(token) = bearer_token(headers) else { return Ok(None) };
    match app.programs.verify(token).await {
        Ok(token) if token.claims().scope == SCOPE => Ok(token.subject().parse().ok()),
        Ok(_) | Err(UseError::Refused(_)) => Ok(None),
        Err(failed) => Err(Error::machine(failed)),
    }
}

fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

#[derive(Deserialize)]
pub(crate) struct TokenForm {
    grant_type: String,
    refresh_token: String,
}

#[derive(Serialize)]
struct TokenJson<'t> {
    access_token: &'t str,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: &'t str,
    scope: &'static str,
}

/// Exchanges a refresh token for the next pair (RFC 6749, section 6).
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    form: Result<Form<TokenForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return oauth_error("invalid_request") };
    if form.grant_type != "refresh_token" {
        return oauth_error("unsupported_grant_type");
    }
    match app.programs.exchange(&SecretString::from(form.refresh_token)).await {
        Ok(pair) => {
            let body = serde_json::to_string(&TokenJson {
                access_token: pair.access_token.expose(),
                token_type: "Bearer",
                expires_in: pair.expires_in_secs,
                refresh_token: pair.refresh_token.expose(),
                scope: SCOPE,
            });
            body.map_or_else(|error| failed(&Error::machine(error)), json)
        }
        Err(ExchangeError::Refused { .. }) => oauth_error("invalid_grant"),
        Err(ExchangeError::Machine(error)) => failed(&error),
    }
}

#[derive(Deserialize)]
pub(crate) struct RevokeForm {
    token: String,
}

/// Makes a token void. A token that is not good is as void as it can be (RFC 7009, section 2.2).
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    form: Result<Form<RevokeForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return oauth_error("invalid_request") };
    match app.programs.revoke(&SecretString::from(form.token)).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => failed(&error),
    }
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
    let html = app.sanitizer.clean(note.text.body.as_str());
    NoteJson {
        id: note.id,
        html: html.map_or_else(|_| String::new(), Clean::into_string),
        title: note.text.title.into(),
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

/// RFC 6749, section 5.2.
fn oauth_error(code: &'static str) -> Response {
    let body = format!(r#"{{"error":"{code}"}}"#);
    (StatusCode::BAD_REQUEST, [(CONTENT_TYPE, "application/json")], body).into_response()
}

fn json(body: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

fn failed(error: &Error) -> Response {
    let _id = error.log();
    problem(StatusCode::INTERNAL_SERVER_ERROR, "The server failed")
}

fn problem(status: StatusCode, title: &'static str) -> Response {
    let body = serde_json::to_string(&Problem { title, status: status.as_u16() });
    let content_type = [(CONTENT_TYPE, "application/problem+json")];
    (status, content_type, body.unwrap_or_default()).into_response()
}
