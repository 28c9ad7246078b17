//! Published vectors, typed by hand, and tokens that another implementation made.

use ring::hmac;

use super::*;
use crate::key::KindKey;
use std::borrow::Cow;

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
    let key = key.for_kind(Token::TYP);
    assert_eq!(key.sign(input), signature);
    let signature = base64url::decode(signature).unwrap();
    assert!(key.verifies(input, &signature));
    assert!(!key.verifies(&input[1..], &signature));
}

/// RFC 7515, appendix A.1: its 64-byte key cannot be one of ours, so it stands in for one that was
/// derived.
#[test]
fn rfc_7515_appendix_a1() {
    let key =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let input = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let key = hmac::Key::new(hmac::HMAC_SHA256, &base64url::decode(key).unwrap());
    let key = KindKey::Hs256(Cow::Owned(key));
    assert_eq!(key.sign(input), signature);
    let signature = base64url::decode(signature).unwrap();
    assert!(key.verifies(input, &signature));
    assert!(!key.verifies(&input[1..], &signature));
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
