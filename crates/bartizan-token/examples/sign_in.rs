//! A login from beginning to end: tokens that are refreshed, a theft that is noticed, logging out
//! everywhere, a mail link and an API key. Run it with
//! `cargo run -p bartizan-token --example sign_in`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use core::error::Error;
use std::sync::Arc;

use bartizan_core::{
    Clock, KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemRandom, UnixTime,
};
use bartizan_store::MemoryStore;
use bartizan_token::{
    AccessToken, ApiKeyDigestKey, ApiKeySpec, ApiKeys, Audience, CachedVerifier, Issuer,
    IssuerName, NoClaims, OneTimeTokens, PasswordReset, RefreshGrant, RefreshPolicy, RefreshTokens,
    Revocations, SigningKey, TokenRefused, UseError, Verifier,
};

const DAY_SECS: u64 = 86_400;

/// A service takes a `SystemClock`; this one lets time pass.
struct Service {
    clock: Arc<ManualClock>,
    random: SystemRandom,
    store: Arc<MemoryStore>,
    revocations: Revocations<MemoryStore>,
    refresh: RefreshTokens<MemoryStore>,
    issuer: Issuer<AccessToken>,
    verifier: CachedVerifier<AccessToken, MemoryStore>,
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
        let service = Service::new()?;
        let access = service.log_in_and_be_robbed().await?;
        let refused = service.verifier.verify(&access, &*service.clock).await.err();
        println!("her access token, whose signature is good: {refused:?}");
        service.reset_password().await?;
        service.use_an_api_key().await
    })
}

impl Service {
    fn new() -> Result<Self, Box<dyn Error>> {
        let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_700_000_000)));
        let random = SystemRandom::new();
        let name = IssuerName::new("https://id.example")?;
        let api = Audience::new("https://api.example")?;
        let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
        let keys = SharedKeyring::new(Keyring::create(clock.now(), &generator)?);
        let issuer = Issuer::new(name.clone(), api.clone(), keys.clone());
        let verifier = Verifier::new(name.clone(), api, keys);

        let store = MemoryStore::new(100_000, Arc::clone(&clock) as Arc<dyn Clock>)?;
        let store = Arc::new(store);
        let revocations = Revocations::new(Arc::clone(&store), name, 30 * DAY_SECS);
        let policy = RefreshPolicy::new(30 * DAY_SECS, 7 * DAY_SECS)?;
        let refresh = RefreshTokens::new(revocations.clone(), policy)?;
        let verifier = CachedVerifier::new(verifier, revocations.clone(), 10_000, &random)?;
        Ok(Self { clock, random, store, revocations, refresh, issuer, verifier })
    }

    /// Alice logs in; ten minutes later her client exchanges its refresh token; ten minutes later a
    /// thief comes with the one that she has used. Returns the last access token.
    async fn log_in_and_be_robbed(&self) -> Result<String, Box<dyn Error>> {
        let login = self.refresh.begin("alice", &*self.clock, &self.random).await?;
        let access = self.access_token(&login)?;
        let token = self.verifier.verify(&access, &*self.clock).await?;
        println!("logged in: {} until {}", token.subject(), token.expires_at());

        self.clock.advance_secs(600);
        let next = self.refresh.refresh(login.token(), &*self.clock, &self.random).await?;
        let access = self.access_token(&next)?;
        println!("refreshed: {:?}", next.family());

        self.clock.advance_secs(600);
        let stolen = self.refresh.refresh(login.token(), &*self.clock, &self.random).await;
        if let Err(UseError::Refused(TokenRefused::Reused(family))) = stolen {
            let subject = family.subject();
            println!("stolen: tell {subject}, and end everything");
            let _good_from =
                self.revocations.revoke_subject(subject, &*self.clock, &self.random).await?;
        }
        Ok(access)
    }

    fn access_token(&self, grant: &RefreshGrant) -> Result<String, Box<dyn Error>> {
        let subject = grant.subject();
        Ok(self.issuer.sign(subject, &NoClaims::new(), &*self.clock, &self.random)?)
    }

    async fn reset_password(&self) -> Result<(), Box<dyn Error>> {
        let resets = OneTimeTokens::<PasswordReset, _>::new(self.revocations.clone())?;
        let link = resets.issue("alice", "", &*self.clock, &self.random).await?;
        let redeemed = resets.redeem(&link, &*self.clock).await?;
        let again = resets.redeem(&link, &*self.clock).await.err();
        println!("reset: {}; again: {again:?}", redeemed.subject());
        Ok(())
    }

    async fn use_an_api_key(&self) -> Result<(), Box<dyn Error>> {
        let generator = KeyGenerator::new(&self.random, ApiKeyDigestKey::generate);
        let digest_keys = SharedKeyring::new(Keyring::create(self.clock.now(), &generator)?);
        let keys = ApiKeys::new("acme_live", Arc::clone(&self.store), digest_keys)?;
        let spec = ApiKeySpec::new("alice", &["notes:read"], 90 * DAY_SECS)?;
        let key = keys.issue(&spec, &*self.clock, &self.random).await?;
        let verified = keys.verify(key.text(), &*self.clock).await?;
        println!("{key:?}: notes:read {:?}", verified.require("notes:read"));
        println!("{key:?}: notes:write {:?}", verified.require("notes:write"));
        Ok(())
    }
}
