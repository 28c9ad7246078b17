//! What can go wrong with a signed message, and whose fault it is.

use core::error::Error;
use core::fmt;

use bartizan_core::{KeyRefused, RandomUnavailable};

use bartizan_store::StoreError;

/// Why a signed message was refused. The client is at fault: answer 401.
///
/// `Display` is the same text for every variant, and there is no `source`, so that whoever shows
/// it to the client tells nothing of the reason. The variant, or its `Debug`, is for the log.
///
/// ```
/// use bartizan_token::message::MessageRefused;
///
/// assert_eq!(MessageRefused::Expired.to_string(), "the signature is not valid");
/// assert_eq!(MessageRefused::Replayed.to_string(), MessageRefused::Expired.to_string());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageRefused {
    /// The signature, or what it covers, is larger than is read.
    TooLarge,
    /// A field or header is not of its format, or says one thing twice.
    Malformed,
    /// It asks for something that is refused: an unknown component, parameter or header member.
    Unsupported,
    /// There is no signature for this purpose.
    Unsigned,
    /// There are several signatures for this purpose.
    Ambiguous,
    /// The signature is for another purpose.
    WrongPurpose,
    /// The signature says not when it was made, by which key, or lacks a nonce.
    MissingParameter,
    /// The signature does not cover what the policy wants covered.
    NotCovered,
    /// The signature covers what the message does not have, or has in several readings.
    MissingComponent,
    /// The key that the signature names is not to be had.
    Key(KeyRefused),
    /// The signature names an algorithm that is not the key's, or the key has none for HTTP.
    WrongAlgorithm,
    /// The key did not sign this.
    BadSignature,
    /// The body is not the one that was signed.
    WrongDigest,
    /// It is too old, or its time is over.
    Expired,
    /// It was made in the future.
    NotYetValid,
    /// It was accepted before.
    Replayed,
}

impl fmt::Display for MessageRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature is not valid")
    }
}

impl Error for MessageRefused {}

impl From<KeyRefused> for MessageRefused {
    fn from(refused: KeyRefused) -> Self {
        Self::Key(refused)
    }
}

impl From<MalformedMessage> for MessageRefused {
    fn from(_: MalformedMessage) -> Self {
        Self::Malformed
    }
}

/// Why a message was not accepted: two families that are never mixed, one a variant each.
///
/// ```
/// use bartizan_token::message::{MessageError, MessageRefused};
///
/// fn status(error: &MessageError) -> u16 {
///     match error {
///         MessageError::Refused(_) => 401,
///         _ => 503,
///     }
/// }
/// assert_eq!(status(&MessageRefused::Replayed.into()), 401);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageError {
    /// The client is at fault: answer 401.
    Refused(MessageRefused),
    /// The store is at fault, and whether the message was accepted before is not known: answer 503.
    Store(StoreError),
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => fmt::Display::fmt(refused, f),
            Self::Store(failed) => fmt::Display::fmt(failed, f),
        }
    }
}

impl Error for MessageError {}

impl From<MessageRefused> for MessageError {
    fn from(refused: MessageRefused) -> Self {
        Self::Refused(refused)
    }
}

impl From<MalformedMessage> for MessageError {
    fn from(malformed: MalformedMessage) -> Self {
        Self::Refused(malformed.into())
    }
}

impl From<StoreError> for MessageError {
    fn from(failed: StoreError) -> Self {
        Self::Store(failed)
    }
}

/// The method, target or origin of an HTTP message is not of its format. Of a message that was
/// received the client is at fault; of one to be sent, or of an origin, the program.
///
/// ```
/// use bartizan_token::message::{HttpRequest, MalformedMessage};
///
/// let refused = HttpRequest::new("GET", "/no-origin", [], b"").err();
/// assert_eq!(refused, Some(MalformedMessage::new()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MalformedMessage;

impl MalformedMessage {
    /// Returns the error.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl fmt::Display for MalformedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the HTTP message is malformed")
    }
}

impl Error for MalformedMessage {}

/// Why a message was not signed.
///
/// [`RandomUnavailable`](Self::RandomUnavailable) is the machine's fault: raise an alarm. The
/// others are the program's: fix it.
///
/// ```
/// use bartizan_token::message::MessageSignError;
///
/// let error = MessageSignError::MissingComponent;
/// assert_eq!(error.to_string(), "the message lacks a component that is to be covered");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageSignError {
    /// The source of randomness failed.
    RandomUnavailable,
    /// The message lacks a component that is to be covered.
    MissingComponent,
    /// The message has a component that cannot be covered: a control character, or a byte that is
    /// not ASCII, in a field.
    InvalidComponent,
    /// The message has a `Content-Digest` that is not its body's.
    WrongDigest,
    /// RFC 9421 has no algorithm for the primary key: `HS384`, `HS512`, `PS256` or `PS384`.
    UnsupportedKey,
    /// What is signed is too large.
    TooLarge,
}

impl fmt::Display for MessageSignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
            Self::MissingComponent => {
                f.write_str("the message lacks a component that is to be covered")
            }
            Self::InvalidComponent => {
                f.write_str("the message has a component that cannot be covered")
            }
            Self::WrongDigest => f.write_str("the Content-Digest of the message is not its body's"),
            Self::UnsupportedKey => f.write_str("RFC 9421 has no algorithm for the key"),
            Self::TooLarge => f.write_str("the message is too large to be signed"),
        }
    }
}

impl Error for MessageSignError {}

impl From<RandomUnavailable> for MessageSignError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}

/// Why a signer, a verifier or a policy was not set up. The program is at fault: fix it.
///
/// ```
/// use bartizan_token::message::{Component, MessageConfigError};
///
/// let refused = "@nonsense".parse::<Component>().err();
/// assert_eq!(refused, Some(MessageConfigError::InvalidComponent));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageConfigError {
    /// A key id is empty, longer than 1,024 bytes, or not printable ASCII.
    InvalidKeyId,
    /// A key of HMAC is named for others, who cannot verify with it.
    SymmetricKey,
    /// It is no component identifier, or one that is not supported.
    InvalidComponent,
    /// It is no label: a letter, then up to 63 of `a` to `z`, `0` to `9`, `_`, `-`, `.` and `*`.
    InvalidLabel,
    /// The greatest age is zero or longer than a day.
    InvalidMaxAge,
    /// The lifetime is zero or longer than a day.
    InvalidLifetime,
    /// The leeway is longer than 60 seconds.
    LeewayTooLong,
}

impl fmt::Display for MessageConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidKeyId => "a key id has 1 to 1,024 bytes of printable ASCII",
            Self::SymmetricKey => "an HMAC key is never used as it is, so others cannot verify",
            Self::InvalidComponent => "it is no component that is supported",
            Self::InvalidLabel => "a label has a letter and up to 63 characters of a key",
            Self::InvalidMaxAge => "the greatest age is 1 second to a day",
            Self::InvalidLifetime => "the lifetime is 1 second to a day",
            Self::LeewayTooLong => "a leeway is at most 60 seconds",
        })
    }
}

impl Error for MessageConfigError {}
