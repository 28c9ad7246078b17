//! A login from beginning to end: tokens that are refreshed, a theft that is noticed, logging out
//! everywhere, a mail link and an API key. Run it with
//! `cargo run -p bartizan-token --example sign_in`.

use std::error::Error;
use std::sync::Arc;

use bartizan_core::{
    Clock as _, KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemRandom, UnixTime,
};
use bartizan_token::{
    AccessToken, ApiKeyDigestKey, ApiKeySpec, ApiKeys, Audience, CachedVerifier, Issuer,
    IssuerName, MemoryState, NoClaims, OneTimeTokens, PasswordReset, RefreshPolicy, RefreshTokens,
    Revocations, SigningKey, TokenRefused, UseError, Verifier,
};

const DAY_SECS: u64 = 86_400;

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().build()?.block_on(run())
}

#[expect(clippy::print_stdout, reason = "an example shows what it does")]
async fn run() -> Result<(), Box<dyn Error>> {
    // A service takes `SystemClock`; this one lets days pass.
    let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_700_000_000)));
    let random = SystemRandom::new();
    let name = IssuerName::new("https://id.example")?;
    let api = Audience::new("https://api.example")?;
    let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
    let keys = SharedKeyring::new(Keyring::create(clock.now(), &generator)?);

    let state = Arc::new(MemoryState::new(100_000, clock.clone())?);
    let revocations = Revocations::new(state.clone(), name.clone(), 30 * DAY_SECS);
    let policy = RefreshPolicy::new(30 * DAY_SECS, 7 * DAY_SECS)?;
    let refresh = RefreshTokens::new(revocations.clone(), policy)?;
    let issuer = Issuer::<AccessToken>::new(name.clone(), api.clone(), keys.clone());
    let verifier = Verifier::<AccessToken>::new(name, api, keys);
    let verifier = CachedVerifier::new(verifier, revocations.clone(), 10_000, &random)?;

    // Alice logs in, and uses the API.
    let login = refresh.begin("alice", &*clock, &random).await?;
    let access = issuer.sign("alice", &NoClaims::new(), &*clock, &random)?;
    let verified = verifier.verify(&access, &*clock).await?;
    println!("logged in: {} until {}", verified.subject(), verified.expires_at());

    // Ten minutes later her client exchanges its refresh token.
    clock.advance_secs(600);
    let next = refresh.refresh(login.token(), &*clock, &random).await?;
    let access = issuer.sign(next.subject(), &NoClaims::new(), &*clock, &random)?;
    println!("refreshed: {:?}", next.family());

    // A thief comes with the token that she has used.
    clock.advance_secs(600);
    match refresh.refresh(login.token(), &*clock, &random).await {
        Err(UseError::Refused(TokenRefused::Reused(family))) => {
            println!("stolen: tell {} and end everything", family.subject());
            let _good_from = revocations.revoke_subject(family.subject(), &*clock, &random).await?;
        }
        other => println!("not noticed: {other:?}"),
    }
    let refused = verifier.verify(&access, &*clock).await.err();
    println!("her access token, whose signature is good: {refused:?}");

    // She resets her password by mail.
    let resets = OneTimeTokens::<PasswordReset, _>::new(revocations)?;
    let link = resets.issue("alice", "", &*clock, &random).await?;
    let redeemed = resets.redeem(&link, &*clock).await?;
    println!(
        "reset: {}; again: {:?}",
        redeemed.subject(),
        resets.redeem(&link, &*clock).await.err()
    );

    // Her build server has a key of its own.
    let generator = KeyGenerator::new(&random, ApiKeyDigestKey::generate);
    let digest_keys = SharedKeyring::new(Keyring::create(clock.now(), &generator)?);
    let api_keys = ApiKeys::new("acme_live", state, digest_keys)?;
    let spec = ApiKeySpec::new("alice", &["notes:read"], 90 * DAY_SECS)?;
    let key = api_keys.issue(&spec, &*clock, &random).await?;
    let verified = api_keys.verify(key.text(), &*clock).await?;
    println!("{key:?}: notes:read {:?}", verified.require("notes:read"));
    println!("{key:?}: notes:write {:?}", verified.require("notes:write"));
    Ok(())
}
