//! Text, as a parser reads and writes it.

use crate::fast::Pass;
use crate::reference::{self, Reference};
use crate::tokens::{is_space, position};

/// How text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum With {
    /// `&lt;` is a character.
    References,
    /// It is four.
    None,
}

impl Pass<'_> {
    pub(super) fn text(&mut self, start: usize, end: usize, with: With) -> Option<()> {
        if start == end {
            return Some(());
        }
        let html = self.html.as_bytes();
        if self.stack.in_table() {
            let only_space = html.get(start..end)?.iter().all(|b| is_space(*b) && *b != b'\r');
            return only_space.then_some(());
        }
        self.begin(start)?;

        let mut at = start;
        while let Some(special) = position(html.get(..end)?, at, is_special) {
            at = match html.get(special..end)? {
                [b'<', ..] => self.put(special, 1, "&lt;"),
                [b'>', ..] => self.put(special, 1, "&gt;"),
                [b'\r', b'\n', ..] => self.put(special, 1, ""),
                [b'\r', ..] => self.put(special, 1, "\n"),
                [0xc2, 0xa0, ..] => self.put(special, 2, "&nbsp;"),
                [0xc2, ..] => special.saturating_add(2),
                [b'&', rest @ ..] if with == With::References => self.reference(special, rest)?,
                [b'&', ..] => self.put(special, 1, "&amp;"),
                // A parser drops U+0000 here, and replaces it there.
                _ => return None,
            };
        }
        Some(())
    }

    /// Two things depend on where text begins: a byte order mark, and a line feed.
    fn begin(&mut self, start: usize) -> Option<()> {
        let length = self.out.length_at(start);
        let text = self.html.as_bytes().get(start..)?;
        // A parser drops one at the beginning, and some that follow a script.
        if text.starts_with(b"\xef\xbb\xbf") {
            return None;
        }
        if self.preformatted == Some(length) && matches!(text, [b'\n' | b'\r', ..]) {
            self.out.insert(start, "\n");
        }
        Some(())
    }

    fn put(&mut self, at: usize, length: usize, text: &str) -> usize {
        let end = at.saturating_add(length);
        self.out.replace(at, end, text);
        end
    }

    fn reference(&mut self, at: usize, rest: &[u8]) -> Option<usize> {
        match reference::read(rest, false) {
            Reference::Unsure => None,
            Reference::None => Some(self.put(at, 1, "&amp;")),
            Reference::Characters(first, second, length) => {
                let end = at.saturating_add(1).saturating_add(length);
                // These four are written as they are read, and nothing else is.
                let written = self.html.get(at..end)?;
                if !matches!(written, "&amp;" | "&lt;" | "&gt;" | "&nbsp;") {
                    self.scratch.clear();
                    reference::push_text(first, &mut self.scratch);
                    if let Some(second) = second {
                        reference::push_text(second, &mut self.scratch);
                    }
                    // A line feed may be one too many, and a byte order mark is not always kept.
                    if self.scratch.starts_with(['\n', '\u{feff}']) {
                        return None;
                    }
                    self.out.replace(at, end, &self.scratch);
                }
                Some(end)
            }
        }
    }
}

const fn is_special(byte: u8) -> bool {
    matches!(byte, b'<' | b'>' | b'&' | b'\r' | b'\0' | 0xc2)
}
