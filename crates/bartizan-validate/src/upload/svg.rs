use super::UploadRefused;
use super::policy::SvgSanitizer;
use crate::xml;

/// Sanitizes a drawing, and checks that what comes of it is one, without a document type.
pub(super) fn sanitize(
    bytes: &[u8],
    sanitizer: &SvgSanitizer,
    max_bytes: usize,
) -> Result<Vec<u8>, UploadRefused> {
    let drawing = core::str::from_utf8(bytes).map_err(|_| UploadRefused::TypeMismatch)?;
    let clean = (sanitizer.0)(drawing).ok_or(UploadRefused::Unsanitary)?;
    let limits = xml::XmlLimits::DEFAULT.max_bytes(max_bytes);
    let guarded = xml::guard_with_limits(clean.as_bytes(), &limits);
    let is_drawing = |clean: &str| clean.trim_start().starts_with("<svg");
    match guarded {
        Ok(guarded) if is_drawing(guarded.as_str()) => Ok(clean.into_bytes()),
        _ => Err(UploadRefused::Unsanitary),
    }
}
