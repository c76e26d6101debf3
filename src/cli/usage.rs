//! Mistakes in the command line itself, reported with what was meant.

use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use relc_syntax::diagnostic::nearest;

use super::Outcome;
use super::report::failed;

/// Names of other tools' commands, and the command of relc.
const COMMANDS: &[(&str, &str)] = &[
    ("compile", "build"),
    ("generate", "build"),
    ("render", "build"),
    ("template", "build"),
    ("make", "build"),
    ("validate", "check"),
    ("verify", "check"),
    ("analyze", "lint"),
    ("format", "fmt"),
    ("convert", "import"),
    ("migrate", "import"),
    ("init", "env new"),
    ("new", "env new"),
    ("create", "env new"),
    ("environments", "env list"),
    ("describe", "env show"),
    ("show", "env show"),
    ("plan", "diff"),
    ("list", "rules"),
    ("language-server", "lsp"),
    ("server", "lsp"),
    ("completion", "completions"),
    ("docs", "explain"),
];

/// Commands that change a cluster, which is `kubectl`'s work.
const CLUSTER_COMMANDS: [&str; 6] = ["apply", "deploy", "install", "upgrade", "run", "release"];

/// Names of options that relc calls otherwise or doesn't have, and the help.
const OPTIONS: &[(&str, &str)] = &[
    ("environment", "write `--on ENVIRONMENT`"),
    ("env", "write `--on ENVIRONMENT`"),
    ("target", "write `--on ENVIRONMENT`"),
    ("platform", "write `--on ENVIRONMENT`"),
    ("param", "write `--set NAME=VALUE`"),
    ("params", "write `--set NAME=VALUE`"),
    ("parameter", "write `--set NAME=VALUE`"),
    ("var", "write `--set NAME=VALUE`"),
    ("p", "write `--set NAME=VALUE`"),
    ("set-file", "write `--set NAME=VALUE`"),
    ("file", "write `-f FILE` for a values file, or the path alone"),
    ("out", "write `--output DIR`"),
    ("output-dir", "write `--output DIR`"),
    ("release-name", "write `--name NAME`"),
    ("exclude", "write `--ignore RULE`"),
    ("disable", "write `--ignore RULE`"),
    ("enable", "write `--select RULE`"),
    ("rule", "write `--select RULE`"),
    ("rules", "write `--select RULE`"),
    ("environments", "write `--env-path DIR`"),
    ("include", "write `--env-path DIR`"),
    (
        "strategy",
        "write the strategy after the environment in the file (`on ENVIRONMENT STRATEGY`), or pass `--set application.strategy=STRATEGY` for a values file",
    ),
    ("dry-run", "it only prints, and changes nothing in a cluster"),
];

/// Reports an error of the command line's parser, in relc's words where that is possible.
pub fn report(error: &Error, relc: &Command) -> Outcome {
    match message(error, relc) {
        Some(message) => failed(&message),
        None => error.exit(),
    }
}

fn message(error: &Error, relc: &Command) -> Option<String> {
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            Some(unknown_command(&text(error, ContextKind::InvalidSubcommand)?, error, relc))
        }
        ErrorKind::UnknownArgument => Some(unknown_option(&text(error, ContextKind::InvalidArg)?, error)),
        ErrorKind::InvalidValue => invalid_value(error),
        ErrorKind::ValueValidation => refused_value(error),
        ErrorKind::MissingRequiredArgument => missing(error),
        ErrorKind::ArgumentConflict => conflict(error),
        ErrorKind::InvalidUtf8 => Some("an argument is not valid UTF-8".to_owned()),
        ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues
        | ErrorKind::NoEquals
        | ErrorKind::MissingSubcommand
        | ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion
        | ErrorKind::Io
        | ErrorKind::Format => None,
        _ => None,
    }
}

/// Returns an argument as a message shows it: `--request REQUEST`, `FILE`.
fn shown(argument: &str) -> String {
    argument.replace("...", "").replace(['<', '>', '[', ']'], "")
}

/// What is missing, with how the command is written.
fn missing(error: &Error) -> Option<String> {
    let ContextValue::Strings(missing) = error.get(ContextKind::InvalidArg)? else { return None };
    let ContextValue::StyledStr(usage) = error.get(ContextKind::Usage)? else { return None };
    let usage = shown(usage.to_string().trim_start_matches("Usage: "));
    let names: Vec<String> = missing.iter().map(|argument| format!("`{}`", shown(argument))).collect();
    let are = if names.len() == 1 { "is" } else { "are" };
    Some(format!("{} {are} missing: write `{}`", names.join(" and "), usage.trim()))
}

/// Two options that exclude each other, or one that is set twice.
fn conflict(error: &Error) -> Option<String> {
    let option = |kind| {
        let written = text(error, kind)?;
        Some(written.split([' ', '=']).next().unwrap_or("").to_owned())
    };
    let (one, other) = (option(ContextKind::InvalidArg)?, option(ContextKind::PriorArg)?);
    if one == other {
        return Some(format!("`{one}` is set twice: remove one of them"));
    }
    Some(format!("`{one}` and `{other}` exclude each other: remove one of them"))
}

