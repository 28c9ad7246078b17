//! Clean HTML as text that reads well: for search, and for the text part of a mail.

use crate::Clean;
use crate::clean_tokens::{Token, Tokens, attribute};

impl Clean<'_> {
    /// Returns the text, with a line for each block, a blank line between paragraphs, and marks
    /// before the items of lists.
    ///
    /// It is text: in a page it has to be [encoded](crate::encode) again. White space is collapsed
    /// as browsers do, a picture gives its `alt`, a link its text alone. It takes one pass, and the
    /// text is at most about three times as long as the HTML.
    ///
    /// ```
    /// use bartizan_html::{Policy, Sanitizer};
    ///
    /// let sanitizer = Sanitizer::new(Policy::comment());
    /// let note = sanitizer.clean("<p>Buy for <b>Tom</b> &amp;\n Jerry:</p><ul><li>milk<li>tea</ul>")?;
    /// assert_eq!(note.to_text(), "Buy for Tom & Jerry:\n\n- milk\n- tea");
    /// # Ok::<(), bartizan_html::TooCostly>(())
    /// ```
    #[must_use]
    pub fn to_text(&self) -> String {
        lay_out(self.as_str(), Links::Dropped)
    }

    /// Returns the text as [`to_text`](Self::to_text) does, with the URL of each link behind it.
    ///
    /// ```
    /// use bartizan_html::{Policy, Sanitizer};
    ///
    /// let sanitizer = Sanitizer::new(Policy::comment());
    /// let note = sanitizer.clean("<p>See <a href='https://example.com/'>here</a>.</p>")?;
    /// assert_eq!(note.to_text_with_links(), "See here (https://example.com/).");
    /// # Ok::<(), bartizan_html::TooCostly>(())
    /// ```
    #[must_use]
    pub fn to_text_with_links(&self) -> String {
        lay_out(self.as_str(), Links::Shown)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    Dropped,
    Shown,
}

pub(crate) fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| name.eq_ignore_ascii_case(other))
}

fn lay_out(html: &str, links: Links) -> String {
    let mut layout = Layout::new(html.len());
    let mut tokens = Tokens(html);
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(text) => layout.text(text),
            Token::Char(c) => layout.char(c),
            Token::Start(name, _) if is_one_of(name, DROPPED) => skip(&mut tokens, name),
            Token::Start(name, attributes) => layout.start(name, attributes),
            Token::End(name) => layout.end(name, links),
        }
    }
    layout.out.truncate(layout.out.trim_end().len());
    layout.out
}

/// Skips what is in an element whose content nobody reads.
pub(crate) fn skip(tokens: &mut Tokens<'_>, name: &str) {
    let _ = tokens.find(|token| matches!(token, Token::End(end) if end.eq_ignore_ascii_case(name)));
}

/// Elements whose content nobody reads. A policy allows none of them but `style`, at most.
pub(crate) const DROPPED: &[&str] = &["head", "noscript", "script", "style", "template", "title"];

struct Layout<'a> {
    out: String,
    /// Line feeds to write before the next character.
    breaks: usize,
    /// Whether there is white space before the next character.
    space: bool,
    /// Whether nothing follows the mark of a list item yet.
    marked: bool,
    preformatted: usize,
    /// Whether a line feed would be the first character of a `pre`, which does not count.
    pre_begins: bool,
    /// The lists that are open; the number of the last item, when they are numbered.
    lists: Vec<Option<usize>>,
    /// The URL of the open link, and where its text begins.
    link: Option<(&'a str, usize)>,
}

impl<'a> Layout<'a> {
    fn new(length: usize) -> Self {
        Self {
            out: String::with_capacity(length),
            breaks: 0,
            space: false,
            marked: false,
            preformatted: 0,
            pre_begins: false,
            lists: Vec::new(),
            link: None,
        }
    }

