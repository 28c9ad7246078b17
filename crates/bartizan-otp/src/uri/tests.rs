use bartizan_core::SecretBytes;
use proptest::prelude::*;

use super::*;

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn secret() -> TotpSecret {
    TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890")).unwrap()
}

fn uri(issuer: &str, account: &str) -> SecretString {
    OtpauthUri::of(issuer, account, secret()).to_text()
}

fn parse(text: &str) -> Result<OtpauthUri, UriError> {
    OtpauthUri::parse(&SecretString::from(text))
}

/// What is read is written so that it is read as the same.
fn reread(text: &str) -> String {
    let once = parse(text).unwrap();
    let again = OtpauthUri::parse(&once.to_text()).unwrap();
    assert_eq!(again.to_text().expose(), once.to_text().expose());
    assert_eq!(
        (again.kind, &again.issuer, &again.account, again.algorithm, again.digits),
        (once.kind, &once.issuer, &once.account, once.algorithm, once.digits)
    );
    assert_eq!(again.secret.expose(), once.secret.expose());
    once.to_text().expose().to_owned()
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
            assert_eq!(reread(uri.expose()), uri.expose());
        }
    }
    assert!(uri("ä€𝄞", "a").expose().contains("/%C3%A4%E2%82%AC%F0%9D%84%9E:a?"));
}

#[test]
fn the_text_never_outgrows_its_first_allocation() {
    let secret = |len| TotpSecret::from_bytes(SecretBytes::from(vec![7; len])).unwrap();
    for (issuer, account) in [("i", "a"), (&"ä".repeat(32), &"ä".repeat(64))] {
        let mut uri = OtpauthUri::of(issuer, account, secret(MAX_LEN));
        assert!(uri.to_text().expose().len() <= capacity(issuer, account));
        uri.kind = OtpauthKind::Hotp { counter: u64::MAX };
        (uri.algorithm, uri.digits) = (Algorithm::Sha512, Digits::Eight);
        assert!(uri.to_text().expose().len() <= capacity(issuer, account));
        assert!(uri.to_text().expose().len() <= 1_024, "as MAX_LEN says");
    }
}

/// The examples of the format's own page, but with a secret of the length that RFC 4226 asks for.
#[test]
fn reads_the_published_examples() {
    for (label, issuer, account) in [
        ("Example:alice@gmail.com", Some("Example"), "alice@gmail.com"),
        ("Provider1:Alice%20Smith", Some("Provider1"), "Alice Smith"),
        ("Big%20Corporation%3A%20alice%40bigco.com", Some("Big Corporation"), "alice@bigco.com"),
        ("alice@gmail.com", None, "alice@gmail.com"),
        ("Example:a/b", Some("Example"), "a/b"), // as pyotp writes it
    ] {
        let text = format!("otpauth://totp/{label}?secret={SECRET}");
        let uri = parse(&text).unwrap();
        assert_eq!((uri.issuer(), uri.account()), (issuer, account));
        let _text = reread(&text);
    }
    let all = "otpauth://totp/ACME%20Co:john.doe@email.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ\
               &issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30";
    assert_eq!(reread(all), all.replace('@', "%40"));
}

#[test]
fn reads_every_profile_that_the_crate_computes() {
    for (parameters, kind, algorithm, digits) in [
        ("", OtpauthKind::Totp, Algorithm::Sha1, Digits::Six),
        ("&period=30&digits=8", OtpauthKind::Totp, Algorithm::Sha1, Digits::Eight),
        ("&algorithm=SHA256", OtpauthKind::Totp, Algorithm::Sha256, Digits::Six),
        ("&algorithm=sha512&digits=6", OtpauthKind::Totp, Algorithm::Sha512, Digits::Six),
        ("&image=x&counter=9&=&lock=", OtpauthKind::Totp, Algorithm::Sha1, Digits::Six),
    ] {
        let text = format!("OTPAUTH://TOTP/A:b?secret={SECRET}{parameters}");
        let uri = parse(&text).unwrap();
        assert_eq!(
            (uri.kind(), uri.algorithm(), uri.digits()),
            (kind, algorithm, digits),
            "{text}"
        );
        let _text = reread(&text);
    }
    for counter in [0, 7, u64::MAX] {
        let text = format!("otpauth://hotp/A:b?secret={SECRET}&counter={counter}");
        assert_eq!(parse(&text).unwrap().kind(), OtpauthKind::Hotp { counter });
        let _text = reread(&text);
    }
}

