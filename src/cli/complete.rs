//! `relc completions`, and the answers to shells that complete a command line.
//!
//! The script that a shell loads once runs relc itself, with a variable set, because environments and rules depend on
//! the user's files. Everything else comes from clap's description of the command line.

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

/// The variable in which the script passes the shell's name.
const SHELL_VARIABLE: &str = "RELC_COMPLETE";

/// Print shell completions.
///
/// The script completes subcommands, flags, files, and the names of environments and rules in the working directory, including your own.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "\
To install the script:
  relc completions bash > ~/.local/share/bash-completion/completions/relc
  relc completions zsh > ~/.zfunc/_relc      with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc
  relc completions fish > ~/.config/fish/completions/relc.fish
  relc completions elvish >> ~/.config/elvish/rc.elv
  relc completions powershell >> $PROFILE

Install it again after an update of relc.";

/// Zsh reads the script when it first needs the completion function, so the function that the script registers is
/// called at its end.
const ZSH_FIRST_CALL: &str = "
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
        let written = shell.write_registration(SHELL_VARIABLE, "relc", "relc", "relc", &mut script);
        written.expect("a list of bytes takes all that is written");
        let mut script = String::from_utf8_lossy(&script).into_owned();
        if matches!(self.shell, Shell::Zsh) {
            script.push_str(ZSH_FIRST_CALL);
        }
        report::print(&script)
    }
}

/// Returns true if a shell started this process to complete a command line.
pub fn is_completing() -> bool {
    std::env::var_os(SHELL_VARIABLE).is_some_and(|shell| !shell.is_empty())
}

/// Answers the shell's request.
pub fn answer(command: fn() -> clap::Command) -> ExitCode {
    let here = std::env::current_dir().ok();
    let answered =
        CompleteEnv::with_factory(command).var(SHELL_VARIABLE).try_complete(std::env::args_os(), here.as_deref());
    match answered {
        Ok(_) => Outcome::Done.into(),
        Err(error) => {
            let _ = error.print();
            Outcome::Failed.into()
        }
    }
}

/// Returns the names of the environments, with a line about each.
pub fn environments() -> Vec<CompletionCandidate> {
    visible(&|catalog| {
        let candidate = |name: &str| {
            let found = catalog.environment(name);
            let about = found.and_then(|found| found.environment.declaration.item.doc.clone()).unwrap_or_default();
            candidate(name, summary(&about))
        };
        catalog.environment_names().into_iter().map(candidate).collect()
    })
}

/// Returns the names of the rules, with a line about each.
pub fn rules() -> Vec<CompletionCandidate> {
    visible(&|catalog| {
        relc_lint::registry::rules(catalog).iter().map(|rule| candidate(&rule.name, rule.document.summary())).collect()
    })
}

/// Returns the names of the rules, and the codes of errors.
pub fn rules_and_codes() -> Vec<CompletionCandidate> {
    let codes = Code::ALL.iter().map(|code| candidate(code.id(), code.name()));
    rules().into_iter().chain(codes).collect()
}

fn candidate(name: &str, about: &str) -> CompletionCandidate {
    CompletionCandidate::new(name).help((!about.is_empty()).then(|| StyledStr::from(about.to_owned())))
}

/// Returns what `names` finds in the environments visible from the working directory, or in the standard ones if those
/// can't be loaded.
fn visible(names: &dyn Fn(&Catalog) -> Vec<CompletionCandidate>) -> Vec<CompletionCandidate> {
    match EnvironmentPath::default().catalog_from(Path::new("")) {
        Ok(catalog) => names(&catalog),
        Err(_) => names(Catalog::builtin()),
    }
}
