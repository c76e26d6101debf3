//! Mistakes in the command line itself, reported with what was meant.

use std::path::Path;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Outcome;
use super::report::failed;

/// Names of other tools' commands, and the command of relc.
const COMMANDS: &[(&str, &str)] = &[
    ("compile", "build"),
    ("generate", "build"),
    ("render", "build"),
    ("template", "build"),
    ("apply", "build"),
    ("make", "build"),
    ("validate", "check"),
    ("verify", "check"),
    ("format", "fmt"),
    ("convert", "import"),
    ("migrate", "import"),
    ("init", "env new"),
    ("new", "env new"),
    ("create", "env new"),
    ("environments", "env list"),
    ("list", "rules"),
    ("language-server", "lsp"),
    ("server", "lsp"),
    ("completion", "completions"),
    ("docs", "explain"),
];

/// Reports an error of the command line's parser: in its own words, or with the command that is meant.
pub fn report(error: &Error) -> Outcome {
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(written)) = error.get(ContextKind::InvalidSubcommand)
        && let Some((_, meant)) = COMMANDS.iter().find(|(word, _)| *word == written.as_str())
    {
        return failed(&format!("`{written}` is not a command of relc: did you mean `relc {meant}`?"));
    }
    error.exit()
}

/// Finds a `--set` whose value is a word of its own: `--set a.b c`. Returns the message.
pub fn separate_value(arguments: &[String]) -> Option<String> {
    let flags = arguments.windows(3).filter(|words| matches!(words[0].as_str(), "--set" | "--set-string"));
    { flags }.find_map(|words| {
        let (flag, key, value) = (&words[0], &words[1], &words[2]);
        let is_split = !key.contains('=') && !value.starts_with('-') && !Path::new(value).exists();
        is_split.then(|| format!("`{flag} {key}` has no value: write `{flag} {key}={value}`"))
    })
}
