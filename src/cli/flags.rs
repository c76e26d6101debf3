//! Flags that several subcommands share.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum, ValueHint};
use clap_complete::ArgValueCandidates;

use super::complete;
use relc_core::compile::{Options, SetFlag, Text};
use relc_core::helm_values::set::Typed;
use relc_core::library::Catalog;
use relc_project::environments::EnvironmentPath;
use relc_project::inputs::InputPaths;

/// The inputs.
#[derive(Args)]
pub struct InputFlags {
    /// Files and directories: `.rel` files, and values files of the Iter8 release chart. `-` is standard input.
    ///
    /// relc searches directories recursively and respects ignore files. Of the YAML files in a directory, it reads those with
    /// `environment` and `application` at the top. It reads every file that you name.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// A values file. Several files are merged into one release as Helm does, later ones over earlier ones.
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub values: Vec<PathBuf>,

    /// The file name of standard input, for messages, for its type (`.rel` or YAML), and for relative paths in it.
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

/// The location of the user's environments.
#[derive(Args, Clone, Default)]
pub struct EnvironmentFlags {
    /// A directory of definition files (`.rel`), in addition to those in `environments` of `relc.toml`.
    #[arg(long = "env-path", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub env_path: Vec<PathBuf>,
}

impl EnvironmentFlags {
    /// Returns the directories, for the project that reads them.
    pub fn search(&self) -> EnvironmentPath {
        EnvironmentPath { directories: self.env_path.clone(), is_absolute: false }
    }
}

/// Flags that change a release.
#[derive(Args)]
pub struct ReleaseFlags {
    /// The name of the release, as Helm's release name. It overrides the name in a `.rel` file.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub name: Option<String>,

    /// The namespace of releases that don't set one.
    #[arg(short, long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,

    /// Use this environment instead of the one in the release, and report what has no equivalent there.
    ///
    /// The matches of versions stay as they are written, and routers read some differently. With Istio, `path prefix "/beta"` also
    /// matches `/betamax`, and of several versions that match, the first in the file answers. With the Gateway API, a prefix is whole
    /// segments of the path, and the version with the longer path answers.
    #[arg(long, value_name = "ENVIRONMENT", add = ArgValueCandidates::new(complete::environments))]
    pub on: Option<String>,

    /// Set a value (`a.b=1,c[0]=x`) as `helm --set` does, or a parameter of a `.rel` file.
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub set: Vec<String>,

    /// Like `--set`, with the value always as a string.
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub set_string: Vec<String>,
}

/// The releases of a run, and what the command line sets of them: the flags of every subcommand that reads releases.
#[derive(Args)]
pub struct SourceFlags {
    #[command(flatten)]
    pub inputs: InputFlags,

    #[command(flatten)]
    pub release: ReleaseFlags,

    #[command(flatten)]
    pub environments: EnvironmentFlags,
}

impl SourceFlags {
    /// Returns the paths, for the project that reads them.
    pub fn paths(&self) -> InputPaths {
        self.inputs.paths()
    }

    /// Reads the environments that the releases can be on.
    ///
    /// # Errors
    /// As [`EnvironmentPath::catalog`].
    pub fn catalog(&self) -> Result<Catalog, String> {
        self.environments.search().catalog(&self.paths())
    }
}

/// How releases are compiled and reported, in commands that name their own inputs.
#[derive(Args)]
pub struct CompileFlags {
    #[command(flatten)]
    pub release: ReleaseFlags,

    #[command(flatten)]
    pub environments: EnvironmentFlags,

    #[command(flatten)]
    pub messages: MessageFlags,
}

/// When output is colored.
#[derive(Args, Clone, Copy)]
pub struct ColorFlag {
    /// When to color output. relc respects NO_COLOR, CLICOLOR and CLICOLOR_FORCE.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
}

/// The format of messages. They go to standard error.
#[derive(Args, Clone, Copy)]
pub struct MessageFlags {
    /// The format of messages.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = MessageFormat::Human)]
    pub message_format: MessageFormat,

    #[command(flatten)]
    pub color: ColorFlag,
}

/// The formats of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// With the lines of the files.
    Human,
    /// One line for each message: `file:line:column: error[CODE]: message; help`.
    Short,
    /// One JSON object, for other programs.
    Json,
}

/// The choice of colors.
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
