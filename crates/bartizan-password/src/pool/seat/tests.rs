use core::cell::Cell;

use bartizan_argon2::Kernel;

use bartizan_core::SecretString;

use super::*;
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
fn a_slice_is_a_hundredth_and_fits_the_arena() {
    let own = Argon2Params::default().cost();
    assert_eq!(slice_of(&own), Cost { memory_kib: 389, passes: 1, lanes: 1 });
    for (memory_kib, passes, slice_kib) in [(12_288, 64, 7_864), (1 << 20, 4, 41_943), (8, 1, 8)] {
        let slice = slice_of(&Cost { memory_kib, passes, lanes: 1 });
        assert_eq!(slice.memory_kib, slice_kib);
        assert!(slice.memory_kib <= memory_kib);
    }
}

fn seat(own_time: Duration, failed_check_at_least: Duration) -> Seat {
    let own_times = Arc::new(OwnTimes::default());
    own_times.record(own_time);
    let (kernel, own_cost) = (Kernel::detect(), Cost { memory_kib: 64, passes: 1, lanes: 1 });
    Seat::new(SeatPlan { kernel, own_cost, own_times, failed_check_at_least })
}

fn work(seat: &mut Seat, memory_kib: u32) {
    let cost = Cost { memory_kib, passes: 1, lanes: 1 };
    if cost == seat.plan.own_cost {
        let make = Make::of_password(&SecretString::from("password"), nobodys(cost));
        assert!(seat.make(make).is_ok());
    } else {
        assert!(nobodys(cost).tag(&[], &[], TAG_BYTES, &mut seat.arena).is_ok());
    }
}

const LONG: Duration = Duration::from_secs(20);
const SOME: Duration = Duration::from_millis(50);

/// asvs: V6.3.8: a failed check of a cheaper hash takes as long as a current one, and works.
#[test]
fn cheaper_work_is_topped_up_to_the_time_of_a_current_hash() {
    let mut seat = seat(SOME, Duration::ZERO);
    seat.begin();
    work(&mut seat, 16);
    assert_eq!(seat.filled_kib(), 16);
    seat.top_up();
    assert!(seat.took() >= SOME);
    assert!(seat.filled_kib() >= 24, "real work");
    assert_eq!(seat.memory().size_kib(), 64, "in the same memory");
    assert_eq!(seat.plan.own_times.draw(), Some(SOME), "slices are not hashes");
}

/// Else it would take the longer of two such times.
#[test]
fn a_current_hash_is_not_topped_up_but_to_what_is_set_for_all() {
    let mut quick = seat(LONG, Duration::ZERO);
    quick.begin();
    work(&mut quick, 64);
    let filled_kib = quick.filled_kib();
    quick.top_up();
    assert_eq!(quick.filled_kib(), filled_kib);

    let mut slow = seat(LONG, SOME);
    slow.begin();
    work(&mut slow, 64);
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
    work(&mut seat, 64);
    seat.begin();
    assert_eq!(seat.filled_kib(), 0);
    work(&mut seat, 16);
    seat.top_up();
    assert!(seat.took() >= SOME, "the current hash was another job's");
}
