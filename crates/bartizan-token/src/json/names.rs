/// A stack of names, as its owner knows them, which for common texts needs no memory of the heap.
pub(super) struct Names<N> {
    first: [Option<N>; INLINE],
    more: Vec<N>,
    len: usize,
}

const INLINE: usize = 16;

impl<N: Copy> Names<N> {
    pub(super) const fn new() -> Self {
        Self { first: [None; INLINE], more: Vec::new(), len: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn push(&mut self, name: N) {
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

    /// Returns whether one of the names from `start` on is as `is_it` says.
    pub(super) fn any(&self, start: usize, mut is_it: impl FnMut(N) -> bool) -> bool {
        let inline = self.first.get(start..self.len.min(INLINE)).unwrap_or_default();
        let more = self.more.get(start.saturating_sub(INLINE)..).unwrap_or_default();
        inline.iter().flatten().chain(more).any(|other| is_it(*other))
    }
}
