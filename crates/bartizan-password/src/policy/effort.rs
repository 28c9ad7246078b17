//! How many characters of a password are more than the continuation of a pattern.
//!
//! The count is a model of someone who types it: each character costs one, but to go on with what
//! was begun costs nothing. Begun, at the cost of the one character, are
//!
//! - a repetition: the characters that stood up to 64 places before, as in `abcabcabc`;
//! - steps up or down the alphabet or the digits, as in `abcdef` or `9876`, also of every second to
//!   fourth character, as in `a1b2c3` and `112233`;
//! - steps in one direction over a keyboard, as in `qwerty`, `1qaz2wsx` or `1q2w3e`.
//!
//! The effort of a password is the least cost of typing it. It never exceeds the number of
//! characters, whatever they are, so it is no composition rule: only patterns lower it. It is found
//! in one pass that keeps, for each pattern that may be going on, the least cost of being in it.

use core::array;

use super::keyboard::{Direction, GRIDS, Place, place};

/// Returns the effort of `chars`, which should be in lower case, or `enough` when it is reached.
///
/// The rest is not looked at then. The steps taken for each character are bounded by constants.
pub(super) fn effort(chars: impl Iterator<Item = char>, enough: u8) -> u8 {
    let mut typist = Typist::new();
    for char in chars {
        if typist.least >= enough {
            return enough;
        }
        typist.press(char);
    }
    typist.least.min(enough)
}

struct Typist {
    /// The least cost of all that was typed.
    least: u8,
    /// The last characters, the newest first; [`NOTHING`] before the beginning.
    typed: [u32; MAX_UNIT_CHARS],
    /// The least cost of repeating what stood one place before, two places, and so on.
    repeating: [u8; MAX_UNIT_CHARS],
    /// The same for steps over each grid.
    stepping: [Stepping; GRIDS],
}

impl Typist {
    fn new() -> Self {
        Self {
            least: 0,
            typed: [NOTHING; MAX_UNIT_CHARS],
            repeating: [IMPOSSIBLE; MAX_UNIT_CHARS],
            stepping: array::from_fn(|_| Stepping::default()),
        }
    }

    fn press(&mut self, char: char) {
        let code = u32::from(char);
        let begin = self.least.saturating_add(1);
        let mut least = begin;
        for (cost, typed) in self.repeating.iter_mut().zip(&self.typed) {
            *cost = if *typed == code { begin.min(*cost) } else { IMPOSSIBLE };
            least = least.min(*cost);
        }
        for (grid, stepping) in self.stepping.iter_mut().enumerate() {
            least = least.min(stepping.press(place(grid, char), begin));
        }
        push(&mut self.typed, code);
        self.least = least;
    }
}

/// Steps over one grid, from the last key, the one before, and so on.
#[derive(Default)]
struct Stepping {
    places: [Option<Place>; MAX_STRIDE],
    going: [Option<(Direction, u8)>; MAX_STRIDE],
}

impl Stepping {
    /// Returns the least cost of having come to `place` by steps.
    fn press(&mut self, place: Option<Place>, begin: u8) -> u8 {
        let mut least = IMPOSSIBLE;
        for (going, from) in self.going.iter_mut().zip(&self.places) {
            let direction = from.as_ref().zip(place).and_then(|(from, to)| from.step_to(to));
            *going = direction.map(|direction| match going {
                Some((same, cost)) if *same == direction => (direction, begin.min(*cost)),
                _ => (direction, begin),
            });
            least = going.map_or(least, |(_, cost)| least.min(cost));
        }
        push(&mut self.places, place);
        least
    }
}

fn push<T: Copy, const N: usize>(newest_first: &mut [T; N], newest: T) {
    newest_first.copy_within(..N.saturating_sub(1), 1);
    if let Some(first) = newest_first.first_mut() {
        *first = newest;
    }
}

/// A unit that is repeated has at most as many characters. Longer ones are effort enough.
const MAX_UNIT_CHARS: usize = 64;
/// Interleaved runs are at most as many: `1q2w3e` has two, `1qaz2wsx` four.
const MAX_STRIDE: usize = 4;
/// No code point.
const NOTHING: u32 = u32::MAX;
/// More than any cost: the count stops long before.
const IMPOSSIBLE: u8 = u8::MAX;

#[cfg(test)]
mod tests;
