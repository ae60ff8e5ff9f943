//! The `bendwise` program. All of its code is in the library, so that tests and benches can use it.

use std::process::ExitCode;

fn main() -> ExitCode {
    bendwise::cli::main().into()
}