#[test]
fn the_issuer_of_either_place_counts_and_two_must_agree() {
    let issuer = |label: &str, rest: &str| {
        let uri = parse(&format!("otpauth://totp/{label}?secret={SECRET}{rest}"))?;
        Ok(uri.issuer().map(str::to_owned))
    };
    assert_eq!(issuer("A:b", ""), Ok(Some("A".to_owned())));
    assert_eq!(issuer("b", "&issuer=A"), Ok(Some("A".to_owned())));
    assert_eq!(issuer("A%20B:b", "&issuer=A%20B"), Ok(Some("A B".to_owned())));
    assert_eq!(issuer("A:b", "&issuer=C"), Err(UriError::IssuerMismatch));
    assert_eq!(issuer("A%20B:b", "&issuer=A+B"), Err(UriError::Malformed));
    assert_eq!(issuer("A%2BB:b", "&issuer=A%2BB"), Ok(Some("A+B".to_owned())));
    assert_eq!(issuer("A+B:b", "&issuer=A%2BB"), Ok(Some("A+B".to_owned())));
}

fn with(label: &str, rest: &str) -> String {
    format!("otpauth://totp/{label}?secret={SECRET}{rest}")
}

fn assert_refused(cases: &[(String, UriError)]) {
    for (text, expected) in cases {
        assert_eq!(parse(text).err(), Some(*expected), "{text:?}");
    }
}

#[test]
fn what_is_not_the_grammar_is_refused() {
    use UriError::{Malformed, NotOtpauth, Repeated, TooLong};
    assert_refused(&[
        (String::new(), NotOtpauth),
        ("otpauth:/".to_owned(), NotOtpauth),
        (format!("https://totp/A:b?secret={SECRET}"), NotOtpauth),
        (format!("otpauth://steam/A:b?secret={SECRET}"), NotOtpauth),
        (format!("otpauth://user@totp/A:b?secret={SECRET}"), NotOtpauth),
        (format!("otpauth://totp:80/A:b?secret={SECRET}"), NotOtpauth),
        (format!("otpauth:///A:b?secret={SECRET}"), NotOtpauth),
        (format!(" otpauth://totp/A:b?secret={SECRET}"), Malformed),
        (format!("otpauth://totp/A:b?secret={SECRET}\n"), Malformed),
        (format!("otpauth://totp/A:ä?secret={SECRET}"), Malformed),
        (format!("otpauth://totp?secret={SECRET}"), Malformed),
        ("otpauth://totp/A:b".to_owned(), Malformed),
        ("otpauth://totp/A:b?".to_owned(), Malformed),
        (with("A/../b", ""), Malformed),
        (with("A/%2e%2E", ""), Malformed),
        (with("..", ""), Malformed),
        (with("/A:b", ""), Malformed),
        (with("A:b/", ""), Malformed),
        (with("A%2", ""), Malformed),
        (with("A%zz", ""), Malformed),
        (with("A%+1", ""), Malformed),
        (with("A%ff:b", ""), Malformed),
        (with("A:b", "#fragment"), Malformed),
        (with("A:b", "&digits"), Malformed),
        (with("A:b", "&"), Malformed),
        (with("A:b", "&issuer=%"), Malformed),
        (with("A:b", &format!("&%73ecret={SECRET}")), Malformed),
        (with("A:b", "&+digits=8"), Malformed),
        (with("A:b", &"&x=y".repeat(600)), TooLong),
        (with("A:b", &format!("&secret={SECRET}")), Repeated),
        (with("A:b", "&digits=6&digits=8"), Repeated),
    ]);
}

#[test]
fn names_that_cannot_be_shown_are_refused() {
    use UriError::{Account, Issuer};
    assert_refused(&[
        (with(":b", ""), Issuer),
        (with("A%00:b", ""), Issuer),
        (with("%20A:b", ""), Issuer),
        (with(&format!("{}:b", "a".repeat(65)), ""), Issuer),
        (with("b", "&issuer="), Issuer),
        (with("b", "&issuer=A%3AC"), Issuer),
        (with("", ""), Account),
        (with("A:", ""), Account),
        (with("A:%20", ""), Account),
        (with("A:b:c", ""), Account),
        (with("A%3Ab%3ac", ""), Account),
        (with("A:b%0a", ""), Account),
        (with("A:%E2%80%AEb", ""), Account),
        (with(&format!("A:{}", "a".repeat(129)), ""), Account),
    ]);
}

