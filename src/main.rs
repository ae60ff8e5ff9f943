//! The `bendwise` program: all of it is in the library, so that tests and benches reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    bendwise::cli::main().into()
}
