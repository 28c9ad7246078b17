//! What the address of a request says, typed: whatever is not of its type goes no further.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use bartizan::validate::{BoundedString, RedirectTarget};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// The variable segment of a path. What cannot be one is nothing that we have.
#[derive(Debug)]
pub(crate) struct Named<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(value)| Self(value)).map_err(|_| Error::NotFound)
    }
}

/// The query of a page.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(value)| Self(value)).map_err(|_| Error::BadRequest)
    }
}

/// A name in a query that stands for itself: `?new`.
pub(crate) type Flag = Option<BoundedString<0, 0>>;

/// Which note: only numbers that a row may have.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "i64")]
pub(crate) struct NoteId(i64);

impl NoteId {
    pub(crate) const fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for NoteId {
    type Error = &'static str;

    fn try_from(id: i64) -> Result<Self, Self::Error> {
        if id > 0 { Ok(Self(id)) } else { Err("no row has such an id") }
    }
}

/// A code as it is typed, with spaces perhaps: how long it may be is known before what it says.
pub(crate) type Code = BoundedString<0, 64>;

/// Returns the place where somebody logs in who is to come back to `next` afterwards.
pub(crate) fn on_the_way_to(next: Option<&RedirectTarget>, place: &str) -> String {
    use bartizan::validate::sink::url::query;
    next.map_or_else(|| place.to_owned(), |next| format!("{place}?next={}", query(next.as_str())))
}
