//! Starts the notebook, and says in one sentence why it did not.

use std::io::{self, Write as _};
use std::process::ExitCode;

use notebook::{Command, USAGE};

fn main() -> ExitCode {
    let outcome = match Command::from_args(std::env::args_os().skip(1)) {
        Ok(Command::Help) => return print(USAGE),
        Ok(Command::Serve(options)) => notebook::run(&options),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be done when standard error is closed.
            let _ = writeln!(io::stderr(), "notebook: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
