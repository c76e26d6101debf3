//! `relc lsp`: the language server, over standard input and output.

use std::io::{self, IsTerminal as _};

use clap::Args;

use relc_core::compile::Options;
use relc_core::library::Catalog;
use relc_lsp::Reports;
use relc_project::inputs::InputPaths;
use relc_project::overlay::Overlay;

use super::Outcome;
use super::preview::text;
use super::report::{failed, note};

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
        if io::stdin().is_terminal() {
            note("error", "`relc lsp` is the language server for editors, and standard input is a terminal");
            note(
                "help",
                "let your editor start it, as docs/how-to/editors.md describes; `relc lint` checks files in a terminal",
            );
            return Outcome::Failed;
        }
        match relc_lsp::serve_stdio(Reports { traffic }) {
            Ok(()) => Outcome::Done,
            Err(message) => {
                failed(&message);
                Outcome::Errors
            }
        }
    }
}

/// Returns the preview of the releases in some paths, as `relc preview` prints it.
fn traffic(paths: &InputPaths, catalog: &Catalog, texts: &Overlay) -> Result<String, String> {
    text(paths, &Options::default(), catalog, texts)
}
