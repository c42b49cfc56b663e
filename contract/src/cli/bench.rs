use std::process::ExitCode;

use anyhow::Result;
use twincast::bench::{self, Args};
use twincast::report;

use super::BROKEN;

/// Measures servers. A lost message is a broken promise, however fast the server is.
pub(crate) fn bench(args: &Args) -> Result<ExitCode> {
    match bench::run(args, &mut anstream::stdout()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if error.is_violation() => {
            report::print_error(&error);
            Ok(ExitCode::from(BROKEN))
        }
        Err(error) => Err(error.into()),
    }
}
