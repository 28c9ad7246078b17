//! What comes out: the input as long as nothing changes, and a copy from then on.

/// Collects the outcome. Whatever is not skipped or replaced is taken over as it stands.
#[derive(Debug)]
pub(super) struct Output<'a> {
    html: &'a str,
    copy: String,
    /// Up to where the input is in `copy`, or replaced or skipped.
    taken: usize,
    changed: bool,
}

impl<'a> Output<'a> {
    pub(super) const fn new(html: &'a str) -> Self {
        Self { html, copy: String::new(), taken: 0, changed: false }
    }

    /// How long the outcome is when the input is taken over up to `at`.
    pub(super) fn length_at(&self, at: usize) -> usize {
        self.copy.len().saturating_add(at.saturating_sub(self.taken))
    }

    /// Puts `text` in the place of the input from `start` to `end`.
    pub(super) fn replace(&mut self, start: usize, end: usize, text: &str) {
        if !self.changed {
            self.changed = true;
            let more = self.html.len() / 8;
            self.copy.reserve(self.html.len().saturating_add(more).saturating_add(64));
        }
        self.copy.push_str(self.html.get(self.taken..start).unwrap_or_default());
        self.copy.push_str(text);
        self.taken = end;
    }

    pub(super) fn insert(&mut self, at: usize, text: &str) {
        self.replace(at, at, text);
    }

    pub(super) fn skip(&mut self, start: usize, end: usize) {
        self.replace(start, end, "");
    }

    /// The outcome, if it differs from the input.
    pub(super) fn finish(mut self) -> Option<String> {
        if !self.changed {
            return None;
        }
        self.copy.push_str(self.html.get(self.taken..).unwrap_or_default());
        Some(self.copy)
    }
}
