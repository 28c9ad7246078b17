//! Tokens written as our own issuer writes them, which are read in a shorter way, beside the same
//! read in the general way: a space after the brace is enough.

use proptest::prelude::*;

use super::*;
use crate::NoClaims;

type Bare = AccessToken<NoClaims>;

/// In the order of the issuer, without the brace at the end.
const USUAL: &str = r#"{"iss":"https://id.example","aud":"https://api.example","sub":"alice","exp":1700000600,"iat":1700000000,"jti":"AAECAwQFBgcICQoLDA0ODw""#;

/// What a verifier says to a payload that is read in the shorter way where it can be.
fn read(payload: &str) -> Result<[String; 4], VerifyError> {
    let world = World::hs256();
    let token = world.forge(world.header(), payload);
    let verified = world.verifier::<Bare>().verify(&token, &world.clock)?;
    let times =
        [verified.expires_at(), verified.issued_at()].map(|time| time.as_secs().to_string());
    let [expires_at, issued_at] = times;
    Ok([verified.subject().to_owned(), verified.token_id().to_owned(), expires_at, issued_at])
}

fn read_generally(payload: &str) -> Result<[String; 4], VerifyError> {
    read(&payload.replacen('{', "{ ", 1))
}

#[test]
fn the_issuer_writes_so() {
    let world = World::hs256();
    let token = world.issuer::<Bare>().sign("alice", &NoClaims::new(), &world.clock, &world.random);
    let payload = token.unwrap().split('.').nth(1).map(|part| base64url::decode(part).unwrap());
    let payload = String::from_utf8(payload.unwrap()).unwrap();
    let up_to_id = |text: &str| text.split_once("\"jti\":\"").unwrap().0.to_owned();
    assert_eq!(up_to_id(&payload), up_to_id(USUAL));
}

#[test]
fn a_registered_claim_that_comes_again_is_refused() {
    for again in [
        r#""iss":"https://id.example""#,
        r#""aud":"https://api.example""#,
        r#""sub":"alice""#,
        r#""exp":1700000600"#,
        r#""iat":1700000000"#,
        r#""jti":"x""#,
        r#""s\u0075b":"alice""#,
        r#""nbf":1,"nbf":1"#,
        r#""a":1,"sub":"alice""#,
        r#""a":1,"a":1"#,
    ] {
        let payload = format!("{USUAL},{again}}}");
        assert_eq!(read(&payload), Err(VerifyError::InvalidClaims), "{again}");
        assert_eq!(read_generally(&payload), Err(VerifyError::InvalidClaims), "{again}");
    }
    assert!(read(&format!("{USUAL},\"a\":{{\"sub\":\"alice\"}}}}")).is_ok());
}

#[test]
fn what_follows_counts() {
    let with = |more: usize| {
        let more: Vec<_> = (0..more).map(|n| format!(",\"m{n}\":0")).collect();
        format!("{USUAL}{}}}", more.concat())
    };
    assert!(read(&with(250)).is_ok());
    assert_eq!(read(&with(251)), Err(VerifyError::InvalidClaims));
    let later = format!("{USUAL},\"nbf\":1700000100}}");
    assert_eq!(read(&later), Err(VerifyError::NotYetValid));
}

proptest! {
    #[test]
    fn both_ways_agree_after_a_change(
        at: prop::sample::Index,
        removed in 0_usize..3,
        spliced in prop::sample::select(vec![
            "", "0", "9", "00", ".", "e1", "-", "\"", "\\", "\\u0041", " ", ",", ":", "{", "}", "é",
            "\u{7f}", "\u{1}", "\n", "x", "null", "\",\"nbf\":1", "\",\"sub\":\"a", "[", "]",
        ]),
        more in prop::sample::select(vec![
            "}", ",\"a\":\"b\"}", ",\"a\":\"é\"}", ",\"a\":\"\\n\"}", ",\"sub\":1}", "}}", "",
            ",\"a\":{\"b\":{\"sub\":[1,{}]}},\"c\":1}", ",\"a\":{},\"a\":1}", ",\"nbf\":01}",
        ]),
    ) {
        let whole = format!("{USUAL}{more}");
        // The brace stays: a space goes behind it.
        let start = at.index(whole.len()).max(1);
        let end = start.saturating_add(removed).min(whole.len());
        prop_assume!(whole.is_char_boundary(start) && whole.is_char_boundary(end));
        let changed = format!("{}{spliced}{}", &whole[..start], &whole[end..]);
        prop_assert_eq!(read(&changed), read_generally(&changed));
    }
}

/// The header that the primary writes is compared, others are read: all that hangs on it agrees.
#[test]
fn a_known_header_changes_no_verdict() {
    for world in World::each() {
        let (token, known) = (world.sign(), world.header());
        let [_, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!() };
        assert!(world.verify(&token).is_ok());
        // Another spelling of the same header.
        let read = world.forge(known.replacen('{', "{ ", 1), base64url::decode(payload).unwrap());
        assert!(world.verify(&read).is_ok());
        let head = base64url::encode(known.as_bytes());
        for refused in [
            format!("{head}.{payload}."),
            format!("{head}..{signature}"),
            format!("{head}.{signature}"),
            format!("{head}.{payload}{signature}"),
            format!("{head}.{payload}.{signature}="),
            format!("{head}.{payload}.{signature}A"),
            format!("{head}.{payload}..{}", &signature[1..]),
            format!("{head}.{payload}.{}.", &signature[1..]),
            format!("{head}.{payload}.{signature}.{signature}"),
            format!("{head}.{}", ".".repeat(signature.len())),
            format!("{head}."),
            head.clone(),
        ] {
            assert!(world.verify(&refused).is_err(), "{refused}");
        }
    }
}

/// More kinds than have their header kept ready, and a key that is in two keyrings.
#[test]
fn headers_are_kept_apart_by_kind_and_id() {
    const TYPES: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let key = SigningKey::hmac(Algorithm::Hs256, SecretBytes::from(vec![1; 32])).unwrap();
    let ids = [1, 2].map(KeyId::from_u32);
    let mut ready = 0;
    for typ in TYPES {
        for id in ids {
            for header in core::iter::repeat_n((), 2).filter_map(|()| key.header(typ, id)) {
                let mut expected = String::new();
                crate::header::encode(Algorithm::Hs256, typ, id, &mut expected);
                assert_eq!(header, format!("{expected}."));
                ready += 1;
            }
        }
    }
    assert_eq!(ready, 2 * 8);
}
