mod races;

use bartizan_core::{KeyGenerator, KeyRefused, Keyring, ManualClock, SecretString, SystemRandom};
use bartizan_store::testing::ready;
use bartizan_store::{MemoryStore, Swap};

use super::*;

const NOW: u64 = 1_700_000_000;
const ADDRESS: &str = "alice@example.org";

fn memory(clock: &Arc<ManualClock>) -> MemoryStore {
    let clock = Arc::clone(clock);
    MemoryStore::new(100, clock).unwrap()
}

fn keyring() -> Keyring<OobDigestKey> {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, OobDigestKey::generate);
    Keyring::create(UnixTime::EPOCH, &generator).unwrap()
}

fn alice() -> OobRecipient<'static> {
    OobRecipient::new("alice", OobChannel::Email).unwrap()
}

/// What every test needs, over a store that answers at once.
struct Fixture {
    clock: Arc<ManualClock>,
    codes: OutOfBandCodes<SignIn, MemoryStore>,
}

impl Fixture {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(UnixTime::from_secs(NOW)));
        let store = Arc::new(memory(&clock));
        Self { codes: OutOfBandCodes::new(store, SharedKeyring::new(keyring())), clock }
    }

    fn begin(&self) -> Result<(OobRequest<SignIn>, OobMessage), OobSendError> {
        ready(self.codes.begin(alice(), ADDRESS, &*self.clock, &SystemRandom::new()))
    }

    fn resend(&self, request: &OobRequest<SignIn>) -> Result<OobMessage, OobSendError> {
        ready(self.codes.resend(alice(), request, &*self.clock, &SystemRandom::new()))
    }

    fn verify(&self, request: &OobRequest<SignIn>, typed: &str) -> Result<String, OobError> {
        let verified = ready(self.codes.verify(alice(), request, typed, &*self.clock));
        verified.map(|verified| verified.address().to_owned())
    }
}

/// A code of the same form that is not `code`.
fn wrong(code: &SecretString) -> String {
    let last = if code.expose().ends_with('7') { "8" } else { "7" };
    format!("{}{last}", &code.expose()[..5])
}

const fn refused(refused: OobRefused) -> OobError {
    OobError::Refused(refused)
}

const fn limited(retry_after_secs: u64) -> OobSendError {
    OobSendError::Limited { retry_after_secs }
}

/// asvs: V6.5.1
#[test]
fn a_code_works_once() {
    let fixture = Fixture::new();
    let (request, message) = fixture.begin().unwrap();
    assert_eq!(fixture.verify(&request, message.code().expose()), Ok(ADDRESS.to_owned()));
    let again = fixture.verify(&request, message.code().expose());
    assert_eq!(again, Err(refused(OobRefused::Unknown)));
}

#[test]
fn a_link_works_once_and_so_does_each_number_of_digits() {
    for form in [OobForm::Link, OobForm::SevenDigits, OobForm::EightDigits] {
        let mut fixture = Fixture::new();
        fixture.codes = fixture.codes.with_policy(OobPolicy::new().with_form(form));
        let (request, message) = fixture.begin().unwrap();
        assert!(fixture.verify(&request, message.code().expose()).is_ok(), "{form:?}");
        assert!(fixture.verify(&request, message.code().expose()).is_err(), "{form:?}");
    }
}

/// asvs: V6.6.2
#[test]
fn a_code_is_good_for_its_request_user_channel_and_purpose_alone() {
    let fixture = Fixture::new();
    let (request, message) = fixture.begin().unwrap();
    let code = message.code().expose();

    let stranger = OobRequest::draw(&SystemRandom::new()).unwrap();
    assert_eq!(fixture.verify(&stranger, code), Err(refused(OobRefused::Unknown)));
    for (user, channel) in [("alice", OobChannel::Telephone), ("bob", OobChannel::Email)] {
        let other = OobRecipient::new(user, channel).unwrap();
        let tried = ready(fixture.codes.verify(other, &request, code, &*fixture.clock));
        assert_eq!(tried.err(), Some(refused(OobRefused::Unknown)));
    }
    let keys = fixture.codes.digest_keys.clone();
    let others = OutOfBandCodes::<AddressProof, _>::new(Arc::clone(&fixture.codes.store), keys);
    let renamed = OobRequest::<AddressProof>::parse(&request.to_text()).unwrap();
    let tried = ready(others.verify(alice(), &renamed, code, &*fixture.clock));
    assert_eq!(tried.err(), Some(refused(OobRefused::Unknown)));

    // None of them has cost a try, or the code.
    let Err(OobError::Refused(OobRefused::Mismatch { tries_left: 4 })) =
        fixture.verify(&request, &wrong(message.code()))
    else {
        panic!("strangers used up tries");
    };
    assert!(fixture.verify(&request, code).is_ok());
}