    fn text(&mut self, text: &str) {
        if self.preformatted > 0 {
            let text = if self.pre_begins { text.strip_prefix('\n').unwrap_or(text) } else { text };
            self.pre_begins = false;
            if !text.is_empty() {
                self.flush();
                self.out.push_str(text);
            }
            return;
        }
        for (at, word) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            self.space |= at > 0;
            if !word.is_empty() {
                self.flush();
                self.out.push_str(word);
            }
        }
    }

    fn char(&mut self, c: char) {
        self.pre_begins = false;
        if c.is_ascii_whitespace() && self.preformatted == 0 {
            self.space = true;
        } else {
            self.flush();
            self.out.push(c);
        }
    }

    fn start(&mut self, name: &'a str, attributes: &'a str) {
        self.pre_begins = false;
        self.break_around(name);
        match &*name.to_ascii_lowercase() {
            "br" => self.breaks = self.breaks.saturating_add(1).min(2),
            "pre" => {
                self.preformatted = self.preformatted.saturating_add(1);
                self.pre_begins = true;
            }
            "ul" => self.lists.push(None),
            "ol" => self.lists.push(Some(0)),
            "li" => self.mark_item(),
            "td" | "th" if !self.out.ends_with('\n') && self.breaks == 0 => self.space = true,
            "img" => attribute(attributes, "alt").into_iter().for_each(|alt| self.escaped(alt)),
            "a" => {
                let url = attribute(attributes, "href");
                self.link = url.map(|url| (url, self.out.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, links: Links) {
        self.pre_begins = false;
        match &*name.to_ascii_lowercase() {
            "pre" => self.preformatted = self.preformatted.saturating_sub(1),
            "ul" | "ol" => drop(self.lists.pop()),
            "a" if links == Links::Shown => self.show_link(),
            _ => {}
        }
        self.break_around(name);
    }

    /// Text that is escaped as in HTML, but has no tags.
    fn escaped(&mut self, text: &str) {
        for token in Tokens(text) {
            match token {
                Token::Char(c) => self.char(c),
                Token::Text(text) => self.text(text),
                Token::Start(..) | Token::End(_) => {}
            }
        }
    }

    fn show_link(&mut self) {
        let Some((url, start)) = self.link.take() else { return };
        let mut shown = String::with_capacity(url.len());
        for token in Tokens(url) {
            match token {
                Token::Char(c) => shown.push(c),
                Token::Text(text) => shown.push_str(text),
                Token::Start(..) | Token::End(_) => {}
            }
        }
        let text = self.out.get(start..).unwrap_or_default().trim();
        if text.is_empty() || text == shown {
            return;
        }
        self.out.push_str(" (");
        self.out.push_str(&shown);
        self.out.push(')');
    }

    fn break_around(&mut self, name: &str) {
        let within_item = if is_one_of(name, &["ol", "ul"]) { 1 } else { 2 };
        let breaks = if is_one_of(name, PARAGRAPHS) && self.lists.len() < within_item {
            2
        } else if is_one_of(name, PARAGRAPHS) || is_one_of(name, LINES) {
            1
        } else {
            return;
        };
        // What an item begins with stands beside its mark.
        if !self.marked || is_one_of(name, &["li"]) {
            self.breaks = self.breaks.max(breaks);
        }
    }

    fn mark_item(&mut self) {
        self.flush();
        let depth = self.lists.len().saturating_sub(1).min(MAX_INDENT);
        self.out.extend(core::iter::repeat_n("  ", depth));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                *number = number.saturating_add(1);
                self.out.push_str(&number.to_string());
                self.out.push_str(". ");
            }
            _ => self.out.push_str("- "),
        }
        self.marked = true;
    }

    /// Writes the white space before what comes now.
    fn flush(&mut self) {
        if self.breaks > 0 {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            if !self.out.is_empty() {
                self.out.extend(core::iter::repeat_n('\n', self.breaks));
            }
        } else if self.space && !self.marked && !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push(' ');
        }
        (self.breaks, self.space, self.marked) = (0, false, false);
    }
}

/// Elements with a blank line before and after.
const PARAGRAPHS: &[&str] = &[
    "blockquote",
    "dl",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "ol",
    "p",
    "pre",
    "table",
    "ul",
];

/// Elements that begin a line, and after which another begins.
const LINES: &[&str] = &[
    "address",
    "article",
    "aside",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dt",
    "fieldset",
    "figcaption",
    "footer",
    "form",
    "header",
    "li",
    "main",
    "nav",
    "section",
    "summary",
    "tbody",
    "tfoot",
    "thead",
    "tr",
];

const MAX_INDENT: usize = 4;
