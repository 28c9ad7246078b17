//! Bytes spliced into an otpauth URI: whatever is read has bounded fields, is written in one spelling
//! that is read as the same, and is drawn as a QR code; nothing of it is shown.

#![no_main]

use bartizan_core::{SecretString, UnixTime};
use bartizan_otp::{Enrolment, OtpauthUri};
use libfuzzer_sys::fuzz_target;

const GENUINE: &str = "otpauth://totp/ACME%20Co:alice%40example.org\
                       ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ACME%20Co\
                       &algorithm=SHA1&digits=6&period=30&counter=7";

fuzz_target!(|input: (u8, u8, &str)| {
    let (at, removed, spliced) = input;
    let start = usize::from(at) % (GENUINE.len() + 1);
    let end = (start + usize::from(removed)).min(GENUINE.len());
    let text = SecretString::from([&GENUINE[..start], spliced, &GENUINE[end..]].concat());

    let Ok(read) = OtpauthUri::parse(&text) else { return };
    assert!((16..=64).contains(&read.secret().expose().len()));
    assert!(
        (1..=128).contains(&read.account().len()) && !read.account().contains([':', '\0', '\n'])
    );
    assert!(read.issuer().is_none_or(|issuer| (1..=64).contains(&issuer.len())));

    let written = read.to_text();
    assert!(written.expose().len() <= 1_024 && written.expose().is_ascii());
    let again = OtpauthUri::parse(&written).expect("what is written is read");
    assert_eq!(again.to_text().expose(), written.expose());
    assert_eq!(again.secret().expose(), read.secret().expose());
    assert_eq!(
        (again.kind(), again.issuer(), again.account()),
        (read.kind(), read.issuer(), read.account())
    );
    assert_eq!((again.algorithm(), again.digits()), (read.algorithm(), read.digits()));
    assert!(!format!("{read:?}").contains(read.account()) || read.account().len() < 12);

    // Drawing takes a hundred times as long as all the rest.
    if removed == 0
        && let Some(issuer) = again.issuer()
    {
        let (issuer, account) = (issuer.to_owned(), again.account().to_owned());
        let enrolment = Enrolment::resume(&issuer, &account, again.into_secret(), UnixTime::EPOCH);
        let enrolment = enrolment.expect("names that are read can be enrolled");
        assert!(enrolment.qr_svg().expose().ends_with("</svg>"));
    }
});
