//! How much work a hash may be on this machine.

use core::fmt;
use std::time::Instant;

use bartizan_argon2::Kernel;

use crate::argon2id::Arena;
use crate::error::{ConfigError, HashError};
use crate::limits::StoredLimits;
use crate::params::{Argon2Params, Cost};
use crate::phc::Phc;

mod ladder;
mod search;

/// Finds the Argon2 parameters that take a wanted time on this machine.
///
/// It hashes a constant in memory that is taken once and reused, as a
/// [`HashPool`](crate::HashPool) does, and climbs a fixed ladder of parameters: from the cheapest
/// that [OWASP ASVS 5.0, appendix C] allows, in steps of a tenth more work at most; memory first,
/// more passes when there is no more memory ([RFC 9106, section 4]). It takes the highest rung that
/// is within the target. The time of a rung is the lower quartile of at least five hashes, since
/// other work on the machine only ever adds to a time. So runs agree within 25 %, unless the
/// machine is busy throughout: then the hashes are slower, and the parameters weaker.
///
/// All hashes together take less than 10 seconds, usually about two. Run it when a machine is set
/// up, not at each start: what is found belongs in the configuration.
///
/// ```
/// use bartizan_password::{Calibration, PasswordHasher};
///
/// let found = Calibration::builder().target_ms(5).max_memory_kib(32_768).build()?.run()?;
/// println!("{found}");
///
/// let hasher = PasswordHasher::builder().params(*found.params()).build()?;
/// assert!(hasher.params().memory_kib() <= 32_768);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [OWASP ASVS 5.0, appendix C]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x92-Appendix-C_Cryptography.md
/// [RFC 9106, section 4]: https://www.rfc-editor.org/rfc/rfc9106#section-4
#[derive(Clone, Copy, Debug)]
pub struct Calibration {
    target_ms: u32,
    max_memory_kib: u32,
    lanes: u32,
}

impl Calibration {
    /// Starts from a target of 50 ms, at most 65,536 KiB, one lane.
    pub const fn builder() -> CalibrationBuilder {
        CalibrationBuilder(Self { target_ms: 50, max_memory_kib: 65_536, lanes: 1 })
    }

    /// Measures, which takes some seconds and one core.
    ///
    /// # Errors
    ///
    /// [`HashError::OutOfMemory`]: the machine does not have the memory that was allowed.
    pub fn run(&self) -> Result<Calibrated, HashError> {
        let kernel = Kernel::detect();
        let mut arena = (self.floor(), Arena::for_cost(kernel, &self.floor()));
        self.search(kernel, &mut |cost: &Cost| {
            if arena.0 != *cost {
                arena = (*cost, Arena::for_cost(kernel, cost));
            }
            let phc = Phc::new(*cost, &[7; 16], false);
            let start = Instant::now();
            let _ = phc.tag(b"a password of usual length", &[], 32, &mut arena.1)?;
            let elapsed_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
            // Off the clock, as in a pool.
            arena.1.wipe();
            Ok(elapsed_us)
        })
    }
}

/// Sets up a [`Calibration`], whose example shows it.
#[derive(Clone, Copy, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct CalibrationBuilder(Calibration);

impl CalibrationBuilder {
    /// Sets how long a hash may take, in milliseconds. Default: 50.
    pub const fn target_ms(mut self, ms: u32) -> Self {
        self.0.target_ms = ms;
        self
    }

    /// Sets how much memory a hash may take, in KiB. Default: 65,536. A pool needs it once for each
    /// worker. Below 24,576 the steps are larger, up to a third: one pass more.
    pub const fn max_memory_kib(mut self, kib: u32) -> Self {
        self.0.max_memory_kib = kib;
        self
    }

    /// Sets the number of lanes. Default: 1. They are filled one after the other, so more of them
    /// do not make a hash quicker.
    pub const fn lanes(mut self, lanes: u32) -> Self {
        self.0.lanes = lanes;
        self
    }

