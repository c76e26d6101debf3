//! Flags that several subcommands share.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum, ValueHint};
use clap_complete::ArgValueCandidates;

use super::complete;
use relc_core::compile::{Options, SetFlag, Text};
use relc_core::helm_values::set::Typed;
use relc_project::environments::EnvironmentPath;
use relc_project::inputs::InputPaths;

/// What is read.
#[derive(Args)]
pub struct InputFlags {
    /// Files and directories: `.rel` files, and values of the Iter8 release chart; `-` is standard input.
    ///
    /// Each file has its own releases. Directories are walked, ignore files respected: of their YAML files those count that
    /// have `environment` and `application` at their top. A file that is named counts whatever it holds.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// A values file; several are merged into one release, later ones over earlier ones, as Helm merges them.
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub values: Vec<PathBuf>,

    /// The name of standard input, for messages, for its kind (`.rel` or YAML), and for the files that it names.
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
}

impl InputFlags {
    /// Returns the paths, for the project that reads them.
    pub fn paths(&self) -> InputPaths {
        let InputFlags { paths, values, stdin_filename } = self;
        InputPaths { paths: paths.clone(), values: values.clone(), stdin_filename: stdin_filename.clone() }
    }
}

/// Where environments of one's own are.
#[derive(Args, Clone, Default)]
pub struct EnvironmentFlags {
    /// A directory of definition files (`.rel`), beside those that `relc.toml` names under `environments`.
    #[arg(long = "env-path", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub env_path: Vec<PathBuf>,
}

impl EnvironmentFlags {
    /// Returns the directories, for the project that reads them.
    pub fn search(&self) -> EnvironmentPath {
        EnvironmentPath { directories: self.env_path.clone() }
    }
}

/// What is said of a release beside its files.
#[derive(Args)]
pub struct ReleaseFlags {
    /// The name of the release, as Helm's release name; a `.rel` file's own name gives way to it.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub name: Option<String>,

    /// The namespace of releases that say none.
    #[arg(short, long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,

    /// The environment of the releases, whichever they name: what they come to there, or what does not carry over.
    #[arg(long, value_name = "ENVIRONMENT", add = ArgValueCandidates::new(complete::environments))]
    pub on: Option<String>,

    /// Set a value (`a.b=1,c[0]=x`), or a parameter of a `.rel` file, as `helm --set` does.
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub set: Vec<String>,

    /// The same, and the value is a text whatever it looks like.
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub set_string: Vec<String>,
}

/// How messages look. They go to standard error.
#[derive(Args, Clone, Copy)]
pub struct MessageFlags {
    /// What messages look like.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = MessageFormat::Human)]
    pub message_format: MessageFormat,

    /// When messages have colour; NO_COLOR, CLICOLOR and CLICOLOR_FORCE are honoured.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
}

/// The formats of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// With the lines that they are about.
    Human,
    /// One line each: `file:line:column: error[CODE]: message; help`.
    Short,
    /// One JSON object, for other programs.
    Json,
}

/// When messages have colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ReleaseFlags {
    /// Returns the flags as the compiler's options.
    pub fn options(&self) -> Options {
        // As in Helm, every `--set` comes before every `--set-string`.
        let flags = |option: &'static str, texts: &[String], typed| -> Vec<SetFlag> {
            let flag = |text: &String| SetFlag { text: Text { name: option.to_owned(), text: text.clone() }, typed };
            texts.iter().map(flag).collect()
        };
        let mut set = flags("--set", &self.set, Typed::Scalars);
        set.extend(flags("--set-string", &self.set_string, Typed::Strings));
        let (name, namespace, on) = (self.name.clone(), self.namespace.clone(), self.on.clone());
        Options { name, namespace, on, set, ..Options::default() }
    }
}
