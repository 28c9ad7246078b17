use bartizan_core::Context;

/// A column of a database whose fields are sealed: makes the [`Context`] of each of them.
///
/// Table, name, version, tenant and row are written each with its length and its kind before it, so
/// no two fields have the same context: `"7"` is another row than `7`. A field that is moved to
/// another row, column, table or tenant does not open.
///
/// ```
/// use bartizan_envelope::Column;
///
/// const PHONE: Column<'_> = Column::new("users", "phone");
///
/// let context = PHONE.of_tenant("acme").row(7);
/// assert_ne!(context, PHONE.of_tenant("evil").row(7));
/// assert_ne!(context, PHONE.row(7));
/// assert_ne!(context, PHONE.of_tenant("acme").row("7"));
/// assert_ne!(context, PHONE.version(2).of_tenant("acme").row(7));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    table: &'a str,
    name: &'a str,
    version: u32,
    tenant: Option<&'a str>,
}

impl<'a> Column<'a> {
    /// Names a column, in version 1, of no tenant.
    #[must_use]
    pub const fn new(table: &'a str, name: &'a str) -> Self {
        Self { table, name, version: 1, tenant: None }
    }

    /// Says in which version of the schema what is sealed is written, so that nothing older is read
    /// as something newer.
    #[must_use]
    pub const fn version(self, version: u32) -> Self {
        Self { version, ..self }
    }

    /// Narrows the column to the rows of one tenant.
    #[must_use]
    pub const fn of_tenant(self, tenant: &'a str) -> Self {
        Self { tenant: Some(tenant), ..self }
    }

    /// Returns the context of one field.
    ///
    /// The row is known before it is stored: draw its key, or insert it first and seal then.
    #[must_use]
    #[expect(single_use_lifetimes, reason = "one in an argument's `impl` must have a name")]
    pub fn row<'r>(&self, row: impl Into<RowKey<'r>>) -> Context {
        match row.into() {
            RowKey::Number(number) => self.context(1, &number.to_be_bytes()),
            RowKey::Text(text) => self.context(2, text.as_bytes()),
            RowKey::Bytes(bytes) => self.context(3, bytes),
        }
    }

    /// Returns a context that all rows share: whoever can write the column can swap its fields.
    #[must_use]
    pub fn any_row(&self) -> Context {
        self.context(0, &[])
    }

    fn context(&self, kind: u8, row: &[u8]) -> Context {
        let context = Context::of(LABEL)
            .bind(self.version.to_be_bytes())
            .bind(self.table)
            .bind(self.name)
            .bind([kind])
            .bind(row);
        match self.tenant {
            Some(tenant) => context.bind(tenant),
            None => context,
        }
    }
}

/// What identifies a row: its primary key.
///
/// ```
/// use bartizan_envelope::{Column, RowKey};
///
/// let column = Column::new("users", "phone");
/// assert_eq!(column.row(7_i64), column.row(7_u32), "the same number");
/// assert_eq!(column.row(&[7; 16]), column.row(RowKey::Bytes(&[7; 16])), "a UUID");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowKey<'a> {
    /// A number.
    Number(i128),
    /// Text, byte by byte.
    Text(&'a str),
    /// Bytes, such as those of a UUID, or of several columns with the length of each before it.
    Bytes(&'a [u8]),
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl From<$number> for RowKey<'_> {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}

numbers! { i16 i32 i64 u16 u32 u64 }

impl<'a> From<&'a str> for RowKey<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for RowKey<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for RowKey<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for RowKey<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

const LABEL: &str = "bartizan column 1";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    /// The format never changes: what was sealed under it must open for ever.
    #[test]
    fn is_what_the_first_version_wrote() {
        let context = Column::new("t", "c").version(2).of_tenant("x").row(7);
        let expected = [
            &[0, 0, 0, 0, 0, 0, 0, 17][..],
            b"bartizan column 1",
            &[0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 2],
            &[0, 0, 0, 0, 0, 0, 0, 1, b't'],
            &[0, 0, 0, 0, 0, 0, 0, 1, b'c'],
            &[0, 0, 0, 0, 0, 0, 0, 1, 1],
            &[0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7],
            &[0, 0, 0, 0, 0, 0, 0, 1, b'x'],
        ];
        assert_eq!(context.as_bytes(), expected.concat());
    }

    #[test]
    fn what_differs_anywhere_is_another_context() {
        let column = Column::new("users", "phone");
        let columns = [
            column,
            Column::new("usersp", "hone"),
            Column::new("phone", "users"),
            Column::new("", "usersphone"),
            column.version(2),
            column.of_tenant(""),
            column.of_tenant("a"),
            column.version(2).of_tenant("a"),
        ];
        let rows: [RowKey<'_>; 7] = [
            7.into(),
            "7".into(),
            (-7).into(),
            "".into(),
            RowKey::Bytes(b""),
            RowKey::Bytes(b"7"),
            RowKey::Bytes(&7_i128.to_be_bytes()),
        ];
        let mut seen = HashSet::new();
        for column in columns {
            assert!(seen.insert(column.any_row().as_bytes().to_vec()));
            for row in rows {
                assert!(seen.insert(column.row(row).as_bytes().to_vec()), "{column:?} {row:?}");
            }
        }
        assert_eq!(seen.len(), 64);
    }

    type Named = (String, String, u32, Option<String>, Vec<u8>);

    fn context((table, name, version, tenant, row): &Named) -> Context {
        let column = Column::new(table, name).version(*version);
        let column = tenant.as_deref().map_or(column, |tenant| column.of_tenant(tenant));
        column.row(&row[..])
    }

    proptest! {
        #[test]
        fn the_same_bytes_are_the_same_field(one: Named, other: Named) {
            prop_assert_eq!(context(&one) == context(&other), one == other);
        }
    }
}
