//! Published vectors, typed by hand, and tokens that another implementation made.

use super::*;
use crate::{JwkSet, VerifyingKey, danger};

/// RFC 8037, appendix A.1: `d` and `x`.
const RFC_8037_D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
const RFC_8037_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

pub(super) fn rfc_8037_key() -> SigningKey {
    let (d, x) = (base64url::decode(RFC_8037_D).unwrap(), base64url::decode(RFC_8037_X).unwrap());
    SigningKey::import(&SecretBytes::from([&[1], &*d, &*x].concat())).unwrap()
}

/// RFC 8037, appendix A.4, under the key that is also the first of RFC 8032, section 7.1.
#[test]
fn rfc_8037_appendix_a4() {
    let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let key = rfc_8037_key();
    let mut made = [0; MAX_SIGNATURE_LEN];
    assert_eq!(base64url::encode(&key.sign(Token::TYP, input, &mut made).unwrap()), signature);
    let signature = base64url::decode(signature).unwrap();
    assert!(key.verifies(Token::TYP, input, &signature));
    assert!(!key.verifies(Token::TYP, &input[1..], &signature));
}

/// RFC 7515, appendix A.1: HMAC under a secret that was made for no kind.
#[test]
fn rfc_7515_appendix_a1() {
    let set = r#"{"keys":[{"kty":"oct","kid":"a","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}]}"#;
    let keys = danger::shared_secrets_from_jwk_set(&set.into()).unwrap();
    let jws = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let payload =
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
    assert_eq!(danger::payload_of_any_kind(jws, &keys).unwrap(), payload.as_bytes());
    only_this_is_signed(jws, &keys);
}

/// RFC 7515, appendix A.3: ECDSA on P-256.
#[test]
fn rfc_7515_appendix_a3() {
    let jwk = br#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    let keys = [("a".to_owned(), VerifyingKey::from_jwk(jwk).unwrap())];
    let keys = JwkSet::from_keys(keys).unwrap();
    let jws = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    assert!(danger::payload_of_any_kind(jws, &keys).is_ok());
    only_this_is_signed(jws, &keys);
}

/// RFC 7638, section 3.1.
#[cfg(feature = "legacy-interop")]
#[test]
fn rfc_7638_section_3_1() {
    let jwk = br#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;
    let key = VerifyingKey::from_jwk(jwk).unwrap();
    assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

/// Whatever bit of the text changes, it is not signed.
pub(super) fn only_this_is_signed(jws: &str, keys: &JwkSet) {
    for at in 0..jws.len() {
        let mut changed = jws.as_bytes().to_vec();
        changed[at] ^= 1;
        let changed = String::from_utf8(changed).unwrap();
        assert!(danger::payload_of_any_kind(&changed, keys).is_err(), "byte {at}");
    }
}

/// The tokens of the RFCs say neither of which kind they are nor by which key.
#[test]
fn tokens_without_kind_and_key_id_are_refused() {
    let rfc_8037 = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let rfc_7515_a5 = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
    let world = World::eddsa();
    assert_eq!(world.refusal(rfc_8037), Some(VerifyError::WrongKind));
    assert_eq!(world.refusal(rfc_7515_a5), Some(VerifyError::Malformed));
}

/// Made outside Rust, from the description of the format alone: later versions must read them.
#[test]
fn tokens_of_the_first_format_are_read() {
    for (world, signature) in [
        (
            World::eddsa(),
            "yIc6de69fzef5iy7Z15rsIEzrR6GBXp5cQzjgI18Y53pfE1-k2_2wYzlniAgmc7kuslqwXXRVS6hsRmOdd5MDg",
        ),
        (World::hs256(), "2Td4Ba6uG_W-KiOkupAFVqYFzk29pSulDzowUqE82ZI"),
    ] {
        let header = base64url::encode(world.header().as_bytes());
        let token = format!("{header}.{}.{signature}", base64url::encode(PAYLOAD.as_bytes()));
        assert!(world.verify(&token).is_ok());
        assert_eq!(world.forge(world.header(), PAYLOAD), token);
    }
}
