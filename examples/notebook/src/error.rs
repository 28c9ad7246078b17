//! What a request can come to instead of its answer: the client's fault, or the machine's.

use core::fmt;
use std::io::{self, Write as _};

use askama::Template as _;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bartizan::core::{OpenError, Random as _, RandomUnavailable, SealError, SystemRandom, hex};
use bartizan::validate::RedirectTarget;

use crate::asked::on_the_way_to;
use crate::limits::Wait;
use crate::pages::ErrorPage;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Error {
    /// Nobody is signed in, or not far enough: go there first.
    GoTo(&'static str),
    /// Nobody is signed in: log in, and come back to a page of ours.
    LogInFirst(Option<RedirectTarget>),
    /// The request is not one that our pages send.
    BadRequest,
    /// The request came from another site, or from a page that is out of date.
    CrossSite,
    /// Only the operator may, after a second factor.
    NotOperator,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    TooManyNotes,
    TooManyAttempts(Wait),
    /// The request came for a host that we are not.
    WrongHost,
    /// All places for expensive work are taken.
    Busy,
    /// The request took too long.
    TimedOut,
    /// The machine or its data failed. The cause is for the log, never for the client.
    Machine(Box<dyn core::error::Error + Send + Sync>),
}

impl Error {
    pub(crate) fn machine(cause: impl Into<Box<dyn core::error::Error + Send + Sync>>) -> Self {
        Self::Machine(cause.into())
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::GoTo(_) | Self::LogInFirst(_) => StatusCode::SEE_OTHER,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::CrossSite | Self::NotOperator => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyNotes => StatusCode::CONFLICT,
            Self::TooManyAttempts(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::Busy | Self::TimedOut => StatusCode::SERVICE_UNAVAILABLE,
            Self::Machine(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What the client is told: one text for each kind, whatever the cause.
    fn text(&self) -> (&'static str, String) {
        let (title, text) = match self {
            Self::GoTo(_) | Self::LogInFirst(_) => ("See other", "This page is elsewhere."),
            Self::BadRequest => ("Bad request", "That request could not be understood."),
            Self::CrossSite => (
                "Request refused",
                "This request did not come from a current page of this site. Go back, reload the \
                 page and try again.",
            ),
            Self::NotOperator => (
                "Not allowed",
                "Only the operator may see this page, signed in with a second factor.",
            ),
            Self::NotFound => ("Not found", "There is nothing here, or it is not yours."),
            Self::MethodNotAllowed => ("Not allowed", "This page does not take such requests."),
            Self::TooLarge => ("Too large", "That was more than this notebook takes at once."),
            Self::TooManyNotes => {
                ("Notebook full", "You have as many notes as fit. Delete one to make room.")
            }
            Self::TooManyAttempts(wait) => {
                let text = format!("Too many attempts. Try again in {} seconds.", wait.secs);
                return ("Too many attempts", text);
            }
            Self::WrongHost => ("Wrong host", "This server does not answer for that name."),
            Self::Busy => ("Busy", "Too much is going on just now. Try again in a moment."),
            Self::TimedOut => ("Timed out", "That took too long. Try again in a moment."),
            Self::Machine(_) => ("Something failed", "The fault is ours. It has been logged."),
        };
        (title, text.into())
    }

    /// Writes the cause to standard error, under an id that the client may quote.
    pub(crate) fn log(&self) -> Option<String> {
        let Self::Machine(cause) = self else { return None };
        let mut id = [0; 4];
        SystemRandom::new().fill(&mut id).unwrap_or_default();
        let id = hex::encode(&id);
        let mut line = format!("error {id}: {cause}");
        let mut source = cause.source();
        while let Some(deeper) = source {
            line.push_str(": ");
            line.push_str(&deeper.to_string());
            source = deeper.source();
        }
        line.push('\n');
        // Nothing is left to be done when standard error is closed.
        let _ = io::stderr().write_all(line.as_bytes());
        Some(id)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        if let Self::GoTo(place) = self {
            return (status, [(LOCATION, HeaderValue::from_static(place))]).into_response();
        }
        if let Self::LogInFirst(next) = self {
            let place = on_the_way_to(next.as_ref(), "/login");
            return (status, [(LOCATION, place)]).into_response();
        }
        let id = self.log();
        let (title, text) = self.text();
        let page = ErrorPage::new(status.as_u16(), title, text, id);
        let body = page.render().unwrap_or_else(|_| title.to_owned());
        let html = [("content-type", "text/html; charset=utf-8")];
        let mut response = (status, html, body).into_response();
        let retry = match self {
            Self::TooManyAttempts(wait) => Some(wait.secs),
            Self::Busy | Self::TimedOut => Some(2),
            _ => None,
        };
        if let Some(secs) = retry {
            let _none = response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(secs));
        }
        response
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine(cause) => cause.fmt(f),
            _ => f.write_str(&self.text().1),
        }
    }
}

impl From<Wait> for Error {
    fn from(wait: Wait) -> Self {
        Self::TooManyAttempts(wait)
    }
}

/// The faults of the machine and of its data, from wherever they come.
macro_rules! machine_errors {
    ($($cause:ty),+) => {$(
        impl From<$cause> for Error {
            fn from(cause: $cause) -> Self {
                Self::machine(cause)
            }
        }
    )+};
}

machine_errors!(rusqlite::Error, askama::Error, RandomUnavailable, SealError, OpenError);
