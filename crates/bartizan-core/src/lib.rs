#![doc = include_str!("../README.md")]

mod clock;
pub mod danger;
mod encoding;
mod keyring;
mod random;
mod seal;
mod secret;
mod time;

pub use clock::{Clock, ManualClock, SystemClock};
pub use encoding::{EncodingError, base64url, hex};
pub use keyring::{
    InvalidKeyring, KeyChange, KeyGenerator, KeyId, KeyMaterial, KeyRecord, KeyRefused, KeyState,
    Keyring, PolicyError, Retention, RotationPolicy, RotationPolicyBuilder, SharedKeyring,
    StaleKeyring, Transition, TransitionError,
};
pub use random::{Random, RandomUnavailable, SystemRandom};
pub use seal::{Context, OpenError, Seal, SealError};
pub use secret::{SecretBytes, SecretString};
pub use time::UnixTime;
