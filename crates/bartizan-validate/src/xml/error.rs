use core::error::Error;
use core::fmt;

/// Why XML was refused. The client is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed on purpose: a client can be told of each")]
pub enum XmlRefused {
    /// There are more bytes than the limit.
    TooLong,
    /// More elements are within each other than the limit.
    TooDeep,
    /// There are more elements, or attributes of one, than the limit.
    TooMany,
    /// It is neither UTF-8 nor UTF-16, or it says that it is something else.
    Encoding,
    /// It has a document type, or something that belongs in one.
    DocumentType,
    /// It is not XML 1.0.
    Syntax,
}

impl XmlRefused {
    /// Returns a code that stays the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "xml_too_long",
            Self::TooDeep => "xml_too_deep",
            Self::TooMany => "xml_too_many",
            Self::Encoding => "xml_encoding",
            Self::DocumentType => "xml_document_type",
            Self::Syntax => "xml_syntax",
        }
    }
}

impl fmt::Display for XmlRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the document is too long",
            Self::TooDeep => "the document is nested too deeply",
            Self::TooMany => "the document has too many elements or attributes",
            Self::Encoding => "the document is not in UTF-8 or UTF-16",
            Self::DocumentType => "the document has a document type",
            Self::Syntax => "the document is not XML",
        })
    }
}

impl Error for XmlRefused {}
