#![doc = include_str!("../README.md")]

pub use bartizan_core as core;
#[cfg(feature = "envelope")]
pub use bartizan_envelope as envelope;
#[cfg(feature = "html")]
pub use bartizan_html as html;
#[cfg(feature = "otp")]
pub use bartizan_otp as otp;
#[cfg(feature = "password")]
pub use bartizan_password as password;
#[cfg(feature = "store")]
pub use bartizan_store as store;
#[cfg(feature = "token")]
pub use bartizan_token as token;
#[cfg(feature = "validate")]
pub use bartizan_validate as validate;
