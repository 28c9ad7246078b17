//! How much work a new hash is.

use crate::error::ConfigError;
use crate::limits;

/// The cost parameters of Argon2id, never below the floors of [OWASP ASVS 5.0, appendix C].
///
/// The floors are 47,104 KiB for one pass, 19,456 KiB for two, 12,288 KiB for three and more. The
/// names are those of [RFC 9106, section 3.1]: memory size `m`, passes `t`, lanes `p`.
///
/// ```
/// use bartizan_password::{Argon2Params, ConfigError};
///
/// let default = Argon2Params::default();
/// assert_eq!((default.memory_kib(), default.passes(), default.lanes()), (19_456, 2, 1));
///
/// let slower = Argon2Params::builder().memory_kib(65_536).passes(3).build()?;
/// assert_eq!(slower.memory_kib(), Argon2Params::RFC_9106_SECOND.memory_kib());
///
/// let weak = Argon2Params::builder().memory_kib(4_096).passes(3).build();
/// assert_eq!(weak, Err(ConfigError::MemoryTooLow { min_kib: 12_288 }));
/// # Ok::<(), ConfigError>(())
/// ```
///
/// [OWASP ASVS 5.0, appendix C]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x92-Appendix-C_Cryptography.md
/// [RFC 9106, section 3.1]: https://www.rfc-editor.org/rfc/rfc9106#section-3.1
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Params(Cost);

impl Argon2Params {
    /// 47,104 KiB, one pass, one lane: OWASP ASVS 5.0, appendix C, and OWASP's cheat sheet.
    pub const ASVS_ONE_PASS: Self = Self(Cost { memory_kib: 47_104, passes: 1, lanes: 1 });
    /// 19,456 KiB, two passes, one lane: OWASP ASVS 5.0, appendix C. The default.
    pub const ASVS_TWO_PASSES: Self = Self(Cost::DEFAULT);
    /// 12,288 KiB, three passes, one lane: OWASP ASVS 5.0, appendix C.
    pub const ASVS_THREE_PASSES: Self = Self(Cost { memory_kib: 12_288, passes: 3, lanes: 1 });
    /// 65,536 KiB, three passes, four lanes: [RFC 9106, section 4], the second choice. The first,
    /// of 2 GiB, is above what this crate ever takes.
    ///
    /// [RFC 9106, section 4]: https://www.rfc-editor.org/rfc/rfc9106#section-4
    pub const RFC_9106_SECOND: Self = Self(Cost { memory_kib: 65_536, passes: 3, lanes: 4 });
    /// 65,536 KiB, two passes, one lane: libsodium's "interactive".
    pub const LIBSODIUM_INTERACTIVE: Self = Self(Cost { memory_kib: 65_536, passes: 2, lanes: 1 });
    /// 262,144 KiB, three passes, one lane: libsodium's "moderate".
    pub const LIBSODIUM_MODERATE: Self = Self(Cost { memory_kib: 262_144, passes: 3, lanes: 1 });

    /// Starts from the default: 19,456 KiB, two passes, one lane.
    pub const fn builder() -> Argon2ParamsBuilder {
        Argon2ParamsBuilder(Cost::DEFAULT)
    }

    /// Returns the memory in KiB: `m`.
    #[must_use]
    pub const fn memory_kib(&self) -> u32 {
        self.0.memory_kib
    }

    /// Returns the number of passes over the memory: `t`.
    #[must_use]
    pub const fn passes(&self) -> u32 {
        self.0.passes
    }

    /// Returns the number of lanes: `p`.
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.0.lanes
    }

    pub(crate) const fn cost(&self) -> Cost {
        self.0
    }
}

impl Default for Argon2Params {
    fn default() -> Self {
        Self(Cost::DEFAULT)
    }
}

/// Sets up [`Argon2Params`], whose example shows it.
#[derive(Clone, Copy, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct Argon2ParamsBuilder(Cost);

impl Argon2ParamsBuilder {
    /// Sets the memory in KiB. Default: 19,456.
    pub const fn memory_kib(mut self, kib: u32) -> Self {
        self.0.memory_kib = kib;
        self
    }

    /// Sets the number of passes over the memory. Default: 2.
    pub const fn passes(mut self, passes: u32) -> Self {
        self.0.passes = passes;
        self
    }

