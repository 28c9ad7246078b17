//! The answer of a pool, for who does not block.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::pool::queue::Busy;
use crate::pool::ticket::Ticket;

/// The answer of a [`HashPool`](crate::HashPool) to come, for any executor, or none in particular.
///
/// The work stands in the pool's line from the call on, also when this is never polled, and holds
/// what it needs: neither the pool nor the password is borrowed. Dropped while the work waits, it
/// gives the place back at once, and the work is never done; dropped later, what has begun is
/// finished, and nobody hears of it. Polled once more after its answer, it has no other.
///
/// Nobody keeps the time but the pool's own threads and whoever asks: work that has waited for too
/// long is told so when this is polled, when somebody else needs the place, or when a worker is
/// free next, whichever comes first. So a refusal comes after the longest wait and the time of one
/// job at the latest, and an answer likewise.
#[must_use = "dropped, it withdraws the work"]
pub struct PoolFuture<T, E>(State<T, E>);

enum State<T, E> {
    Waiting {
        ticket: Ticket<Result<T, E>>,
        refusal: fn(Busy) -> E,
    },
    /// Without any work.
    Refused(E),
    Over,
}

impl<T, E> PoolFuture<T, E> {
    pub(super) fn new(asked: Result<Ticket<Result<T, E>>, E>) -> Self
    where
        E: From<Busy>,
    {
        Self(match asked {
            Ok(ticket) => State::Waiting { ticket, refusal: E::from },
            Err(error) => State::Refused(error),
        })
    }
}

/// Nothing in it is pinned.
impl<T, E> Unpin for PoolFuture<T, E> {}

impl<T, E> Future for PoolFuture<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match core::mem::replace(&mut self.0, State::Over) {
            State::Waiting { ticket, refusal } => match ticket.poll(context) {
                Poll::Ready(answer) => answer.unwrap_or_else(|busy| Err(refusal(busy))),
                Poll::Pending => {
                    self.0 = State::Waiting { ticket, refusal };
                    return Poll::Pending;
                }
            },
            State::Refused(error) => Err(error),
            State::Over => return Poll::Pending,
        };
        Poll::Ready(answer)
    }
}

impl<T, E> fmt::Debug for PoolFuture<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            State::Waiting { .. } => "PoolFuture(waiting)",
            State::Refused(_) => "PoolFuture(refused)",
            State::Over => "PoolFuture(over)",
        })
    }
}

#[cfg(test)]
mod tests;
