//! Steps in any order over a store: no recovery code is redeemed, and no sent code accepted, that was
//! not given out, or twice, or after its time, or after five wrong tries.

#![no_main]

use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::collections::HashSet;
use std::sync::Arc;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyGenerator, Keyring, ManualClock, SharedKeyring, UnixTime};
use bartizan_otp::{
    OobChannel, OobDigestKey, OobMessage, OobRecipient, OobRequest, OutOfBandCodes, SignIn,
    StoredRecoveryCodes,
};
use bartizan_store::MemoryStore;
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
enum Step<'s> {
    Wait(u16),
    Begin,
    Resend,
    /// The code that is out, or the one before it.
    Verify {
        former: bool,
    },
    Guess(&'s str),
    Renew,
    Redeem(u8),
    GuessRecovery(&'s str),
}

const USER: &str = "user-7";

fuzz_target!(|steps: Vec<Step<'_>>| {
    let mut world = World::new();
    for step in steps.into_iter().take(200) {
        world.take(step);
    }
});

struct World {
    clock: Arc<ManualClock>,
    random: PredictableRandom,
    codes: OutOfBandCodes<SignIn, MemoryStore>,
    recovery: StoredRecoveryCodes<MemoryStore>,
    /// The request that is out, when its code was sent, and how many tries it has cost.
    out: Option<(OobRequest<SignIn>, OobMessage, u8)>,
    former: Option<OobMessage>,
    sent: Vec<u64>,
    recovery_codes: Vec<String>,
    redeemed: HashSet<usize>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_700_000_000)));
        let random = PredictableRandom::from_seed(1);
        let generator = KeyGenerator::new(&random, OobDigestKey::generate);
        let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("never fails");
        let store = MemoryStore::new(10, Arc::<ManualClock>::clone(&clock)).expect("room");
        let store = Arc::new(store);
        let codes = OutOfBandCodes::new(Arc::clone(&store), SharedKeyring::new(keyring));
        let recovery = StoredRecoveryCodes::new(store);
        let (out, former, sent) = (None, None, Vec::new());
        let (recovery_codes, redeemed) = (Vec::new(), HashSet::new());
        Self { clock, random, codes, recovery, out, former, sent, recovery_codes, redeemed }
    }

    fn take(&mut self, step: Step<'_>) {
        match step {
            Step::Wait(secs) => self.clock.advance_secs(secs.into()),
            Step::Begin => self.begin(),
            Step::Resend => self.resend(),
            Step::Verify { former: false } => {
                if let Some(code) = self.out.as_ref().map(|out| out.1.code().expose().to_owned()) {
                    self.verify(&code);
                }
            }
            Step::Verify { former: true } => {
                if let Some(code) =
                    self.former.as_ref().map(|former| former.code().expose().to_owned())
                {
                    self.verify(&code);
                }
            }
            Step::Guess(code) => self.verify(code),
            Step::Renew => self.renew(),
            Step::Redeem(which) => {
                if let Some(code) = self.recovery_codes.get(usize::from(which)).cloned() {
                    self.redeem(&code);
                }
            }
            Step::GuessRecovery(code) => self.redeem(code),
        }
    }

    fn begin(&mut self) {
        let begun = self.codes.begin(recipient(), "a@b.example", &*self.clock, &self.random);
        if let Ok((request, message)) = ready(begun) {
            self.former = self.out.take().map(|out| out.1);
            self.count_sent();
            self.out = Some((request, message, 0));
        }
    }

    fn resend(&mut self) {
        let Some((request, ..)) = &self.out else { return };
        let sent = self.codes.resend(recipient(), request, &*self.clock, &self.random);
        if let Ok(message) = ready(sent) {
            self.count_sent();
            let (request, former, _) = self.out.take().expect("it is out");
            self.former = Some(former);
            self.out = Some((request, message, 0));
        }
    }

    /// Between two successes: five in an hour, thirty seconds apart.
    fn count_sent(&mut self) {
        use bartizan_core::Clock as _;
        let now = self.clock.now().as_secs();
        assert!(self.sent.last().is_none_or(|last| now - last >= 30), "too soon");
        self.sent.push(now);
        assert!(self.sent.iter().filter(|sent| now - **sent < 3_600).count() <= 5, "too many");
    }

    fn verify(&mut self, typed: &str) {
        use bartizan_core::Clock as _;
        let Some((request, message, tries)) = &mut self.out else { return };
        let accepted = ready(self.codes.verify(recipient(), request, typed, &*self.clock)).is_ok();
        let digits = match typed.split_once(' ') {
            Some((left, right)) if !left.is_empty() && !right.is_empty() => {
                format!("{left}{right}")
            }
            _ => typed.to_owned(),
        };
        let right = digits == message.code().expose();
        if accepted {
            assert!(right, "a code that was not sent");
            assert!(*tries < 5, "a code that is dead");
            assert!(self.clock.now() < message.expires_at(), "a code whose time is over");
            let again = self.codes.verify(recipient(), request, typed, &*self.clock);
            assert!(ready(again).is_err(), "a code twice");
            self.former = self.out.take().map(|out| out.1);
            self.sent.drain(..self.sent.len() - 1);
        } else if right {
            assert!(*tries >= 5 || self.clock.now() >= message.expires_at(), "a good code");
        } else if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            *tries = tries.saturating_add(1);
        }
    }

    fn renew(&mut self) {
        let codes = ready(self.recovery.renew(USER, &self.random)).expect("room");
        self.recovery_codes = codes.shown().iter().map(|code| code.expose().to_owned()).collect();
        self.redeemed.clear();
    }

    fn redeem(&mut self, typed: &str) {
        let which = self.recovery_codes.iter().position(|code| plain(code) == plain(typed));
        match ready(self.recovery.redeem(USER, typed)) {
            Ok(redeemed) => {
                let which = which.expect("a code that was not drawn");
                assert!(self.redeemed.insert(which), "a code twice");
                assert_eq!(redeemed.left(), 10 - self.redeemed.len());
            }
            Err(_) => {
                let good = self.recovery_codes.iter().position(|code| code == typed);
                assert!(good.is_none_or(|good| self.redeemed.contains(&good)), "a good code");
            }
        }
    }
}

fn recipient() -> OobRecipient<'static> {
    OobRecipient::new(USER, OobChannel::Email).expect("a good name")
}

fn plain(code: &str) -> String {
    let plain = code.replace([' ', '-'], "").to_ascii_lowercase();
    plain.replace('o', "0").replace(['i', 'l'], "1")
}

/// Over a store in memory no future waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory never lets anybody wait"),
    }
}
