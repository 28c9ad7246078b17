//! The second factor: a code of the authenticator, or one of the recovery codes.

use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::Response;
use bartizan::validate::RedirectTarget;
use serde::Deserialize;

use super::log_in::first_page;
use super::{Frame, page, see_other, see_other_with, too_soon};
use crate::app::App;
use crate::asked::{Asked, Code, Flag};
use crate::db::sessions::Stage;
use crate::error::Error;
use crate::second_factor::Refused;
use crate::server::Peer;
use crate::session::{self, HalfWay, Posted, Session};

#[derive(Template)]
#[template(path = "second_factor.html")]
struct SecondFactor {
    frame: Frame,
    is_resynchronized: bool,
    next: Option<RedirectTarget>,
    code_error: Option<String>,
    recovery_error: Option<String>,
}

#[derive(Template)]
#[template(path = "resynchronize.html")]
struct Resynchronize {
    frame: Frame,
    error: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Arrival {
    resynchronized: Flag,
    next: Option<RedirectTarget>,
}

#[derive(Deserialize)]
pub(crate) struct CodeForm {
    code: Code,
    next: Option<RedirectTarget>,
}

#[derive(Deserialize)]
pub(crate) struct RecoveryForm {
    recovery_code: Code,
    next: Option<RedirectTarget>,
}

#[derive(Deserialize)]
pub(crate) struct CodesForm {
    first: Code,
    second: Code,
}

impl SecondFactor {
    fn of(session: &Session, next: Option<RedirectTarget>) -> Self {
        let frame = Frame::of("Second factor", Some(session));
        Self { frame, is_resynchronized: false, next, code_error: None, recovery_error: None }
    }
}

pub(crate) async fn show(
    HalfWay(session): HalfWay,
    Asked(Arrival { resynchronized, next }): Asked<Arrival>,
) -> Result<Response, Error> {
    let is_resynchronized = resynchronized.is_some();
    page(StatusCode::OK, &SecondFactor { is_resynchronized, ..SecondFactor::of(&session, next) })
}

pub(crate) async fn submit_code(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    posted: Posted<HalfWay, CodeForm>,
) -> Result<Response, Error> {
    let Posted { who: HalfWay(session), form } = posted;
    let verified = app.second_factors.verify(session.user_id, form.code.as_str());
    let refused = match limited(&app, peer, verified).await {
        Ok(()) => return enter(&app, session, form.next).await,
        Err(refused) => refused,
    };
    let mut template = SecondFactor::of(&session, form.next);
    match refused {
        Refused::Wrong => {
            let text = "That code is wrong, or was used before. Wait for the next one.";
            template.code_error = Some(text.to_owned());
            page(StatusCode::UNAUTHORIZED, &template)
        }
        Refused::TooSoon(wait) => {
            let text = format!(
                "Too many codes were wrong. Try again in {} seconds, or use a recovery code.",
                wait.secs
            );
            template.code_error = Some(text);
            too_soon(wait, &template)
        }
        Refused::Machine(error) => Err(error),
    }
}

pub(crate) async fn submit_recovery_code(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    posted: Posted<HalfWay, RecoveryForm>,
) -> Result<Response, Error> {
    let Posted { who: HalfWay(session), form } = posted;
    let redeemed = app.second_factors.redeem(session.user_id, form.recovery_code.as_str());
    match limited(&app, peer, redeemed).await {
        Ok(()) => enter(&app, session, form.next).await,
        Err(Refused::Machine(error)) => Err(error),
        Err(Refused::TooSoon(wait)) => Err(wait.into()),
        Err(Refused::Wrong) => {
            let text = Some("That code is wrong, or was used before.".to_owned());
            let template =
                SecondFactor { recovery_error: text, ..SecondFactor::of(&session, form.next) };
            page(StatusCode::UNAUTHORIZED, &template)
        }
    }
}

pub(crate) async fn show_resynchronize(HalfWay(session): HalfWay) -> Result<Response, Error> {
    page(StatusCode::OK, &Resynchronize { frame: frame(&session), error: None })
}

/// Finds the clock of an authenticator by two codes in a row. The session stays half: the next
/// code logs in.
pub(crate) async fn resynchronize(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    posted: Posted<HalfWay, CodesForm>,
) -> Result<Response, Error> {
    let Posted { who: HalfWay(session), form } = posted;
    let codes = [form.first.as_str(), form.second.as_str()];
    let found = app.second_factors.resynchronize(session.user_id, codes);
    match limited(&app, peer, found).await {
        Ok(()) => see_other("/login/code?resynchronized"),
        Err(Refused::Machine(error)) => Err(error),
        Err(Refused::TooSoon(wait)) => {
            let text = format!("Too many codes were wrong. Try again in {} seconds.", wait.secs);
            too_soon(wait, &Resynchronize { frame: frame(&session), error: Some(text) })
        }
        Err(Refused::Wrong) => {
            let text = "These are not two codes in a row that nobody used, or the clock is off by more \
                        than five minutes.";
            let error = Some(text.to_owned());
            page(StatusCode::UNAUTHORIZED, &Resynchronize { frame: frame(&session), error })
        }
    }
}

fn frame(session: &Session) -> Frame {
    Frame::of("My codes are refused", Some(session))
}

/// Counts a try of whoever sent it, unless it was right or not looked at.
async fn limited(
    app: &App,
    Peer(source): Peer,
    tried: impl Future<Output = Result<(), Refused>>,
) -> Result<(), Refused> {
    app.sources.attempt(source).map_err(Refused::TooSoon)?;
    let outcome = tried.await;
    if !matches!(outcome, Err(Refused::Wrong)) {
        app.sources.forgive(&source);
    }
    outcome
}

/// Both factors were right: the whole session takes the place of the half.
async fn enter(
    app: &Arc<App>,
    session: Session,
    next: Option<RedirectTarget>,
) -> Result<Response, Error> {
    let starting = Arc::clone(app);
    let whole = (session.user_id, Stage::TwoFactor);
    let start = app.db.run(move |tx| session::start(&starting, tx, Some(&session.digest), whole));
    see_other_with(start.await?, first_page(next.as_ref()))
}
