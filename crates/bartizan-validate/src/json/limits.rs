/// How much JSON is read before it is refused.
///
/// ```
/// use bartizan_validate::JsonLimits;
///
/// const UPLOADED_LIST: JsonLimits = JsonLimits::DEFAULT.max_bytes(8 << 20).max_elements(100_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonLimits {
    pub(super) bytes: usize,
    pub(super) depth: u8,
    pub(super) members: usize,
    pub(super) elements: usize,
    pub(super) trusts_buffers: bool,
}

impl JsonLimits {
    /// 1 MiB, 64 objects and arrays within each other, 1,024 members of an object, 16,384 elements
    /// of an array.
    pub const DEFAULT: Self =
        Self { bytes: 1 << 20, depth: 64, members: 1_024, elements: 16_384, trusts_buffers: false };

    /// The depth beyond which no limit can be set: reading takes the stack of the thread.
    pub const MAX_DEPTH: u8 = 128;

    /// Sets how long the text may be, in bytes.
    #[must_use]
    pub const fn max_bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// Sets how many objects and arrays may be within each other, at most [`MAX_DEPTH`](Self::MAX_DEPTH).
    #[must_use]
    pub const fn max_depth(self, depth: u8) -> Self {
        let depth = if depth < Self::MAX_DEPTH { depth } else { Self::MAX_DEPTH };
        Self { depth, ..self }
    }

    /// Sets how many members one object may have.
    #[must_use]
    pub const fn max_members(self, members: usize) -> Self {
        Self { members, ..self }
    }

    /// Sets how many elements one array may have.
    #[must_use]
    pub const fn max_elements(self, elements: usize) -> Self {
        Self { elements, ..self }
    }

    /// Reads objects for enums that are untagged or have their tag inside, too: fields that such a
    /// type has not are refused only where it says `#[serde(deny_unknown_fields)]`.
    #[must_use]
    pub const fn trusting_buffers(self) -> Self {
        Self { trusts_buffers: true, ..self }
    }
}

impl Default for JsonLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
