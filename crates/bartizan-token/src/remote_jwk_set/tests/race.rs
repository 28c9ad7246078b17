//! Real threads, real wakers.

use std::thread;

use super::*;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap()
}

/// Also when half of those who wait leave in the middle of it.
#[test]
fn whoever_stays_is_woken() {
    let runtime = runtime();
    for round in 0..60_u32 {
        let world = Arc::new(World::new());
        world.source.hold();
        let token = world.token(1);
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let (world, token) = (Arc::clone(&world), token.clone());
                runtime
                    .spawn(async move { world.verifier.verify(&token, &world.clock).await.is_ok() })
            })
            .collect();
        if round % 2 == 0 {
            thread::yield_now();
        }
        let releasing = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.source.release())
        };
        tasks.iter().take(8).for_each(tokio::task::JoinHandle::abort);
        releasing.join().unwrap();
        for task in tasks.into_iter().skip(8) {
            assert!(runtime.block_on(task).unwrap());
        }
        assert_eq!(world.source.fetches(), 1);
    }
}

/// Keys change, time goes on, the source fails now and then, and eight threads verify: what a key
/// that was always there has signed is always good, and no minute sees more than six fetches.
#[test]
fn threads_that_verify_while_keys_change() {
    const ROUNDS: u32 = 60;
    let runtime = runtime();
    let world = Arc::new(World::fetched());
    let tasks = (0..8_u32).map(|n| {
        let world = Arc::clone(&world);
        runtime.spawn(async move {
            for round in 0..ROUNDS {
                if n == 0 {
                    let answer = match round % 4 {
                        0 => Answer::failure(FetchError::Unreachable),
                        other => Answer::set_of(&[1, 2 + other]),
                    };
                    world.source.says(answer);
                    world.clock.advance_secs(20);
                }
                let other = token(2 + (n + round) % 8, &world.clock);
                let _any = world.verifier.verify(&other, &world.clock).await;
                let own = token(1, &world.clock);
                let verified = world.verifier.verify(&own, &world.clock).await.map(drop);
                // It is made at one reading of the clock and checked at another.
                let late = Err(RemoteVerifyError::Refused(VerifyError::Expired));
                assert!(verified == Ok(()) || verified == late, "{verified:?}");
                tokio::task::yield_now().await;
            }
        })
    });
    let tasks: Vec<_> = tasks.collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    assert!(world.source.fetches() <= u64::from(6 * (ROUNDS * 20 / 60 + 1)));
}