    /// Sets the number of lanes. Default: 1. They are filled one after the other.
    pub const fn lanes(mut self, lanes: u32) -> Self {
        self.0.lanes = lanes;
        self
    }

    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::MemoryTooLow`]: below the floor for this number of passes.
    /// - [`ConfigError::MemoryTooHigh`]: more than 1 GiB.
    /// - [`ConfigError::PassesOutOfRange`]: not 1 to 64 passes.
    /// - [`ConfigError::LanesOutOfRange`]: not 1 to 64 lanes.
    /// - [`ConfigError::CostTooHigh`]: memory times passes is more than 4 GiB.
    pub fn build(self) -> Result<Argon2Params, ConfigError> {
        limits::within_ceilings(&self.0)?;
        if self.0.is_below_floor() {
            return Err(ConfigError::MemoryTooLow { min_kib: floor_kib(self.0.passes) });
        }
        Ok(Argon2Params(self.0))
    }
}

/// The three numbers of Argon2, for new hashes and for stored ones, which may be below the floors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

impl Cost {
    const DEFAULT: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };

    /// How many KiB are filled over all passes: what time is proportional to.
    pub(crate) fn total_kib(&self) -> u64 {
        u64::from(self.memory_kib).saturating_mul(u64::from(self.passes))
    }

    pub(crate) const fn is_below_floor(&self) -> bool {
        self.memory_kib < floor_kib(self.passes)
    }
}

/// ASVS 5.0, appendix C. The fewer the passes, the more memory.
const fn floor_kib(passes: u32) -> u32 {
    match passes {
        0 | 1 => 47_104,
        2 => 19_456,
        _ => 12_288,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// asvs: V11.4.2, the half that refuses to make weak hashes.
    #[test]
    fn parameters_below_a_floor_cannot_be_built() {
        for (passes, floor) in [(1, 47_104), (2, 19_456), (3, 12_288), (4, 12_288), (64, 12_288)] {
            let of = |kib| Argon2Params::builder().memory_kib(kib).passes(passes).build();
            assert_eq!(of(floor).unwrap().memory_kib(), floor);
            for weak in [0, 8, floor - 1] {
                assert_eq!(of(weak), Err(ConfigError::MemoryTooLow { min_kib: floor }));
            }
        }
    }

    #[test]
    fn every_preset_could_be_built_and_its_hashes_read_back() {
        for preset in [
            Argon2Params::ASVS_ONE_PASS,
            Argon2Params::ASVS_TWO_PASSES,
            Argon2Params::ASVS_THREE_PASSES,
            Argon2Params::RFC_9106_SECOND,
            Argon2Params::LIBSODIUM_INTERACTIVE,
            Argon2Params::LIBSODIUM_MODERATE,
        ] {
            let Cost { memory_kib, passes, lanes } = preset.cost();
            let built = Argon2Params::builder().memory_kib(memory_kib).passes(passes).lanes(lanes);
            assert_eq!(built.build(), Ok(preset));
            assert!(limits::StoredLimits::default().admit(&preset.cost()).is_ok());
        }
        assert_eq!(Argon2Params::default(), Argon2Params::ASVS_TWO_PASSES);
    }

    #[test]
    fn parameters_above_a_ceiling_cannot_be_built() {
        let builder = Argon2Params::builder();
        for passes in [0, 65, u32::MAX] {
            let refused = builder.passes(passes).build();
            assert_eq!(refused, Err(ConfigError::PassesOutOfRange { max: 64 }));
        }
        for lanes in [0, 65, u32::MAX] {
            let refused = builder.lanes(lanes).build();
            assert_eq!(refused, Err(ConfigError::LanesOutOfRange { max: 64 }));
        }
        for kib in [1_048_577, u32::MAX] {
            let refused = builder.memory_kib(kib).build();
            assert_eq!(refused, Err(ConfigError::MemoryTooHigh { max_kib: 1_048_576 }));
        }
        assert!(builder.memory_kib(1_048_576).passes(4).build().is_ok());
        let refused = builder.memory_kib(1_048_576).passes(5).build();
        assert_eq!(refused, Err(ConfigError::CostTooHigh { max_kib: 4_194_304 }));
    }
}
