//! Programs that read notes for their user: connecting one, exchanging its tokens before one's own
//! eyes, and cutting it off.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bartizan::core::SecretString;
use bartizan::validate::TextLine;
use serde::Deserialize;

use super::log_in::NoFields;
use super::{Frame, page, see_other};
use crate::app::App;
use crate::error::Error;
use crate::programs::{ExchangeError, Pair};
use crate::session::{Posted, SignedIn};

/// The longest name of a program, in characters.
const MAX_NAME_CHARS: usize = 40;

#[derive(Template)]
#[template(path = "program.html")]
struct Tokens {
    frame: Frame,
    story: &'static str,
    pair: Pair,
    /// The token that was exchanged for this pair.
    spent: Option<SecretString>,
    host: String,
}

#[derive(Template)]
#[template(path = "program_refused.html")]
struct Refused {
    frame: Frame,
    cut_off: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct NameForm {
    name: TextLine<1, MAX_NAME_CHARS>,
}

#[derive(Deserialize)]
pub(crate) struct ExchangeForm {
    refresh_token: String,
}

#[derive(Deserialize)]
pub(crate) struct ProgramForm {
    id: i64,
}

/// Connects a program. Its tokens are shown once.
pub(crate) async fn connect(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, NameForm>,
) -> Result<Response, Error> {
    let Posted { who: user, form } = posted;
    let pair = app.programs.connect(user.0.user_id, form.name.into()).await?;
    let story = "These tokens are shown only now. The access token reads your rich notes; when it \
                 has expired, the refresh token gets the next pair, once.";
    show(&app, &user, (story, pair, None))
}

/// Does what the program does when its access token has expired, where its user can watch.
pub(crate) async fn exchange(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, ExchangeForm>,
) -> Result<Response, Error> {
    let Posted { who: user, form } = posted;
    let spent = SecretString::from(form.refresh_token);
    match app.programs.exchange(&spent).await {
        Ok(pair) if pair.is_repeated => {
            let story = "That token was spent a moment ago. For ten seconds the same answer is \
                         given again, in case the first one was lost on its way.";
            show(&app, &user, (story, pair, Some(spent)))
        }
        Ok(pair) => {
            let story = "The refresh token was exchanged for this pair, and is spent. Whoever \
                         comes with it from now on is not the program, or not alone.";
            show(&app, &user, (story, pair, Some(spent)))
        }
        Err(ExchangeError::Refused { cut_off }) => {
            let frame = Frame::for_user("Token refused", &user);
            page(StatusCode::UNAUTHORIZED, &Refused { frame, cut_off })
        }
        Err(ExchangeError::Machine(error)) => Err(error),
    }
}

fn show(
    app: &App,
    user: &SignedIn,
    (story, pair, spent): (&'static str, Pair, Option<SecretString>),
) -> Result<Response, Error> {
    let frame = Frame::for_user("Tokens of a program", user);
    let host = app.hosts.local().to_owned();
    page(StatusCode::OK, &Tokens { frame, story, pair, spent, host })
}

pub(crate) async fn disconnect(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, ProgramForm>,
) -> Result<Response, Error> {
    app.programs.disconnect(posted.who.0.user_id, posted.form.id).await?;
    see_other("/security")
}

pub(crate) async fn disconnect_all(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, NoFields>,
) -> Result<Response, Error> {
    app.programs.disconnect_all(posted.who.0.user_id).await?;
    see_other("/security")
}
