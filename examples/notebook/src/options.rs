//! What the command line says.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short, ValueExt as _};

use crate::previews::DangerousServer;
use crate::start_error::StartError;

/// What `--help` prints.
pub const USAGE: &str = "\
A notebook with passwords, second factors, sealed notes and access tokens.

Usage: notebook [OPTIONS]

Options:
  --port PORT      the port on 127.0.0.1 to listen at; 0 takes a free one [default: 8080]
  --data-dir DIR   where the database and the keys are kept [default: ./notebook-data]
  --host NAME      a name that browsers may use besides localhost, as behind a proxy
  --calibrate MS   find how much work a password hash may be to take so many milliseconds on this
                   machine, which takes some seconds, and keep to that from now on
  --help           print this
";

/// What to do.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "the program must know every command")]
pub enum Command {
    /// Serve the notebook until told to stop.
    Serve(Options),
    /// Print [`USAGE`].
    Help,
}

/// Where to listen, and where the data is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The directory of the database and the keys.
    pub data_dir: PathBuf,
    /// A name that the `Host` header may carry besides localhost.
    pub host: Option<String>,
    /// How many milliseconds a password hash may take: measured now, and kept.
    pub calibrate_ms: Option<u32>,
    /// A server of a test that previews may be fetched from, although it is not public.
    pub(crate) danger_preview_from: Option<DangerousServer>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 8080,
            data_dir: PathBuf::from("notebook-data"),
            host: None,
            calibrate_ms: None,
            danger_preview_from: None,
        }
    }
}

impl Command {
    /// Reads the arguments that follow the program's name.
    ///
    /// # Errors
    ///
    /// [`StartError`] names the argument that is not understood.
    pub fn from_args(args: impl IntoIterator<Item = OsString>) -> Result<Self, StartError> {
        parse(args.into_iter().collect())
            .map_err(|error| StartError::new(format!("{error}; --help lists the options")))
    }
}

fn parse(args: Vec<OsString>) -> Result<Command, lexopt::Error> {
    let mut options = Options::default();
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => options.port = parser.value()?.parse()?,
            Long("data-dir") => options.data_dir = PathBuf::from(parser.value()?),
            Long("host") => options.host = Some(parser.value()?.string()?.to_ascii_lowercase()),
            Long("calibrate") => options.calibrate_ms = Some(parser.value()?.parse()?),
            // For tests, so `--help` does not tell of it: every user reaches what is given here.
            Long("danger-preview-from") => {
                let address = parser.value()?.parse()?;
                let roots = PathBuf::from(parser.value()?);
                options.danger_preview_from = Some(DangerousServer { address, roots });
            }
            Long("help") | Short('h') => return Ok(Command::Help),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Command::Serve(options))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(args: &[&str]) -> Result<Command, StartError> {
        Command::from_args(args.iter().map(OsString::from))
    }

    #[test]
    fn defaults_and_every_option() {
        let Ok(Command::Serve(options)) = command(&[]) else { panic!("serves") };
        assert_eq!((options.port, options.data_dir.to_str()), (8080, Some("notebook-data")));
        assert_eq!(options.calibrate_ms, None);
        let Ok(Command::Serve(options)) = command(&["--calibrate", "50"]) else { panic!("serves") };
        assert_eq!(options.calibrate_ms, Some(50));

        let Ok(Command::Serve(options)) =
            command(&["--port", "0", "--data-dir=x", "--host", "Notes.example"])
        else {
            panic!("serves")
        };
        assert_eq!((options.port, options.data_dir.to_str()), (0, Some("x")));
        assert_eq!(options.host.as_deref(), Some("notes.example"));
        assert!(matches!(command(&["--port", "1", "--help"]), Ok(Command::Help)));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for args in [
            &["--port"][..],
            &["--port", "70000"],
            &["--prot", "1"],
            &["--calibrate", "soon"],
            &["--danger-preview-from", "127.0.0.1:443"],
            &["--danger-preview-from", "localhost", "roots.pem"],
            &["serve"],
            &["-x"],
        ] {
            assert!(command(args).is_err(), "{args:?}");
        }
    }
}
