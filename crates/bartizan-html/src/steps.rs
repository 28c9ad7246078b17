//! Counts the work that hostile input causes, for tests: bytes and elements looked at.

#[cfg(test)]
thread_local! {
    static STEPS: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

/// Counts some steps, in tests alone.
#[inline]
pub(crate) fn count(steps: usize) {
    #[cfg(test)]
    STEPS.with(|counted| counted.set(counted.get().saturating_add(steps)));
    #[cfg(not(test))]
    let _ = steps;
}

/// Returns how many steps `work` takes.
#[cfg(test)]
pub(crate) fn of(work: impl FnOnce()) -> usize {
    STEPS.with(|counted| counted.set(0));
    work();
    STEPS.with(core::cell::Cell::get)
}
