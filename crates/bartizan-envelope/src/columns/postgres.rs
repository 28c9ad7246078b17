use core::error::Error;

use bytes::BytesMut;
use postgres_types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::bounded;
use crate::{IndexToken, Sealed};

impl<T> ToSql for Sealed<T> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.as_bytes().to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BYTEA
    }

    to_sql_checked!();
}

impl<'a, T> FromSql<'a> for Sealed<T> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::from_bytes(bounded(raw)?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BYTEA
    }
}

impl ToSql for IndexToken {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.as_bytes().to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BYTEA
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_is_a_bytea_and_nothing_else() {
        let sealed = Sealed::<String>::from_bytes(vec![0, 1, 0xff]);
        let mut written = BytesMut::new();
        let null = sealed.to_sql_checked(&Type::BYTEA, &mut written).unwrap();
        assert!(matches!(null, IsNull::No));
        assert_eq!(Sealed::from_sql(&Type::BYTEA, &written).unwrap(), sealed);
        for other in [Type::TEXT, Type::INT8, Type::BYTEA_ARRAY, Type::JSONB] {
            assert!(sealed.to_sql_checked(&other, &mut written).is_err(), "{other}");
            assert!(!<Sealed<String> as FromSql<'_>>::accepts(&other), "{other}");
        }
    }
}
