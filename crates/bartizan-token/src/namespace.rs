//! What a store remembers for this crate: for whoever runs the store, to give each its table or
//! to watch its size.
//!
//! ```
//! assert!(bartizan_token::namespace::ALL.iter().any(|space| space.name() == "api-key"));
//! ```

use bartizan_store::{Loss, Namespace};

/// A refresh token and its successors. Lost, it logs somebody out.
pub const REFRESH_FAMILY: Namespace = Namespace::new("refresh-family", Loss::Refuses);

/// A one-time token. Lost, the mail has to be sent again.
pub const ONE_TIME_TOKEN: Namespace = Namespace::new("one-time-token", Loss::Refuses);

/// A signed token that is void before it expires. Lost, it lives again.
pub const REVOKED_TOKEN: Namespace = Namespace::new("revoked-token", Loss::Reopens);

/// Since when the tokens of a subject are good. Lost, older ones live again.
pub const SUBJECT_EPOCH: Namespace = Namespace::new("subject-epoch", Loss::Reopens);

/// An API key. Lost, the key is refused.
pub const API_KEY: Namespace = Namespace::new("api-key", Loss::Refuses);

/// A proof that was used. Lost, it can be used again until it is too old.
pub const DPOP_PROOF: Namespace = Namespace::new("dpop-proof", Loss::Reopens);

/// A signed message that was accepted. Lost, it is accepted again until it is too old.
pub const SIGNED_MESSAGE: Namespace = Namespace::new("signed-message", Loss::Reopens);

/// All of them.
pub const ALL: [Namespace; 7] = [
    REFRESH_FAMILY,
    ONE_TIME_TOKEN,
    REVOKED_TOKEN,
    SUBJECT_EPOCH,
    API_KEY,
    DPOP_PROOF,
    SIGNED_MESSAGE,
];
