//! For every database of sqlx whose columns take bytes.

use sqlx::database::Database;
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::{Decode, Type};

use super::bounded;
use crate::{IndexToken, Sealed};

impl<DB: Database, T> Type<DB> for Sealed<T>
where
    Vec<u8>: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        Vec::<u8>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        Vec::<u8>::compatible(ty)
    }
}

impl<'q, DB: Database, T> Encode<'q, DB> for Sealed<T>
where
    Vec<u8>: Encode<'q, DB>,
{
    fn encode_by_ref(&self, out: &mut DB::ArgumentBuffer<'q>) -> Result<IsNull, BoxDynError> {
        self.as_bytes().to_vec().encode(out)
    }
}

impl<'r, DB: Database, T> Decode<'r, DB> for Sealed<T>
where
    &'r [u8]: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self::from_bytes(bounded(<&[u8]>::decode(value)?)?))
    }
}

impl<DB: Database> Type<DB> for IndexToken
where
    Vec<u8>: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        Vec::<u8>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        Vec::<u8>::compatible(ty)
    }
}

impl<'q, DB: Database> Encode<'q, DB> for IndexToken
where
    Vec<u8>: Encode<'q, DB>,
{
    fn encode_by_ref(&self, out: &mut DB::ArgumentBuffer<'q>) -> Result<IsNull, BoxDynError> {
        self.as_bytes().to_vec().encode(out)
    }
}
