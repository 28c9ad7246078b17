//! The title of the page that a link leads to, fetched from the public internet alone.

use core::net::SocketAddr;
use core::time::Duration;
use std::fs;
use std::path::PathBuf;

use axum::http::HeaderValue;
use bartizan::validate::{
    Egress, EgressClient, EgressClientError, EgressPolicy, HttpsUrl, TextLine, danger,
};

use crate::start_error::StartError;

/// One line of plain text: whatever a title holds, it is never markup.
pub(crate) type Title = TextLine<1, MAX_CHARS>;

const MAX_CHARS: usize = 200;

/// The longest reference to a character is `&#x10FFFF;`.
const MAX_WRITTEN: usize = 10;

/// A server of a test, which is reached although it is not public.
#[derive(Clone, Debug)]
pub(crate) struct DangerousServer {
    pub(crate) address: SocketAddr,
    /// A file with the certificates that it is trusted by, in PEM.
    pub(crate) roots: PathBuf,
}

/// Fetches titles.
#[derive(Debug)]
pub(crate) struct Previews {
    /// Nothing on a machine that trusts no authority: notes have no previews then.
    client: Option<EgressClient>,
}

impl Previews {
    pub(crate) fn new(danger: Option<&DangerousServer>) -> Result<Self, StartError> {
        let policy = EgressPolicy::any_public_host()
            .max_redirects(3)
            .max_answer_bytes(256 * 1024)
            .timeout(Duration::from_secs(5));
        let agent = HeaderValue::from_static("bartizan-notebook");
        let client = match danger {
            None => EgressClient::with_system_roots(Egress::new(policy), agent),
            Some(DangerousServer { address, roots }) => {
                let policy = danger::allow_address(policy, address.ip()).allow_port(address.port());
                let pem = fs::read_to_string(roots).map_err(|error| no_previews(&error))?;
                EgressClient::with_roots_pem(Egress::new(policy), agent, &pem)
            }
        };
        match client {
            Ok(client) => Ok(Self { client: Some(client) }),
            Err(EgressClientError::NoRoots) => Ok(Self { client: None }),
            Err(error) => Err(no_previews(&error)),
        }
    }

    /// Returns the title of a page. Why there is none, nobody is told: it would tell users what
    /// answers inside our network.
    pub(crate) async fn title(&self, link: &HttpsUrl) -> Option<Title> {
        let page = self.client.as_ref()?.fetch(link.as_url()).await.ok()?;
        let is_page = matches!(page.media_type(), Some("text/html" | "application/xhtml+xml"));
        if !page.status().is_success() || !is_page {
            return None;
        }
        title_in(core::str::from_utf8(page.body()).ok()?)
    }
}

fn no_previews(cause: &dyn core::fmt::Display) -> StartError {
    StartError::because("links can't be looked at", cause)
}

/// Finds the first title. No more of HTML has to be understood: what is taken for a title is shown
/// as text, wherever it stood.
fn title_in(html: &str) -> Option<Title> {
    let (_, rest) = after_tag(html, "<title")?;
    let (_, content) = rest.split_once('>')?;
    let (content, _) = after_tag(content, "</title")?;
    let words: Vec<_> = content.split_whitespace().collect();
    // Bounded first: the most that so many characters are written with.
    let written: String = words.join(" ").chars().take(MAX_CHARS * MAX_WRITTEN).collect();
    let text: String = decode(&written).chars().take(MAX_CHARS).collect();
    text.parse().ok()
}

/// Splits at a tag, whatever the case of its letters.
fn after_tag<'h>(html: &'h str, tag: &str) -> Option<(&'h str, &'h str)> {
    let ends = |rest: &str| rest.starts_with(|end: char| end.is_whitespace() || "/>".contains(end));
    html.match_indices('<').find_map(|(at, _)| {
        let (before, rest) = html.split_at_checked(at)?;
        let (name, rest) = rest.split_at_checked(tag.len())?;
        (name.eq_ignore_ascii_case(tag) && ends(rest)).then_some((before, rest))
    })
}

/// Decodes the references that titles are written with; others stay as they are.
fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('&') {
        decoded.push_str(before);
        let known = from.split_once(';').and_then(|(name, after)| Some((named(name)?, after)));
        rest = if let Some((character, after)) = known {
            decoded.push(character);
            after
        } else {
            decoded.push('&');
            from
        };
    }
    decoded.push_str(rest);
    decoded
}

fn named(name: &str) -> Option<char> {
    let number = |digits: &str, radix| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => match name.strip_prefix('#')?.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits, 16),
            None => number(name.strip_prefix('#')?, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(html: &str) -> Option<String> {
        title_in(html).map(String::from)
    }

    #[test]
    fn the_title_is_one_line_of_text() {
        for (html, expected) in [
            ("<title>Hi</title>", Some("Hi")),
            ("<p>\u{fc}<TITLE lang=en>\n Two\n words </Title >", Some("Two words")),
            (
                "<title>&lt;b&gt; &amp; &#39;c&#x27; &unknown; &</title>",
                Some("<b> & 'c' &unknown; &"),
            ),
            ("<title>&amp;lt;</title>", Some("&lt;")),
            ("<title><script>x()</script></title>", Some("<script>x()</script>")),
            ("<titles>No</titles><title>Yes</titles></title>", Some("Yes</titles>")),
            ("<title>\u{202e}evil</title>", None),
            ("<title>&#x202e;evil</title>", None),
            ("<title>a&#10;b</title>", None),
            ("<title>&#xd800;&#99999999999;</title>", Some("&#xd800;&#99999999999;")),
            ("<title> </title>", None),
            ("<title>never closed", None),
            ("<title", None),
            ("", None),
        ] {
            assert_eq!(title(html).as_deref(), expected, "{html}");
        }
        let long = format!("<title>{}</title>", "\u{e9}".repeat(201));
        assert_eq!(title(&long), Some("\u{e9}".repeat(200)));
    }
}
