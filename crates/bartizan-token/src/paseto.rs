//! PASETO, version 4: tokens in a format that leaves no algorithm to choose.
//!
//! A [`PasetoSigningKey`] makes `v4.public` tokens, which whoever holds them can read, and a
//! [`PasetoLocalKey`] makes `v4.local` ones, which are encrypted. The format is the [specification]'s;
//! the checks are those of [`crate::Verifier`].
//!
//! The footer is `{"typ":…,"kid":…}`: the kind of token, and the id of the key in its keyring. It is
//! authenticated with the rest. The id is the keyring's own rather than a PASERK id, because the
//! keyring finds keys, and knows of compromised ones, by nothing else.
//!
//! ```
//! use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
//! use bartizan_token::paseto::{Issuer, PasetoLocalKey, Verifier};
//! use bartizan_token::{AccessToken, Audience, IssuerName, NoClaims};
//!
//! let (random, clock) = (SystemRandom::new(), SystemClock::new());
//! let generator = KeyGenerator::new(&random, PasetoLocalKey::generate);
//! let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
//! let (name, api) = (IssuerName::new("https://id.example")?, Audience::new("https://api.example")?);
//!
//! let issuer = Issuer::<AccessToken, _>::new(name.clone(), api.clone(), keys.clone());
//! let token = issuer.sign("alice", &NoClaims::new(), &clock, &random)?;
//! assert!(token.starts_with("v4.local."));
//!
//! let verifier = Verifier::<AccessToken, _>::new(name, api, keys);
//! assert_eq!(verifier.verify(&token, &clock)?.subject(), "alice");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [specification]: https://github.com/paseto-standard/paseto-spec

mod assertion;
mod checking_keys;
mod issuer;
mod key;
mod public_keys;
#[cfg(test)]
mod tests;
mod time;
mod verified;
mod verifier;

pub use self::assertion::ImplicitAssertion;
pub use self::checking_keys::CheckingKeys;
pub use self::issuer::Issuer;
pub use self::key::{PasetoKey, PasetoLocalKey, PasetoSigningKey};
pub use self::public_keys::PasetoPublicKeys;
pub use self::verified::Verified;
pub use self::verifier::Verifier;
