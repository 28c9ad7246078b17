use std::borrow::Cow;
use std::collections::HashSet;

/// The names of one object so far.
///
/// Few names are compared with each other. Many are hashed, with keys of the process, so that a
/// sender cannot make them collide.
pub(super) struct Names<'t> {
    /// Where the names of this object begin in the list that all open objects share.
    start: usize,
    /// A bit for every kind of name read so far: where it is not set, the name is new.
    seen: u64,
    many: Option<HashSet<Cow<'t, str>>>,
}

/// More names than this are hashed.
const FEW: usize = 32;

impl<'t> Names<'t> {
    pub(super) const fn new(start: usize) -> Self {
        Self { start, seen: 0, many: None }
    }

    /// Adds a name; returns whether it is new.
    #[inline]
    pub(super) fn add(&mut self, name: Cow<'t, str>, shared: &mut Vec<Cow<'t, str>>) -> bool {
        let kind = kind(&name);
        let maybe_known = self.seen & kind != 0;
        self.seen |= kind;
        if self.many.is_some() || shared.len() >= self.start.saturating_add(FEW) {
            return self.add_to_many(name, shared);
        }
        if maybe_known && shared.get(self.start..).is_some_and(|names| names.contains(&name)) {
            return false;
        }
        shared.push(name);
        true
    }

    #[inline(never)]
    fn add_to_many(&mut self, name: Cow<'t, str>, shared: &mut Vec<Cow<'t, str>>) -> bool {
        let start = self.start.min(shared.len());
        self.many.get_or_insert_with(|| shared.drain(start..).collect()).insert(name)
    }
}

/// One bit of 64: equal names have the same.
#[inline]
fn kind(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let [first, last] =
        [bytes.first(), bytes.last()].map(|byte| u32::from(byte.copied().unwrap_or_default()));
    let len = u32::try_from(bytes.len()).unwrap_or_default();
    // The shift takes the number modulo 64.
    1_u64.wrapping_shl(first.wrapping_mul(7) ^ last.wrapping_mul(29) ^ len.wrapping_mul(3))
}
