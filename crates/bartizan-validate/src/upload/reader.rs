use super::UploadRefused;

/// What is left of some bytes. Where it is too short, the file is damaged.
#[derive(Clone, Copy)]
pub(super) struct Reader<'b> {
    pub(super) rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'b [u8], UploadRefused> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(UploadRefused::Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], UploadRefused> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(UploadRefused::Malformed)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Passes over exactly this.
    pub(super) fn expect(&mut self, bytes: &[u8]) -> Result<(), UploadRefused> {
        self.rest = self.rest.strip_prefix(bytes).ok_or(UploadRefused::Malformed)?;
        Ok(())
    }

    pub(super) fn byte(&mut self) -> Result<u8, UploadRefused> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u16_be(&mut self) -> Result<u16, UploadRefused> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u16_le(&mut self) -> Result<u16, UploadRefused> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u24_le(&mut self) -> Result<u32, UploadRefused> {
        self.array().map(|[low, middle, high]| u32::from_le_bytes([low, middle, high, 0]))
    }

    pub(super) fn u32_be(&mut self) -> Result<u32, UploadRefused> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u32_le(&mut self) -> Result<u32, UploadRefused> {
        self.array().map(u32::from_le_bytes)
    }

    /// Reads a length of 32 bits.
    pub(super) fn len_be(&mut self) -> Result<usize, UploadRefused> {
        self.u32_be().and_then(len)
    }

    /// Reads a length of 32 bits.
    pub(super) fn len_le(&mut self) -> Result<usize, UploadRefused> {
        self.u32_le().and_then(len)
    }
}

fn len(len: u32) -> Result<usize, UploadRefused> {
    usize::try_from(len).map_err(|_| UploadRefused::Malformed)
}
