use core::future::poll_fn;
use core::sync::atomic::AtomicBool;

use super::*;

/// Answers what it was told last, when it is told to.
pub(super) struct Source {
    answer: Mutex<Answer>,
    fetches: AtomicU64,
    held: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

/// What a source has to say.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
    pub(super) fails: Option<FetchError>,
    pub(super) panics: bool,
}

impl Answer {
    /// The public keys with these numbers, for 1,000 seconds.
    pub(super) fn set_of(numbers: &[u32]) -> Self {
        let keys = numbers.iter().map(|n| {
            let set = JwkSet::of_keyring(&keyring(*n).snapshot());
            let (kid, key) = set.iter().next().unwrap();
            (kid.to_owned(), key.clone())
        });
        Self::json(&JwkSet::from_keys(keys).unwrap().to_json())
    }

    pub(super) fn json(body: &str) -> Self {
        let content_type = ("content-type", "application/jwk-set+json".to_owned());
        let cache_control = ("cache-control", "max-age=1000".to_owned());
        Self {
            status: 200,
            headers: vec![content_type, cache_control],
            body: body.to_owned(),
            fails: None,
            panics: false,
        }
    }

    pub(super) fn cached(self, cache_control: &str) -> Self {
        let header = ("cache-control", cache_control.to_owned());
        Self { headers: vec![self.headers[0].clone(), header], ..self }
    }

    pub(super) fn failure(error: FetchError) -> Self {
        Self { fails: Some(error), ..Self::json("") }
    }

    fn give(&self) -> Result<FetchedJwkSet, FetchError> {
        assert!(!self.panics, "as it was told");
        if let Some(error) = self.fails {
            return Err(error);
        }
        let mut answer = FetchedJwkSet::new(self.status);
        for (name, value) in &self.headers {
            answer.header(name, value);
        }
        answer.push(self.body.as_bytes())?;
        Ok(answer)
    }
}

impl Source {
    pub(super) fn new(answer: Answer) -> Self {
        let (fetches, held) = (AtomicU64::new(0), AtomicBool::new(false));
        Self { answer: Mutex::new(answer), fetches, held, waker: Mutex::default() }
    }

    pub(super) fn says(&self, answer: Answer) {
        *lock(&self.answer) = answer;
    }

    pub(super) fn is_down(&self) {
        self.says(Answer::failure(FetchError::Unreachable));
    }

    /// Lets everybody wait.
    pub(super) fn hold(&self) {
        self.held.store(true, Ordering::SeqCst);
    }

    pub(super) fn release(&self) {
        self.held.store(false, Ordering::SeqCst);
        if let Some(waker) = lock(&self.waker).take() {
            waker.wake();
        }
    }

    pub(super) fn fetches(&self) -> u64 {
        self.fetches.load(Ordering::SeqCst)
    }
}

impl FetchJwkSet for Source {
    async fn fetch(&self, url: &JwkSetUrl) -> Result<FetchedJwkSet, FetchError> {
        assert_eq!(url.as_str(), "https://id.example/jwks");
        let _before = self.fetches.fetch_add(1, Ordering::SeqCst);
        poll_fn(|context| {
            *lock(&self.waker) = Some(context.waker().clone());
            if self.held.load(Ordering::SeqCst) { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
        lock(&self.answer).give()
    }
}
