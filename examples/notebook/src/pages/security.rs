//! The second factor of whoever is signed in, and a list of the programs that act for them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use bartizan::core::SecretString;
use bartizan::otp::{ConfirmError, Enrolment, RecoveryCodes, RecoverySet};
use rusqlite::Transaction;
use serde::Deserialize;

use super::log_in::check_password;
use super::second_factor::{accept_code, open_secret, seal_secret};
use super::{Frame, Markup, page, see_other};
use crate::app::{App, Guess};
use crate::db::programs::{self, Program};
use crate::db::sessions::{self, Stage};
use crate::db::users::{self, Pending};
use crate::db::{from_sql, to_sql};
use crate::error::Error;
use crate::server::Peer;
use crate::session::{self, Posted, SignedIn};

/// What authenticators show beside the code.
const ISSUER: &str = "Bartizan Notebook";

#[derive(Template)]
#[template(path = "security.html")]
struct Security {
    frame: Frame,
    has_second_factor: bool,
    recovery_codes_left: usize,
    programs: Vec<Program>,
    password_error: Option<&'static str>,
    code_error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "enrolment.html")]
struct EnrolmentPage {
    frame: Frame,
    qr_code: Markup,
    secret: SecretString,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct RecoveryCodesPage {
    frame: Frame,
    codes: Box<RecoveryCodes>,
}

#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    password: String,
}

#[derive(Deserialize)]
pub(crate) struct CodeForm {
    code: String,
}

pub(crate) async fn show(State(app): State<Arc<App>>, user: SignedIn) -> Result<Response, Error> {
    let template = overview(&app, &user).await?;
    page(StatusCode::OK, &template)
}

async fn overview(app: &Arc<App>, user: &SignedIn) -> Result<Security, Error> {
    let user_id = user.0.user_id;
    let read = move |tx: &Transaction<'_>| {
        Ok((users::second_factor(tx, user_id)?, programs::list(tx, user_id)?))
    };
    let (stored, programs) = app.db.run(read).await?;
    let set = stored.recovery_set.as_deref().map(RecoverySet::from_bytes);
    let set = set.transpose().map_err(Error::machine)?;
    Ok(Security {
        frame: Frame::for_user("Security", user),
        has_second_factor: stored.secret.is_some(),
        recovery_codes_left: set.map_or(0, |set| set.left()),
        programs,
        password_error: None,
        code_error: None,
    })
}

/// Begins an enrolment. Somebody who finds a browser signed in does not know the password.
pub(crate) async fn enrol(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    posted: Posted<SignedIn, PasswordForm>,
) -> Result<Response, Error> {
    let Posted { who: user, form } = posted;
    let password = SecretString::from(form.password);
    if check_password(&app, peer, &user.0.username, password).await?.is_none() {
        let password_error = Some("That is not your password.");
        let template = Security { password_error, ..overview(&app, &user).await? };
        return page(StatusCode::UNAUTHORIZED, &template);
    }
    let enrolment = Enrolment::begin(ISSUER, &user.0.username, &app.random, &*app.clock)
        .map_err(Error::machine)?;
    let user_id = user.0.user_id;
    let pending = Pending {
        secret: seal_secret(&app, user_id, enrolment.secret())?,
        begun_at: to_sql(enrolment.begun_at()),
    };
    app.db.run(move |tx| users::set_pending(tx, user_id, &pending)).await?;
    see_other("/security/authenticator")
}

pub(crate) async fn show_enrolment(
    State(app): State<Arc<App>>,
    user: SignedIn,
) -> Result<Response, Error> {
    let worker = Arc::clone(&app);
    let (user_id, name) = (user.0.user_id, user.0.username.clone());
    let enrolment = app.db.run(move |tx| resume(&worker, tx, user_id, &name)).await?;
    let Some(enrolment) = enrolment else { return see_other("/security") };
    show_with(StatusCode::OK, &user, &enrolment)
}

fn resume(
    app: &App,
    tx: &Transaction<'_>,
    user_id: i64,
    name: &str,
) -> Result<Option<Enrolment>, Error> {
    let Some(pending) = users::pending(tx, user_id)? else { return Ok(None) };
    let secret = open_secret(app, user_id, &pending.secret)?;
    let enrolment = Enrolment::resume(ISSUER, name, secret, from_sql(pending.begun_at));
    enrolment.map(Some).map_err(Error::machine)
}

