//! The one cookie.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// The prefix makes browsers refuse the cookie unless it is `Secure`, for this host alone and for
/// every path: no neighbour under the same domain can plant one.
const NAME: &str = "__Host-notebook";

/// Returns the cookie's value: only when there is exactly one, so that nobody can shadow it.
pub(crate) fn read(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == NAME)
        .map(|(_, value)| value);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// Returns the `Set-Cookie` header that stores `value`, which is base64url, until the browser ends.
pub(crate) fn store(value: &str) -> Option<HeaderValue> {
    let cookie = format!("{NAME}={value}; Path=/; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&cookie).ok()
}

/// Returns the `Set-Cookie` header that removes the cookie.
pub(crate) const fn remove() -> HeaderValue {
    HeaderValue::from_static("__Host-notebook=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookies: &[&str]) -> HeaderMap {
        cookies.iter().map(|value| (COOKIE, HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn finds_the_one_cookie_and_refuses_two() {
        assert_eq!(read(&headers(&["a=1; __Host-notebook=x; b=2"])), Some("x"));
        assert_eq!(read(&headers(&["a=1", "__Host-notebook=x"])), Some("x"));
        for none in [&[][..], &["notebook=x"], &["__host-notebook=x"], &["__Host-notebook"]] {
            assert_eq!(read(&headers(none)), None, "{none:?}");
        }
        assert_eq!(read(&headers(&["__Host-notebook=x; __Host-notebook=y"])), None);
        assert_eq!(read(&headers(&["__Host-notebook=x", "__Host-notebook=x"])), None);
    }
}
