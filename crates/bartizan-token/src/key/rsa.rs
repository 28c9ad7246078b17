use bartizan_core::SecretBytes;

use super::der::{Der, SEQUENCE, write, write_number};

/// The numbers of an `RSAPrivateKey` with two primes: [RFC 8017, appendix A.1.2].
///
/// [RFC 8017, appendix A.1.2]: https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.2
pub(crate) struct RsaNumbers<'d> {
    pub(crate) n: &'d [u8],
    pub(crate) e: &'d [u8],
    /// `d`, `p`, `q`, `dp`, `dq` and `qi`.
    pub(crate) private: [&'d [u8]; 6],
}

impl<'d> RsaNumbers<'d> {
    pub(crate) fn read(der: &'d [u8]) -> Option<Self> {
        let mut outer = Der(der);
        let mut key = Der(outer.read(SEQUENCE)?);
        outer.end()?;
        if !key.number()?.is_empty() {
            return None;
        }
        let (n, e) = (key.number()?, key.number()?);
        let mut private = [&[][..]; 6];
        for number in &mut private {
            *number = key.number()?;
        }
        key.end()?;
        Some(Self { n, e, private })
    }

    pub(crate) fn write(&self) -> Option<SecretBytes> {
        let numbers = [&[], self.n, self.e].into_iter().chain(self.private);
        let numbers: Vec<_> = numbers.map(write_number).collect::<Option<_>>()?;
        let parts: Vec<_> = numbers.iter().map(SecretBytes::expose).collect();
        write(SEQUENCE, &parts)
    }
}