/// A value that the option's own parser refuses, with its reason.
fn refused_value(error: &Error) -> Option<String> {
    let (value, option) = (text(error, ContextKind::InvalidValue)?, text(error, ContextKind::InvalidArg)?);
    let option = option.split([' ', '=']).next().unwrap_or(&option).to_owned();
    let reason = std::error::Error::source(error)?;
    Some(format!("`{value}` is not a valid value for `{}`: {reason}", shown(&option)))
}

/// The words of an error's context.
fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        _ => None,
    }
}

fn unknown_command(written: &str, error: &Error, relc: &Command) -> String {
    let message = format!("`{written}` is not a command of relc");
    let meant = COMMANDS.iter().find(|(word, _)| *word == written).map(|(_, meant)| (*meant).to_owned());
    let suggested = text(error, ContextKind::SuggestedSubcommand);
    let within = usage_command(error).unwrap_or_else(|| "relc".to_owned());
    if Path::new(written).extension().is_some() || Path::new(written).exists() {
        return format!(
            "{message}: write `{within} build {written}` to print its manifests, or `{within} lint {written}` to check it"
        );
    }
    if written == "version" && within == "relc" {
        return format!("{message}: write `relc --version`");
    }
    if CLUSTER_COMMANDS.contains(&written) && within == "relc" {
        return format!("{message}: write `relc build FILE | kubectl apply -f -`");
    }
    if within != "relc" {
        let is_outside = relc.get_subcommands().any(|command| command.get_name() == written);
        if is_outside {
            return format!("`{written}` is not a command of `{within}`: did you mean `relc {written}`?");
        }
        let own = suggested.or_else(|| (written == "describe").then(|| "show".to_owned()));
        let help = own.map_or_else(
            || format!("`{within} --help` lists its commands"),
            |own| format!("did you mean `{within} {own}`?"),
        );
        return format!("`{written}` is not a command of `{within}`: {help}");
    }
    let names = relc.get_subcommands().map(Command::get_name);
    match meant.or(suggested).or_else(|| nearest(written, names).map(str::to_owned)) {
        Some(meant) => format!("{message}: did you mean `relc {meant}`?"),
        None => format!("{message}: `relc --help` lists its commands"),
    }
}

/// The command that an error is about, as in `relc env`.
fn usage_command(error: &Error) -> Option<String> {
    let ContextValue::StyledStr(usage) = error.get(ContextKind::Usage)? else { return None };
    let usage = usage.to_string();
    let words = usage.strip_prefix("Usage: ").unwrap_or(&usage).split_whitespace();
    let words: Vec<&str> = words.take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase())).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn unknown_option(written: &str, error: &Error) -> String {
    let command = usage_command(error).unwrap_or_else(|| "relc".to_owned());
    if !written.starts_with('-') {
        return format!("`{command}` takes no argument `{written}`: `{command} --help` shows what it takes");
    }
    let name = written.trim_start_matches('-').split('=').next().unwrap_or("");
    let known = OPTIONS.iter().find(|(word, _)| *word == name).or_else(|| {
        let near = nearest(name, OPTIONS.iter().map(|(word, _)| *word).filter(|word| word.len() > 4))?;
        OPTIONS.iter().find(|(word, _)| *word == near)
    });
    let suggested = text(error, ContextKind::SuggestedArg);
    let is_near = |suggested: &String| nearest(name, [suggested.trim_start_matches('-')]).is_some();
    let help = match (suggested.filter(is_near), known) {
        (Some(suggested), _) => format!("did you mean `{suggested}`?"),
        (None, Some((_, help))) => (*help).to_owned(),
        (None, None) => format!("`{command} --help` lists its options"),
    };
    format!("`{command}` has no option `{written}`: {help}")
}

fn invalid_value(error: &Error) -> Option<String> {
    let (value, option) = (text(error, ContextKind::InvalidValue)?, text(error, ContextKind::InvalidArg)?);
    if value.is_empty() {
        let name = option.split([' ', '=']).next().unwrap_or(&option);
        return Some(format!("`{name}` has no value: write `{}`", shown(&option)));
    }
    let option = option.split([' ', '=']).next().unwrap_or(&option).to_owned();
    let valid = match error.get(ContextKind::ValidValue)? {
        ContextValue::Strings(valid) => valid.clone(),
        _ => return None,
    };
    let help = match nearest(&value, valid.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of {}", valid.iter().map(|v| format!("`{v}`")).collect::<Vec<_>>().join(", ")),
    };
    Some(format!("`{value}` is not a valid value for `{}`: {help}", option.trim_matches(['[', ']', '.', '<', '>'])))
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
