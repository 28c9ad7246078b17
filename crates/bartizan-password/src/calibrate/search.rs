//! Which rung takes the wanted time.

use bartizan_argon2::Kernel;

use super::ladder::{FLOOR, ladder};
use super::{Calibrated, Calibration, Measurement};
use crate::argon2id::NoTag;
use crate::error::HashError;
use crate::params::{Argon2Params, Cost};

/// Hashes once, and returns how many microseconds it took.
pub(super) type Measure<'a> = dyn FnMut(&Cost) -> Result<u64, NoTag> + 'a;

impl Calibration {
    pub(super) const fn floor(&self) -> Cost {
        Cost { lanes: self.lanes, ..FLOOR }
    }

    /// Closes in between a rung that is within the target and one that is not. Where to look next
    /// is told by the work per time of the last measurement.
    pub(super) fn search(
        &self,
        kernel: Kernel,
        measure: &mut Measure<'_>,
    ) -> Result<Calibrated, HashError> {
        let rungs = ladder(self.max_memory_kib, self.lanes);
        let target_us = target_us(self.target_ms);
        let mut stopwatch = Stopwatch { measure, left_us: BUDGET_US };
        let mut measurements = vec![stopwatch.floor(&self.floor())?];
        // The rungs below `good` are within the target, those from `end` on are not.
        let (mut good, mut chosen, mut end) = (0, measurements.first().copied(), rungs.len());

        while let Some(last) = measurements.last().copied() {
            let fits = rungs.partition_point(|rung| last.predict_us(rung) <= target_us);
            let next = fits.saturating_sub(1).min(end.saturating_sub(1));
            if next <= good {
                break;
            }
            let Some(rung) = rungs.get(next) else { break };
            let Some(measured) = stopwatch.rung(rung, last.predict_us(rung))? else { break };
            measurements.push(measured);
            if measured.time_us <= target_us {
                (good, chosen) = (next, Some(measured));
            } else {
                end = next;
            }
        }
        let chosen = chosen.ok_or(HashError::OutOfMemory)?;
        let is_highest_rung = good.saturating_add(1) == rungs.len();
        Ok(Calibrated { target_ms: self.target_ms, kernel, chosen, is_highest_rung, measurements })
    }
}

pub(super) fn target_us(target_ms: u32) -> u64 {
    u64::from(target_ms).saturating_mul(1_000)
}

impl Measurement {
    /// The time of `rung` if it were proportional to the work.
    fn predict_us(&self, rung: &Cost) -> u64 {
        let work = self.params.cost().total_kib();
        self.time_us.saturating_mul(rung.total_kib()).checked_div(work).unwrap_or(u64::MAX)
    }
}

struct Stopwatch<'a, 'b> {
    measure: &'a mut Measure<'b>,
    left_us: u64,
}

impl Stopwatch<'_, '_> {
    /// Nothing is known of the machine yet, so one hash must do if there is not the time for more.
    fn floor(&mut self, rung: &Cost) -> Result<Measurement, HashError> {
        let first_us = self.hash(rung)?;
        match self.rung(rung, first_us)? {
            Some(measured) => Ok(measured),
            None => measurement(rung, &mut [first_us]),
        }
    }

    /// Returns nothing when there is not the time for so many that a quarter of them says something.
    fn rung(&mut self, rung: &Cost, predicted_us: u64) -> Result<Option<Measurement>, HashError> {
        let wanted = SPENT_PER_RUNG_US.checked_div(predicted_us).unwrap_or(MOST_HASHES);
        let wanted = wanted.clamp(LEAST_HASHES, MOST_HASHES);
        if predicted_us.saturating_mul(LEAST_HASHES) > self.left_us {
            return Ok(None);
        }
        let mut times_us = Vec::new();
        let mut expected_us = predicted_us;
        while u64::try_from(times_us.len()).is_ok_and(|hashes| hashes < wanted)
            && expected_us <= self.left_us
        {
            let took_us = self.hash(rung)?;
            times_us.push(took_us);
            expected_us = expected_us.max(took_us);
        }
        if u64::try_from(times_us.len()).is_ok_and(|hashes| hashes < LEAST_HASHES) {
            return Ok(None);
        }
        measurement(rung, &mut times_us).map(Some)
    }

    fn hash(&mut self, rung: &Cost) -> Result<u64, HashError> {
        let time_us = (self.measure)(rung)?;
        self.left_us = self.left_us.saturating_sub(time_us);
        Ok(time_us)
    }
}

/// Takes the lower quartile. Other work on the machine only ever adds to a time, and the median moves
/// with it; the quickest alone may be an accident.
fn measurement(rung: &Cost, times_us: &mut [u64]) -> Result<Measurement, HashError> {
    times_us.sort_unstable();
    let params = Argon2Params::builder()
        .memory_kib(rung.memory_kib)
        .passes(rung.passes)
        .lanes(rung.lanes)
        .build();
    // Every rung is at or above the floors and has a time.
    let (Ok(params), Some(quartile_us)) = (params, times_us.get(times_us.len() / 4)) else {
        return Err(HashError::OutOfMemory);
    };
    let hashes = u32::try_from(times_us.len()).unwrap_or(u32::MAX);
    Ok(Measurement { params, hashes, time_us: *quartile_us })
}

/// What all hashes together may take. Taking and wiping memory comes on top.
const BUDGET_US: u64 = 8_000_000;
const SPENT_PER_RUNG_US: u64 = 500_000;
const LEAST_HASHES: u64 = 5;
const MOST_HASHES: u64 = 21;
