//! Which letters of an international name are shown.

use unicode_security::{RestrictionLevel, RestrictionLevelDetection as _, skeleton};

/// Shows each label of a host in its own letters, or in ASCII where those could deceive.
pub(super) fn host(ascii: &str) -> String {
    let mut shown = String::with_capacity(ascii.len());
    for (index, label) in ascii.split('.').enumerate() {
        if index > 0 {
            shown.push('.');
        }
        match label.strip_prefix("xn--") {
            None => shown.push_str(label),
            Some(_) => shown.push_str(&of_label(label)),
        }
    }
    shown
}

fn of_label(ascii: &str) -> String {
    let (unicode, result) = idna::domain_to_unicode(ascii);
    if result.is_ok() && !deceives(&unicode) { unicode } else { ascii.to_owned() }
}

fn deceives(label: &str) -> bool {
    !label.check_restriction_level(RestrictionLevel::HighlyRestrictive)
        || skeleton(label).all(|c| c.is_ascii())
}
