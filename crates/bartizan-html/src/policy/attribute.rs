//! What an attribute may hold.

use std::borrow::Cow;

use crate::policy::{css, urls::UrlRefused, urls::Urls};

/// What an attribute of an element may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Any text.
    Text,
    /// Letters, digits and what stands in numbers, lists of them, and paths.
    Simple,
    /// As `Simple`, with brackets around numbers.
    Transform,
    /// A colour, or a reference to a part of the same document whose name is prefixed.
    Paint { prefix: String },
    /// A URL; `is_image` for the source of an image.
    Url { urls: Urls, is_image: bool, prefix: Option<String> },
    /// Class names of a list, whose `*` ends stand for anything.
    Classes(Vec<String>),
    /// CSS declarations of a list of properties.
    Style(Vec<String>),
    /// A name, which gets this prefix unless it has it.
    Name { prefix: String },
}

/// Why an attribute was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Url(UrlRefused),
    Value,
}

impl Values {
    /// Returns what is kept of a value.
    pub(crate) fn judge<'a>(&self, value: &'a str) -> Result<Cow<'a, str>, Refused> {
        let kept = |yes: bool| if yes { Ok(Cow::Borrowed(value)) } else { Err(Refused::Value) };
        match self {
            Self::Text => kept(true),
            Self::Simple => kept(value.chars().all(is_simple)),
            Self::Transform => kept(value.chars().all(|c| is_simple(c) || matches!(c, '(' | ')'))),
            Self::Paint { prefix } => kept(is_paint(value, prefix)),
            Self::Url { urls, is_image, prefix } => {
                urls.allow(value, *is_image).map_err(Refused::Url)?;
                match (prefix, value.strip_prefix('#')) {
                    (Some(prefix), Some(name))
                        if !name.starts_with(&**prefix) && !name.is_empty() =>
                    {
                        Ok(Cow::Owned(format!("#{prefix}{name}")))
                    }
                    _ => kept(true),
                }
            }
            Self::Classes(allowed) => classes(value, allowed),
            Self::Style(properties) => {
                let style = css::filter(value, properties).ok_or(Refused::Value)?;
                Ok(if style == value { Cow::Borrowed(value) } else { Cow::Owned(style) })
            }
            Self::Name { prefix } => name(value, prefix),
        }
    }
}

const fn is_simple(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, ' ' | '\t' | '\n' | '.' | ',' | '+' | '-' | '%' | '#' | '_')
}

fn is_paint(value: &str, prefix: &str) -> bool {
    if value.chars().all(is_simple) {
        return true;
    }
    let Some((function, arguments)) = value.split_once('(') else { return false };
    let Some(arguments) = arguments.strip_suffix(')') else { return false };
    match function {
        "rgb" | "rgba" | "hsl" | "hsla" => arguments.chars().all(|c| is_simple(c) || c == '/'),
        "url" => arguments.strip_prefix('#').is_some_and(|name| {
            name.starts_with(prefix)
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        }),
        _ => false,
    }
}

fn classes<'a>(value: &'a str, allowed: &[String]) -> Result<Cow<'a, str>, Refused> {
    let is_allowed = |class: &&str| {
        allowed.iter().any(|allowed| match allowed.strip_suffix('*') {
            Some(prefix) => class.starts_with(prefix),
            None => class == allowed,
        })
    };
    let kept: Vec<&str> = value.split_ascii_whitespace().filter(is_allowed).collect();
    if kept.is_empty() {
        return Err(Refused::Value);
    }
    let kept = kept.join(" ");
    Ok(if kept == value { Cow::Borrowed(value) } else { Cow::Owned(kept) })
}

fn name<'a>(value: &'a str, prefix: &str) -> Result<Cow<'a, str>, Refused> {
    if value.is_empty() || value.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Refused::Value);
    }
    if value.starts_with(prefix) && value.len() > prefix.len() {
        return Ok(Cow::Borrowed(value));
    }
    Ok(Cow::Owned(format!("{prefix}{value}")))
}
