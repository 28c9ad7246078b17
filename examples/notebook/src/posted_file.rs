//! A form that carries a file: the token of the session first, then the file, then nothing.

use std::sync::Arc;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use bartizan::validate::upload::{Quarantined, UploadPolicy, UploadRefused};

use crate::app::App;
use crate::error::Error;
use crate::session::{SignedIn, refused};

/// What comes with a file around it: the boundaries and heads of two parts, and the token.
const MAX_FRAME_BYTES: usize = 4 * 1024;

/// No token of ours is longer.
const MAX_TOKEN_BYTES: usize = 64;

/// A picture of whoever is signed in, sent by a form of their session. It is checked as it comes;
/// what is refused is not kept, but read to its end, so that the browser sees the answer.
pub(crate) struct PostedPicture {
    pub(crate) who: SignedIn,
    pub(crate) picture: Result<Quarantined, UploadRefused>,
}

/// Pictures that are shown small beside a name.
pub(crate) fn pictures() -> UploadPolicy {
    UploadPolicy::images().max_bytes(MAX_PICTURE_BYTES).max_pixels(4_000_000).max_frames(50)
}

const MAX_PICTURE_BYTES: usize = 1024 * 1024;

/// Whose picture is larger, but not larger than this, is told so in the form.
pub(crate) const MAX_BODY_BYTES: usize = 2 * MAX_PICTURE_BYTES + MAX_FRAME_BYTES;

impl FromRequest<Arc<App>> for PostedPicture {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        // Before the body: a megabyte of somebody who is not signed in is not read.
        let who = SignedIn::from_request_parts(&mut parts, app).await?;
        let form = Multipart::from_request(Request::from_parts(parts, body), app).await;
        let mut form = form.map_err(|rejection| refused(rejection.status()))?;
        let token = token(next(&mut form, "csrf").await?).await?;
        if !who.0.owns_form(&token) {
            return Err(Error::CrossSite);
        }
        let picture = check(next(&mut form, "picture").await?, &app.pictures).await?;
        if form.next_field().await.map_err(|error| failed(&error))?.is_some() {
            return Err(Error::BadRequest);
        }
        Ok(Self { who, picture })
    }
}

async fn next<'f>(form: &'f mut Multipart, name: &str) -> Result<Field<'f>, Error> {
    let field = form.next_field().await.map_err(|error| failed(&error))?;
    field.filter(|field| field.name() == Some(name)).ok_or(Error::BadRequest)
}

async fn token(mut field: Field<'_>) -> Result<Vec<u8>, Error> {
    let mut token = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| failed(&error))? {
        if chunk.len() > MAX_TOKEN_BYTES.saturating_sub(token.len()) {
            return Err(Error::CrossSite);
        }
        token.extend_from_slice(&chunk);
    }
    Ok(token)
}

async fn check(
    mut field: Field<'_>,
    policy: &UploadPolicy,
) -> Result<Result<Quarantined, UploadRefused>, Error> {
    let name = field.file_name().unwrap_or_default();
    let mut guard = if name.is_empty() {
        // What a browser sends when no file was chosen.
        Err(UploadRefused::Empty)
    } else {
        policy.begin(field.content_type().unwrap_or_default(), name)
    };
    while let Some(chunk) = field.chunk().await.map_err(|error| failed(&error))? {
        if let Ok(open) = &mut guard
            && let Err(refused) = open.write(&chunk)
        {
            guard = Err(refused);
        }
    }
    Ok(guard.and_then(bartizan::validate::upload::UploadGuard::finish))
}

fn failed(error: &MultipartError) -> Error {
    refused(error.status())
}
