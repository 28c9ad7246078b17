//! Data in scripts.

use core::error::Error;
use core::fmt;

use serde::Serialize;

use super::runs::{self, Escape};
use super::script::{SEPARATOR_LEAD, escape_in_json};

/// Encodes a value as JSON within a `script` element.
///
/// The best place is a block of data, `<script type="application/json">`: it is not run, needs no
/// nonce, and `JSON.parse` of its `textContent` gives back the value. As an expression within a
/// script it means the same but for one name: a key `__proto__` there sets an object's prototype.
///
/// ```
/// use bartizan_html::encode;
///
/// let data = encode::json(&["</script>", "Tom & Jerry"])?;
/// assert_eq!(data.to_string(), r#"["\u003c/script\u003e","Tom \u0026 Jerry"]"#);
/// # Ok::<(), encode::NotJson>(())
/// ```
///
/// # Errors
///
/// [`NotJson`] when the value is not one that JSON can carry.
pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Json, NotJson> {
    serde_json::to_string(value).map(Json).map_err(|_| NotJson)
}

/// A value as JSON that encodes itself when it is displayed, within a `script` element.
#[derive(Clone, Debug)]
pub struct Json(String);

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        runs::write::<InJson, _>(&self.0, f)
    }
}

/// What it escapes stands in strings alone, where the escape means the same.
struct InJson;

impl Escape for InJson {
    fn distance(byte: u8) -> u8 {
        (byte ^ b'&').min((byte | 2) ^ b'>').min(byte ^ SEPARATOR_LEAD)
    }

    fn escape<W: fmt::Write + ?Sized>(rest: &[u8], out: &mut W) -> Result<usize, fmt::Error> {
        escape_in_json(rest, out)
    }
}

/// A value is not one that JSON can carry, such as a map whose keys are lists. The program is at
/// fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotJson;

impl fmt::Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is not one that JSON can carry")
    }
}

impl Error for NotJson {}
