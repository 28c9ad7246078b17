//! The e-mail address of an account, proven by a code that was sent there.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bartizan::core::SecretString;
use rusqlite::Transaction;
use serde::Deserialize;

use super::log_in::NoFields;
use super::security::overview;
use super::{page, see_other, too_soon};
use crate::addresses::{AddressError, NO_CODE};
use crate::app::App;
use crate::asked::Code;
use crate::db::sessions;
use crate::db::{to_sql, users};
use crate::error::Error;
use crate::session::{Posted, SignedIn};

#[derive(Deserialize)]
pub(crate) struct CodeForm {
    code: Code,
}

/// Sends a code to the address of the account.
pub(crate) async fn send(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, NoFields>,
) -> Result<Response, Error> {
    let user = posted.who;
    let (user_id, digest) = (user.0.user_id, user.0.digest);
    let address = app.db.run(move |tx| users::address(tx, user_id)).await?;
    match app.addresses.send(user_id, &address.email).await {
        Ok(request) => {
            let keep = move |tx: &Transaction<'_>| {
                sessions::set_address_request(tx, &digest, request.expose())
            };
            app.db.run(keep).await?;
            see_other("/security")
        }
        Err(error) => refuse(&app, &user, error).await,
    }
}

/// Takes the code that came back.
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, CodeForm>,
) -> Result<Response, Error> {
    let Posted { who: user, form } = posted;
    match prove(&app, &user, form.code.as_str()).await {
        Ok(()) => see_other("/security"),
        Err(error) => refuse(&app, &user, error).await,
    }
}

async fn prove(app: &App, user: &SignedIn, code: &str) -> Result<(), AddressError> {
    let (user_id, digest) = (user.0.user_id, user.0.digest);
    let request = app.db.run(move |tx| sessions::address_request(tx, &digest)).await?;
    let request = request.ok_or_else(|| AddressError::Refused(NO_CODE.to_owned()))?;
    let request = SecretString::from(request);
    let proven = app.addresses.verify(user_id, &request, code).await?;
    let now = to_sql(app.clock.now());
    app.db.run(move |tx| users::set_address_verified(tx, user_id, &proven, now)).await?;
    Ok(())
}

async fn refuse(app: &Arc<App>, user: &SignedIn, error: AddressError) -> Result<Response, Error> {
    let mut template = overview(app, user).await?;
    match error {
        AddressError::Refused(text) => {
            template.address_error = Some(text);
            page(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
        AddressError::Limited(wait) => {
            let text = format!("Enough codes were sent. Ask again in {} seconds.", wait.secs);
            template.address_error = Some(text);
            too_soon(wait, &template)
        }
        AddressError::Machine(error) => Err(error),
    }
}
