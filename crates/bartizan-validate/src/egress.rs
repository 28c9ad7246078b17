//! What a program fetches on behalf of others, and where that may lead.

mod address;
mod connections;
#[cfg(feature = "egress-hyper")]
mod connector;
mod error;
#[cfg(feature = "egress-fetch")]
mod fetch;
mod guard;
mod hops;
mod policy;
#[cfg(feature = "egress-reqwest")]
mod reqwest_client;
mod resolver;

pub use address::{NotPublic, PublicAddress};
#[cfg(feature = "egress-hyper")]
pub use connector::{EgressConnector, EgressIo};
pub use error::{EgressError, EgressFailed, EgressRefused};
#[cfg(feature = "egress-fetch")]
pub use fetch::{EgressClient, EgressClientError, Fetched};
pub use guard::{Egress, EgressStream};
pub use hops::Hops;
pub use policy::EgressPolicy;
#[cfg(feature = "egress-reqwest")]
pub use reqwest_client::{EgressReqwest, EgressResolver};
pub use resolver::{Resolve, ScriptedResolver, SystemResolver};
