//! The beginning of clean HTML, as one line of text.

use crate::Clean;
use crate::clean_tokens::{Token, Tokens, attribute};
use crate::to_text::{DROPPED, is_one_of, skip};

impl Clean<'_> {
    /// Returns the beginning of the text on one line, for a preview: at most `max_chars`
    /// characters (Unicode scalar values).
    ///
    /// When there is more, it ends with an ellipsis after a whole word, where there is one in the
    /// second half. It is text: in a page it has to be [encoded](crate::encode) again. No more of
    /// the HTML is read than that takes.
    ///
    /// ```
    /// use bartizan_html::{Policy, Sanitizer};
    ///
    /// let sanitizer = Sanitizer::new(Policy::comment());
    /// let note = sanitizer.clean("<p>A long walk</p><p>by the <b>harbour</b> &amp; back</p>")?;
    /// assert_eq!(note.excerpt(21), "A long walk by the…");
    /// assert_eq!(note.excerpt(100), "A long walk by the harbour & back");
    /// # Ok::<(), bartizan_html::TooCostly>(())
    /// ```
    #[must_use]
    pub fn excerpt(&self, max_chars: usize) -> String {
        let mut line = Line { out: String::new(), chars: 0, space: false, max_chars };
        let mut tokens = Tokens(self.as_str());
        while let Some(token) = tokens.next() {
            let fits = match token {
                Token::Start(name, _) if is_one_of(name, DROPPED) => {
                    skip(&mut tokens, name);
                    true
                }
                token => line.token(token),
            };
            if !fits {
                return cut(&line.out, max_chars);
            }
        }
        line.out
    }
}

struct Line {
    out: String,
    chars: usize,
    /// Whether there is white space before the next character.
    space: bool,
    max_chars: usize,
}

impl Line {
    /// Adds a token, and returns whether it fits.
    fn token(&mut self, token: Token<'_>) -> bool {
        match token {
            Token::Text(text) => text.chars().all(|c| self.char(c)),
            Token::Char(c) => self.char(c),
            Token::Start(name, attributes) => {
                self.space |= !is_one_of(name, INLINE);
                let alt = attribute(attributes, "alt").filter(|_| name.eq_ignore_ascii_case("img"));
                alt.is_none_or(|alt| Tokens(alt).all(|token| self.alternative(token)))
            }
            Token::End(name) => {
                self.space |= !is_one_of(name, INLINE);
                true
            }
        }
    }

    /// Adds a piece of the text that stands for a picture, in which nothing is a tag.
    fn alternative(&mut self, token: Token<'_>) -> bool {
        match token {
            Token::Text(text) => text.chars().all(|c| self.char(c)),
            Token::Char(c) => self.char(c),
            Token::Start(..) | Token::End(_) => true,
        }
    }

    fn char(&mut self, c: char) -> bool {
        if c.is_ascii_whitespace() {
            self.space = true;
            return true;
        }
        if self.space && !self.out.is_empty() && !self.push(' ') {
            return false;
        }
        self.space = false;
        self.push(c)
    }

    fn push(&mut self, c: char) -> bool {
        if self.chars >= self.max_chars {
            return false;
        }
        self.out.push(c);
        self.chars = self.chars.saturating_add(1);
        true
    }
}

/// Shortens a line, of which there is more, by what the ellipsis takes.
fn cut(line: &str, max_chars: usize) -> String {
    let Some(kept) = max_chars.checked_sub(1) else { return String::new() };
    let at = line.char_indices().nth(kept).map_or(line.len(), |(at, _)| at);
    let (mut head, rest) = line.split_at_checked(at).unwrap_or((line, ""));
    // Where the next character is not known, the word may go on.
    if !rest.starts_with(' ') {
        let half = at / 2;
        let word = head.rfind(' ').filter(|space| *space >= half);
        head = word.map_or_else(
            || whole_character(head, rest),
            |space| head.get(..space).unwrap_or_default(),
        );
    }
    format!("{}…", head.trim_end())
}

/// Takes away the character that `rest` would complete: an accent, a skin tone, a joined emoji.
fn whole_character<'a>(head: &'a str, rest: &str) -> &'a str {
    let mut head = head;
    let mut next = rest.chars().next();
    while next.is_some_and(continues) || head.ends_with(JOINER) {
        next = head.chars().next_back();
        let Some(c) = next else { return head };
        head = head.get(..head.len().saturating_sub(c.len_utf8())).unwrap_or_default();
    }
    head
}

/// Whether a character is shown as part of the one before it, as far as a short list goes.
const fn continues(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | JOINER)
}

const JOINER: char = '\u{200d}';

/// Elements that stand within a line. Any other begins one, so that words do not run together.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];
