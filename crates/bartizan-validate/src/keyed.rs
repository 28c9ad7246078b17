//! A map whose errors are placed by key.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use crate::Refusal;

/// A map whose errors are placed by key: `/prices/basic/amount`, where validator alone would give a
/// position.
///
/// A key stands in the place of each error below it, so it must be of a type that is valid once
/// parsed, such as a [`Slug`](crate::Slug): a `String` does not compile. Validate it with
/// `#[validate(nested)]`.
///
/// ```
/// use bartizan_validate::{Keyed, Slug, Valid, Validate};
///
/// #[derive(Validate)]
/// #[validate(crate = "bartizan_validate::validator")]
/// struct Price {
///     #[validate(range(min = 1))]
///     amount: u32,
/// }
///
/// #[derive(Validate)]
/// #[validate(crate = "bartizan_validate::validator")]
/// struct Offer {
///     #[validate(nested)]
///     prices: Keyed<Slug, Price>,
/// }
///
/// let prices = [("basic".parse()?, Price { amount: 0 })].into_iter().collect();
/// let invalid = Valid::new(Offer { prices }).map(drop).unwrap_err();
/// assert_eq!(invalid.errors()[0].pointer(), "/prices/basic/amount");
/// # Ok::<(), bartizan_validate::SlugError>(())
/// ```
///
/// ```compile_fail,E0271
/// # use bartizan_validate::{Keyed, Validate, Email};
/// # let map: Keyed<String, Email> = core::iter::empty().collect();
/// map.validate();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[serde(bound(deserialize = "K: Deserialize<'de> + Ord, V: Deserialize<'de>"))]
pub struct Keyed<K, V>(BTreeMap<K, V>);

impl<K, V> Keyed<K, V> {
    /// Lends the map.
    #[must_use]
    pub const fn get(&self) -> &BTreeMap<K, V> {
        &self.0
    }

    /// Returns the map.
    #[must_use]
    pub fn into_inner(self) -> BTreeMap<K, V> {
        self.0
    }
}

impl<K, V> Default for Keyed<K, V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K, V> From<BTreeMap<K, V>> for Keyed<K, V> {
    fn from(map: BTreeMap<K, V>) -> Self {
        Self(map)
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Keyed<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl<K, V> Validate for Keyed<K, V>
where
    K: AsRef<str> + Ord + TryFrom<String, Error: Refusal>,
    V: Validate,
{
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        for (key, value) in &self.0 {
            if let Err(refused) = value.validate() {
                let kind = ValidationErrorsKind::Struct(Box::new(refused));
                let _ = errors.errors_mut().insert(Cow::Owned(key.as_ref().to_owned()), kind);
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}
