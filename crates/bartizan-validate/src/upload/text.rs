use super::UploadRefused;

/// Checks that the bytes are text in UTF-8.
pub(super) fn check(bytes: &[u8]) -> Result<(), UploadRefused> {
    if is_binary(bytes) || core::str::from_utf8(bytes).is_err() {
        return Err(UploadRefused::TypeMismatch);
    }
    Ok(())
}

/// Whether there is a control character that text has not.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1f | 0x7f);
    bytes.iter().any(is_control)
}
