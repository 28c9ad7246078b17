//! Cutting clean HTML short.

use crate::elements::{Element, Kind};
use crate::tokens::{Token, Tokens};

/// Returns the beginning of clean HTML, at most `most` bytes with the end tags that it needs.
pub(crate) fn truncate(html: &str, most: usize) -> String {
    let mut open: Vec<&[u8]> = Vec::new();
    let mut closing = 0_usize;
    let (mut end, mut depth) = (0, 0);
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        let to = match token {
            Token::Text { start, end: to } => {
                let room = most.saturating_sub(closing).saturating_sub(start);
                let length = text_within(html.get(start..to).unwrap_or_default(), room);
                let cut = start.saturating_add(length);
                if cut < to {
                    if cut > start {
                        (end, depth) = (cut, open.len());
                    }
                    break;
                }
                to
            }
            Token::Start(tag) => {
                if !tag.element.is_some_and(has_no_content) {
                    open.push(tag.name);
                    closing = closing.saturating_add(end_tag_length(tag.name));
                }
                tokens.in_foreign |= tag.element.is_some_and(|element| element.is("svg"));
                tag.end
            }
            Token::End(tag) => {
                if let Some(name) = open.pop() {
                    closing = closing.saturating_sub(end_tag_length(name));
                    tokens.in_foreign &= name != b"svg";
                }
                tag.end
            }
            Token::Comment { end, .. } => end,
        };
        // With each token the whole grows or stays as long.
        if to.saturating_add(closing) > most {
            break;
        }
        (end, depth) = (to, open.len());
    }
    close(html, end, open.get(..depth).unwrap_or_default())
}

/// Ends what was open at the cut; what was opened since is not among it.
fn close(html: &str, end: usize, open: &[&[u8]]) -> String {
    let mut cut = html.get(..end).unwrap_or_default().to_owned();
    for name in open.iter().rev() {
        cut.push_str("</");
        cut.push_str(str::from_utf8(name).unwrap_or_default());
        cut.push('>');
    }
    cut
}

fn has_no_content(element: &Element) -> bool {
    matches!(element.kind, Kind::Void | Kind::Rule | Kind::Column)
}

const fn end_tag_length(name: &[u8]) -> usize {
    name.len().saturating_add(3)
}

/// How much of a text fits, in whole characters and character references.
fn text_within(text: &str, room: usize) -> usize {
    if text.len() <= room {
        return text.len();
    }
    let kept = prefix(text, room);
    match kept.rfind('&') {
        Some(at) if !kept.get(at..).unwrap_or_default().contains(';') => at,
        _ => kept.len(),
    }
}

/// The beginning of a text, at most so many bytes, in whole characters.
pub(crate) fn prefix(text: &str, most: usize) -> &str {
    let length = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text.get(..length.unwrap_or_default()).unwrap_or_default()
}
