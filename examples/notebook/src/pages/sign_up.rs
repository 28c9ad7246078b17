//! New accounts.

use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::Response;
use bartizan::core::SecretString;
use bartizan::password::PasswordPolicy;
use bartizan::validate::{Email, Username};
use serde::Deserialize;

use super::{Frame, page, see_other, sentence};
use crate::app::App;
use crate::db::to_sql;
use crate::db::users::{self, NewUser};
use crate::error::Error;
use crate::passwords;
use crate::server::Peer;
use crate::session::{Posted, Visitor};

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUp {
    frame: Frame,
    rules: String,
    username: String,
    email: String,
    errors: Errors,
}

/// What is wrong, beside each field.
#[derive(Default)]
struct Errors {
    username: Option<String>,
    email: Option<String>,
    password: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Form {
    username: String,
    email: String,
    password: String,
}

pub(crate) async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Error> {
    let typed = (String::new(), String::new());
    show_with(StatusCode::OK, (&app, &visitor), typed, Errors::default())
}

fn show_with(
    status: StatusCode,
    (app, visitor): (&App, &Visitor),
    (username, email): (String, String),
    errors: Errors,
) -> Result<Response, Error> {
    let frame = Frame::for_visitor("Sign up", visitor);
    let rules = app.passwords.policy().describe();
    page(status, &SignUp { frame, rules, username, email, errors })
}

pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    ConnectInfo(Peer(source)): ConnectInfo<Peer>,
    posted: Posted<Visitor, Form>,
) -> Result<Response, Error> {
    let Posted { who, form } = posted;
    let Form { username, email, password } = form;
    let password = SecretString::from(password);
    let (name, address) = match check(app.passwords.policy(), (&username, &email), &password) {
        Ok(checked) => checked,
        Err(errors) => {
            let typed = (username, email);
            return show_with(StatusCode::UNPROCESSABLE_ENTITY, (&app, &who), typed, errors);
        }
    };
    // Only what would make an account counts.
    app.sign_ups.attempt(source)?;
    let user = NewUser {
        username: name.into(),
        email: address.into(),
        created_at: to_sql(app.clock.now()),
    };
    let hash = app.passwords.hash(&password).await?;
    let pepper = app.keys.pepper.clone();
    let seal = move |id| passwords::seal(&pepper, &hash, id);
    if app.db.run(move |tx| users::insert(tx, &user, seal)).await? {
        return see_other("/login?new");
    }
    let taken = Some("This name is taken. Choose another.".to_owned());
    let errors = Errors { username: taken, ..Errors::default() };
    show_with(StatusCode::CONFLICT, (&app, &who), (username, email), errors)
}

/// Checks every field, so that every error is shown at once.
fn check(
    policy: &PasswordPolicy,
    (username, email): (&str, &str),
    password: &SecretString,
) -> Result<(Username, Email), Errors> {
    let name = username.trim().parse::<Username>();
    let address = email.trim().parse::<Email>();
    let permitted = policy.check(password, &[username, email, "notebook", "bartizan"]);
    match (name, address, permitted) {
        (Ok(name), Ok(address), Ok(())) => Ok((name, address)),
        (name, address, permitted) => Err(Errors {
            username: name.err().map(|error| sentence(&error)),
            email: address.err().map(|error| sentence(&error)),
            password: permitted.err().map(|error| error.to_string()),
        }),
    }
}
