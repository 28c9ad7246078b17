//! Notes. Rich ones are stored as they were typed and sanitized each time they are shown, so that
//! a better sanitizer reaches old notes too, and the author edits what the author wrote.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bartizan::validate::Valid;
use serde::Deserialize;

use super::log_in::NoFields;
use super::{Frame, Markup, page, see_other, to_minute};
use crate::app::App;
use crate::db::notes::{Kind, Note, Notes, Text};
use crate::db::{from_sql, to_sql};
use crate::error::Error;
use crate::session::{Posted, SignedIn};

#[derive(Template)]
#[template(path = "notes.html")]
struct List {
    frame: Frame,
    has_second_factor: bool,
    notes: Vec<Row>,
}

struct Row {
    id: i64,
    title: String,
    is_private: bool,
    updated: String,
}

impl Row {
    fn of(note: Note) -> Self {
        Self {
            id: note.id,
            title: note.text.title,
            is_private: note.kind == Kind::Private,
            updated: to_minute(from_sql(note.updated_at)),
        }
    }
}

#[derive(Template)]
#[template(path = "note.html")]
struct Show {
    frame: Frame,
    id: i64,
    is_private: bool,
    /// Plain text for a private note, which is escaped like all text.
    plain: String,
    /// Nothing when the note is too tangled to be cleaned.
    rich: Option<Markup>,
    created: String,
    updated: String,
}

#[derive(Template)]
#[template(path = "note_edit.html")]
struct Edit {
    frame: Frame,
    /// Nothing for a new note.
    id: Option<i64>,
    is_private: bool,
    title: String,
    body: String,
    title_error: Option<String>,
    body_error: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Form {
    /// Only a new note chooses; it is private when it says so.
    #[serde(default)]
    kind: String,
    title: String,
    body: String,
}

pub(crate) async fn list(State(app): State<Arc<App>>, user: SignedIn) -> Result<Response, Error> {
    let list = |notes: &Notes<'_>| Ok(notes.list()?.into_iter().map(Row::of).collect());
    let template = List {
        notes: with_notes(&app, &user, list).await?,
        frame: Frame::for_user("Notes", &user),
        has_second_factor: user.0.has_second_factor,
    };
    page(StatusCode::OK, &template)
}

pub(crate) async fn show_new(user: SignedIn) -> Result<Response, Error> {
    let (title, body) = (String::new(), String::new());
    page(StatusCode::OK, &Edit::of(&user, (None, Kind::Rich), Text { title, body }))
}

pub(crate) async fn create(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, Form>,
) -> Result<Response, Error> {
    let Posted { who: user, form } = posted;
    let kind = if form.kind == "private" { Kind::Private } else { Kind::Rich };
    let text = match check(form) {
        Ok(text) => text,
        Err(refused) => return refused.show(Edit::of(&user, (None, kind), Text::default())),
    };
    let now = to_sql(app.clock.now());
    let id = with_notes(&app, &user, move |notes| notes.insert(kind, &text, now)).await?;
    see_other(&format!("/notes/{id}"))
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    user: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let id = parse_id(&id)?;
    let note = with_notes(&app, &user, move |notes| notes.get(id)).await?;
    let Note { kind, text, created_at, updated_at, .. } = note;
    let is_private = kind == Kind::Private;
    let rich = match kind {
        Kind::Rich => app.sanitizer.clean(&text.body).ok().map(Markup::from),
        Kind::Private => None,
    };
    let template = Show {
        frame: Frame::for_user(text.title, &user),
        id,
        is_private,
        plain: text.body,
        rich,
        created: to_minute(from_sql(created_at)),
        updated: to_minute(from_sql(updated_at)),
    };
    page(StatusCode::OK, &template)
}

pub(crate) async fn show_edit(
    State(app): State<Arc<App>>,
    user: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let id = parse_id(&id)?;
    let note = with_notes(&app, &user, move |notes| notes.get(id)).await?;
    page(StatusCode::OK, &Edit::of(&user, (Some(id), note.kind), note.text))
}

pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted<SignedIn, Form>,
) -> Result<Response, Error> {
    let Posted { who: user, form } = posted;
    let id = parse_id(&id)?;
    let text = match check(form) {
        Ok(text) => text,
        Err(refused) => {
            let note = with_notes(&app, &user, move |notes| notes.get(id)).await?;
            return refused.show(Edit::of(&user, (Some(id), note.kind), note.text));
        }
    };
    let now = to_sql(app.clock.now());
    with_notes(&app, &user, move |notes| notes.update(id, &text, now)).await?;
    see_other(&format!("/notes/{id}"))
}

pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted<SignedIn, NoFields>,
) -> Result<Response, Error> {
    let id = parse_id(&id)?;
    with_notes(&app, &posted.who, move |notes| notes.delete(id)).await?;
    see_other("/notes")
}

impl Edit {
    fn of(user: &SignedIn, (id, kind): (Option<i64>, Kind), text: Text) -> Self {
        let title = if id.is_some() { "Edit note" } else { "New note" };
        Self {
            frame: Frame::for_user(title, user),
            id,
            is_private: kind == Kind::Private,
            title: text.title,
            body: text.body,
            title_error: None,
            body_error: None,
        }
    }
}

/// A note that is not stored, and why.
struct Refused {
    text: Text,
    title_error: Option<String>,
    body_error: Option<String>,
}

impl Refused {
    /// Shows the form again, with what was typed.
    fn show(self, edit: Edit) -> Result<Response, Error> {
        let Self { text, title_error, body_error } = self;
        let template = Edit { title: text.title, body: text.body, title_error, body_error, ..edit };
        page(StatusCode::UNPROCESSABLE_ENTITY, &template)
    }
}

fn check(form: Form) -> Result<Valid<Text>, Refused> {
    let text = Text { title: form.title.trim().to_owned(), body: form.body };
    Valid::new(text.clone()).map_err(|invalid| {
        let error = |pointer| {
            let errors = invalid.errors().iter();
            let first = errors.into_iter().find(|error| error.pointer() == pointer);
            first.map(|error| error.message().to_owned())
        };
        Refused { title_error: error("/title"), body_error: error("/body"), text }
    })
}

async fn with_notes<T, F>(app: &Arc<App>, SignedIn(user): &SignedIn, work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce(&Notes<'_>) -> Result<T, Error> + Send + 'static,
{
    let (app, user_id) = (Arc::clone(app), user.user_id);
    let db = app.db.clone();
    db.run(move |tx| work(&Notes { tx, seal: &app.keys.envelope, user_id })).await
}

/// An id that is no number is the id of no note.
fn parse_id(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::NotFound)
}
