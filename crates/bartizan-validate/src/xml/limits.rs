/// How much XML is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct XmlLimits {
    pub(super) bytes: usize,
    pub(super) depth: usize,
    pub(super) elements: usize,
    pub(super) attributes: usize,
}

impl XmlLimits {
    /// 1 MiB, 64 elements within each other, 65,536 elements, 256 attributes of an element.
    pub const DEFAULT: Self =
        Self { bytes: 1 << 20, depth: 64, elements: 1 << 16, attributes: 256 };

    /// Sets how long the document may be, in bytes.
    #[must_use]
    pub const fn max_bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// Sets how many elements may be within each other.
    #[must_use]
    pub const fn max_depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// Sets how many elements there may be.
    #[must_use]
    pub const fn max_elements(self, elements: usize) -> Self {
        Self { elements, ..self }
    }

    /// Sets how many attributes one element may have.
    #[must_use]
    pub const fn max_attributes(self, attributes: usize) -> Self {
        Self { attributes, ..self }
    }
}

impl Default for XmlLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
