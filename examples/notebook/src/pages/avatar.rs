//! The picture of a user: taken from a form, served from a place of its own.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bartizan::validate::upload::{UploadRefused, danger};

use super::log_in::NoFields;
use super::security::overview;
use super::{page, see_other, sentence};
use crate::app::App;
use crate::db::avatars::{self, Avatar};
use crate::error::Error;
use crate::posted_file::PostedPicture;
use crate::session::{Posted, SignedIn};

/// If a browser took a picture for a page, that page could do nothing.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

pub(crate) async fn show(State(app): State<Arc<App>>, user: SignedIn) -> Result<Response, Error> {
    let user_id = user.0.user_id;
    let avatar = app.db.run(move |tx| avatars::get(tx, user_id)).await?;
    let media_type = HeaderValue::from_str(&avatar.media_type).map_err(Error::machine)?;
    let sandbox = HeaderValue::from_static(SANDBOX);
    let headers = [(CONTENT_TYPE, media_type), (CONTENT_SECURITY_POLICY, sandbox)];
    Ok((headers, avatar.bytes).into_response())
}

/// Stores a picture without what its camera wrote into it.
pub(crate) async fn store(
    State(app): State<Arc<App>>,
    posted: PostedPicture,
) -> Result<Response, Error> {
    let PostedPicture { who: user, picture } = posted;
    let picture = match picture {
        Ok(picture) => picture,
        Err(refused) => return refuse(&app, &user, refused).await,
    };
    // A demonstration has no scanner. Only browsers read these bytes, as images, and the only
    // user who is shown them is the one who sent them.
    let picture = danger::release_unscanned(picture);
    let media_type = picture.file_type().media_type().to_owned();
    let avatar = Avatar { media_type, bytes: picture.into_bytes() };
    let user_id = user.0.user_id;
    app.db.run(move |tx| avatars::store(tx, user_id, &avatar)).await?;
    see_other("/security")
}

async fn refuse(
    app: &Arc<App>,
    user: &SignedIn,
    refused: UploadRefused,
) -> Result<Response, Error> {
    let text = match refused {
        UploadRefused::Empty => "Choose a picture.".to_owned(),
        UploadRefused::TooLarge => "A picture has at most 1 MiB.".to_owned(),
        UploadRefused::TypeNotAllowed | UploadRefused::FileName => {
            "A picture is a PNG, JPEG, GIF or WebP file.".to_owned()
        }
        other => sentence(&other),
    };
    let mut template = overview(app, user).await?;
    template.picture_error = Some(text);
    page(StatusCode::UNPROCESSABLE_ENTITY, &template)
}

pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    posted: Posted<SignedIn, NoFields>,
) -> Result<Response, Error> {
    let user_id = posted.who.0.user_id;
    app.db.run(move |tx| avatars::remove(tx, user_id)).await?;
    see_other("/security")
}
