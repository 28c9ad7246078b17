//! The second factor: a code of the authenticator, or one of the recovery codes.

use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::Response;
use bartizan::otp::{RecoverySet, Totp, TotpSecret, TotpState};
use rusqlite::Transaction;
use serde::Deserialize;

use super::{Frame, page, see_other, see_other_with};
use crate::app::{App, Guess};
use crate::db::sessions::{self, Stage};
use crate::db::users;
use crate::error::Error;
use crate::server::Peer;
use crate::session::{self, HalfWay, Posted, Session};

#[derive(Template)]
#[template(path = "second_factor.html")]
struct SecondFactor {
    frame: Frame,
    code_error: Option<&'static str>,
    recovery_error: Option<&'static str>,
}

#[derive(Deserialize)]
pub(crate) struct CodeForm {
    code: String,
}

#[derive(Deserialize)]
pub(crate) struct RecoveryForm {
    recovery_code: String,
}

/// Which second factor somebody offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Factor {
    Authenticator,
    RecoveryCode,
}

pub(crate) async fn show(HalfWay(session): HalfWay) -> Result<Response, Error> {
    show_with(StatusCode::OK, &session, None)
}

pub(crate) async fn submit_code(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    posted: Posted<HalfWay, CodeForm>,
) -> Result<Response, Error> {
    let Posted { who: HalfWay(session), form } = posted;
    submit(&app, peer, session, (Factor::Authenticator, form.code)).await
}

pub(crate) async fn submit_recovery_code(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    posted: Posted<HalfWay, RecoveryForm>,
) -> Result<Response, Error> {
    let Posted { who: HalfWay(session), form } = posted;
    submit(&app, peer, session, (Factor::RecoveryCode, form.recovery_code)).await
}

fn show_with(
    status: StatusCode,
    session: &Session,
    refused: Option<Factor>,
) -> Result<Response, Error> {
    let error = |factor, text| (refused == Some(factor)).then_some(text);
    let template = SecondFactor {
        frame: Frame::of("Second factor", Some(session)),
        code_error: error(
            Factor::Authenticator,
            "That code is wrong, or was used before. Wait for the next one.",
        ),
        recovery_error: error(Factor::RecoveryCode, "That code is wrong, or was used before."),
    };
    page(status, &template)
}

async fn submit(
    app: &Arc<App>,
    Peer(source): Peer,
    session: Session,
    (factor, code): (Factor, String),
) -> Result<Response, Error> {
    let guess = Guess::Code(session.user_id);
    app.sources.attempt(source)?;
    app.guesses.attempt(guess.clone()).inspect_err(|_| app.sources.forgive(&source))?;
    let (worker, user_id, digest) = (Arc::clone(app), session.user_id, session.digest);
    let outcome = app.db.run(move |tx| {
        let accepted = match factor {
            Factor::Authenticator => accept_code(&worker, tx, user_id, &code)?,
            Factor::RecoveryCode => accept_recovery_code(tx, user_id, &code)?,
        };
        if accepted {
            let step = (user_id, Stage::TwoFactor);
            session::start(&worker, tx, Some(&digest), step).map(Outcome::Accepted)
        } else if sessions::count_failure(tx, &digest)? {
            Ok(Outcome::Ended)
        } else {
            Ok(Outcome::Refused)
        }
    });
    match outcome.await {
        Ok(Outcome::Accepted(cookie)) => {
            app.guesses.reset(&guess);
            app.sources.forgive(&source);
            see_other_with(cookie, "/notes")
        }
        Ok(Outcome::Refused) => show_with(StatusCode::UNAUTHORIZED, &session, Some(factor)),
        Ok(Outcome::Ended) => see_other("/login"),
        Err(error) => {
            app.guesses.forgive(&guess);
            app.sources.forgive(&source);
            Err(error)
        }
    }
}

enum Outcome {
    Accepted(axum::http::HeaderValue),
    Refused,
    Ended,
}

/// Checks a code and remembers its step, in one transaction: it works once.
pub(super) fn accept_code(
    app: &App,
    tx: &Transaction<'_>,
    user_id: i64,
    code: &str,
) -> Result<bool, Error> {
    let stored = users::second_factor(tx, user_id)?;
    let Some(sealed) = stored.secret else { return Ok(false) };
    let totp = Totp::new(open_secret(app, user_id, &sealed)?);
    let last_step = stored.last_step.try_into().map_err(Error::machine)?;
    let state = TotpState::from_parts(last_step, 0).map_err(Error::machine)?;
    match totp.verify(code.trim(), &*app.clock, state) {
        Ok(next) => {
            let after = i64::try_from(next.last_step()).map_err(Error::machine)?;
            users::swap_last_step(tx, user_id, stored.last_step, after)
        }
        Err(_) => Ok(false),
    }
}

/// Checks a recovery code and uses it up, in one transaction.
fn accept_recovery_code(tx: &Transaction<'_>, user_id: i64, code: &str) -> Result<bool, Error> {
    let Some(before) = users::second_factor(tx, user_id)?.recovery_set else { return Ok(false) };
    let set = RecoverySet::from_bytes(&before).map_err(Error::machine)?;
    match set.redeem(code) {
        Ok(next) => users::swap_recovery_set(tx, user_id, Some(&before), &next.to_bytes()),
        Err(_) => Ok(false),
    }
}

/// The secret of an authenticator opens for its user only.
pub(super) fn seal_secret(app: &App, user_id: i64, secret: &TotpSecret) -> Result<Vec<u8>, Error> {
    Ok(secret.seal(&app.keys.envelope, user_id.to_be_bytes())?)
}

pub(super) fn open_secret(app: &App, user_id: i64, sealed: &[u8]) -> Result<TotpSecret, Error> {
    Ok(TotpSecret::open(&app.keys.envelope, user_id.to_be_bytes(), sealed)?)
}
