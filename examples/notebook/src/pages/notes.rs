//! Notes. Rich ones are stored as they were typed and sanitized each time they are shown, so that
//! a better sanitizer reaches old notes too, and the author edits what the author wrote.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bartizan::validate::{FieldError, Fields, HttpsUrl, Invalid};
use serde::Deserialize;

use super::log_in::NoFields;
use super::{Frame, Markup, page, see_other, sentence, to_minute};
use crate::app::App;
use crate::asked::{Named, NoteId};
use crate::db::notes::{Kind, Note, Notes, Text};
use crate::db::{from_sql, to_sql};
use crate::error::Error;
use crate::previews::Title;
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
            title: note.text.title.into(),
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
    link: Option<HttpsUrl>,
    preview: Option<Title>,
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
    link: String,
    title_error: Option<String>,
    body_error: Option<String>,
    link_error: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Form {
    /// Only a new note chooses.
    #[serde(default)]
    kind: Kind,
    #[serde(flatten)]
    typed: Typed,
}

/// What was typed, to be shown again when it is refused.
#[derive(Clone, Default, Deserialize)]
struct Typed {
    title: String,
    body: String,
    #[serde(default)]
    link: String,
}

impl Typed {
    /// Checks every field, so that every error is shown at once.
    fn check(&self) -> Result<Text, Invalid> {
        let mut fields = Fields::new();
        let title = fields.parse("title", self.title.as_str());
        let body = fields.parse("body", self.body.as_str());
        let link = Some(self.link.trim()).filter(|link| !link.is_empty());
        let link = fields.optional("link", link);
        fields.finish(|| Some(Text { title: title?, body: body?, link: link? }))
    }
}

impl From<Text> for Typed {
    fn from(text: Text) -> Self {
        let link = text.link.map(|link| link.as_str().to_owned()).unwrap_or_default();
        Self { title: text.title.into(), body: text.body.into(), link }
    }
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
    page(StatusCode::OK, &Edit::of(&user, (None, Kind::Rich), Typed::default()))
}

pub(crate) async fn create(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, Form>,
) -> Result<Response, Error> {
    let Posted { who: user, form: Form { kind, typed } } = posted;
    let text = match typed.check() {
        Ok(text) => text,
        Err(invalid) => return Edit::of(&user, (None, kind), typed).refused(&invalid),
    };
    let now = to_sql(app.clock.now());
    let link = text.link.clone();
    let id = with_notes(&app, &user, move |notes| notes.insert(kind, &text, now)).await?;
    look_at(&app, &user, (id, kind), link).await?;
    see_other(&format!("/notes/{id}"))
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    user: SignedIn,
    Named(id): Named<NoteId>,
) -> Result<Response, Error> {
    let id = id.get();
    let note = with_notes(&app, &user, move |notes| notes.get(id)).await?;
    let Note { kind, text, preview, created_at, updated_at, .. } = note;
    let is_private = kind == Kind::Private;
    let rich = match kind {
        Kind::Rich => app.sanitizer.clean(text.body.as_str()).ok().map(Markup::from),
        Kind::Private => None,
    };
    let template = Show {
        frame: Frame::for_user(text.title.as_str(), &user),
        id,
        is_private,
        plain: text.body.into(),
        rich,
        link: text.link,
        preview,
        created: to_minute(from_sql(created_at)),
        updated: to_minute(from_sql(updated_at)),
    };
    page(StatusCode::OK, &template)
}

pub(crate) async fn show_edit(
    State(app): State<Arc<App>>,
    user: SignedIn,
    Named(id): Named<NoteId>,
) -> Result<Response, Error> {
    let id = id.get();
    let note = with_notes(&app, &user, move |notes| notes.get(id)).await?;
    page(StatusCode::OK, &Edit::of(&user, (Some(id), note.kind), note.text.into()))
}

pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Named(id): Named<NoteId>,
    posted: Posted<SignedIn, Form>,
) -> Result<Response, Error> {
    let Posted { who: user, form: Form { typed, .. } } = posted;
    let id = id.get();
    let text = match typed.check() {
        Ok(text) => text,
        Err(invalid) => {
            let note = with_notes(&app, &user, move |notes| notes.get(id)).await?;
            return Edit::of(&user, (Some(id), note.kind), typed).refused(&invalid);
        }
    };
    let now = to_sql(app.clock.now());
    let link = text.link.clone();
    let kind = with_notes(&app, &user, move |notes| notes.update(id, &text, now)).await?;
    look_at(&app, &user, (id, kind), link).await?;
    see_other(&format!("/notes/{id}"))
}

pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Named(id): Named<NoteId>,
    posted: Posted<SignedIn, NoFields>,
) -> Result<Response, Error> {
    let id = id.get();
    with_notes(&app, &posted.who, move |notes| notes.delete(id)).await?;
    see_other("/notes")
}

impl Edit {
    fn of(user: &SignedIn, (id, kind): (Option<i64>, Kind), typed: Typed) -> Self {
        let title = if id.is_some() { "Edit note" } else { "New note" };
        Self {
            frame: Frame::for_user(title, user),
            id,
            is_private: kind == Kind::Private,
            title: typed.title,
            body: typed.body,
            link: typed.link,
            title_error: None,
            body_error: None,
            link_error: None,
        }
    }

    /// Shows the form again, with what was typed and what is wrong with it.
    fn refused(mut self, invalid: &Invalid) -> Result<Response, Error> {
        let error = |pointer| {
            let first = invalid.errors().iter().find(|error| error.pointer() == pointer);
            first.map(FieldError::message)
        };
        self.title_error = error("/title").map(|message| format!("The title {message}."));
        self.body_error = error("/body").map(|message| format!("The text {message}."));
        self.link_error = error("/link").map(|message| sentence(&message));
        page(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

/// Fetches the title of the page that a rich note leads to. The link of a private one stays here:
/// whoever answers there would learn of it.
async fn look_at(
    app: &Arc<App>,
    user: &SignedIn,
    (id, kind): (i64, Kind),
    link: Option<HttpsUrl>,
) -> Result<(), Error> {
    let Some(link) = link.filter(|_| kind == Kind::Rich) else { return Ok(()) };
    match app.previews.title(&link).await {
        Some(title) => {
            with_notes(app, user, move |notes| notes.set_preview(id, &link, &title)).await
        }
        None => Ok(()),
    }
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