/// asvs: V6.6.2, a new code after it was sent again, or asked for again.
#[test]
fn a_new_code_takes_the_place_of_the_former() {
    let fixture = Fixture::new();
    let (request, first) = fixture.begin().unwrap();
    fixture.clock.advance_secs(30);
    let second = fixture.resend(&request).unwrap();
    assert_eq!(second.address(), ADDRESS);
    if second.code().expose() != first.code().expose() {
        let former = fixture.verify(&request, first.code().expose());
        assert_eq!(former, Err(refused(OobRefused::Mismatch { tries_left: 4 })));
    }
    fixture.clock.advance_secs(30);
    let (another, third) = fixture.begin().unwrap();
    let former = fixture.verify(&request, second.code().expose());
    assert_eq!(former, Err(refused(OobRefused::Unknown)));
    assert_eq!(fixture.resend(&request).err(), Some(OobSendError::UnknownRequest));
    assert!(fixture.verify(&another, third.code().expose()).is_ok());
    assert_eq!(fixture.resend(&another).err(), Some(OobSendError::UnknownRequest));
}

/// asvs: V6.5.5, for codes that are sent: ten minutes, and not a second longer.
#[test]
fn a_code_is_good_for_ten_minutes_at_most() {
    for (after, good) in [(0, true), (599, true), (600, false), (3_599, false)] {
        let fixture = Fixture::new();
        let (request, message) = fixture.begin().unwrap();
        assert_eq!(message.expires_at().as_secs(), NOW + 600);
        fixture.clock.advance_secs(after);
        let tried = fixture.verify(&request, message.code().expose());
        if good {
            assert!(tried.is_ok(), "after {after} s");
        } else {
            assert_eq!(tried, Err(refused(OobRefused::Expired)), "after {after} s");
        }
    }
    let mut fixture = Fixture::new();
    let policy = OobPolicy::new().with_lifetime_secs(60).unwrap();
    fixture.codes = fixture.codes.with_policy(policy);
    let (request, message) = fixture.begin().unwrap();
    fixture.clock.advance_secs(60);
    let tried = fixture.verify(&request, message.code().expose());
    assert_eq!(tried, Err(refused(OobRefused::Expired)));
    for secs in [0, 601, u64::MAX] {
        assert_eq!(OobPolicy::new().with_lifetime_secs(secs), Err(OobPolicyError::Lifetime));
    }
}

/// asvs: V6.6.3
#[test]
fn after_five_wrong_tries_the_right_code_is_dead_too() {
    let fixture = Fixture::new();
    let (request, message) = fixture.begin().unwrap();
    for tries_left in (0..5).rev() {
        let tried = fixture.verify(&request, &wrong(message.code()));
        assert_eq!(tried, Err(refused(OobRefused::Mismatch { tries_left })));
    }
    for code in [message.code().expose(), &wrong(message.code())] {
        assert_eq!(fixture.verify(&request, code), Err(refused(OobRefused::Exhausted)));
    }
    fixture.clock.advance_secs(30);
    let second = fixture.resend(&request).unwrap();
    assert!(fixture.verify(&request, second.code().expose()).is_ok());
}

#[test]
fn what_is_no_code_costs_no_try() {
    let fixture = Fixture::new();
    let (request, message) = fixture.begin().unwrap();
    for hostile in ["", "12345", "1234567", "12345a", "१२३४५६", &"1".repeat(1 << 20)] {
        for _ in 0..6 {
            let tried = fixture.verify(&request, hostile);
            assert_eq!(tried, Err(refused(OobRefused::Malformed)));
        }
    }
    let (start, end) = message.code().expose().split_at(3);
    assert!(fixture.verify(&request, &format!("{start} {end}")).is_ok());
}

/// asvs: V6.6.3, for how often codes are sent: to one user by one channel, whichever the request.
#[test]
fn codes_are_sent_at_intervals_and_five_in_an_hour() {
    let fixture = Fixture::new();
    let (mut request, _message) = fixture.begin().unwrap();
    assert_eq!(fixture.resend(&request).err(), Some(limited(30)));
    assert_eq!(fixture.begin().err(), Some(limited(30)));
    for sent in 2..=5 {
        fixture.clock.advance_secs(29);
        assert_eq!(fixture.resend(&request).err(), Some(limited(1)));
        fixture.clock.advance_secs(1);
        if sent % 2 == 0 {
            assert!(fixture.resend(&request).is_ok());
        } else {
            request = fixture.begin().unwrap().0;
        }
    }
    fixture.clock.advance_secs(30);
    assert_eq!(fixture.resend(&request).err(), Some(limited(3_600 - 150)));
    assert_eq!(fixture.begin().err(), Some(limited(3_600 - 150)));

    fixture.clock.advance_secs(3_600 - 150);
    assert!(fixture.begin().is_ok());
}

