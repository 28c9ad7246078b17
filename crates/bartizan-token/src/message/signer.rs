use core::fmt::{self, Write as _};
use core::marker::PhantomData;

use bartizan_core::{Clock, Random, base64url};

use super::algorithm::http_name;
use super::base::Message;
use super::component::Component;
use super::digest;
use super::error::{MessageConfigError, MessageRefused, MessageSignError};
use super::params::SignatureParams;
use super::policy::HttpPolicy;
use super::purpose::{self, MessagePurpose};
use super::signing_keys::{MessageSigningKeys, Primary};
use super::structured::Reader;
use super::verifier::{SIGNATURE, SIGNATURE_INPUT};
use super::view::{HttpRequest, HttpResponse};
use crate::crypto::MAX_SIGNATURE_LEN;
use crate::key::Signed;

/// Signs HTTP messages for one purpose: [RFC 9421, section 3.1].
///
/// A signature covers method and target (of a response: status, and method and target of its
/// request), the body by its digest, and `content-type` where there is one. It says when it was
/// made, with which key, and for what, and has a nonce of 128 random bits.
///
/// A webhook, from end to end:
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
/// use bartizan_token::message::{
///     HttpPolicy, HttpRequest, HttpSigner, HttpVerifier, MessagePurpose, Origin, ReplayWindow,
/// };
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{JwkSet, SigningKey};
///
/// enum OrderWebhook {}
///
/// impl MessagePurpose for OrderWebhook {
///     const NAME: &'static str = "acme-order-webhook";
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keyring = Keyring::create(UnixTime::EPOCH, &generator)?;
/// let published = JwkSet::of_keyring(&keyring).to_json();
///
/// // Who sends it:
/// let signer = HttpSigner::<OrderWebhook>::new(SharedKeyring::new(keyring));
/// let (url, body) = ("https://merchant.example/hooks?shop=7", br#"{"order":42}"#);
/// let json = ("content-type", &b"application/json"[..]);
/// let signed = signer.sign(&HttpRequest::new("POST", url, [json], body)?, &clock, &random)?;
/// // Send `json` and all of `signed.fields()` with the request.
///
/// // Who gets it:
/// let keys = JwkSet::from_json(published.as_bytes())?;
/// let verifier = HttpVerifier::<OrderWebhook>::new(keys, HttpPolicy::new(300)?);
/// let replays = ReplayWindow::new(Arc::new(MemoryStore::new(10_000, Arc::new(clock))?));
/// let origin = Origin::new("https://merchant.example")?;
/// let fields = [json].into_iter().chain(signed.fields().map(|(name, value)| (name, value.as_bytes())));
/// let request = origin.request("POST", "/hooks?shop=7", fields, body)?;
///
/// let verified = verifier.verify(&request, &clock, &replays).await?;
/// assert_eq!(verified.body(), br#"{"order":42}"#);
/// assert!(verifier.verify(&request, &clock, &replays).await.is_err(), "it was accepted before");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9421, section 3.1]: https://www.rfc-editor.org/rfc/rfc9421#section-3.1
pub struct HttpSigner<P> {
    keys: MessageSigningKeys,
    components: Vec<Component>,
    lifetime_secs: Option<u64>,
    purpose: PhantomData<fn() -> P>,
}

impl<P: MessagePurpose> HttpSigner<P> {
    /// Signs with the primary of `keys`.
    #[must_use]
    pub fn new(keys: impl Into<MessageSigningKeys>) -> Self {
        const { purpose::check::<P>() }
        let (components, lifetime_secs) = (Vec::new(), None);
        Self { keys: keys.into(), components, lifetime_secs, purpose: PhantomData }
    }

    /// Covers `component`, too. A message that lacks it is not signed.
    #[must_use]
    pub fn with_component(mut self, component: Component) -> Self {
        self.components.push(component);
        self
    }

