//! What a store remembers for this crate: for whoever runs the store, to give each its table or
//! to watch its size.
//!
//! ```
//! assert!(bartizan_otp::namespace::ALL.iter().any(|space| space.name() == "recovery-codes"));
//! ```

use bartizan_store::{Loss, Namespace};

/// The recovery codes of a user, and which of them are used. Rolled back, a used one works again.
pub const RECOVERY_CODES: Namespace = Namespace::new("recovery-codes", Loss::Reopens);

/// The code that a user was sent, how often somebody tried, and when the last ones were sent. Lost,
/// more are sent than there should be.
pub const OUT_OF_BAND: Namespace = Namespace::new("out-of-band-code", Loss::Reopens);

/// What an authenticator accepted last, and how often somebody tried. Lost, its user has to enrol again;
/// rolled back, a used code works again.
pub const CREDENTIAL: Namespace = Namespace::new("otp-credential", Loss::Reopens);

/// All of them.
pub const ALL: [Namespace; 3] = [RECOVERY_CODES, OUT_OF_BAND, CREDENTIAL];
