//! How long this thread has worked.

use core::time::Duration;
use std::time::Instant;

/// Measures from a moment on, by two clocks.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    start: Instant,
    processor_start: Option<Duration>,
}

impl Effort {
    pub(crate) fn start() -> Self {
        Self { start: Instant::now(), processor_start: processor_time() }
    }

    /// What a clock on the wall shows.
    pub(crate) fn took(&self) -> Duration {
        self.start.elapsed()
    }

    /// Without the time in which the system let others run, where it says so. Of two threads that
    /// worked as long by this measure neither was done sooner but by chance.
    pub(crate) fn worked(&self) -> Duration {
        match (self.processor_start, processor_time()) {
            (Some(start), Some(now)) => now.saturating_sub(start),
            _ => self.took(),
        }
    }
}

#[cfg(target_os = "linux")]
fn processor_time() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};

    let time = clock_gettime(ClockId::ThreadCPUTime);
    Some(Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?))
}

#[cfg(not(target_os = "linux"))]
const fn processor_time() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn sleep_is_no_work() {
        let effort = Effort::start();
        thread::sleep(Duration::from_millis(100));
        assert!(effort.took() >= Duration::from_millis(100));
        if cfg!(target_os = "linux") {
            assert!(effort.worked() < Duration::from_millis(100));
        }
        while effort.worked() < Duration::from_millis(1) {}
    }
}
