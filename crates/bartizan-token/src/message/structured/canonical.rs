use super::{Bare, Reader, dictionary};

/// Writes a list, dictionary or item in its one canonical form.
///
/// Nobody says which of them a field is, and nobody needs to: what can be read as several of them
/// is written alike.
pub(in crate::message) fn canonical(value: &[u8]) -> Option<String> {
    as_list(value).or_else(|| as_dictionary(value))
}

fn as_list(value: &[u8]) -> Option<String> {
    let mut reader = Reader::new(value)?;
    let mut out = String::with_capacity(value.len());
    loop {
        reader.copy_value(&mut out)?;
        if !reader.next_member()? {
            return Some(out);
        }
        out.push_str(", ");
    }
}

fn as_dictionary(value: &[u8]) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    dictionary(value, |key, reader| {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(key);
        if reader.eat('=') {
            let start = out.len();
            out.push('=');
            reader.copy_value(&mut out)?;
            // A member that is true is its key alone, and its parameters.
            if out.get(start..)?.starts_with("=?1") {
                out.replace_range(start..start.checked_add(3)?, "");
            }
            Some(())
        } else {
            reader.copy_parameters(&mut out)
        }
    })?;
    Some(out)
}

/// Returns a member of a dictionary in its one canonical form.
pub(in crate::message) fn dictionary_member(value: &[u8], wanted: &str) -> Option<String> {
    let mut found = None;
    dictionary(value, |key, reader| {
        let mut out = String::new();
        if reader.eat('=') {
            reader.copy_value(&mut out)?;
        } else {
            Bare::Boolean(true).write(&mut out);
            reader.copy_parameters(&mut out)?;
        }
        if key == wanted {
            found = Some(out);
        }
        Some(())
    })?;
    found
}