fn show_with(
    status: StatusCode,
    user: &SignedIn,
    enrolment: &Enrolment,
) -> Result<Response, Error> {
    let template = EnrolmentPage {
        frame: Frame::for_user("Set up your authenticator", user),
        qr_code: Markup::qr_code(&enrolment.qr_svg()),
        secret: enrolment.secret().to_typed_text(),
        error: (status != StatusCode::OK).then_some("That is not the code. Try the next one."),
    };
    page(status, &template)
}

/// What came of the first code.
enum Confirmed {
    Yes(HeaderValue, Box<RecoveryCodes>),
    Refused(Enrolment),
    Expired,
}

/// Takes the first code: from here on there is a second factor, and this session passed it.
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, CodeForm>,
) -> Result<Response, Error> {
    let Posted { who: user, form } = posted;
    let guess = Guess::Code(user.0.user_id);
    app.guesses.attempt(guess.clone())?;
    let worker = Arc::clone(&app);
    let (user_id, digest) = (user.0.user_id, user.0.digest);
    let name = user.0.username.clone();
    let outcome = app.db.run(move |tx| {
        let Some(enrolment) = resume(&worker, tx, user_id, &name)? else {
            return Ok(Confirmed::Expired);
        };
        let credential = match enrolment.confirm(form.code.trim(), &*worker.clock) {
            Ok(credential) => credential,
            Err(ConfirmError::Refused { enrolment, .. }) => {
                return Ok(Confirmed::Refused(enrolment));
            }
            Err(_) => return Ok(Confirmed::Expired),
        };
        let last_step = credential.last_step().as_u64();
        let last_step = i64::try_from(last_step).map_err(Error::machine)?;
        let codes = RecoveryCodes::generate(&worker.random)?;
        users::confirm_pending(tx, user_id, last_step, &codes.set().to_bytes())?;
        // Sessions that began without this factor end.
        sessions::delete_all(tx, user_id)?;
        let step = (user_id, Stage::TwoFactor);
        let cookie = session::start(&worker, tx, Some(&digest), step)?;
        Ok(Confirmed::Yes(cookie, Box::new(codes)))
    });
    match outcome.await? {
        Confirmed::Yes(cookie, codes) => {
            app.guesses.reset(&guess);
            // The forms of this session are out of date with its cookie, so the page has none.
            let frame = Frame::of("Your recovery codes", None);
            let mut response = page(StatusCode::OK, &RecoveryCodesPage { frame, codes })?;
            let _none = response.headers_mut().insert(SET_COOKIE, cookie);
            Ok(response)
        }
        Confirmed::Refused(enrolment) => {
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &user, &enrolment)
        }
        Confirmed::Expired => see_other("/security"),
    }
}

/// Replaces the recovery codes, for a code of the authenticator.
pub(crate) async fn renew_recovery_codes(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, CodeForm>,
) -> Result<Response, Error> {
    let Posted { who: user, form } = posted;
    let guess = Guess::Code(user.0.user_id);
    app.guesses.attempt(guess.clone())?;
    let (worker, user_id) = (Arc::clone(&app), user.0.user_id);
    let codes = app.db.run(move |tx| {
        if !accept_code(&worker, tx, user_id, &form.code)? {
            return Ok(None);
        }
        let codes = RecoveryCodes::generate(&worker.random)?;
        let before = users::second_factor(tx, user_id)?.recovery_set;
        let after = codes.set().to_bytes();
        let swapped = users::swap_recovery_set(tx, user_id, before.as_deref(), &after)?;
        Ok(swapped.then_some(Box::new(codes)))
    });
    let Some(codes) = codes.await? else {
        let code_error = Some("That code is wrong, or was used before. Wait for the next one.");
        let template = Security { code_error, ..overview(&app, &user).await? };
        return page(StatusCode::UNPROCESSABLE_ENTITY, &template);
    };
    app.guesses.reset(&guess);
    let frame = Frame::for_user("Your recovery codes", &user);
    page(StatusCode::OK, &RecoveryCodesPage { frame, codes })
}
