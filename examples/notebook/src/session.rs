//! From the cookie of a request to who sent it, and back.
//!
//! The cookie is 256 random bits; the database knows its SHA-256 only. Signing in and every step
//! up give a new cookie, and the old one dies, so that one planted or seen before is worth nothing.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use bartizan::core::{Random as _, SecretBytes, base64url};
use bartizan::validate::RedirectTarget;
use ring::{digest, hmac};
use rusqlite::Transaction;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::cookie;
use crate::db::sessions::{self, Found, Stage};
use crate::error::Error;
use crate::guard::Provenance;

const ID_LEN: usize = 32;

/// A request of somebody whose password, at least, was right.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) digest: [u8; 32],
    pub(crate) user_id: i64,
    pub(crate) username: String,
    pub(crate) is_operator: bool,
    pub(crate) has_second_factor: bool,
    pub(crate) has_avatar: bool,
    pub(crate) stage: Stage,
    /// What a form must carry to be one of this session's.
    pub(crate) csrf: String,
}

/// A request of somebody who is signed in.
#[derive(Debug)]
pub(crate) struct SignedIn(pub(crate) Session);

/// A request of somebody who has yet to give the second factor. It opens nothing else.
#[derive(Debug)]
pub(crate) struct HalfWay(pub(crate) Session);

/// A request of anybody.
#[derive(Debug)]
pub(crate) struct Visitor(pub(crate) Option<Session>);

impl Session {
    async fn of(parts: &Parts, app: &App) -> Result<Option<Self>, Error> {
        let Some(id) = cookie::read(&parts.headers).and_then(parse) else { return Ok(None) };
        let digest = digest_of(&id);
        let now = app.clock.now();
        let found = app.db.run(move |tx| sessions::find(tx, &digest, now)).await?;
        let Some(found) = found else { return Ok(None) };
        let Found { user_id, username, is_operator, has_second_factor, has_avatar, stage } = found;
        let csrf = csrf_token(&id);
        Ok(Some(Self {
            digest,
            user_id,
            username,
            is_operator,
            has_second_factor,
            has_avatar,
            stage,
            csrf,
        }))
    }

    /// Whether a form that carries `token` is one of this session's.
    pub(crate) fn owns_form(&self, token: &[u8]) -> bool {
        SecretBytes::from(self.csrf.as_bytes()).ct_eq(token)
    }
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        Ok(Self(Session::of(parts, app).await?))
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        match Session::of(parts, app).await? {
            Some(session) if session.stage != Stage::Half => Ok(Self(session)),
            Some(_) => Err(Error::GoTo("/login/code")),
            None => Err(Error::LogInFirst(page_of(parts))),
        }
    }
}

/// The page that was asked for, unless it is the first one after a login anyway.
fn page_of(parts: &Parts) -> Option<RedirectTarget> {
    let place = parts.uri.path_and_query().filter(|_| parts.method == Method::GET)?.as_str();
    if place == "/notes" { None } else { place.parse().ok() }
}

impl FromRequestParts<Arc<App>> for HalfWay {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        match Session::of(parts, app).await? {
            Some(session) if session.stage == Stage::Half => Ok(Self(session)),
            Some(_) => Err(Error::GoTo("/notes")),
            None => Err(Error::GoTo("/login")),
        }
    }
}

/// A form of one of our pages, sent by whoever `who` is. A signed-in sender's form carries the
/// token of the session; without a session the browser's headers have to do.
#[derive(Debug)]
pub(crate) struct Posted<W, T> {
    pub(crate) who: W,
    pub(crate) form: T,
}

/// Who can send a form, and how the form is known to be theirs.
pub(crate) trait Sender: FromRequestParts<Arc<App>, Rejection = Error> {
    fn session(&self) -> Option<&Session>;
}

impl Sender for SignedIn {
    fn session(&self) -> Option<&Session> {
        Some(&self.0)
    }
}

impl Sender for HalfWay {
    fn session(&self) -> Option<&Session> {
        Some(&self.0)
    }
}

impl Sender for Visitor {
    fn session(&self) -> Option<&Session> {
        self.0.as_ref()
    }
}

#[derive(Deserialize)]
struct CsrfField {
    csrf: Option<String>,
}

impl<W: Sender + Send, T: DeserializeOwned> FromRequest<Arc<App>> for Posted<W, T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let who = W::from_request_parts(&mut parts, app).await?;
        let is_form = parts.headers.get(CONTENT_TYPE).is_some_and(is_urlencoded);
        if !is_form {
            return Err(Error::BadRequest);
        }
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), app)
            .await
            .map_err(|rejection| refused(rejection.status()))?;
        let CsrfField { csrf } = parse_form(&parts, bytes.clone()).await?;
        let proven = parts.extensions.get() == Some(&Provenance::SameOrigin);
        let is_ours = match (who.session(), csrf) {
            (Some(session), Some(csrf)) => session.owns_form(csrf.as_bytes()),
            (Some(_), None) => false,
            (None, _) => proven,
        };
        if !is_ours {
            return Err(Error::CrossSite);
        }
        Ok(Self { who, form: parse_form(&parts, bytes).await? })
    }
}

async fn parse_form<T: DeserializeOwned>(parts: &Parts, bytes: Bytes) -> Result<T, Error> {
    let request = Request::from_parts(parts.clone(), bytes.into());
    let form = Form::<T>::from_request(request, &()).await;
    form.map(|Form(form)| form).map_err(|rejection| refused(rejection.status()))
}

fn is_urlencoded(content_type: &HeaderValue) -> bool {
    let content_type = content_type.to_str().unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

pub(crate) fn refused(status: StatusCode) -> Error {
    if status == StatusCode::PAYLOAD_TOO_LARGE { Error::TooLarge } else { Error::BadRequest }
}

/// Starts a session in place of the one that `replaced` names, and returns its cookie.
pub(crate) fn start(
    app: &App,
    tx: &Transaction<'_>,
    replaced: Option<&[u8; 32]>,
    (user_id, stage): (i64, Stage),
) -> Result<HeaderValue, Error> {
    if let Some(replaced) = replaced {
        sessions::delete(tx, replaced)?;
    }
    let mut id = [0; ID_LEN];
    app.random.fill(&mut id)?;
    sessions::insert(tx, &digest_of(&id), (user_id, stage), app.clock.now())?;
    cookie::store(&base64url::encode(&id)).ok_or_else(|| Error::machine("no cookie of an id"))
}

fn parse(text: &str) -> Option<[u8; ID_LEN]> {
    if text.len() != 43 {
        return None;
    }
    base64url::decode(text).ok()?.try_into().ok()
}

fn digest_of(id: &[u8; ID_LEN]) -> [u8; 32] {
    let digest = digest::digest(&digest::SHA256, id);
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}

/// Of the session and of nothing else, and no way back from it to the cookie.
fn csrf_token(id: &[u8; ID_LEN]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, id);
    base64url::encode(hmac::sign(&key, b"notebook form").as_ref())
}
