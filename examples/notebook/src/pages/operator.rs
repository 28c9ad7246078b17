//! The keyrings, for the operator: who signed up first, signed in with a second factor.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::{Frame, page, see_other};
use crate::app::App;
use crate::db::sessions::Stage;
use crate::error::Error;
use crate::keys::{KeyringRows, Name};
use crate::session::{Posted, SignedIn};

#[derive(Template)]
#[template(path = "operator.html")]
struct Operator {
    frame: Frame,
    keyrings: [KeyringRows; 4],
}

#[derive(Deserialize)]
pub(crate) struct Form {
    keyring: Name,
}

pub(crate) async fn show(State(app): State<Arc<App>>, user: SignedIn) -> Result<Response, Error> {
    admit(&user)?;
    let frame = Frame::for_user("Operator", &user);
    page(StatusCode::OK, &Operator { frame, keyrings: app.keys.rows() })
}

pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, Form>,
) -> Result<Response, Error> {
    admit(&posted.who)?;
    let name = posted.form.keyring;
    // On a task of its own: a client that goes away does not stop it half-way.
    let task = tokio::spawn(async move { app.keys.rotate(name, &app.db).await });
    task.await.map_err(Error::machine)??;
    see_other("/operator")
}

fn admit(SignedIn(session): &SignedIn) -> Result<(), Error> {
    if session.is_operator && session.stage == Stage::TwoFactor {
        Ok(())
    } else {
        Err(Error::NotOperator)
    }
}
