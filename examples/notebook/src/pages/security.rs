//! The second factor of whoever is signed in, their address, and the programs that act for them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use bartizan::core::SecretString;
use bartizan::otp::{ConfirmError, Enrolment, RecoveryCodes};
use serde::Deserialize;

use super::log_in::check_password;
use super::{Frame, Markup, page, see_other, too_soon};
use crate::app::App;
use crate::asked::Code;
use crate::db::authenticators::{self, Authenticator};
use crate::db::programs::{self, Program};
use crate::db::sessions::{self, Stage};
use crate::db::users::{self, Address};
use crate::db::{from_sql, to_sql};
use crate::error::Error;
use crate::second_factor::Refused;
use crate::server::Peer;
use crate::session::{self, Posted, SignedIn};

/// What authenticators show beside the code.
const ISSUER: &str = "Bartizan Notebook";

#[derive(Template)]
#[template(path = "security.html")]
pub(super) struct Security {
    frame: Frame,
    has_second_factor: bool,
    has_picture: bool,
    recovery_codes_left: usize,
    address: Address,
    is_code_sent: bool,
    programs: Vec<Program>,
    password_error: Option<&'static str>,
    code_error: Option<String>,
    pub(super) address_error: Option<String>,
    pub(super) picture_error: Option<String>,
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
    codes: RecoveryCodes,
}

#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    password: String,
}

#[derive(Deserialize)]
pub(crate) struct CodeForm {
    code: Code,
}

pub(crate) async fn show(State(app): State<Arc<App>>, user: SignedIn) -> Result<Response, Error> {
    let template = overview(&app, &user).await?;
    page(StatusCode::OK, &template)
}

pub(super) async fn overview(app: &Arc<App>, user: &SignedIn) -> Result<Security, Error> {
    let (user_id, digest) = (user.0.user_id, user.0.digest);
    let read = app.db.run(move |tx| {
        let is_code_sent = sessions::address_request(tx, &digest)?.is_some();
        Ok((users::address(tx, user_id)?, is_code_sent, programs::list(tx, user_id)?))
    });
    let (address, is_code_sent, programs) = read.await?;
    Ok(Security {
        frame: Frame::for_user("Security", user),
        has_second_factor: user.0.has_second_factor,
        has_picture: user.0.has_avatar,
        recovery_codes_left: app.second_factors.recovery_codes_left(user_id).await?,
        address,
        is_code_sent,
        programs,
        password_error: None,
        code_error: None,
        address_error: None,
        picture_error: None,
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
    let secret = app.second_factors.seal(user_id, enrolment.secret())?;
    let begun_at = to_sql(enrolment.begun_at());
    app.db.run(move |tx| authenticators::begin(tx, user_id, &secret, begun_at)).await?;
    see_other("/security/authenticator")
}

pub(crate) async fn show_enrolment(
    State(app): State<Arc<App>>,
    user: SignedIn,
) -> Result<Response, Error> {
    match pending(&app, &user).await? {
        Some((_, enrolment)) => show_with(StatusCode::OK, &user, &enrolment),
        None => see_other("/security"),
    }
}

/// Goes on with an enrolment; returns its id, too.
async fn pending(app: &App, user: &SignedIn) -> Result<Option<(i64, Enrolment)>, Error> {
    let user_id = user.0.user_id;
    let found = app.db.run(move |tx| authenticators::pending(tx, user_id)).await?;
    let Some(Authenticator { id, secret, begun_at }) = found else { return Ok(None) };
    let secret = app.second_factors.open(user_id, &secret)?;
    let enrolment = Enrolment::resume(ISSUER, &user.0.username, secret, from_sql(begun_at));
    enrolment.map(|enrolment| Some((id, enrolment))).map_err(Error::machine)
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

/// Takes the first code: from here on there is a second factor, and this session passed it.
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, CodeForm>,
) -> Result<Response, Error> {
    let Posted { who: user, form } = posted;
    let Some((id, enrolment)) = pending(&app, &user).await? else { return see_other("/security") };
    let credential = match enrolment.confirm(form.code.as_str().trim(), &*app.clock) {
        Ok(credential) => credential,
        Err(ConfirmError::Refused { enrolment, .. }) => {
            return show_with(StatusCode::UNPROCESSABLE_ENTITY, &user, &enrolment);
        }
        Err(_) => return see_other("/security"),
    };
    let user_id = user.0.user_id;
    let (_, state) = credential.into_parts();
    // Its state first: an authenticator without one lets nobody in.
    if !app.second_factors.add((user_id, id), state).await? {
        return see_other("/security");
    }
    let (starting, digest) = (Arc::clone(&app), user.0.digest);
    let switched = app.db.run(move |tx| {
        let former = authenticators::confirmed(tx, user_id)?;
        if !authenticators::confirm(tx, user_id, id)? {
            return Ok(None);
        }
        // Sessions that began without this factor end.
        sessions::delete_all(tx, user_id)?;
        let cookie = session::start(&starting, tx, Some(&digest), (user_id, Stage::TwoFactor))?;
        Ok(Some((former, cookie)))
    });
    let Some((former, cookie)) = switched.await? else { return see_other("/security") };
    if let Some(former) = former {
        app.second_factors.forget(user_id, former.id).await?;
    }
    let codes = app.second_factors.renew_recovery_codes(user_id).await?;
    // The forms of this session are out of date with its cookie, so the page has none.
    let frame = Frame::of("Your recovery codes", None);
    let mut response = page(StatusCode::OK, &RecoveryCodesPage { frame, codes })?;
    let _none = response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// Replaces the recovery codes, for a code of the authenticator.
pub(crate) async fn renew_recovery_codes(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, CodeForm>,
) -> Result<Response, Error> {
    let Posted { who: user, form } = posted;
    match app.second_factors.verify(user.0.user_id, form.code.as_str()).await {
        Ok(()) => {
            let codes = app.second_factors.renew_recovery_codes(user.0.user_id).await?;
            let frame = Frame::for_user("Your recovery codes", &user);
            page(StatusCode::OK, &RecoveryCodesPage { frame, codes })
        }
        Err(Refused::Wrong) => {
            let text = "That code is wrong, or was used before. Wait for the next one.";
            let code_error = Some(text.to_owned());
            let template = Security { code_error, ..overview(&app, &user).await? };
            page(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
        Err(Refused::TooSoon(wait)) => {
            let text = format!("Too many codes were wrong. Try again in {} seconds.", wait.secs);
            too_soon(wait, &Security { code_error: Some(text), ..overview(&app, &user).await? })
        }
        Err(Refused::Machine(error)) => Err(error),
    }
}
