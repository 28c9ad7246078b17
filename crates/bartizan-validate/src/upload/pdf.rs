use super::UploadRefused;

/// Checks that a PDF begins and ends as one. What is between is left to a scanner.
pub(super) fn check(bytes: &[u8]) -> Result<(), UploadRefused> {
    let version = bytes.strip_prefix(b"%PDF-").and_then(|rest| rest.first());
    if !version.is_some_and(u8::is_ascii_digit) {
        return Err(UploadRefused::TypeMismatch);
    }
    let is_end = bytes.trim_ascii_end().ends_with(b"%%EOF");
    if is_end { Ok(()) } else { Err(UploadRefused::TypeMismatch) }
}
