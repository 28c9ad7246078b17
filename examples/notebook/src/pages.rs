//! The pages: what each needs, and what it does with a form.

pub(crate) mod address;
pub(crate) mod avatar;
pub(crate) mod home;
pub(crate) mod log_in;
pub(crate) mod notes;
pub(crate) mod operator;
pub(crate) mod programs;
pub(crate) mod second_factor;
pub(crate) mod security;
pub(crate) mod sign_up;

use core::fmt::{self, Display};

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bartizan::core::{SecretString, UnixTime};
use bartizan::html::Clean;

use crate::db::sessions::Stage;
use crate::error::Error;
use crate::limits::Wait;
use crate::session::{Session, SignedIn, Visitor};

/// What stands around every page.
pub(crate) struct Frame {
    title: String,
    /// Nothing for who is not signed in.
    nav: Option<Nav>,
    /// The token for forms; empty without a session.
    csrf: String,
}

struct Nav {
    username: String,
    is_operator: bool,
    has_avatar: bool,
}

impl Frame {
    fn of(title: impl Into<String>, session: Option<&Session>) -> Self {
        let signed_in = session.filter(|session| session.stage != Stage::Half);
        let nav = signed_in.map(|session| Nav {
            username: session.username.clone(),
            is_operator: session.is_operator,
            has_avatar: session.has_avatar,
        });
        let csrf = session.map(|session| session.csrf.clone()).unwrap_or_default();
        Self { title: title.into(), nav, csrf }
    }

    fn for_user(title: impl Into<String>, SignedIn(session): &SignedIn) -> Self {
        Self::of(title, Some(session))
    }

    fn for_visitor(title: impl Into<String>, Visitor(session): &Visitor) -> Self {
        Self::of(title, session.as_ref())
    }
}

/// The page of an error. It knows of no session.
#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    frame: Frame,
    status: u16,
    text: String,
    id: Option<String>,
}

impl ErrorPage {
    pub(crate) fn new(status: u16, title: &str, text: String, id: Option<String>) -> Self {
        Self { frame: Frame::of(title, None), status, text, id }
    }
}

/// Markup that may stand in a page as it is: what the sanitizer or our own crate made, never what
/// came from outside. Templates escape everything else.
struct Markup(String);

impl From<Clean<'_>> for Markup {
    fn from(clean: Clean<'_>) -> Self {
        Self(clean.into_string())
    }
}

impl Markup {
    fn qr_code(svg: &SecretString) -> Self {
        Self(svg.expose().to_owned())
    }
}

impl Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

fn page(status: StatusCode, template: &impl Template) -> Result<Response, Error> {
    let html = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok((status, html, template.render()?).into_response())
}

/// The page again, for who has to wait.
fn too_soon(wait: Wait, template: &impl Template) -> Result<Response, Error> {
    let mut response = page(StatusCode::TOO_MANY_REQUESTS, template)?;
    let _none = response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.secs));
    Ok(response)
}

fn see_other(place: &str) -> Result<Response, Error> {
    let place = HeaderValue::from_str(place).map_err(Error::machine)?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response())
}

fn see_other_with(cookie: HeaderValue, place: &str) -> Result<Response, Error> {
    let mut response = see_other(place)?;
    let _none = response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// The family's errors begin small and end without a full stop, so that they can stand anywhere.
fn sentence(error: &impl Display) -> String {
    let text = error.to_string();
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase).into_iter().flatten();
    let stop = (!text.ends_with('.')).then_some('.');
    first.chain(rest).chain(stop).collect()
}

/// An instant for people: RFC 3339 to the minute, the T a space.
fn to_minute(time: UnixTime) -> String {
    let text = time.to_string();
    let (date, rest) = text.split_once('T').unwrap_or((&text, ""));
    format!("{date} {} UTC", rest.get(..5).unwrap_or_default())
}
