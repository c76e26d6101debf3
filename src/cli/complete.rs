//! `relc completions`, and the answers to shells that complete a command line.
//!
//! The script that a shell reads once asks relc itself, with a variable set: environments and rules are what the
//! user's files say. Everything else is asked of the description of the command line.

use std::path::Path;
use std::process::ExitCode;

use clap::builder::StyledStr;
use clap::{Args, ValueEnum};
use clap_complete::CompletionCandidate;
use clap_complete::env::{Bash, CompleteEnv, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use super::{Outcome, report};
use relc_core::check::describe::summary;
use relc_core::library::Catalog;
use relc_project::environments::EnvironmentPath;
use relc_syntax::diagnostic::Code;

/// The variable by which the script asks, with the shell's name.
const ASKED: &str = "RELC_COMPLETE";

/// Print what a shell needs to complete relc's command lines.
///
/// It completes subcommands, flags and files, and asks relc for the names of environments and rules as they are in the working
/// directory, those of one's own among them.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "\
Where shells look for it:
  relc completions bash > ~/.local/share/bash-completion/completions/relc
  relc completions zsh > ~/.zfunc/_relc      with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc
  relc completions fish > ~/.config/fish/completions/relc.fish
  relc completions elvish >> ~/.config/elvish/rc.elv
  relc completions powershell >> $PROFILE

Write it anew with each new version of relc.";

/// Zsh reads the script when it is first asked to complete, as the function that has to: what the script registers is called then.
const FIRST_OF_ZSH: &str = "
if [[ $funcstack[1] == _relc ]]; then
    $_comps[relc] \"$@\"
fi
";

/// The shells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shell {
    /// Bash 4 or later.
    Bash,
    /// Elvish.
    Elvish,
    /// fish.
    Fish,
    /// PowerShell.
    Powershell,
    /// Zsh.
    Zsh,
}

impl Completions {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let shell: &dyn EnvCompleter = match self.shell {
            Shell::Bash => &Bash,
            Shell::Elvish => &Elvish,
            Shell::Fish => &Fish,
            Shell::Powershell => &Powershell,
            Shell::Zsh => &Zsh,
        };
        let mut script = Vec::new();
        let written = shell.write_registration(ASKED, "relc", "relc", "relc", &mut script);
        written.expect("a list of bytes takes all that is written");
        let mut script = String::from_utf8_lossy(&script).into_owned();
        if matches!(self.shell, Shell::Zsh) {
            script.push_str(FIRST_OF_ZSH);
        }
        report::print(&script)
    }
}

/// Whether this process was started by a shell that completes a command line.
pub fn is_asked() -> bool {
    std::env::var_os(ASKED).is_some_and(|shell| !shell.is_empty())
}

/// Answers the shell that asks.
pub fn answer(command: fn() -> clap::Command) -> ExitCode {
    let here = std::env::current_dir().ok();
    let answered = CompleteEnv::with_factory(command).var(ASKED).try_complete(std::env::args_os(), here.as_deref());
    match answered {
        Ok(_) => Outcome::Done.into(),
        Err(error) => {
            let _ = error.print();
            Outcome::Failed.into()
        }
    }
}

/// The names of the environments, with a line about each.
pub fn environments() -> Vec<CompletionCandidate> {
    here(&|catalog| {
        let candidate = |name: &str| {
            let found = catalog.environment(name);
            let about = found.and_then(|found| found.environment.declaration.item.doc.clone()).unwrap_or_default();
            candidate(name, summary(&about))
        };
        catalog.environment_names().into_iter().map(candidate).collect()
    })
}

/// The names of the rules, with a line about each.
pub fn rules() -> Vec<CompletionCandidate> {
    here(&|catalog| {
        relc_lint::registry::rules(catalog).iter().map(|rule| candidate(&rule.name, rule.document.summary())).collect()
    })
}

/// The names of the rules, and the codes of errors.
pub fn rules_and_codes() -> Vec<CompletionCandidate> {
    let codes = Code::ALL.iter().map(|code| candidate(code.id(), code.name()));
    rules().into_iter().chain(codes).collect()
}

fn candidate(name: &str, about: &str) -> CompletionCandidate {
    CompletionCandidate::new(name).help((!about.is_empty()).then(|| StyledStr::from(about.to_owned())))
}

/// What `names` finds in the environments as seen from the working directory; where those cannot be had, among the standard ones.
fn here(names: &dyn Fn(&Catalog) -> Vec<CompletionCandidate>) -> Vec<CompletionCandidate> {
    match EnvironmentPath::default().catalog_from(Path::new("")) {
        Ok(catalog) => names(&catalog),
        Err(_) => names(Catalog::builtin()),
    }
}