#[test]
fn what_is_no_secret_or_number_is_refused() {
    use UriError::{Counter, Secret, Unsupported};
    let secret = |secret: &str| format!("otpauth://totp/A:b?secret={secret}");
    let hotp = |rest: &str| format!("otpauth://hotp/A:b?secret={SECRET}{rest}");
    assert_refused(&[
        (secret(""), Secret),
        ("otpauth://totp/A:b?issuer=A".to_owned(), Secret),
        (secret("GEZDGNBVGY3TQOJQ"), Secret),
        (secret("GEZDGNBVGY3TQOJQ%20GEZDGNBVGY3TQOJQ"), Secret),
        (secret("GEZDGNBVGY3TQOJQ-GEZDGNBVGY3TQOJQ"), Secret),
        (secret(&"A".repeat(112)), Secret),
        (with("A:b", "&algorithm=MD5"), Unsupported),
        (with("A:b", "&algorithm=SHA-256"), Unsupported),
        (with("A:b", "&algorithm="), Unsupported),
        (with("A:b", "&digits=7"), Unsupported),
        (with("A:b", "&digits=%2B6"), Unsupported),
        (with("A:b", "&digits=+6"), Unsupported),
        (with("A:b", "&digits=99999999999999999999"), Unsupported),
        (with("A:b", "&digits="), Unsupported),
        (with("A:b", "&period=60"), Unsupported),
        (with("A:b", "&period=0"), Unsupported),
        (with("A:b", "&period=-30"), Unsupported),
        (hotp(""), Counter),
        (hotp("&counter="), Counter),
        (hotp("&counter=-1"), Counter),
        (hotp("&counter=18446744073709551616"), Counter),
    ]);
}

/// totp-rs is an application of its own: it reads what this crate writes, as this crate reads it.
#[test]
fn totp_rs_reads_the_same() {
    for (issuer, account) in [
        ("Notebook", "alice@example.org"),
        ("ACME & Söhne?", "a+b=c/d %41"),
        ("Ünï #1", "用户@例え.jp"),
    ] {
        for profile in ["", "&algorithm=SHA256&digits=8", "&algorithm=SHA512"] {
            let plain = format!("{issuer}\0{account}{profile}");
            let mut ours = OtpauthUri::of(issuer, account, secret());
            if !profile.is_empty() {
                let text = format!("otpauth://totp/A:b?secret={SECRET}{profile}");
                let parsed = parse(&text).unwrap();
                (ours.algorithm, ours.digits) = (parsed.algorithm, parsed.digits);
            }
            let theirs = totp_rs::Totp::from_url(ours.to_text().expose()).unwrap();
            assert_eq!(theirs.issuer(), Some(issuer), "{plain:?}");
            assert_eq!(theirs.account_name(), account, "{plain:?}");
            assert_eq!(theirs.secret().as_bytes(), ours.secret.expose(), "{plain:?}");
            let totp = crate::Totp::builder(secret()).algorithm(ours.algorithm);
            let totp = totp.digits(ours.digits).build();
            for time in [0, 59, 1_111_111_111, 20_000_000_000] {
                let code = totp.code_at(bartizan_core::UnixTime::from_secs(time));
                assert_eq!(theirs.generate(time).to_string(), code.expose(), "{plain:?}");
            }
            let back = parse(&theirs.to_url().unwrap()).unwrap();
            assert_eq!(back.to_text().expose(), ours.to_text().expose(), "{plain:?}");
        }
    }
}

#[test]
fn debug_shows_no_secret_and_no_name() {
    let shown = format!("{:?}", OtpauthUri::of("Notebook", "alice", secret()));
    assert_eq!(shown, "OtpauthUri { kind: Totp, algorithm: Sha1, digits: Six, .. }");
}

proptest! {
    #[test]
    fn every_good_name_comes_back(issuer in "\\PC{1,16}", account in "\\PC{1,32}") {
        prop_assume!(is_issuer(&issuer) && is_account(&account));
        let read = OtpauthUri::parse(&uri(&issuer, &account)).unwrap();
        prop_assert_eq!((read.issuer(), read.account()), (Some(&*issuer), &*account));
    }

    #[test]
    fn whatever_is_read_is_written_as_the_same(
        label in "[aA%:0-9 .+/]{0,12}",
        rest in "(&(issuer|digits|period|counter|algorithm|secret)=[A%0-9SH+]{0,6}){0,4}",
    ) {
        let text = format!("otpauth://totp/{label}?secret={SECRET}{rest}");
        if parse(&text).is_ok() {
            let _text = reread(&text);
        }
    }
}
