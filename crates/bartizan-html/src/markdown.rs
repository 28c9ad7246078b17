//! Markdown, as HTML that is clean.

use core::fmt;

use pulldown_cmark::{Event, Options, Parser, html};

use crate::{Clean, Sanitizer, TooCostly};

/// Turns [CommonMark] into HTML and that through a [`Sanitizer`]: what the policy does not allow is
/// gone, however it was written, as raw HTML or as a link to `javascript:`.
///
/// Tables and struck-out text are read, too, as the policy allows. At most 65,536 bytes are read,
/// and 16 levels of quotations and lists per line, which are counted before any parsing.
///
/// [CommonMark]: https://spec.commonmark.org/0.31.2/
///
/// ```
/// use bartizan_html::{Markdown, Policy, Sanitizer};
///
/// let markdown = Markdown::new(Sanitizer::new(Policy::comment()));
/// let note = markdown.to_html("Some *text* <img src=x onerror=alert(1)>[go](javascript:alert(1))")?;
/// let link = r#"<a rel="nofollow ugc noopener noreferrer">go</a>"#;
/// assert_eq!(note.as_str(), format!("<p>Some <em>text</em> {link}</p>\n"));
/// # Ok::<(), bartizan_html::TooCostly>(())
/// ```
#[derive(Debug)]
pub struct Markdown {
    sanitizer: Sanitizer,
    max_bytes: usize,
}

impl Markdown {
    /// Returns a renderer with the default limits.
    #[must_use]
    pub const fn new(sanitizer: Sanitizer) -> Self {
        Self { sanitizer, max_bytes: DEFAULT_MAX_BYTES }
    }

    /// Sets how many bytes the Markdown may have, and the HTML that comes of it. Default: 65,536.
    /// The limits of the sanitizer hold all the same.
    ///
    /// ```
    /// use bartizan_html::{Markdown, Policy, Sanitizer, TooCostly};
    ///
    /// let markdown = Markdown::new(Sanitizer::new(Policy::comment())).max_bytes(280);
    /// assert_eq!(markdown.to_html(&"x".repeat(281)), Err(TooCostly::Bytes(280)));
    /// ```
    #[must_use]
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Returns the HTML that the Markdown stands for, without what the policy does not allow.
    ///
    /// # Errors
    ///
    /// [`TooCostly`], whose variants name the limit that the Markdown or its HTML is beyond.
    pub fn to_html(&self, markdown: &str) -> Result<Clean<'static>, TooCostly> {
        check(markdown, self.max_bytes)?;
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let mut depth = Depth { now: 0, most: 0 };
        let events = Parser::new_ext(markdown, options).take_while(|event| depth.follow(event));
        let mut page = Bounded { html: String::new(), max_bytes: self.max_bytes };
        let written = html::write_html_fmt(&mut page, events);
        if depth.most > MAX_DEPTH {
            return Err(TooCostly::Depth(MAX_DEPTH));
        }
        written.map_err(|_| TooCostly::Bytes(self.max_bytes))?;
        Ok(self.sanitizer.clean(&page.html)?.into_owned())
    }
}

/// Refuses what the parser would take long for.
fn check(markdown: &str, max_bytes: usize) -> Result<(), TooCostly> {
    if markdown.len() > max_bytes {
        return Err(TooCostly::Bytes(max_bytes));
    }
    let deep = |line: &str| containers(line.as_bytes()) > MAX_CONTAINERS;
    if markdown.split(['\n', '\r']).any(deep) {
        return Err(TooCostly::Depth(MAX_CONTAINERS));
    }
    Ok(())
}

/// How many quotations and list items a line could open. Those stay open over all that follows, and
/// every line is looked at once for each of them.
fn containers(line: &[u8]) -> usize {
    let mut count = 0_usize;
    let mut rest = line.trim_ascii_start();
    while let Some(after) = after_marker(rest) {
        count = count.saturating_add(1);
        rest = after.trim_ascii_start();
    }
    count
}

fn after_marker(line: &[u8]) -> Option<&[u8]> {
    let after = match line {
        [b'>', after @ ..] => return Some(after),
        [b'-' | b'+' | b'*', after @ ..] => after,
        _ => {
            let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let after = line.get(digits..).filter(|_| digits > 0)?;
            after.strip_prefix(b".").or_else(|| after.strip_prefix(b")"))?
        }
    };
    matches!(after, [] | [b' ' | b'\t', ..]).then_some(after)
}

/// How deep the events are nested.
struct Depth {
    now: usize,
    most: usize,
}

impl Depth {
    /// Counts an event, and returns whether it may be written.
    fn follow(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Start(_) => self.now = self.now.saturating_add(1),
            Event::End(_) => self.now = self.now.saturating_sub(1),
            _ => {}
        }
        self.most = self.most.max(self.now);
        self.most <= MAX_DEPTH
    }
}

/// HTML that grows to a limit and no further: a short reference may stand for a long URL.
struct Bounded {
    html: String,
    max_bytes: usize,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, html: &str) -> fmt::Result {
        if self.html.len().saturating_add(html.len()) > self.max_bytes {
            return Err(fmt::Error);
        }
        self.html.push_str(html);
        Ok(())
    }
}

const DEFAULT_MAX_BYTES: usize = 65_536;

const MAX_CONTAINERS: usize = 16;

const MAX_DEPTH: usize = 64;