    /// Checks the settings. What is found is always within the default [`StoredLimits`].
    ///
    /// # Errors
    ///
    /// - [`ConfigError::TargetOutOfRange`]: not 1 to 500 ms.
    /// - [`ConfigError::MemoryTooLow`]: fewer than 12,288 KiB, the lowest floor.
    /// - [`ConfigError::MemoryTooHigh`]: more than the default limit of stored hashes.
    /// - [`ConfigError::LanesOutOfRange`]: no lanes, or more than that limit.
    pub fn build(self) -> Result<Calibration, ConfigError> {
        let limits = StoredLimits::default();
        let Calibration { target_ms, max_memory_kib, lanes } = self.0;
        if target_ms == 0 || target_ms > MAX_TARGET_MS {
            return Err(ConfigError::TargetOutOfRange { max_ms: MAX_TARGET_MS });
        }
        if max_memory_kib < ladder::FLOOR.memory_kib {
            return Err(ConfigError::MemoryTooLow { min_kib: ladder::FLOOR.memory_kib });
        }
        if max_memory_kib > limits.memory_kib() {
            return Err(ConfigError::MemoryTooHigh { max_kib: limits.memory_kib() });
        }
        if lanes == 0 || lanes > limits.lanes() {
            return Err(ConfigError::LanesOutOfRange { max: limits.lanes() });
        }
        Ok(self.0)
    }
}

/// What a [`Calibration`] found, and what it measured. [`Display`](fmt::Display) makes a table.
#[derive(Clone, Debug)]
pub struct Calibrated {
    target_ms: u32,
    kernel: Kernel,
    chosen: Measurement,
    is_highest_rung: bool,
    measurements: Vec<Measurement>,
}

impl Calibrated {
    /// Returns the parameters: never below the floors, also where those take longer than wanted.
    #[must_use]
    pub const fn params(&self) -> &Argon2Params {
        &self.chosen.params
    }

    /// Returns the time of a hash with these parameters, in microseconds: that of an undisturbed
    /// one, the lower quartile of those measured.
    #[must_use]
    pub const fn time_us(&self) -> u64 {
        self.chosen.time_us
    }

    /// Returns whether that is within the target. It is not where even the floor takes longer.
    #[must_use]
    pub fn is_within_target(&self) -> bool {
        self.chosen.time_us <= search::target_us(self.target_ms)
    }

    /// Returns whether the ladder ends here, at the memory and the work that are allowed: then hashes
    /// could be stronger within the target.
    #[must_use]
    pub const fn is_highest_rung(&self) -> bool {
        self.is_highest_rung
    }

    /// Returns the code that filled the memory: the fastest that the processor has.
    #[must_use]
    pub const fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// Returns all that was measured, in order.
    #[must_use]
    pub fn measurements(&self) -> &[Measurement] {
        &self.measurements
    }
}

impl fmt::Display for Calibrated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "memory KiB  passes  lanes  hashes      ms")?;
        for measured in &self.measurements {
            let params = &measured.params;
            writeln!(
                f,
                "{:>10}  {:>6}  {:>5}  {:>6}  {:>6}{}",
                params.memory_kib(),
                params.passes(),
                params.lanes(),
                measured.hashes,
                Millis(measured.time_us),
                if *measured == self.chosen { "  <- chosen" } else { "" },
            )?;
        }
        write!(f, "target {} ms, kernel {:?}", self.target_ms, self.kernel)?;
        if !self.is_within_target() {
            f.write_str(": even the least work that is allowed takes longer")?;
        } else if self.is_highest_rung {
            f.write_str(": the ladder ends there")?;
        }
        Ok(())
    }
}

/// The time that one set of parameters took. See [`Calibrated::measurements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measurement {
    params: Argon2Params,
    hashes: u32,
    time_us: u64,
}

impl Measurement {
    /// Returns the parameters.
    #[must_use]
    pub const fn params(&self) -> &Argon2Params {
        &self.params
    }

    /// Returns how many hashes were measured.
    #[must_use]
    pub const fn hashes(&self) -> u32 {
        self.hashes
    }

    /// Returns the lower quartile of their times, in microseconds.
    #[must_use]
    pub const fn time_us(&self) -> u64 {
        self.time_us
    }
}

/// Microseconds, shown as milliseconds with one decimal.
struct Millis(u64);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0.saturating_add(50) / 100;
        f.pad(&format!("{}.{}", tenths / 10, tenths % 10))
    }
}

/// So that a handful of hashes at three or four rungs fit into the time.
const MAX_TARGET_MS: u32 = 500;

#[cfg(test)]
mod tests;
