use super::text::Text;

/// A stack of names, which for common texts needs no memory of the heap.
pub(super) struct Names<'t> {
    first: [Option<Text<'t>>; INLINE],
    more: Vec<Text<'t>>,
    len: usize,
}

const INLINE: usize = 16;

impl<'t> Names<'t> {
    pub(super) const fn new() -> Self {
        Self { first: [None; INLINE], more: Vec::new(), len: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn push(&mut self, name: Text<'t>) {
        match self.first.get_mut(self.len) {
            Some(slot) => *slot = Some(name),
            None => self.more.push(name),
        }
        self.len = self.len.saturating_add(1);
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
        self.more.truncate(len.saturating_sub(INLINE));
    }

    /// Returns whether one of the names from `start` on is `name`.
    pub(super) fn contains(&self, start: usize, name: Text<'t>) -> bool {
        let inline = self.first.get(start..self.len.min(INLINE)).unwrap_or_default();
        let more = self.more.get(start.saturating_sub(INLINE)..).unwrap_or_default();
        inline.iter().flatten().chain(more).any(|other| other.same(name))
    }
}
