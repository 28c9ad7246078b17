//! The first factor.

use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::Response;
use bartizan::core::SecretString;
use bartizan::password::RehashReason;
use bartizan::validate::{RedirectTarget, Username};
use serde::Deserialize;

use super::{Frame, page, see_other_with};
use crate::app::App;
use crate::asked::{Asked, Flag, on_the_way_to};
use crate::cookie;
use crate::db::sessions::{self, Stage};
use crate::db::users::{self, Account};
use crate::error::Error;
use crate::limits::Wait;
use crate::passwords;
use crate::server::Peer;
use crate::session::{self, Posted, Visitor};

#[derive(Template)]
#[template(path = "log_in.html")]
struct LogIn {
    frame: Frame,
    username: String,
    is_new: bool,
    next: Option<RedirectTarget>,
    error: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Arrival {
    new: Flag,
    next: Option<RedirectTarget>,
}

#[derive(Deserialize)]
pub(crate) struct Form {
    username: String,
    password: String,
    /// Where to go afterwards: a page of ours, or the request is none of ours.
    next: Option<RedirectTarget>,
}

pub(crate) async fn show(
    visitor: Visitor,
    Asked(Arrival { new, next }): Asked<Arrival>,
) -> Result<Response, Error> {
    let is_new = new.is_some();
    let frame = Frame::for_visitor("Log in", &visitor);
    page(StatusCode::OK, &LogIn { frame, username: String::new(), is_new, next, error: None })
}

pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    posted: Posted<Visitor, Form>,
) -> Result<Response, Error> {
    let Posted { who, form } = posted;
    let Form { username, password, next } = form;
    let password = SecretString::from(password);
    let name = username.trim().to_owned();
    let account = match check_password(&app, peer, &name, password).await {
        Ok(Some(account)) => account,
        refused => {
            let (status, error) = match refused {
                Err(Error::TooManyAttempts(wait)) => return Err(wait.into()),
                Err(error) => return Err(error),
                Ok(_) => (StatusCode::UNAUTHORIZED, "The name or the password is wrong."),
            };
            let frame = Frame::for_visitor("Log in", &who);
            let error = Some(error.to_owned());
            return page(status, &LogIn { frame, username: name, is_new: false, next, error });
        }
    };
    let stage = if account.has_second_factor { Stage::Half } else { Stage::Password };
    let replaced = who.0.map(|session| session.digest);
    let starting = Arc::clone(&app);
    let cookie = app
        .db
        .run(move |tx| session::start(&starting, tx, replaced.as_ref(), (account.id, stage)))
        .await?;
    match stage {
        Stage::Half => see_other_with(cookie, &on_the_way_to(next.as_ref(), "/login/code")),
        _ => see_other_with(cookie, first_page(next.as_ref())),
    }
}

/// Where somebody is who has logged in.
pub(super) fn first_page(next: Option<&RedirectTarget>) -> &str {
    next.map_or("/notes", RedirectTarget::as_str)
}

/// Checks a password, at the same cost whether or not there is such an account. The answer is
/// nothing when either is wrong.
pub(super) async fn check_password(
    app: &Arc<App>,
    Peer(source): Peer,
    name: &str,
    password: SecretString,
) -> Result<Option<Account>, Error> {
    // A name that cannot be anybody's is nobody's; each one counts for itself.
    let canonical = name.parse::<Username>().ok().map(String::from);
    let key = canonical.clone().unwrap_or_default();
    app.sources.attempt(source)?;
    app.guesses.attempt(key.clone()).inspect_err(|Wait { .. }| app.sources.forgive(&source))?;

    let checked = check_counted(app, canonical.unwrap_or_default(), password).await;
    match &checked {
        Ok(Some(_)) => {
            app.guesses.reset(&key);
            app.sources.forgive(&source);
        }
        // It was not checked, so it was no guess.
        Err(_) => {
            app.guesses.forgive(&key);
            app.sources.forgive(&source);
        }
        Ok(None) => {}
    }
    checked
}

async fn check_counted(
    app: &Arc<App>,
    name: String,
    password: SecretString,
) -> Result<Option<Account>, Error> {
    let account = app.db.run(move |tx| users::by_name(tx, &name)).await?;
    let open =
        |account: &Account| passwords::open(&app.keys.pepper, &account.password_hash, account.id);
    let stored = account.as_ref().map(open).transpose()?;
    let verified = app.passwords.verify(&password, stored.as_ref()).await?;
    let (Some(verified), Some(account), Some(stored)) = (verified, account, stored) else {
        return Ok(None);
    };
    if let Some(reason) = verified.rehash_reason() {
        // A hash under an old pepper is as good as any: it is only to be sealed again.
        let renewed = match reason {
            RehashReason::OldPepper => stored,
            _ => app.passwords.hash(&password).await?,
        };
        let renewed = passwords::seal(&app.keys.pepper, &renewed, account.id)?;
        let (id, before) = (account.id, account.password_hash.clone());
        let swap =
            app.db.run(move |tx| users::swap_password_hash(tx, id, &before, renewed.as_str()));
        swap.await?;
    }
    Ok(Some(account))
}

#[derive(Deserialize)]
pub(crate) struct NoFields {}

/// Ends the session on the server; the cookie goes too, but does not matter any more.
pub(crate) async fn log_out(
    State(app): State<Arc<App>>,
    posted: Posted<Visitor, NoFields>,
) -> Result<Response, Error> {
    if let Some(session) = posted.who.0 {
        app.db.run(move |tx| sessions::delete(tx, &session.digest)).await?;
    }
    see_other_with(cookie::remove(), "/")
}
