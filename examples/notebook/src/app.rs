//! What all requests share, and which page answers which.

use core::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use bartizan::core::{Clock, SystemClock, SystemRandom};
use bartizan::html::{Policy, Sanitizer};
use bartizan::validate::upload::UploadPolicy;

use crate::addresses::Addresses;
use crate::db::Db;
use crate::db::store::DbStore;
use crate::error::Error;
use crate::guard::{self, Hosts};
use crate::keys::Keys;
use crate::limits::Limiter;
use crate::pages::{
    address, avatar, home, log_in, notes, operator, programs, second_factor, security, sign_up,
};
use crate::passwords::Passwords;
use crate::previews::Previews;
use crate::programs::Programs;
use crate::second_factor::SecondFactors;
use crate::{api, data_dir, posted_file};

/// No form of ours is larger, but the one with a picture; a note is at most half of it.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) db: Db,
    pub(crate) keys: Keys,
    pub(crate) passwords: Passwords,
    pub(crate) programs: Programs,
    pub(crate) previews: Previews,
    pub(crate) second_factors: SecondFactors,
    pub(crate) addresses: Addresses,
    pub(crate) sanitizer: Sanitizer,
    pub(crate) pictures: UploadPolicy,
    pub(crate) hosts: Hosts,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: SystemRandom,
    /// Guesses at the password of a name, whether or not there is such an account, so that a
    /// thousand addresses help nobody. The store counts those at codes.
    pub(crate) guesses: Limiter<String>,
    /// Guesses from one address, so that a thousand names help nobody either.
    pub(crate) sources: Limiter<IpAddr>,
    /// New accounts from one address.
    pub(crate) sign_ups: Limiter<IpAddr>,
    pub(crate) directory: data_dir::DataDir,
}

impl App {
    #[expect(clippy::too_many_arguments, reason = "all that was opened at the start, once")]
    pub(crate) fn new(
        directory: data_dir::DataDir,
        db: Db,
        keys: Keys,
        passwords: Passwords,
        programs: Programs,
        previews: Previews,
        hosts: Hosts,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let store = Arc::new(DbStore::new(db.clone(), || SystemClock::new().now()));
        let envelope = keys.envelope.clone();
        Self {
            second_factors: SecondFactors::new(&db, &store, envelope, Arc::clone(&clock)),
            addresses: Addresses::new(&store, keys.digest_keys(), Arc::clone(&clock)),
            db,
            keys,
            passwords,
            programs,
            previews,
            sanitizer: Sanitizer::new(Policy::comment()),
            pictures: posted_file::pictures(),
            hosts,
            random: SystemRandom::new(),
            guesses: Limiter::new(5, Arc::clone(&clock)),
            sources: Limiter::new(50, Arc::clone(&clock)),
            sign_ups: Limiter::new(20, Arc::clone(&clock)),
            clock,
            directory,
        }
    }
}

/// Returns every page behind the guard.
pub(crate) fn router(app: &Arc<App>) -> Router {
    Router::new()
        .route("/", get(home::show))
        .route("/signup", get(sign_up::show).post(sign_up::submit))
        .route("/login", get(log_in::show).post(log_in::submit))
        .route("/login/code", get(second_factor::show).post(second_factor::submit_code))
        .route("/login/recovery", post(second_factor::submit_recovery_code))
        .route(
            "/login/resynchronize",
            get(second_factor::show_resynchronize).post(second_factor::resynchronize),
        )
        .route("/logout", post(log_in::log_out))
        .route("/notes", get(notes::list).post(notes::create))
        .route("/notes/new", get(notes::show_new))
        .route("/notes/{id}", get(notes::show).post(notes::update))
        .route("/notes/{id}/edit", get(notes::show_edit))
        .route("/notes/{id}/delete", post(notes::delete))
        .route("/security", get(security::show))
        .route("/security/authenticator", get(security::show_enrolment).post(security::enrol))
        .route("/security/authenticator/confirm", post(security::confirm))
        .route("/security/recovery-codes", post(security::renew_recovery_codes))
        .route("/security/address/send", post(address::send))
        .route("/security/address/verify", post(address::verify))
        .route("/avatar", get(avatar::show))
        .route(
            "/security/avatar",
            post(avatar::store).layer(DefaultBodyLimit::max(posted_file::MAX_BODY_BYTES)),
        )
        .route("/security/avatar/remove", post(avatar::remove))
        .route("/security/programs", post(programs::connect))
        .route("/security/programs/exchange", post(programs::exchange))
        .route("/security/programs/disconnect", post(programs::disconnect))
        .route("/security/programs/disconnect-all", post(programs::disconnect_all))
        .route("/operator", get(operator::show))
        .route("/operator/rotate", post(operator::rotate))
        .route("/api/notes", get(api::notes))
        .route("/api/token", post(api::token))
        .route("/api/revoke", post(api::revoke))
        .route("/style.css", get(style))
        .route("/icon.svg", get(icon))
        .fallback(|| async { Error::NotFound })
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(Arc::clone(app), guard::admit))
        .layer(from_fn(guard::protect))
        .with_state(Arc::clone(app))
}

async fn style() -> impl IntoResponse {
    fixed("text/css; charset=utf-8", include_str!("../templates/style.css"))
}

async fn icon() -> impl IntoResponse {
    fixed("image/svg+xml", include_str!("../templates/icon.svg"))
}

fn fixed(content_type: &'static str, content: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "max-age=300")], content)
}
