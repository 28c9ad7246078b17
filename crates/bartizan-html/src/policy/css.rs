//! The `style` attribute: [declarations](https://www.w3.org/TR/css-style-attr/) of allowed
//! properties, with values that neither load nor run anything.

use core::fmt::Write as _;

use cssparser::{Delimiter, ParseError, Parser, ToCss as _, Token};

/// Properties that a policy may allow: they change how text looks, and nothing else. With none of
/// them can something be moved over other parts of the page.
pub(crate) const PROPERTIES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "color",
    "direction",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
];

/// Functions that only compute a colour.
const FUNCTIONS: &[&str] = &["rgb", "rgba", "hsl", "hsla"];

/// A longer attribute is not looked at.
const MAX_BYTES: usize = 4_096;

/// Returns the declarations that are allowed, written anew.
pub(crate) fn filter(style: &str, allowed: &[String]) -> Option<String> {
    if style.len() > MAX_BYTES {
        return None;
    }
    let mut kept = String::new();
    let mut parser = Parser::new(style);
    while !parser.is_exhausted() {
        let declaration =
            parser.parse_until_after(Delimiter::Semicolon, |parser| declaration(parser, allowed));
        if let Ok(declaration) = declaration {
            if !kept.is_empty() {
                kept.push(';');
            }
            kept.push_str(&declaration);
        }
    }
    (!kept.is_empty()).then_some(kept)
}

fn declaration(parser: &mut Parser<'_>, allowed: &[String]) -> Result<String, ParseError<()>> {
    let name = parser.expect_ident_cloned()?.to_ascii_lowercase();
    parser.expect_colon()?;
    if !allowed.contains(&name) {
        return Err(ParseError::unexpected_token());
    }
    let mut declaration = name;
    declaration.push(':');
    values(parser, &mut declaration, true)?;
    if declaration.ends_with(':') {
        return Err(ParseError::unexpected_token());
    }
    Ok(declaration)
}

fn values(
    parser: &mut Parser<'_>,
    out: &mut String,
    with_functions: bool,
) -> Result<(), ParseError<()>> {
    while let Ok(token) = parser.next() {
        let token = token.clone();
        if !matches!(token, Token::Comma) && !out.ends_with([':', '(']) {
            out.push(' ');
        }
        match &token {
            Token::Function(name) if with_functions => {
                let name = name.to_ascii_lowercase();
                if !FUNCTIONS.contains(&&*name) {
                    return Err(ParseError::unexpected_token());
                }
                let _ = write!(out, "{name}(");
                parser.parse_nested_block(|parser| values(parser, out, false))?;
                out.push(')');
            }
            Token::Ident(name) if is_word(name) => out.push_str(name),
            Token::QuotedString(name) if is_font(name) => {
                let _ = write!(out, "'{name}'");
            }
            Token::Hash(digits) | Token::IDHash(digits) if is_word(digits) => {
                let _ = write!(out, "#{digits}");
            }
            Token::Number { .. }
            | Token::Percentage { .. }
            | Token::Dimension { .. }
            | Token::Comma
            | Token::Delim('/') => {
                token.to_css(out).map_err(|_| ParseError::unexpected_token())?;
            }
            _ => return Err(ParseError::unexpected_token()),
        }
    }
    Ok(())
}

/// Whether it can be written as it is, and read as the same.
fn is_word(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn is_font(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b' '))
}
