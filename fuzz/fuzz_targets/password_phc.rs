//! A text is refused as a stored hash, or printed again byte for byte and within the limits.

#![no_main]

use bartizan_password::{PasswordHash, StoredLimits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let limits = StoredLimits::default();
    let Ok(stored) = PasswordHash::parse(text, &limits) else {
        return;
    };
    assert_eq!(stored.as_str(), text);
    assert!(text.len() <= 512);

    assert!((1..=limits.lanes()).contains(&stored.lanes()));
    assert!((1..=limits.passes()).contains(&stored.passes()));
    assert!((8 * stored.lanes()..=limits.memory_kib()).contains(&stored.memory_kib()));
    let cost_kib = u64::from(stored.memory_kib()) * u64::from(stored.passes());
    assert!(cost_kib <= limits.cost_kib());
});
