//! The same token, made and checked by other libraries, each set as strictly as it allows.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use bartizan::core::danger::ExportKey as _;
use bartizan::token::{Algorithm, SigningKey, VerifyingKey, danger};
use divan::{Bencher, black_box};
use josekit::jwk::Jwk;
use josekit::jws::{self, JwsHeader};
use josekit::jwt::{JwtPayload, JwtPayloadValidator};
use jwt_simple::prelude::{
    Claims as SimpleClaims, Duration as SimpleDuration, ECDSAP256KeyPairLike as _,
    ECDSAP256PublicKeyLike as _, ES256KeyPair, Ed25519KeyPair, EdDSAKeyPairLike as _,
    EdDSAPublicKeyLike as _, HS256Key, MACLike as _, PS256KeyPair, RSAKeyPairLike as _,
    RSAPublicKeyLike as _, VerificationOptions,
};
use serde::{Deserialize, Serialize};

use crate::{ALGORITHMS, Claims, Fixture, RSA_PEM, SUBJECT, claims};

const ISSUER: &str = "https://id.example.com";
const AUDIENCE: &str = "https://api.example.com";
const TOKEN_ID: &str = "AAECAwQFBgcICQoLDA0ODw";

/// All twelve claims.
#[derive(Clone, Serialize, Deserialize)]
struct Flat {
    iss: String,
    sub: String,
    aud: String,
    exp: u64,
    iat: u64,
    jti: String,
    client_id: String,
    scope: String,
    roles: Vec<String>,
    auth_time: u64,
    acr: String,
    sid: String,
}

fn flat() -> Flat {
    let own = claims();
    Flat {
        iss: ISSUER.to_owned(),
        sub: SUBJECT.to_owned(),
        aud: AUDIENCE.to_owned(),
        exp: now_secs() + 3_600,
        iat: now_secs(),
        jti: TOKEN_ID.to_owned(),
        client_id: own.client_id,
        scope: own.scope,
        roles: own.roles,
        auth_time: own.auth_time,
        acr: own.acr,
        sid: own.sid,
    }
}

fn now_secs() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs()
}

mod jsonwebtoken_11 {
    use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};

    use super::*;

    fn keys(algorithm: Algorithm) -> (jsonwebtoken::Algorithm, EncodingKey, DecodingKey) {
        let fixture = Fixture::new(algorithm);
        let keyring = fixture.keys.snapshot();
        let key = keyring.primary().1;
        let public = key.verifying_key().map(VerifyingKey::to_jwk).unwrap_or_default();
        let member = |name: &str| {
            let jwk: serde_json::Value = serde_json::from_str(&public).expect("JSON");
            jwk[name].as_str().expect("a text").to_owned()
        };
        match algorithm {
            Algorithm::Hs256 => {
                let (to, from) = (EncodingKey::from_secret(&[7; 32]), [7; 32]);
                (jsonwebtoken::Algorithm::HS256, to, DecodingKey::from_secret(&from))
            }
            Algorithm::EdDsa => {
                let from = DecodingKey::from_ed_components(&member("x")).expect("a key");
                (jsonwebtoken::Algorithm::EdDSA, EncodingKey::from_ed_der(&fixture.pkcs8()), from)
            }
            Algorithm::Es256 => {
                let from = DecodingKey::from_ec_components(&member("x"), &member("y"));
                let to = EncodingKey::from_ec_der(&fixture.pkcs8());
                (jsonwebtoken::Algorithm::ES256, to, from.expect("a key"))
            }
            _ => {
                let from = DecodingKey::from_rsa_components(&member("n"), &member("e"));
                // What is stored is a byte for the algorithm and an RSAPrivateKey.
                let to = EncodingKey::from_rsa_der(&key.export().expose()[1..]);
                (jsonwebtoken::Algorithm::PS256, to, from.expect("a key"))
            }
        }
    }

    #[divan::bench(args = ALGORITHMS)]
    fn verify(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
        let (algorithm, to, from) = keys(algorithm);
        let token = encode(&Header::new(algorithm), &flat(), &to).expect("a token");
        let mut validation = Validation::new(algorithm);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        bencher.bench(|| decode::<Flat>(black_box(&token), &from, &validation).unwrap());
    }

    #[divan::bench(args = ALGORITHMS)]
    fn sign(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
        let (algorithm, to, _) = keys(algorithm);
        let (header, claims) = (Header::new(algorithm), flat());
        bencher.bench(|| encode(&header, black_box(&claims), &to).unwrap());
    }
}

mod jwt_simple_0_15 {
    use super::*;

    fn options() -> VerificationOptions {
        VerificationOptions {
            allowed_issuers: Some(HashSet::from([ISSUER.to_owned()])),
            allowed_audiences: Some(HashSet::from([AUDIENCE.to_owned()])),
            ..VerificationOptions::default()
        }
    }