    /// Says in each signature that it `expires` after so many seconds. A verifier has its own
    /// greatest age anyway, and takes the shorter of both.
    ///
    /// # Errors
    ///
    /// [`MessageConfigError::InvalidLifetime`]: zero, or more than a day.
    pub fn with_lifetime_secs(mut self, secs: u64) -> Result<Self, MessageConfigError> {
        if !(1..=HttpPolicy::MAX_AGE_SECS).contains(&secs) {
            return Err(MessageConfigError::InvalidLifetime);
        }
        self.lifetime_secs = Some(secs);
        Ok(self)
    }

    /// Signs a request, and returns the fields to send with it.
    ///
    /// # Errors
    ///
    /// - [`MessageSignError::RandomUnavailable`]: no nonce could be drawn, or no signature made.
    /// - [`MessageSignError::MissingComponent`]: the request lacks one that is to be covered.
    /// - [`MessageSignError::InvalidComponent`]: one that is to be covered has a control character,
    ///   is not ASCII, or not of the form that is asked for.
    /// - [`MessageSignError::WrongDigest`]: there is a `Content-Digest`, not of this body.
    /// - [`MessageSignError::UnsupportedKey`]: the key signs with `HS384`, `HS512`, `PS256` or
    ///   `PS384`.
    /// - [`MessageSignError::TooLarge`]: more than 32 components, 16 KiB of a field or 64 KiB of
    ///   all that is covered.
    pub fn sign(
        &self,
        request: &HttpRequest<'_>,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<SignedFields, MessageSignError> {
        let content_digest = content_digest(Message::Request(request))?;
        let mut request = request.clone();
        if let Some(digest) = &content_digest {
            request.fields.push(digest::NAME, digest.as_bytes());
        }
        let defaults = [r#""@method""#, r#""@target-uri""#];
        let params = self.params(&defaults, Message::Request(&request), (clock, random))?;
        let signed = self.finish(&params, Message::Request(&request))?;
        Ok(SignedFields { content_digest, ..signed })
    }

    /// Signs a response, and returns the fields to send with it.
    ///
    /// To bind it to a signed request, whatever that says, cover its signature: with
    /// [`with_component`](Self::with_component) and `"signature";req;key="LABEL"`. The label of a
    /// request that was signed with this crate is the name of its purpose.
    ///
    /// # Errors
    ///
    /// Those of [`sign`](Self::sign).
    pub fn sign_response(
        &self,
        response: &HttpResponse<'_>,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<SignedFields, MessageSignError> {
        let content_digest = content_digest(Message::Response(response))?;
        let mut response = response.clone();
        if let Some(digest) = &content_digest {
            response.fields.push(digest::NAME, digest.as_bytes());
        }
        let defaults = [r#""@status""#, r#""@method";req"#, r#""@target-uri";req"#];
        let params = self.params(&defaults, Message::Response(&response), (clock, random))?;
        let signed = self.finish(&params, Message::Response(&response))?;
        Ok(SignedFields { content_digest, ..signed })
    }

    /// Returns what the signature is to say but for its key: components and parameters.
    fn params(
        &self,
        defaults: &[&str],
        message: Message<'_>,
        (clock, random): (&dyn Clock, &dyn Random),
    ) -> Result<String, MessageSignError> {
        let present = [CONTENT_TYPE, digest::NAME].into_iter().filter(|name| {
            // What a body is does not matter where there is none.
            message.fields().has(name) && (*name == digest::NAME || !message.body().is_empty())
        });
        let defaults = defaults.iter().map(|text| Component::known(text));
        let mut components: Vec<_> =
            defaults.chain(present.map(|name| Component::known(&format!("\"{name}\"")))).collect();
        for component in &self.components {
            if !components.contains(component) {
                components.push(component.clone());
            }
        }
        let identifiers: Vec<_> = components.iter().map(Component::as_str).collect();
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let (created, nonce) = (clock.now(), base64url::encode(&nonce));
        let mut params = format!("({});created={}", identifiers.join(" "), created.as_secs());
        if let Some(secs) = self.lifetime_secs {
            let expires = created.saturating_add_secs(secs);
            let _written = write!(params, ";expires={}", expires.as_secs());
        }
        let _written = write!(params, ";nonce=\"{nonce}\"");
        Ok(params)
    }

    fn finish(&self, params: &str, message: Message<'_>) -> Result<SignedFields, MessageSignError> {
        self.keys.with_primary(|key_id, key| {
            let alg = http_name(key.algorithm()).ok_or(MessageSignError::UnsupportedKey)?;
            let (key_id, tag) = (key_id.replace('\\', r"\\").replace('"', "\\\""), P::NAME);
            let params = format!(r#"{params};alg="{alg}";keyid="{key_id}";tag="{tag}""#);
            let signature = sign(&params, message, &key, P::NAME)?;
            Ok(SignedFields {
                content_digest: None,
                signature_input: format!("{tag}={params}"),
                signature: format!("{tag}=:{signature}:"),
            })
        })
    }
}

/// Returns the signature that `params` ask for, in base64.
pub(super) fn sign(
    params: &str,
    message: Message<'_>,
    key: &Primary<'_>,
    purpose: &'static str,
) -> Result<String, MessageSignError> {
    let mut reader = Reader::new(params.as_bytes()).ok_or(MessageSignError::InvalidComponent)?;
    let params = SignatureParams::read(&mut reader).map_err(refused)?;
    let base = message.signature_base(&params).map_err(refused)?;
    let mut signature = [0; MAX_SIGNATURE_LEN];
    let signature = key
        .sign((Signed::HttpMessage, purpose), base.as_bytes(), &mut signature)
        .map_err(|_| MessageSignError::RandomUnavailable)?;
    Ok(base64_simd::STANDARD.encode_to_string(signature))
}

/// What a verifier would refuse is not signed.
const fn refused(refused: MessageRefused) -> MessageSignError {
    match refused {
        MessageRefused::TooLarge => MessageSignError::TooLarge,
        MessageRefused::MissingComponent => MessageSignError::MissingComponent,
        _ => MessageSignError::InvalidComponent,
    }
}

/// Returns the `Content-Digest` that is to be added, if there is a body and none yet.
fn content_digest(message: Message<'_>) -> Result<Option<String>, MessageSignError> {
    if message.fields().has(digest::NAME) {
        let checked = digest::check(message.fields(), message.body());
        return checked.map(|()| None).map_err(|_| MessageSignError::WrongDigest);
    }
    Ok((!message.body().is_empty()).then(|| digest::of(message.body())))
}

/// The fields that make a message a signed one: all of them are to be sent, each as a line of its
/// own, beside those that there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedFields {
    content_digest: Option<String>,
    signature_input: String,
    signature: String,
}

impl SignedFields {
    /// Returns names, in lower case, and values: `content-digest` where there is a body that had
    /// none, `signature-input`, and `signature`.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let digest = self.content_digest.as_deref().map(|value| (digest::NAME, value));
        let (input, signature) = (&*self.signature_input, &*self.signature);
        digest.into_iter().chain([(SIGNATURE_INPUT, input), (SIGNATURE, signature)])
    }
}

impl<P> Clone for HttpSigner<P> {
    /// The keys are shared, not copied.
    fn clone(&self) -> Self {
        let components = self.components.clone();
        let (keys, lifetime_secs) = (self.keys.clone(), self.lifetime_secs);
        Self { keys, components, lifetime_secs, purpose: PhantomData }
    }
}

impl<P: MessagePurpose> fmt::Debug for HttpSigner<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSigner")
            .field("purpose", &P::NAME)
            .field("components", &self.components)
            .finish_non_exhaustive()
    }
}

/// 128 bits.
const NONCE_LEN: usize = 16;

const CONTENT_TYPE: &str = "content-type";
