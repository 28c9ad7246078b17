use bartizan_core::UnixTime;

use super::base::Message;
use super::component::{Component, Name, Part};
use super::digest;
use super::error::{MessageConfigError, MessageRefused};
use super::params::SignatureParams;
use super::structured::{self, Bare, Reader, is_key};

/// What a verifier wants of a signature before it is worth checking: [RFC 9421, section 3.2.1].
///
/// A signature must say when it was made, by which key, and, in a request that is checked for
/// replays, have a nonce. By default it must cover
///
/// - of a request `@method` and the target: `@target-uri`, or `@authority` with either `@path` and
///   `@query`, or `@request-target`;
/// - of a response `@status`, and method and target of its request (with `req`);
/// - `content-digest`, if there is a body. Whenever it is covered, the body is checked.
///
/// ```
/// use bartizan_token::message::HttpPolicy;
///
/// let policy = HttpPolicy::new(300)?.with_component("content-type".parse()?);
/// # let _ = policy;
/// # Ok::<(), bartizan_token::message::MessageConfigError>(())
/// ```
///
/// [RFC 9421, section 3.2.1]: https://www.rfc-editor.org/rfc/rfc9421#section-3.2.1
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpPolicy {
    max_age_secs: u64,
    leeway_secs: u64,
    /// The signature of this label, when signers set no `tag`.
    label: Option<String>,
    components: Vec<Component>,
    /// Whether the components above are all that must be covered.
    only: bool,
    nonce: bool,
}

impl HttpPolicy {
    /// How many seconds clocks may be apart when nothing else is said.
    pub const DEFAULT_LEEWAY_SECS: u64 = 30;

    /// How many seconds clocks may be apart at most.
    pub const MAX_LEEWAY_SECS: u64 = 60;

    /// The greatest age that can be allowed: a day.
    pub const MAX_AGE_SECS: u64 = 86_400;

    /// Accepts what was signed up to `max_age_secs` ago. So long, too, a replay window remembers.
    ///
    /// # Errors
    ///
    /// [`MessageConfigError::InvalidMaxAge`]: zero, or more than
    /// [`MAX_AGE_SECS`](Self::MAX_AGE_SECS).
    pub const fn new(max_age_secs: u64) -> Result<Self, MessageConfigError> {
        if max_age_secs == 0 || max_age_secs > Self::MAX_AGE_SECS {
            return Err(MessageConfigError::InvalidMaxAge);
        }
        Ok(Self {
            max_age_secs,
            leeway_secs: Self::DEFAULT_LEEWAY_SECS,
            label: None,
            components: Vec::new(),
            only: false,
            nonce: true,
        })
    }

    /// Wants `component` covered, too.
    #[must_use]
    pub fn with_component(mut self, component: Component) -> Self {
        self.components.push(component);
        self
    }

    /// Wants these components covered, and none of the default ones: for what somebody else signs
    /// otherwise. What is not covered is not signed, the body included.
    #[must_use]
    pub fn with_only(mut self, components: impl IntoIterator<Item = Component>) -> Self {
        self.components = components.into_iter().collect();
        self.only = true;
        self
    }

    /// Sets how many seconds the clocks of signer and verifier may be apart.
    ///
    /// # Errors
    ///
    /// [`MessageConfigError::LeewayTooLong`]: more than
    /// [`MAX_LEEWAY_SECS`](Self::MAX_LEEWAY_SECS).
    pub fn with_leeway_secs(mut self, secs: u64) -> Result<Self, MessageConfigError> {
        if secs > Self::MAX_LEEWAY_SECS {
            return Err(MessageConfigError::LeewayTooLong);
        }
        self.leeway_secs = secs;
        Ok(self)
    }

    /// Takes the signature of this label, for signers that set no `tag`. That it is for this
    /// purpose is then known by its key alone: use one that signs nothing else. A `tag` of another
    /// purpose is refused all the same.
    ///
    /// # Errors
    ///
    /// [`MessageConfigError::InvalidLabel`]: it is not 1 to 64 characters of a dictionary's key.
    pub fn with_label(mut self, label: &str) -> Result<Self, MessageConfigError> {
        if label.len() > MAX_LABEL_LEN || !is_key(label) {
            return Err(MessageConfigError::InvalidLabel);
        }
        self.label = Some(label.to_owned());
        Ok(self)
    }

