use core::fmt;
use core::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::kind::{NoClaims, TokenKind};

/// A token by which one service of yours proves to another who it is: a minute, at most five.
///
/// It is signed anew for each call or for a few, so nothing of it need be stored or revoked. Give
/// every service an [`Issuer`](crate::Issuer) in its own name with a keyring of its own, so that
/// none can speak for another ([OWASP ASVS 5.0, V13.2.1]). The subject is the service too.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
/// use bartizan_token::{Audience, Issuer, IssuerName, NoClaims, ServiceToken, SigningKey, Verifier};
///
/// let (random, clock) = (SystemRandom::new(), SystemClock::new());
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
/// let (billing, mail) = (IssuerName::new("billing")?, Audience::new("mail")?);
///
/// let issuer = Issuer::<ServiceToken>::new(billing.clone(), mail.clone(), keys.clone());
/// let token = issuer.sign("billing", &NoClaims::new(), &clock, &random)?;
/// let verified = Verifier::<ServiceToken>::new(billing, mail, keys).verify(&token, &clock)?;
/// assert_eq!(verified.issuer(), "billing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [OWASP ASVS 5.0, V13.2.1]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x22-V13-Configuration.md
pub struct ServiceToken<C = NoClaims>(PhantomData<fn() -> C>);

impl<C: Serialize + DeserializeOwned> TokenKind for ServiceToken<C> {
    const TYP: &'static str = "service+jwt";
    type Claims = C;
    const DEFAULT_LIFETIME_SECS: u64 = 60;
    const MAX_LIFETIME_SECS: u64 = 300;
}

impl<C> fmt::Debug for ServiceToken<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceToken")
    }
}

#[cfg(test)]
mod tests {
    use bartizan_core::{
        KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemRandom, UnixTime,
    };

    use super::*;
    use crate::{Audience, Issuer, IssuerName, SignError, SigningKey, Verifier, VerifyError};

    fn keys() -> SharedKeyring<SigningKey> {
        let random = SystemRandom::new();
        let generator = KeyGenerator::new(&random, SigningKey::generate_hs256);
        SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap())
    }

    /// asvs: V13.2.1
    #[test]
    fn a_service_speaks_for_itself_to_one_other_and_for_five_minutes_at_most() {
        let (random, clock) = (SystemRandom::new(), ManualClock::at(UnixTime::from_secs(9_000)));
        let (billing, mail) = (IssuerName::new("billing").unwrap(), Audience::new("mail").unwrap());
        let own_keys = keys();
        let issuer = Issuer::<ServiceToken>::new(billing.clone(), mail.clone(), own_keys.clone());
        let sign =
            |secs| issuer.sign_with_lifetime("billing", &NoClaims::new(), secs, &clock, &random);
        assert_eq!(sign(301).err(), Some(SignError::InvalidLifetime { max_secs: 300 }));
        let token = sign(300).unwrap();

        let read = |audience, keys| {
            Verifier::<ServiceToken>::new(billing.clone(), audience, keys).verify(&token, &clock)
        };
        assert!(read(mail.clone(), own_keys.clone()).is_ok());
        let elsewhere = read(Audience::new("files").unwrap(), own_keys.clone()).err();
        assert_eq!(elsewhere, Some(VerifyError::WrongAudience));
        assert!(read(mail.clone(), keys()).is_err(), "signed by another service's key");
        clock.advance_secs(330);
        assert_eq!(read(mail, own_keys).err(), Some(VerifyError::Expired));
    }
}
