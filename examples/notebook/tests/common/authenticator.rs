//! An authenticator of our own (RFC 6238), so that the notebook is not checked by its own code.

use core::time::Duration;
use std::thread::sleep;

use bartizan::core::{Clock as _, SystemClock};
use ring::hmac;

use super::common::{Browser, PASSWORD};

#[derive(Debug)]
pub(crate) struct Authenticator {
    key: hmac::Key,
    pub(crate) recovery_codes: Vec<String>,
}

/// Waits until a time step has begun that has ten seconds left.
pub(crate) fn settle() {
    let second = SystemClock::new().now().as_secs() % 30;
    if second > 20 {
        sleep(Duration::from_secs(31 - second));
    }
}

impl Authenticator {
    /// Enrols with the code of the previous step, so that the current one is still good.
    pub(crate) fn enrol(browser: &mut Browser) -> Self {
        let answer = browser.post("/security/authenticator", &[("password", PASSWORD)]);
        answer.leads_to("/security/authenticator");
        let page = browser.get("/security/authenticator");
        let secret = page.between("id=\"totp-secret\">", "<").unwrap();
        assert!(page.body.contains("<svg"), "there is a QR code");
        assert!(!page.body.contains("style="), "the policy forbids it");
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &base32(secret));
        let mut authenticator = Self { key, recovery_codes: Vec::new() };

        settle();
        let code = authenticator.code(1);
        let page = browser.post("/security/authenticator/confirm", &[("code", &code)]);
        assert_eq!(page.status, 200, "{}", page.body);
        let codes = page.body.split("<li><code>").skip(1);
        let codes = codes.map(|rest| rest.split('<').next().unwrap().to_owned());
        authenticator.recovery_codes = codes.collect();
        assert_eq!(authenticator.recovery_codes.len(), 10);
        let _page = browser.get("/security");
        authenticator
    }

    /// The code of the current step, or of one some steps back; ahead when it is negative.
    pub(crate) fn code(&self, steps_back: i64) -> String {
        let step = (SystemClock::new().now().as_secs() / 30).saturating_add_signed(-steps_back);
        let tag = hmac::sign(&self.key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[19] & 15);
        let word = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap());
        format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
    }
}

fn base32(text: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letters = text.bytes().filter(|byte| *byte != b' ');
    let bits: Vec<_> = letters
        .map(|byte| alphabet.iter().position(|letter| *letter == byte).unwrap())
        .flat_map(|value| (0..5).rev().map(move |bit| value >> bit & 1))
        .collect();
    bits.chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::try_from(*bit).unwrap()))
        .collect()
}
