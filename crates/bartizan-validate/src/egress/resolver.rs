//! Who looks up the addresses of a host.

use core::fmt::Debug;
use core::net::IpAddr;
use std::collections::VecDeque;
use std::io;
use std::net::ToSocketAddrs as _;
use std::sync::Mutex;

/// Looks up the addresses of a host, and may block while it does.
///
/// Its answers are checked like anybody's, so a resolver may lie without doing harm.
pub trait Resolve: Debug + Send + Sync {
    /// Returns the addresses of `host`, which is a name in lower case and ASCII.
    ///
    /// # Errors
    ///
    /// When the host can't be looked up.
    fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks the operating system.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemResolver;

impl SystemResolver {
    /// Returns the operating system's resolver.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok((host, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
    }
}

/// Gives answers that were fixed before, whatever the host: for tests, also of a name server that
/// changes its answer from one question to the next.
///
/// ```
/// use bartizan_validate::{Resolve, ScriptedResolver};
///
/// let resolver = ScriptedResolver::new([vec!["9.9.9.9".parse()?], vec!["127.0.0.1".parse()?]]);
/// assert_eq!(resolver.resolve("rebinding.example")?[0].to_string(), "9.9.9.9");
/// assert_eq!(resolver.resolve("rebinding.example")?[0].to_string(), "127.0.0.1");
/// assert!(resolver.resolve("rebinding.example")?.is_empty());
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ScriptedResolver(Mutex<VecDeque<Vec<IpAddr>>>);

impl ScriptedResolver {
    /// Fixes the answers, the first one first. After the last one, a host has no address.
    #[must_use]
    pub fn new(answers: impl IntoIterator<Item = Vec<IpAddr>>) -> Self {
        Self(Mutex::new(answers.into_iter().collect()))
    }

    /// Returns how many answers nobody asked for yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.0.lock().map_or(0, |answers| answers.len())
    }
}

impl Resolve for ScriptedResolver {
    fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(self.0.lock().ok().and_then(|mut answers| answers.pop_front()).unwrap_or_default())
    }
}
