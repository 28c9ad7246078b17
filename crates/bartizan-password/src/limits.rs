//! How much work a stored hash may ask for.

use crate::error::{ConfigError, StoredHashError};
use crate::params::Cost;

/// What a stored hash may cost, checked when it is read and before any work.
///
/// A stored hash names its own parameters, so whoever can write the user table, by an injection or
/// an import, could otherwise make one login take gigabytes or seconds. The default admits
/// 262,144 KiB, 10 passes, 16 lanes, and 786,432 KiB over all passes (libsodium's "moderate"):
/// some tenths of a second.
///
/// ```
/// use bartizan_password::{StoredHash, StoredHashError, StoredLimits};
///
/// let hostile = "$argon2id$v=19$m=1048576,t=3,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
/// assert_eq!(hostile.parse::<StoredHash>().err(), Some(StoredHashError::TooCostly));
///
/// let generous = StoredLimits::builder().memory_kib(1_048_576).cost_kib(3_145_728).build()?;
/// assert!(StoredHash::parse(hostile, &generous).is_ok());
/// # Ok::<(), bartizan_password::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredLimits {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    cost_kib: u64,
}

impl StoredLimits {
    const DEFAULT: Self =
        Self { memory_kib: 262_144, passes: 10, lanes: 16, cost_kib: 3 * 262_144 };

    /// Starts from the default limits.
    pub const fn builder() -> StoredLimitsBuilder {
        StoredLimitsBuilder(Self::DEFAULT)
    }

    /// Returns the most memory in KiB.
    #[must_use]
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Returns the largest number of passes.
    #[must_use]
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Returns the largest number of lanes.
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }

    /// Returns the largest product of memory and passes, in KiB.
    #[must_use]
    pub const fn cost_kib(&self) -> u64 {
        self.cost_kib
    }

    /// The same, but no more memory than `kib`.
    pub(crate) fn within_kib(self, kib: u32) -> Self {
        Self { memory_kib: self.memory_kib.min(kib), ..self }
    }

    pub(crate) fn admit(&self, cost: &Cost) -> Result<(), StoredHashError> {
        let admitted = cost.memory_kib <= self.memory_kib
            && cost.passes <= self.passes
            && cost.lanes <= self.lanes
            && cost.total_kib() <= self.cost_kib;
        if admitted { Ok(()) } else { Err(StoredHashError::TooCostly) }
    }
}

impl Default for StoredLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Sets up [`StoredLimits`], whose example shows it.
#[derive(Clone, Copy, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct StoredLimitsBuilder(StoredLimits);

impl StoredLimitsBuilder {
    /// Sets the most memory in KiB. Default: 262,144.
    pub const fn memory_kib(mut self, kib: u32) -> Self {
        self.0.memory_kib = kib;
        self
    }

    /// Sets the largest number of passes. Default: 10.
    pub const fn passes(mut self, passes: u32) -> Self {
        self.0.passes = passes;
        self
    }

    /// Sets the largest number of lanes. Default: 16.
    pub const fn lanes(mut self, lanes: u32) -> Self {
        self.0.lanes = lanes;
        self
    }

    /// Sets the largest product of memory and passes, in KiB. Default: 786,432.
    pub const fn cost_kib(mut self, kib: u64) -> Self {
        self.0.cost_kib = kib;
        self
    }

    /// Checks the limits: each has a ceiling of its own, so that none can be set to infinity.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::MemoryTooHigh`]: more than 1 GiB.
    /// - [`ConfigError::PassesOutOfRange`]: not 1 to 64 passes.
    /// - [`ConfigError::LanesOutOfRange`]: not 1 to 64 lanes.
    /// - [`ConfigError::CostTooHigh`]: more than 4 GiB over all passes.
    pub fn build(self) -> Result<StoredLimits, ConfigError> {
        let StoredLimits { memory_kib, passes, lanes, cost_kib } = self.0;
        // The product of the limits may be higher than the ceiling: the limit on it is separate.
        bounded(memory_kib, passes, lanes)?;
        bounded_cost(cost_kib)?;
        Ok(self.0)
    }
}

/// What nobody can configure away.
pub(crate) fn within_ceilings(cost: &Cost) -> Result<(), ConfigError> {
    bounded(cost.memory_kib, cost.passes, cost.lanes)?;
    bounded_cost(cost.total_kib())
}

const fn bounded(memory_kib: u32, passes: u32, lanes: u32) -> Result<(), ConfigError> {
    if memory_kib > CEILING_MEMORY_KIB {
        return Err(ConfigError::MemoryTooHigh { max_kib: CEILING_MEMORY_KIB });
    }
    if passes == 0 || passes > CEILING_PASSES {
        return Err(ConfigError::PassesOutOfRange { max: CEILING_PASSES });
    }
    if lanes == 0 || lanes > CEILING_LANES {
        return Err(ConfigError::LanesOutOfRange { max: CEILING_LANES });
    }
    Ok(())
}

const fn bounded_cost(kib: u64) -> Result<(), ConfigError> {
    if kib > CEILING_COST_KIB {
        return Err(ConfigError::CostTooHigh { max_kib: CEILING_COST_KIB });
    }
    Ok(())
}

/// 1 GiB.
const CEILING_MEMORY_KIB: u32 = 1 << 20;
const CEILING_PASSES: u32 = 64;
const CEILING_LANES: u32 = 64;
/// 1 GiB filled four times: libsodium's "sensitive", some seconds.
const CEILING_COST_KIB: u64 = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_checked_on_its_own() {
        let limits = StoredLimits::builder()
            .memory_kib(1_000)
            .passes(5)
            .lanes(2)
            .cost_kib(2_000)
            .build()
            .unwrap();
        let admits =
            |memory_kib, passes, lanes| limits.admit(&Cost { memory_kib, passes, lanes }).is_ok();
        assert!(admits(1_000, 2, 2) && admits(400, 5, 1));
        assert!(!admits(1_001, 1, 1));
        assert!(!admits(100, 6, 1));
        assert!(!admits(100, 1, 3));
        assert!(!admits(1_000, 3, 1), "the product");
        assert!(!admits(u32::MAX, u32::MAX, u32::MAX));
    }

    #[test]
    fn no_limit_can_be_set_to_infinity() {
        let builder = StoredLimits::builder();
        assert!(builder.memory_kib(u32::MAX).build().is_err());
        assert!(builder.passes(u32::MAX).build().is_err());
        assert!(builder.lanes(u32::MAX).build().is_err());
        assert!(builder.cost_kib(u64::MAX).build().is_err());
        assert!(builder.passes(0).build().is_err());
    }
}