#[test]
fn of_each_channel_and_user_codes_are_counted_on_their_own() {
    let fixture = Fixture::new();
    let _sent = fixture.begin().unwrap();
    let random = SystemRandom::new();
    let (clock, number) = (&*fixture.clock, VerifiedNumber::from_stored("-"));
    assert!(ready(fixture.codes.begin_at_number("alice", &number, clock, &random)).is_ok());
    let bob = OobRecipient::new("bob", OobChannel::Email).unwrap();
    assert!(ready(fixture.codes.begin(bob, "-", clock, &random)).is_ok());
    assert!(OobPolicy::new().with_resends(0, 30).is_err());
    assert!(OobPolicy::new().with_resends(21, 30).is_err());
    assert!(OobPolicy::new().with_resends(5, 0).is_err());
}

#[test]
fn who_signs_in_often_is_not_kept_waiting() {
    let fixture = Fixture::new();
    for _ in 0..20 {
        let (request, message) = fixture.begin().unwrap();
        assert!(fixture.verify(&request, message.code().expose()).is_ok());
        assert_eq!(fixture.begin().err(), Some(limited(30)));
        fixture.clock.advance_secs(30);
    }
}

#[test]
fn nothing_is_sent_to_who_has_no_name_or_to_what_is_no_address() {
    for user in ["", &"u".repeat(256)] {
        let to = OobRecipient::new(user, OobChannel::Email);
        assert_eq!(to.err(), Some(OobSendError::InvalidUser));
    }
    let fixture = Fixture::new();
    let injected = "alice@example.org\r\nBcc: mallory@example.org";
    for address in ["", &"a".repeat(321), injected, "a\0", "\u{85}"] {
        let random = SystemRandom::new();
        let begin = fixture.codes.begin(alice(), address, &*fixture.clock, &random);
        assert_eq!(ready(begin).err(), Some(OobSendError::InvalidAddress), "{address:?}");
    }
}

#[test]
fn a_digest_key_that_is_gone_proves_nothing_and_a_former_one_still_does() {
    let fixture = Fixture::new();
    let (request, message) = fixture.begin().unwrap();
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, OobDigestKey::generate);
    let former = fixture.codes.digest_keys.snapshot();
    let rotated = former.rotate(UnixTime::from_secs(NOW), &generator).unwrap().into_keyring();
    let with = |keyring| {
        OutOfBandCodes::<SignIn, _>::new(
            Arc::clone(&fixture.codes.store),
            SharedKeyring::new(keyring),
        )
    };
    let code = message.code().expose();
    let lost = ready(with(keyring()).verify(alice(), &request, code, &*fixture.clock));
    assert_eq!(lost.err(), Some(refused(OobRefused::Key(KeyRefused::Unknown))));
    assert!(ready(with(rotated).verify(alice(), &request, code, &*fixture.clock)).is_ok());
}

