//! Whatever is a file name or a relative path is the one spelling of itself, and stays below the
//! folder that it is joined to; so does what is left when it is decoded once too often.

#![no_main]

use std::path::{Component, Path};

use bartizan_validate::{Canonical, FileName, RelativePath};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(name) = text.parse::<FileName>() {
        assert_eq!(name.as_str().parse::<FileName>().as_ref(), Ok(&name));
        assert_eq!(name.join_under(Path::new(ROOT)).parent(), Some(Path::new(ROOT)));
        assert!(name.as_str().len() <= FileName::MAX_OCTETS);
        let path = name.as_str().parse::<RelativePath>().expect("a path of one name");
        assert_eq!(path.as_str(), name.as_str());
        stays_inside(name.as_str());
    }
    if let Ok(path) = text.parse::<RelativePath>() {
        assert_eq!(path.as_str().parse::<RelativePath>().as_ref(), Ok(&path));
        assert!(path.as_str().len() <= RelativePath::MAX_OCTETS);
        assert!(path.names().all(|name| name.parse::<FileName>().is_ok()));
        assert_eq!(path.join_under(Path::new(ROOT)), Path::new(ROOT).join(path.as_str()));
        stays_inside(path.as_str());
        if let Ok(decoded) = Canonical::decode_once(path.as_str()) {
            assert_eq!(decoded.as_str(), path.as_str());
        }
    }
});

const ROOT: &str = "/srv/files";

/// Under this system, and when backslashes separate, too.
fn stays_inside(text: &str) {
    assert!(!text.contains(['\\', ':', '\0']));
    let parts = Path::new(text).components();
    assert!(parts.into_iter().all(|part| matches!(part, Component::Normal(_))));
    assert!(text.split('/').all(|name| !name.trim_end_matches(['.', ' ']).is_empty()));
}
