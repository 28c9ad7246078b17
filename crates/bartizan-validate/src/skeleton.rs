//! What a name looks like.

use core::fmt;

use crate::Username;

/// What a name looks like: names that are easily taken for each other have the same one.
///
/// It is the skeleton of [UTS 39, section 4], in lower case. Store it beside the name, under a
/// unique index, and refuse a new name whose skeleton is there. It is for comparing, not for
/// showing. Its tables grow with Unicode: store [`UNICODE_VERSION`](Self::UNICODE_VERSION) too,
/// and compute the skeletons again when it changes.
///
/// ```
/// use bartizan_validate::{Username, UsernameError};
///
/// let paypal: Username = "paypal".parse()?;
/// let cyrillic: Username = "раура1".parse()?;
/// assert_ne!(paypal, cyrillic);
/// assert_eq!(paypal.skeleton(), cyrillic.skeleton());
/// # Ok::<(), UsernameError>(())
/// ```
///
/// [UTS 39, section 4]: https://www.unicode.org/reports/tr39/#Confusable_Detection
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Skeleton(String);

impl Skeleton {
    /// The version of Unicode whose tables were used.
    pub const UNICODE_VERSION: (u64, u64, u64) = unicode_security::UNICODE_VERSION;

    /// Returns the skeleton.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn of(text: &str) -> Self {
        Self(unicode_security::skeleton(text).flat_map(char::to_lowercase).collect())
    }
}

impl AsRef<str> for Skeleton {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Skeleton {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&Username> for Skeleton {
    fn from(name: &Username) -> Self {
        name.skeleton()
    }
}
