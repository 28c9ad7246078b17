//! Clean HTML becomes text that holds every letter of it, within bounds; so does an excerpt, of the
//! length that was asked for.

#![no_main]

use bartizan_html::{Policy, Sanitizer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (max_chars, html) = (usize::from(input.0), input.1);
    let Ok(clean) = Sanitizer::new(Policy::comment()).clean(html) else { return };
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
    let text = clean.to_text();
    assert!(text.len() / 3 <= clean.as_str().len());
    let whole = clean.excerpt(usize::MAX);
    assert_eq!(letters(&text), letters(&whole));
    assert!(clean.to_text_with_links().len() >= text.len());

    let excerpt = clean.excerpt(max_chars);
    assert!(excerpt.chars().count() <= max_chars);
    assert!(!excerpt.contains('\n'));
    if whole.chars().count() <= max_chars {
        assert_eq!(excerpt, whole);
    } else if let Some(head) = excerpt.strip_suffix('…') {
        assert!(whole.starts_with(head));
    } else {
        assert_eq!(max_chars, 0);
    }
});
