//! Whatever is an email address is the one spelling of itself, bounded, and without a character
//! that means something in a mail header.

#![no_main]

use bartizan_validate::Email;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(email) = text.parse::<Email>() else {
        return;
    };
    assert_eq!(email.as_str().parse::<Email>().as_ref(), Ok(&email));
    assert_eq!(format!("{}@{}", email.local(), email.domain()), email.as_str());
    assert!(email.as_str().len() <= 254 && email.local().len() <= 64);
    assert!(email.domain().split('.').all(|label| (1..=63).contains(&label.len())));
    assert!(email.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(!email.as_str().contains(['<', '>', '"', ',', ';', ':', '\\', '(', ')', '[', ']']));
});
