//! What a secret must not be able to do is proven by the compiler.

use std::fmt::Display;
use std::hash::Hash;
use std::ops::Deref;

use bartizan::core::{SecretBytes, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use static_assertions::{assert_impl_all, assert_not_impl_any};

assert_not_impl_any!(
    SecretBytes: Clone, Copy, Default, Display, PartialEq, Hash, PartialOrd, Serialize,
    DeserializeOwned, AsRef<[u8]>, AsMut<[u8]>, Deref, ToString, Into<Vec<u8>>
);
assert_not_impl_any!(
    SecretString: Clone, Copy, Default, Display, PartialEq, Hash, PartialOrd, Serialize,
    DeserializeOwned, AsRef<str>, AsRef<[u8]>, Deref, ToString, Into<String>
);
assert_impl_all!(SecretBytes: Send, Sync);
assert_impl_all!(SecretString: Send, Sync);

// What a user meets is in the docs of the two types: `compile_fail` examples, each beside a line
// that does compile. Those could fail for another reason; the lines above could not.
#[test]
fn compiling_this_file_is_the_test() {}
