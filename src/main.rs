//! The `pretriage` binary: hands its arguments to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    pretriage::cli::run(std::env::args_os())
}
