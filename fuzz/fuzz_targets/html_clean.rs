//! Whatever comes out of the sanitizer comes out of it again unchanged, and holds no tag that the
//! policy does not allow.

#![no_main]

use bartizan_html::{Policy, Sanitizer};
use libfuzzer_sys::fuzz_target;

const COMMENT: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "u",
    "ul",
];

fuzz_target!(|html: &str| {
    for (policy, allowed) in [(Policy::plain_text(), &[][..]), (Policy::comment(), COMMENT)] {
        let sanitizer = Sanitizer::new(policy);
        let Ok(clean) = sanitizer.clean(html) else {
            continue;
        };
        assert_eq!(sanitizer.clean(clean.as_str()).as_ref(), Ok(&clean));

        for tag in clean.as_str().split('<').skip(1) {
            let tag = tag.strip_prefix('/').unwrap_or(tag);
            let name = tag.split(['>', ' ']).next().expect("there is always a first part");
            assert!(allowed.contains(&name), "{name}");
        }
    }
});
