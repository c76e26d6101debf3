//! `relc man`: the man pages, made from the same texts as `--help`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory, ValueHint};
use clap_mangen::Man as Page;
use roff::{Roff, roman};

use super::report::{count_words, failed, note, print};
use super::{Arguments, Outcome};
use relc_project::read::reason;

/// Print or write man pages.
///
/// Without a DIR, relc prints its own page. With a DIR, it writes the pages of all subcommands. To package relc, generate them at build
/// time.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Man {
    /// The directory for all pages: relc.1, relc-build.1, and so on.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  relc man | man -l -                         read the page of relc
  relc man ~/.local/share/man/man1            write all pages, for `man relc-build`";

impl Man {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        match &self.directory {
            None => print(&text(&pages()[0])),
            Some(directory) => match write(directory) {
                Ok(count) => {
                    note("written", &format!("{} to `{}`", count_words(count, "page"), directory.display()));
                    Outcome::Done
                }
                Err(message) => failed(&message),
            },
        }
    }
}

/// Writes all pages to `directory` and returns their number.
fn write(directory: &Path) -> Result<usize, String> {
    let cannot = |path: &Path, error: &std::io::Error| format!("cannot write `{}`: {}", path.display(), reason(error));
    fs::create_dir_all(directory).map_err(|error| cannot(directory, &error))?;
    let pages = pages();
    for command in &pages {
        let path = directory.join(Page::new(command.clone()).get_filename());
        fs::write(&path, text(command)).map_err(|error| cannot(&path, &error))?;
    }
    Ok(pages.len())
}

/// Returns relc's own command and all subcommands, nested ones included.
fn pages() -> Vec<clap::Command> {
    let mut root = Arguments::command().disable_help_subcommand(true);
    root.build();
    let mut pages = vec![root];
    let mut next = 0;
    while let Some(command) = pages.get(next) {
        let below: Vec<_> = command.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect();
        pages.extend(below);
        next += 1;
    }
    pages
}

/// Returns the page of `command`. The text after its help contains examples, whose lines are not filled.
fn text(command: &clap::Command) -> String {
    let examples = command.get_after_help().map(ToString::to_string);
    let page = Page::new(command.clone().after_help(None::<&str>)).manual("relc").source(SOURCE);
    let mut text = Vec::new();
    page.render(&mut text).expect("a list of bytes takes all that is written");
    let mut text = String::from_utf8_lossy(&text).into_owned();
    if let Some(examples) = examples {
        let mut section = Roff::new();
        section.control("SH", ["EXAMPLES"]).control("nf", []);
        let lines = examples.strip_prefix("Examples:\n").unwrap_or(&examples).lines();
        for line in lines {
            section.text([roman(line)]);
        }
        text.push_str(&section.control("fi", []).to_roff());
    }
    text
}

/// The source named on the pages.
const SOURCE: &str = concat!("relc ", env!("CARGO_PKG_VERSION"));
