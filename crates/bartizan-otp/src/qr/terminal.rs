use bartizan_core::SecretString;

use super::QrModules;

impl QrModules {
    /// Draws the picture as lines of text, two rows of modules in each: black on white whatever the
    /// colours of the terminal, by the two of its 256 that themes leave alone.
    pub(crate) fn to_terminal_text(&self) -> SecretString {
        let size = self.size();
        let lines = size.div_ceil(2);
        let line_len = size.saturating_mul(LONGEST_MODULE).saturating_add(AROUND);
        // Growing would leave a copy behind.
        let mut text = String::with_capacity(lines.saturating_mul(line_len));
        for upper in (0..size).step_by(2) {
            text.push_str(COLORS);
            for x in 0..size {
                text.push(
                    match (self.is_dark(x, upper), self.is_dark(x, upper.saturating_add(1))) {
                        (false, false) => ' ',
                        (false, true) => '\u{2584}',
                        (true, false) => '\u{2580}',
                        (true, true) => '\u{2588}',
                    },
                );
            }
            text.push_str(END);
        }
        SecretString::from(text)
    }
}

/// Black on white.
pub(super) const COLORS: &str = "\u{1b}[38;5;16;48;5;231m";

/// The terminal's own colours again, and the next line.
pub(super) const END: &str = "\u{1b}[0m\n";

const AROUND: usize = COLORS.len() + END.len();

/// In bytes of UTF-8.
const LONGEST_MODULE: usize = 3;
