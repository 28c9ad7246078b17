//! Strict JSON: [RFC 8259], narrowed as [RFC 7493] advises and bounded, read in one pass.
//!
//! What two parsers could read differently is refused. It is a deserializer of `serde`, so the pass
//! that checks the text is the pass that fills the type.
//!
//! [RFC 7493]: https://www.rfc-editor.org/rfc/rfc7493
//! [RFC 8259]: https://www.rfc-editor.org/rfc/rfc8259

mod access;
mod de;
mod error;
mod key;
mod limits;
mod names;
mod number;
mod scanner;
mod text;

use serde::Deserialize;
use validator::Validate;

pub use self::error::{JsonFault, JsonRefused};
pub use self::limits::JsonLimits;
use self::scanner::Scanner;
use crate::{Invalid, Valid};

/// A value that was read from JSON which every parser reads the same, and of which nothing was
/// passed over.
///
/// Refused are, beside what is no JSON ([RFC 8259]):
/// - more bytes, depth, members or elements than [`JsonLimits`] has,
/// - a name that comes twice in one object, also spelled with escapes ([RFC 7493], section 2.3),
/// - anything but UTF-8, a byte order mark, half of a surrogate pair,
/// - a number that would be changed by reading it: a whole one beyond 64 bits, or beyond what a
///   floating-point field holds exactly; a fraction that becomes infinite or zero,
/// - a field that the type has not, and an array in place of a struct.
///
/// A type says that it takes more fields with `#[serde(flatten)]`. Of an enum that is untagged, or
/// whose tag is inside, `serde` reads an object into a buffer first, where nobody sees what is
/// ignored: there an object is refused, unless [`JsonLimits::trusting_buffers`] says that the type
/// looks after itself. An enum with tag and content wants its tag first, for the same reason.
///
/// Beside the value itself, it needs memory for the names of the objects that are open at the same
/// time: at most depth times members, and never more than a small multiple of the input.
///
/// ```
/// use bartizan_validate::{JsonFault, StrictJson};
/// use serde::Deserialize;
///
/// #[derive(Debug, Deserialize)]
/// struct Rename<'t> {
///     name: &'t str,
/// }
///
/// let rename = StrictJson::<Rename<'_>>::from_slice(br#"{"name":"Alice"}"#)?;
/// assert_eq!(rename.get().name, "Alice");
///
/// let refused = StrictJson::<Rename<'_>>::from_slice(br#"{"name":"Alice","admin":true}"#).unwrap_err();
/// assert_eq!((refused.fault(), refused.pointer()), (JsonFault::UnknownField, "/admin"));
/// # Ok::<(), bartizan_validate::JsonRefused>(())
/// ```
///
/// [RFC 7493]: https://www.rfc-editor.org/rfc/rfc7493
/// [RFC 8259]: https://www.rfc-editor.org/rfc/rfc8259
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrictJson<T>(T);

impl<'de, T: Deserialize<'de>> StrictJson<T> {
    /// Reads all of `json`, within [`JsonLimits::DEFAULT`].
    ///
    /// # Errors
    ///
    /// [`JsonRefused`] for whatever stands in the way, and where it is.
    pub fn from_slice(json: &'de [u8]) -> Result<Self, JsonRefused> {
        Self::with_limits(json, &JsonLimits::DEFAULT)
    }

    /// Reads all of `json`, within `limits`.
    ///
    /// ```
    /// use bartizan_validate::{JsonFault, JsonLimits, StrictJson};
    ///
    /// let limits = JsonLimits::DEFAULT.max_elements(2);
    /// let refused = StrictJson::<Vec<u8>>::with_limits(b"[1,2,3]", &limits).unwrap_err();
    /// assert_eq!(refused.fault(), JsonFault::TooMany);
    /// ```
    ///
    /// # Errors
    ///
    /// [`JsonRefused`] for whatever stands in the way, and where it is.
    pub fn with_limits(json: &'de [u8], limits: &JsonLimits) -> Result<Self, JsonRefused> {
        Scanner::new(json, *limits)?.document().map(Self)
    }
}

impl<T> StrictJson<T> {
    /// Lends the value.
    #[must_use]
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// Returns the value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: Validate> StrictJson<T> {
    /// Checks the value by its rules.
    ///
    /// ```
    /// use bartizan_validate::{Invalid, StrictJson, Valid, Validate};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize, Validate)]
    /// #[validate(crate = "bartizan_validate::validator")]
    /// struct Rename {
    ///     #[validate(length(min = 1, max = 64))]
    ///     name: String,
    /// }
    ///
    /// fn read(body: &[u8]) -> Result<Valid<Rename>, Invalid> {
    ///     StrictJson::from_slice(body)?.validate()
    /// }
    ///
    /// assert_eq!(read(br#"{"name":"Alice"}"#)?.get().name, "Alice");
    /// assert_eq!(read(br#"{"name":""}"#).map(drop).unwrap_err().errors()[0].code(), "length");
    /// assert_eq!(read(br#"{"nome":""}"#).map(drop).unwrap_err().errors()[0].pointer(), "/nome");
    /// # Ok::<(), Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Invalid`] with the rules that it breaks.
    pub fn validate(self) -> Result<Valid<T>, Invalid> {
        Valid::new(self.0)
    }
}
