use core::fmt;

use super::{MAX_PROOF_LEN, ProofRefused};

/// What a server knows of a request that a proof must be for.
///
/// ```
/// use bartizan_token::DpopRequest;
///
/// // All values of the header `DPoP`, however many there are: of an `http::HeaderMap`, those of
/// // `get_all("dpop")`.
/// let proofs = ["eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6..."];
/// let _request = DpopRequest::new("GET", "/notes?page=2", proofs);
/// ```
#[derive(Clone, Copy)]
pub struct DpopRequest<'r> {
    pub(super) method: &'r str,
    pub(super) path: &'r str,
    header: Header<'r>,
}

#[derive(Clone, Copy)]
enum Header<'r> {
    Missing,
    One(&'r [u8]),
    Several,
}

impl<'r> DpopRequest<'r> {
    /// Takes the request's method, its path with or without a query, and the values of **all** its
    /// `DPoP` headers: more than one are refused, which nobody notices who takes the first.
    ///
    /// The path is what the client sent, below the verifier's base: where a router takes prefixes
    /// off, the one before that.
    ///
    /// Nothing is checked yet; [`DpopVerifier`](crate::DpopVerifier) does.
    pub fn new<V: AsRef<[u8]> + ?Sized + 'r>(
        method: &'r str,
        path: &'r str,
        proofs: impl IntoIterator<Item = &'r V>,
    ) -> Self {
        let mut proofs = proofs.into_iter();
        let header = match (proofs.next(), proofs.next()) {
            (None, _) => Header::Missing,
            (Some(proof), None) => Header::One(proof.as_ref()),
            (Some(_), Some(_)) => Header::Several,
        };
        Self { method, path, header }
    }

    /// Returns the one proof, which is not too long.
    pub(super) fn proof(&self) -> Result<&'r str, ProofRefused> {
        match self.header {
            Header::Missing => Err(ProofRefused::Missing),
            Header::Several => Err(ProofRefused::Several),
            Header::One(proof) if proof.len() > MAX_PROOF_LEN => Err(ProofRefused::TooLarge),
            Header::One(proof) => core::str::from_utf8(proof).map_err(|_| ProofRefused::Malformed),
        }
    }
}

impl fmt::Debug for DpopRequest<'_> {
    /// Shows neither the path, which may be personal data, nor the proof.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopRequest").field("method", &self.method).finish_non_exhaustive()
    }
}