#[test]
fn neither_code_nor_request_is_stored() {
    let fixture = Fixture::new();
    let (request, message) = fixture.begin().unwrap();
    let stored = ready(fixture.codes.store.get(&alice().key::<SignIn>())).unwrap().unwrap();
    let bytes = stored.entry().bytes();
    for secret in
        [message.code().expose().as_bytes(), request.id(), request.to_text().expose().as_bytes()]
    {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    let plain = ring::digest::digest(&ring::digest::SHA256, message.code().expose().as_bytes());
    assert!(!bytes.windows(32).any(|window| window == plain.as_ref()));
}

/// Whoever writes to the store cannot give one user, or one purpose, the code of another, nor
/// change what a code is good for.
#[test]
fn a_record_that_is_moved_or_changed_proves_nothing() {
    type Change<'c> = (&'c OobRequest<SignIn>, &'c dyn Fn(&mut Pending));

    let fixture = Fixture::new();
    let (request, message) = fixture.begin().unwrap();
    let (store, code) = (Arc::clone(&fixture.codes.store), message.code().expose());
    let (mine, bob) =
        (alice().key::<SignIn>(), OobRecipient::new("bob", OobChannel::Email).unwrap());
    let stored = ready(store.get(&mine)).unwrap().unwrap();
    let mismatch = Some(refused(OobRefused::Mismatch { tries_left: 4 }));

    assert_eq!(ready(store.create(&bob.key::<SignIn>(), stored.entry().clone())), Ok(true));
    let tried = ready(fixture.codes.verify(bob, &request, code, &*fixture.clock));
    assert_eq!(tried.err(), mismatch);

    let keys = fixture.codes.digest_keys.clone();
    let others = OutOfBandCodes::<AddressProof, _>::new(Arc::clone(&store), keys);
    let renamed = OobRequest::<AddressProof>::parse(&request.to_text()).unwrap();
    let key = alice().key::<AddressProof>();
    assert_eq!(ready(store.create(&key, stored.entry().clone())), Ok(true));
    let tried = ready(others.verify(alice(), &renamed, code, &*fixture.clock));
    assert_eq!(tried.err(), mismatch);

    let stranger = OobRequest::<SignIn>::draw(&SystemRandom::new()).unwrap();
    let changes: [Change<'_>; 3] = [
        (&request, &|pending| pending.address = "mallory@example.org".to_owned()),
        (&request, &|pending| pending.expires_at = pending.expires_at.saturating_sub_secs(1)),
        (&stranger, &|pending| pending.request = stranger.digest()),
    ];
    for (n, (request, change)) in changes.into_iter().enumerate() {
        let version = ready(store.get(&mine)).unwrap().unwrap().version();
        let mut record = Record::read(stored.entry().bytes()).unwrap();
        change(record.pending.as_mut().unwrap());
        assert_eq!(ready(store.swap(&mine, version, record.entry())), Ok(Swap::Done));
        assert_eq!(fixture.verify(request, code).err(), mismatch, "change {n}");
    }
}

#[test]
fn debug_shows_no_code_no_user_and_no_address() {
    let fixture = Fixture::new();
    let (request, message) = fixture.begin().unwrap();
    let verified =
        ready(fixture.codes.verify(alice(), &request, message.code().expose(), &*fixture.clock));
    let shown = format!("{request:?} {message:?} {verified:?} {:?} {:?}", alice(), fixture.codes);
    for hidden in ["alice", message.code().expose(), request.to_text().expose()] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

/// asvs: V6.6.1. A number gets no code but for proving it, until it is proven; and under the strict
/// policy none at all.
#[test]
fn a_telephone_number_is_verified_before_codes_go_there() {
    let fixture = Fixture::new();
    let (clock, random) = (&*fixture.clock, SystemRandom::new());
    let telephone = OobRecipient::new("alice", OobChannel::Telephone).unwrap();
    let number = "+431234567";
    let begun = ready(fixture.codes.begin(telephone, number, clock, &random));
    assert_eq!(begun.err(), Some(OobSendError::UnverifiedNumber));

    let store = Arc::clone(&fixture.codes.store);
    let keys = fixture.codes.digest_keys.clone();
    let proofs = OutOfBandCodes::<AddressProof, _>::new(store, keys);
    let prove = |to, address| {
        let (request, message) = ready(proofs.begin(to, address, clock, &random)).unwrap();
        ready(proofs.verify(to, &request, message.code().expose(), clock)).unwrap()
    };
    assert_eq!(VerifiedNumber::of(prove(alice(), ADDRESS)), None, "a mail proves no number");
    let verified = VerifiedNumber::of(prove(telephone, number)).unwrap();
    assert_eq!(verified, VerifiedNumber::from_stored(number));
    assert_eq!(format!("{verified:?}"), "VerifiedNumber(..)");

    let begun = ready(fixture.codes.begin_at_number("alice", &verified, clock, &random));
    let (request, message) = begun.unwrap();
    assert_eq!(message.address(), number);
    let typed = message.code().expose();
    assert!(ready(fixture.codes.verify(telephone, &request, typed, clock)).is_ok());

    let strict = OobPolicy::new().without_telephone();
    let codes = fixture.codes.clone().with_policy(strict);
    clock.advance_secs(60);
    let refused = Some(OobSendError::NoTelephone);
    assert_eq!(ready(codes.begin_at_number("alice", &verified, clock, &random)).err(), refused);
    assert_eq!(ready(codes.resend(telephone, &request, clock, &random)).err(), refused);
    let proofs = proofs.with_policy(strict);
    assert_eq!(ready(proofs.begin(telephone, number, clock, &random)).err(), refused);
    assert!(ready(codes.begin(alice(), ADDRESS, clock, &random)).is_ok(), "mail goes on");
}
