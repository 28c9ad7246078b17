//! The `otpauth` URI that authenticator applications read.

use bartizan_core::SecretString;

use crate::secret::{MAX_LEN, TotpSecret};

/// Writes the [Key URI Format] of the default profile.
///
/// Everything but the unreserved characters of RFC 3986 is percent-encoded, a space as `%20`:
/// applications do not read `+` as a space. The issuer stands twice, since some read the prefix of
/// the label and some the parameter.
///
/// [Key URI Format]: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
pub(crate) fn otpauth(issuer: &str, account: &str, secret: &TotpSecret) -> SecretString {
    // Growing would leave a copy of the secret behind.
    let mut uri = String::with_capacity(capacity(issuer, account));
    uri.push_str("otpauth://totp/");
    push_encoded(&mut uri, issuer);
    uri.push(':');
    push_encoded(&mut uri, account);
    uri.push_str("?secret=");
    uri.push_str(secret.to_base32().expose());
    uri.push_str("&issuer=");
    push_encoded(&mut uri, issuer);
    uri.push_str("&algorithm=SHA1&digits=6&period=30");
    SecretString::from(uri)
}

/// At least what the URI needs: three bytes for each of a name, two for each of the secret, and
/// 75 for what is always the same.
const fn capacity(issuer: &str, account: &str) -> usize {
    let names = issuer.len().saturating_mul(2).saturating_add(account.len());
    names.saturating_mul(3).saturating_add(2 * MAX_LEN + 75)
}

fn push_encoded(uri: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            let nibbles = [byte >> 4, byte & 0x0f].into_iter();
            let digits = nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16));
            uri.extend(digits.map(|digit| digit.to_ascii_uppercase()));
        }
    }
}

#[cfg(test)]
mod tests {
    use bartizan_core::SecretBytes;

    use super::*;

    fn uri(issuer: &str, account: &str) -> SecretString {
        let secret = SecretBytes::from(*b"12345678901234567890");
        otpauth(issuer, account, &TotpSecret::from_bytes(secret).unwrap())
    }

    #[test]
    fn is_what_applications_read() {
        assert_eq!(
            uri("Bartizan Notes", "alice@example.org").expose(),
            "otpauth://totp/Bartizan%20Notes:alice%40example.org\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Bartizan%20Notes&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn no_name_can_add_a_parameter_or_leave_its_place() {
        let plain = uri("issuer", "account");
        for hostile in ["a&secret=AAAA", "a?b", "a/b", "a#b", "a%26b", "a+b", "a=b", "ä€𝄞", "a b"]
        {
            for uri in [uri(hostile, "account"), uri("issuer", hostile)] {
                for separator in ['&', '?', '/', '#', '=', ':'] {
                    let count = |text: &str| text.matches(separator).count();
                    assert_eq!(count(uri.expose()), count(plain.expose()), "{hostile:?}");
                }
                assert!(uri.expose().is_ascii() && !uri.expose().contains(['+', ' ']));
            }
        }
        assert!(uri("ä€𝄞", "a").expose().contains("/%C3%A4%E2%82%AC%F0%9D%84%9E:a?"));
    }

    #[test]
    fn the_text_never_outgrows_its_first_allocation() {
        let secret = TotpSecret::from_bytes(SecretBytes::from([7; MAX_LEN])).unwrap();
        for (issuer, account) in [("i", "a"), (&"ä".repeat(32), &"ä".repeat(64))] {
            let len = otpauth(issuer, account, &secret).expose().len();
            assert!(len <= capacity(issuer, account));
        }
    }
}
