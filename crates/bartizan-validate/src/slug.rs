//! Names within URLs.

use std::borrow::Cow;

use crate::parsed::{canonical, refusals};

/// A name within a URL: 1 to 64 small letters `a` to `z` and digits, with single hyphens between.
///
/// It needs no encoding in a path segment, a file name or a host name's label (of which 63 are
/// allowed), and nothing is changed for it: what has capitals is refused.
///
/// ```
/// use bartizan_validate::{Slug, SlugError};
///
/// let slug: Slug = "ten-things-2".parse()?;
/// assert_eq!(slug.as_str(), "ten-things-2");
/// assert_eq!("../etc".parse::<Slug>(), Err(SlugError::Character));
/// # Ok::<(), SlugError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    fn canonical(text: &str) -> Result<Cow<'_, str>, SlugError> {
        if text.len() > MAX_OCTETS {
            return Err(SlugError::TooLong);
        }
        if text.is_empty() {
            return Err(SlugError::Empty);
        }
        if !text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return Err(SlugError::Character);
        }
        if text.split('-').any(str::is_empty) { Err(SlugError::Hyphen) } else { Ok(text.into()) }
    }
}

canonical!([] Slug, SlugError, "a name for a URL");

refusals! {
    /// Why a text is no name for a URL. Whoever typed it is at fault: show them the sentence.
    SlugError {
        /// It is empty.
        Empty: "slug_empty", "a name for a URL has at least one character";
        /// It has more than 64 octets.
        TooLong: "slug_too_long", "a name for a URL has at most 64 characters";
        /// It has a character that is no small letter `a` to `z`, digit or hyphen.
        Character: "slug_character", "a name for a URL has only the letters a to z, digits and -";
        /// A hyphen stands at an end, or beside another.
        Hyphen: "slug_hyphen", "in a name for a URL each - stands between letters or digits";
    }
}

const MAX_OCTETS: usize = 64;
