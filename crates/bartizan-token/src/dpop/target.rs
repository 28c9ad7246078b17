use std::sync::Arc;

use crate::error::ConfigError;

/// The target of a request, as a proof names it: an `http` or `https` URI without query and
/// fragment, in the normal form of [RFC 3986, sections 6.2.2 and 6.2.3].
///
/// Scheme and host are in small letters, the scheme's own port is left out, escapes are in
/// capital letters and only where they are needed, `.` and `..` are gone, and the path has at
/// least its slash. User names are refused, and hosts in anything but ASCII.
///
/// ```
/// use bartizan_token::{ConfigError, TargetUri};
///
/// let uri = TargetUri::new("HTTPS://API.example:443/a/./%7Ebob/%2f?page=2#top")?;
/// assert_eq!(uri.as_str(), "https://api.example/a/~bob/%2F");
/// assert_eq!(TargetUri::new("/notes").err(), Some(ConfigError::InvalidUri));
/// # Ok::<(), ConfigError>(())
/// ```
///
/// [RFC 3986, sections 6.2.2 and 6.2.3]: https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TargetUri(Arc<str>);

impl TargetUri {
    /// Takes an absolute URI of at most 2,048 bytes before its query.
    ///
    /// # Errors
    ///
    /// [`ConfigError::InvalidUri`]: not such a URI.
    pub fn new(uri: &str) -> Result<Self, ConfigError> {
        normalize(uri).map(|uri| Self(Arc::from(uri))).ok_or(ConfigError::InvalidUri)
    }

    /// Returns the URI in its normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the target below this one that a request line names, which begins with a slash.
    ///
    /// The path is made normal first, so that no `..` in it leaves what is here.
    pub(super) fn join(&self, path: &str) -> Option<String> {
        let path = without_query(path);
        if !path.starts_with('/') || path.len() > MAX_URI_LEN {
            return None;
        }
        let base = self.0.strip_suffix('/').unwrap_or(&self.0);
        Some([base, &normal_path(path)?].concat())
    }
}

/// Returns whether `uri`, however it is spelled, is the one whose normal form is `normal`.
pub(super) fn is_same(uri: &str, normal: &str) -> bool {
    uri == normal || normalize(uri).is_some_and(|uri| uri == normal)
}

fn normalize(uri: &str) -> Option<String> {
    let uri = without_query(uri);
    if uri.len() > MAX_URI_LEN {
        return None;
    }
    let (scheme, rest) = uri.split_once("://")?;
    let (scheme, own_port) = match scheme {
        _ if scheme.eq_ignore_ascii_case("https") => ("https", 443),
        _ if scheme.eq_ignore_ascii_case("http") => ("http", 80),
        _ => return None,
    };
    let (authority, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?;
    let (host, port) = split_port(authority)?;
    let port = port.filter(|port| *port != own_port);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    Some([scheme, "://", &host.to_ascii_lowercase(), &port, &normal_path(path)?].concat())
}

fn without_query(uri: &str) -> &str {
    uri.split(['?', '#']).next().unwrap_or_default()
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let is_address = authority.starts_with('[');
    let end = if is_address { authority.find(']')?.saturating_add(1) } else { 0 };
    let colon = authority.get(end..)?.find(':').map(|at| at.saturating_add(end));
    let (host, port) = authority.split_at_checked(colon.unwrap_or(authority.len()))?;
    let port = match port.strip_prefix(':') {
        None | Some("") => None,
        // `parse` would take a sign, too.
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(port.parse().ok()?),
        Some(_) => return None,
    };
    let fits = |byte: u8| match byte {
        b'[' | b']' | b':' => is_address,
        _ => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'),
    };
    let in_brackets = !is_address || end == host.len();
    (!host.is_empty() && in_brackets && host.bytes().all(fits)).then_some((host, port))
}

/// Returns a path, which is empty or begins with a slash, in its normal form.
fn normal_path(path: &str) -> Option<String> {
    let path = normal_escapes(path)?;
    let mut segments = Vec::new();
    let mut rest = path.split('/').skip(1).peekable();
    while let Some(segment) = rest.next() {
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
        // What they lead to is a folder.
        if matches!(segment, "." | "..") && rest.peek().is_none() {
            segments.push("");
        }
    }
    Some(["/", &segments.join("/")].concat())
}

fn normal_escapes(path: &str) -> Option<String> {
    let mut normal = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?].map(char::from);
            let [high, low] = [digits[0].to_digit(16)?, digits[1].to_digit(16)?];
            let escaped = char::from_u32(high.wrapping_mul(16) | low)?;
            if escaped.is_ascii_alphanumeric() || matches!(escaped, '-' | '.' | '_' | '~') {
                normal.push(escaped);
            } else {
                normal.push('%');
                normal.extend(digits.map(|digit| digit.to_ascii_uppercase()));
            }
        } else if byte.is_ascii_graphic() && !NOT_IN_A_PATH.contains(&byte) {
            normal.push(char::from(byte));
        } else {
            return None;
        }
    }
    Some(normal)
}