    fn all() -> jwt_simple::claims::JWTClaims<Claims> {
        SimpleClaims::with_custom_claims(claims(), SimpleDuration::from_hours(1))
            .with_issuer(ISSUER)
            .with_subject(SUBJECT)
            .with_audience(AUDIENCE)
            .with_jwt_id(TOKEN_ID)
    }

    #[divan::bench(args = ALGORITHMS)]
    fn verify(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
        macro_rules! with {
            ($sign:expr, $verify:expr) => {{
                let token = $sign.sign(all()).expect("a token");
                let key = $verify;
                bencher.with_inputs(options).bench_values(|options| {
                    key.verify_token::<Claims>(black_box(&token), Some(options)).unwrap()
                });
            }};
        }
        match algorithm {
            Algorithm::Hs256 => {
                let key = HS256Key::from_bytes(&[7; 32]);
                let token = key.authenticate(all()).expect("a token");
                bencher.with_inputs(options).bench_values(|options| {
                    key.verify_token::<Claims>(black_box(&token), Some(options)).unwrap()
                });
            }
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate();
                with!(pair, pair.public_key());
            }
            Algorithm::Es256 => {
                let pair = ES256KeyPair::generate();
                with!(pair, pair.public_key());
            }
            _ => {
                let pair = PS256KeyPair::from_pem(RSA_PEM).expect("a key");
                with!(pair, pair.public_key());
            }
        }
    }

    #[divan::bench(args = ALGORITHMS)]
    fn sign(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
        let bencher = bencher.with_inputs(all);
        match algorithm {
            Algorithm::Hs256 => {
                let key = HS256Key::from_bytes(&[7; 32]);
                bencher.bench_values(|claims| key.authenticate(claims).unwrap());
            }
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate();
                bencher.bench_values(|claims| pair.sign(claims).unwrap());
            }
            Algorithm::Es256 => {
                let pair = ES256KeyPair::generate();
                bencher.bench_values(|claims| pair.sign(claims).unwrap());
            }
            _ => {
                let pair = PS256KeyPair::from_pem(RSA_PEM).expect("a key");
                bencher.bench_values(|claims| pair.sign(claims).unwrap());
            }
        }
    }
}

mod josekit_0_10 {
    #[expect(clippy::wildcard_imports, reason = "the same as beside it")]
    use super::*;

    type Both = (Box<dyn jws::JwsSigner>, Box<dyn jws::JwsVerifier>);

    fn keys(algorithm: Algorithm) -> Both {
        let fixture = Fixture::new(algorithm);
        let keyring = fixture.keys.snapshot();
        let key: &SigningKey = keyring.primary().1;
        let jwk = danger::signing_key_to_jwk(key);
        let jwk = Jwk::from_bytes(jwk.expose().as_bytes()).expect("a key");
        macro_rules! both {
            ($algorithm:expr) => {{
                let signer = $algorithm.signer_from_jwk(&jwk).expect("a signer");
                let verifier = $algorithm.verifier_from_jwk(&jwk).expect("a verifier");
                (Box::new(signer), Box::new(verifier))
            }};
        }
        match algorithm {
            Algorithm::Hs256 => both!(jws::HS256),
            Algorithm::EdDsa => both!(jws::EdDSA),
            Algorithm::Es256 => both!(jws::ES256),
            _ => both!(jws::PS256),
        }
    }

    fn payload() -> JwtPayload {
        let serde_json::Value::Object(members) = serde_json::to_value(flat()).expect("JSON") else {
            unreachable!("a struct is an object");
        };
        JwtPayload::from_map(members).expect("claims")
    }

    fn header() -> JwsHeader {
        let mut header = JwsHeader::new();
        header.set_token_type("at+jwt");
        header
    }

    #[divan::bench(args = ALGORITHMS)]
    fn verify(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
        let (signer, verifier) = keys(algorithm);
        let token = josekit::jwt::encode_with_signer(&payload(), &header(), &*signer);
        let token = token.expect("a token");
        bencher.bench_local(|| {
            let mut validator = JwtPayloadValidator::new();
            validator.set_issuer(ISSUER);
            validator.set_audience(AUDIENCE);
            validator.set_base_time(SystemTime::now() + Duration::from_secs(1));
            let (payload, _) =
                josekit::jwt::decode_with_verifier(black_box(&token), &*verifier).unwrap();
            validator.validate(&payload).unwrap();
            payload
        });
    }

    #[divan::bench(args = ALGORITHMS)]
    fn sign(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
        let (signer, _) = keys(algorithm);
        let (header, payload) = (header(), payload());
        bencher.bench_local(|| {
            josekit::jwt::encode_with_signer(black_box(&payload), &header, &*signer).unwrap()
        });
    }
}
