//! `relc lsp`: the language server, over standard input and output.

use clap::Args;

use super::Outcome;
use super::report::failed;

/// Run the language server, which editors start.
///
/// It uses the Language Server Protocol over standard input and output, and the nearest `relc.toml` of each file.
#[derive(Args)]
pub struct Lsp {
    /// Taken for what it is: standard input and output are all there is.
    #[arg(long, hide = true)]
    stdio: bool,
}

impl Lsp {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        match relc_lsp::serve_stdio() {
            Ok(()) => Outcome::Done,
            Err(message) => failed(&message),
        }
    }
}
