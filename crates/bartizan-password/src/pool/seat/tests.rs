use core::cell::Cell;

use bartizan_argon2::Kernel;

use bartizan_core::SecretString;

use super::*;
use crate::argon2id::LAPS;
use crate::params::Argon2Params;

/// Runs slices of a hundred units on a clock of the test's own, which spins one unit at a time.
fn slices(target: u64, start: u64) -> (u64, u64) {
    let (clock, slices) = (Cell::new(start), Cell::new(0_u64));
    let left = || {
        clock.set(clock.get().saturating_add(1));
        Duration::from_nanos(target.saturating_sub(clock.get()))
    };
    let slice = || {
        clock.set(clock.get().saturating_add(99));
        slices.set(slices.get().saturating_add(1));
    };
    work_off(left, slice);
    (slices.get(), clock.get())
}

#[test]
fn work_goes_on_to_the_target_and_never_a_slice_beyond() {
    assert_eq!(slices(1_000, 0), (9, 1_000), "and 99 on the spot");
    assert_eq!(slices(1_000, 500), (4, 1_000));
    assert_eq!(slices(1_000, 949), (1, 1_050), "how long a slice is, one has to tell");
    for late in [999, 1_000, 5_000] {
        assert_eq!(slices(1_000, late), (0, late + 1));
    }
}

#[test]
fn a_smaller_hash_fits_the_arena() {
    let own = Argon2Params::default().cost();
    for (kib, memory_kib, passes) in
        [(0, 8, 1), (389, 389, 1), (19_456, 19_456, 1), (19_457, 9_728, 2), (38_912, 19_456, 2)]
    {
        assert_eq!(smaller(&own, kib), Cost { memory_kib, passes, lanes: 1 });
    }
}

const OWN_KIB: u32 = 4_096;

/// Where a hash of the pool's own cost took so long of late.
fn seat_on(kernel: Kernel, own_time: Duration, failed_check_at_least: Duration) -> Seat {
    let pace = Arc::new(Pace::default());
    pace.record(&[own_time.checked_div(u32::try_from(LAPS).unwrap()).unwrap(); LAPS]);
    let own_cost = Cost { memory_kib: OWN_KIB, passes: 1, lanes: 1 };
    Seat::new(SeatPlan { kernel, own_cost, pace, failed_check_at_least })
}

fn seat(own_time: Duration, failed_check_at_least: Duration) -> Seat {
    seat_on(Kernel::detect(), own_time, failed_check_at_least)
}

fn work(seat: &mut Seat, memory_kib: u32) {
    let cost = Cost { memory_kib, passes: 1, lanes: 1 };
    if cost == seat.plan.own_cost {
        let make = Make::of_password(&SecretString::from("password"), nobodys(cost));
        assert!(seat.make(make).is_ok());
    } else {
        assert!(seat.arena.tag(&nobodys(cost).input(&[], &[], TAG_BYTES)).is_ok());
    }
}

const LONG: Duration = Duration::from_secs(20);
const SOME: Duration = Duration::from_millis(50);

/// asvs: V6.3.8: after next to no work, a failed check fills the memory of a current hash for as long
/// as one took. Where it can't stop half-way, it is a hash.
#[test]
fn cheaper_work_is_topped_up_to_a_current_hash() {
    for kernel in Kernel::available() {
        let mut seat = seat_on(kernel, SOME, Duration::ZERO);
        seat.begin();
        seat.top_up();
        let filled_kib = seat.filled_kib();
        if kernel == Kernel::Portable {
            assert!((4_000..=u64::from(OWN_KIB)).contains(&filled_kib), "{filled_kib}");
        } else {
            assert!(filled_kib >= u64::from(OWN_KIB), "{kernel:?}: {filled_kib}");
            assert!(seat.effort.worked() >= SOME.mul_f32(0.9));
        }
        assert_eq!(seat.memory().size_kib(), 4_096);
        let pace = seat_on(kernel, LONG, Duration::ZERO).plan.pace;
        assert_eq!(pace.rest(LONG.saturating_sub(SOME)).of(400), 1, "parts are not hashes");
        assert!(!seat.memory().is_blank());
        seat.wipe();
        assert!(seat.memory().is_blank());
    }
}

/// asvs: V6.3.8: after Argon2 that costs less, it takes as long as a current hash took.
#[test]
fn cheaper_argon2_is_topped_up_by_the_clock() {
    let mut seat = seat(SOME, Duration::ZERO);
    if seat.plan.kernel == Kernel::Portable {
        return;
    }
    seat.begin();
    work(&mut seat, 16);
    seat.top_up();
    assert!(seat.effort.worked() >= SOME.mul_f32(0.9));
    assert!(seat.filled_kib() > u64::from(OWN_KIB), "more than a whole one, which is quicker");
}

/// What took half of the time is topped up to all of it, or by half of the work, and what took longer
/// not at all.
#[test]
fn dearer_work_is_topped_up_by_less() {
    for kernel in Kernel::available() {
        let mut seat = seat_on(kernel, SOME, Duration::ZERO);
        seat.begin();
        while seat.effort.worked() < SOME / 2 {}
        seat.top_up();
        if kernel == Kernel::Portable {
            assert!(seat.filled_kib() <= u64::from(OWN_KIB) / 2 + 1, "{kernel:?}");
        } else {
            assert!(seat.filled_kib() > 0 && seat.effort.worked() >= SOME.mul_f32(0.9));
        }

        seat.begin();
        while seat.effort.worked() < SOME {}
        seat.top_up();
        assert_eq!(seat.filled_kib(), 0);
    }
}

/// An older scheme had it given back.
#[test]
fn memory_is_there_again_before_the_next_job() {
    let mut seat = seat(SOME, Duration::ZERO);
    seat.begin();
    seat.arena.release();
    seat.top_up();
    assert_eq!(seat.memory().size_kib(), 4_096);

    seat.arena.release();
    seat.wipe();
    assert_eq!(seat.memory().size_kib(), 4_096);
}

/// Else it would take the longer of two such times.
#[test]
fn a_current_hash_is_not_topped_up_but_to_what_is_set_for_all() {
    let mut quick = seat(LONG, Duration::ZERO);
    quick.begin();
    work(&mut quick, OWN_KIB);
    let filled_kib = quick.filled_kib();
    quick.top_up();
    assert_eq!(quick.filled_kib(), filled_kib);

    let mut slow = seat(LONG, SOME);
    slow.begin();
    work(&mut slow, OWN_KIB);
    slow.top_up();
    assert!(slow.took() >= SOME);
}

#[test]
fn what_is_set_for_all_holds_for_cheaper_work_too() {
    let mut seat = seat(Duration::ZERO, SOME);
    seat.begin();
    work(&mut seat, 16);
    seat.top_up();
    assert!(seat.took() >= SOME);
}

#[test]
fn each_job_begins_anew() {
    let mut seat = seat(SOME, Duration::ZERO);
    seat.begin();
    work(&mut seat, OWN_KIB);
    seat.begin();
    assert_eq!(seat.filled_kib(), 0);
    work(&mut seat, 16);
    seat.top_up();
    assert!(seat.filled_kib() > 100, "the current hash was another job's");
}
