//! The first page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Frame, page};
use crate::error::Error;
use crate::session::Visitor;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
}

pub(crate) async fn show(visitor: Visitor) -> Result<Response, Error> {
    page(StatusCode::OK, &Home { frame: Frame::for_visitor("Welcome", &visitor) })
}
