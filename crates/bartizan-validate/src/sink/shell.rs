//! An argument in a command line of a POSIX shell.
//!
//! Use this where a shell cannot be avoided (a remote command, a generated script). Where it can,
//! pass the text to `std::process::Command`, which needs no encoding.
//!
//! It is for `sh` and those that read quotes as it does: bash, dash, ksh, zsh. It is not for csh,
//! fish, PowerShell or `cmd.exe`, nor to be typed into a terminal, which obeys control characters.
//!
//! ```
//! use bartizan_validate::sink::{Unencodable, shell};
//!
//! let file = shell::argument("it's; rm -rf ~")?;
//! assert_eq!(format!("wc -l {file}"), r"wc -l 'it'\''s; rm -rf ~'");
//!
//! assert_eq!(shell::argument("--help").map(drop), Err(Unencodable::Hyphen));
//! let file = shell::argument_after_double_hyphen("--help")?;
//! assert_eq!(format!("wc -l -- {file}"), "wc -l -- '--help'");
//! # Ok::<(), Unencodable>(())
//! ```

use core::fmt;

use super::Unencodable;
use super::encode::{self, encoder};

/// Encodes one argument, in single quotes: [POSIX.1-2024, shell command language, section 2.2.2].
///
/// # Errors
///
/// - [`Unencodable::Character`] with U+0000, which ends an argument.
/// - [`Unencodable::Hyphen`] with a hyphen at the beginning: the shell hands it on, and the command
///   takes it for an option. Write `./` before the name of a file, or use
///   [`argument_after_double_hyphen`].
///
/// The [module](self) has an example.
///
/// [POSIX.1-2024, shell command language, section 2.2.2]: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
pub fn argument(text: &str) -> Result<Argument<'_>, Unencodable> {
    if text.starts_with('-') { Err(Unencodable::Hyphen) } else { exact(text) }
}

/// Encodes one argument that stands after an argument `--`, where a command takes nothing for an
/// option: [POSIX.1-2024, utility syntax guideline 10].
///
/// # Errors
///
/// [`Unencodable::Character`] with U+0000, which ends an argument.
///
/// The [module](self) has an example.
///
/// [POSIX.1-2024, utility syntax guideline 10]: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap12.html
pub fn argument_after_double_hyphen(text: &str) -> Result<Argument<'_>, Unencodable> {
    exact(text)
}

fn exact(text: &str) -> Result<Argument<'_>, Unencodable> {
    if text.contains('\0') { Err(Unencodable::Character) } else { Ok(Argument(text)) }
}

encoder! {
    /// One argument of a command, quotes included.
    Argument, is_plain, write
}

/// Everything is quoted, so that nobody has to know what needs no quotes.
const fn is_plain(_text: &str) -> bool {
    false
}

fn write(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_char('\'')?;
    encode::write(text, out, |byte| byte == b'\'', |_, out| out.write_str(r"'\''"))?;
    out.write_char('\'')
}