    /// Accepts signatures without a nonce, for signers that set none. A replay window then knows a
    /// message by all that was signed: two that are alike, signed in one second, count as one.
    #[must_use]
    pub fn without_nonce(mut self) -> Self {
        self.nonce = false;
        self
    }

    /// Finds the one signature for a purpose among all of a message.
    pub(super) fn select<'t>(
        &self,
        input: &'t [u8],
        purpose: &str,
    ) -> Result<(&'t str, SignatureParams<'t>), MessageRefused> {
        let mut found: Option<(&str, Reader<'_>)> = None;
        let (mut count, mut refused) = (0_usize, MessageRefused::Malformed);
        let read = structured::dictionary(input, |label, reader| {
            count = count.saturating_add(1);
            if count > MAX_SIGNATURES {
                refused = MessageRefused::TooLarge;
            }
            if count > MAX_SIGNATURES || !reader.eat('=') {
                return None;
            }
            let (here, mut is_it) = (reader.clone(), self.label.as_deref() == Some(label));
            reader.skip_value(|key, value| {
                is_it |= self.label.is_none() && key == "tag" && value == Bare::Text(purpose);
                Some(())
            })?;
            if is_it && found.is_some() {
                refused = MessageRefused::Ambiguous;
                return None;
            }
            if is_it {
                found = Some((label, here));
            }
            Some(())
        });
        read.ok_or(refused)?;
        let (label, mut reader) = found.ok_or(MessageRefused::Unsigned)?;
        let params = SignatureParams::read(&mut reader)?;
        match &params.tag {
            Some(tag) if tag != purpose => Err(MessageRefused::WrongPurpose),
            _ => Ok((label, params)),
        }
    }

    /// Checks what a signature says of itself, and returns when it was made.
    pub(super) fn check(
        &self,
        params: &SignatureParams<'_>,
        message: Message<'_>,
        now: UnixTime,
    ) -> Result<UnixTime, MessageRefused> {
        let created = params.created.ok_or(MessageRefused::MissingParameter)?;
        if created > now.saturating_add_secs(self.leeway_secs) {
            return Err(MessageRefused::NotYetValid);
        }
        let expires = params.expires.map(|time| time.saturating_add_secs(self.leeway_secs));
        if now >= self.ends_at(created) || expires.is_some_and(|expires| now >= expires) {
            return Err(MessageRefused::Expired);
        }
        let wants_nonce = self.nonce && matches!(message, Message::Request(_));
        if wants_nonce && params.nonce.as_ref().is_none_or(|nonce| nonce.is_empty()) {
            return Err(MessageRefused::MissingParameter);
        }
        let covers =
            |part: Option<Part<'_>>| params.parts.iter().any(|(covered, _)| Some(*covered) == part);
        let covered = self.components.iter().all(|component| covers(component.part()));
        if !covered || !(self.only || covers_default(params, message)) {
            return Err(MessageRefused::NotCovered);
        }
        Ok(created)
    }

    /// Returns from when on what was made at `created` is too old.
    pub(super) const fn ends_at(&self, created: UnixTime) -> UnixTime {
        created.saturating_add_secs(self.max_age_secs).saturating_add_secs(self.leeway_secs)
    }
}

fn covers_default(params: &SignatureParams<'_>, message: Message<'_>) -> bool {
    let of_request = matches!(message, Message::Response(_));
    let covers = |name: Name<'_>, of_request: bool| {
        let is_it = |part: &Part<'_>| part.name == name && part.of_request == of_request;
        params.parts.iter().any(|(part, _)| is_it(part))
    };
    let of_target = |name: Name<'_>| covers(name, of_request);
    let split = of_target(Name::Path) && of_target(Name::Query);
    let target = of_target(Name::TargetUri)
        || of_target(Name::Authority) && (split || of_target(Name::RequestTarget));
    let status = !of_request || covers(Name::Status, false);
    let body = message.body().is_empty() || covers_body(params);
    of_target(Name::Method) && target && status && body
}

/// Returns whether the digest of the body is covered, whatever its algorithm.
pub(super) fn covers_body(params: &SignatureParams<'_>) -> bool {
    params.parts.iter().any(|(part, _)| part.is_field(digest::NAME))
}

/// Of a message, those for other purposes included.
const MAX_SIGNATURES: usize = 8;

/// In characters.
pub(super) const MAX_LABEL_LEN: usize = 64;
