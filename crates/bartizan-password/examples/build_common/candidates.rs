//! Which passwords go into the table.

use core::error::Error;
use std::collections::BTreeSet;

#[path = "long.rs"]
mod long;
#[path = "zxcvbn_lists.rs"]
mod zxcvbn_lists;

/// Returns all of them, sorted, in lower case: of the lists all that no policy finds too short, and
/// what [`long`] makes of their heads.
pub(crate) fn all() -> Result<BTreeSet<String>, Box<dyn Error>> {
    let lists = zxcvbn_lists::read()?;
    let long = long::candidates(&lists);
    let listed = lists.into_iter().flatten().filter(|entry| entry.chars().count() >= 8);
    Ok(listed.chain(long).map(|candidate| candidate.to_lowercase()).collect())
}