/// What browsers escape in a path. They leave `|`, `[` and `]` alone, against RFC 3986; since
/// nothing is done with a path but to compare it, so does this.
const NOT_IN_A_PATH: &[u8] = b"\"<>\\^`{}";

/// In bytes, without the query.
const MAX_URI_LEN: usize = 2_048;

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(uri: &str) -> Option<String> {
        TargetUri::new(uri).ok().map(|uri| uri.as_str().to_owned())
    }

    /// The examples of RFC 3986, sections 5.2.4, 6.2.2 and 6.2.3, and their like.
    #[test]
    fn every_spelling_has_one_normal_form() {
        for (uri, expected) in [
            ("http://example.com", "http://example.com/"),
            ("http://example.com/", "http://example.com/"),
            ("http://example.com:/", "http://example.com/"),
            ("http://example.com:80/", "http://example.com/"),
            ("http://example.com:0080/", "http://example.com/"),
            ("HTTP://www.EXAMPLE.com/", "http://www.example.com/"),
            ("https://example.com:80/", "https://example.com:80/"),
            ("https://EXAMPLE.com:8443/a", "https://example.com:8443/a"),
            ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
            ("https://a.example?q", "https://a.example/"),
            ("https://a.example/x?q#f", "https://a.example/x"),
            ("https://a.example/x#f?q", "https://a.example/x"),
            ("https://a.example/a%c2%b1b", "https://a.example/a%C2%B1b"),
            ("https://a.example/%7Ea/%2e%2E/b", "https://a.example/b"),
            ("https://a.example/a/b/c/./../../g", "https://a.example/a/g"),
            ("https://a.example/../../g", "https://a.example/g"),
            ("https://a.example/a/..", "https://a.example/"),
            ("https://a.example/a/b/.", "https://a.example/a/b/"),
            ("https://a.example/a//b/", "https://a.example/a//b/"),
            ("https://a.example/a;b=c:@!$&'()*+,|[]", "https://a.example/a;b=c:@!$&'()*+,|[]"),
            ("https://a.example/%2F%25", "https://a.example/%2F%25"),
        ] {
            assert_eq!(normal(uri).as_deref(), Some(expected), "{uri}");
            assert_eq!(normal(expected).as_deref(), Some(expected), "{expected} is normal");
        }
    }

    #[test]
    fn what_is_no_uri_of_a_request_is_refused() {
        for uri in [
            "",
            "/",
            "a.example",
            "//a.example/",
            "ftp://a.example/",
            "https:/a.example/",
            "https://",
            "https:///a",
            "https://:443/",
            "https://bob@a.example/",
            "https://a b/",
            "https://a.example:x/",
            "https://a.example:+1/",
            "https://a.example:65536/",
            "https://a.example:1:2/",
            "https://é.example/",
            "https://a%2eb/",
            "https://[::1/",
            "https://[::1]a/",
            "https://a[::1]/",
            "https://::1/",
            "https://a.example/é",
            "https://a.example/a b",
            "https://a.example/%",
            "https://a.example/%4",
            "https://a.example/%+4",
            "https://a.example/%é",
            "https://a.example/\\",
            "https://a.example/\n",
            "https://a.example/\"",
            "https://a.example\\@b/",
        ] {
            assert_eq!(TargetUri::new(uri), Err(ConfigError::InvalidUri), "{uri:?}");
        }
        let longest = format!("https://a.example/{}", "a".repeat(MAX_URI_LEN - 18));
        assert!(normal(&format!("{longest}?{longest}")).is_some());
        assert_eq!(normal(&format!("{longest}a")), None);
    }

    #[test]
    fn a_path_stays_below_the_base() {
        let root = TargetUri::new("https://a.example").unwrap();
        let deeper = TargetUri::new("https://a.example/api/").unwrap();
        for (path, under_root, under_deeper) in [
            ("/", "https://a.example/", "https://a.example/api/"),
            ("/n?q", "https://a.example/n", "https://a.example/api/n"),
            ("/../n", "https://a.example/n", "https://a.example/api/n"),
            ("/%2e%2e/n", "https://a.example/n", "https://a.example/api/n"),
            (
                "//b.example/n",
                "https://a.example//b.example/n",
                "https://a.example/api//b.example/n",
            ),
        ] {
            assert_eq!(root.join(path).as_deref(), Some(under_root), "{path}");
            assert_eq!(deeper.join(path).as_deref(), Some(under_deeper), "{path}");
        }
        for path in ["", "*", "n", "https://b.example/n", "?n", "/a b", &"/a".repeat(MAX_URI_LEN)] {
            assert_eq!(root.join(path), None, "{path}");
        }
    }
}
